// The dates of a listing, with what is to be had on each: one of them is chosen. What it shows changes by itself.
import { calendarDay, day, isZero, longDay, money } from "../parts/format";
import type { OfferedFragment } from "../gql/graphql";
import { texts } from "../texts";
import { Calendar } from "./calendar";

type Props = {
  slots: OfferedFragment[];
  timeZone: string;
  chosen: string | undefined;
  onChoose: (slotId: string) => void;
};

export function Days({ slots, timeZone, chosen, onChoose }: Props) {
  return (
    <fieldset className="days" aria-describedby="days-help">
      <legend>{texts.listing.date}</legend>
      <p id="days-help" className="hint">
        {texts.listing.dateHelp}
      </p>
      <Calendar days={slots} timeZone={timeZone} momentOf={({ startsAt }) => startsAt} keyOf={({ id }) => id}>
        {(slot, { style, name }) => {
          const price = isZero(slot.price) ? texts.home.free : money(slot.price);
          return (
            <label className={slot.available === 0 ? "day gone" : "day"} style={style}>
              <input
                type="radio"
                name="slot"
                value={slot.id}
                checked={chosen === slot.id}
                onChange={() => {
                  onChoose(slot.id);
                }}
                aria-label={texts.listing.dayName(longDay(slot.startsAt, timeZone), slot.available, price)}
              />
              <span className="date">
                {name === "whole" ? day(slot.startsAt, timeZone) : calendarDay(slot.startsAt, timeZone).day}
              </span>
              <span className="left">{texts.listing.left(slot.available)}</span>
            </label>
          );
        }}
      </Calendar>
    </fieldset>
  );
}
