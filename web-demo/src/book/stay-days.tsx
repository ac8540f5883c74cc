// The nights of a listing as a calendar in which the day to arrive and the day to leave are chosen.
import type { OfferedFragment } from "../gql/graphql";
import { calendarDay, day as shortDay, isZero, longDay, money } from "../parts/format";
import { useRoving } from "../parts/roving";
import { texts } from "../texts";
import { Calendar } from "./calendar";
import { daysOf, press, type Day, type Stay } from "./stay";

type Props = { slots: OfferedFragment[]; timeZone: string; stay: Stay; onChange: (stay: Stay) => void };

export function StayDays({ slots, timeZone, stay, onChange }: Props) {
  const roving = useRoving();
  const days = daysOf(slots, timeZone);
  const nights = slots.filter(({ id }) => stay.nights.includes(id));
  const [first, last] = [nights[0], nights.at(-1)];
  const leaving = last && calendarDay(last.endsAt, timeZone).key;
  const part = ({ key, night }: Day): keyof typeof texts.listing.part | undefined => {
    if (night && night.id === first?.id) return "arrive";
    if (night && stay.nights.includes(night.id)) return "stay";
    return key === leaving && !stay.isOpen ? "leave" : undefined;
  };
  const stop = roving.active ?? (first ? calendarDay(first.startsAt, timeZone).key : days[0]?.key);
  return (
    <fieldset className="days" aria-describedby="days-help">
      <legend>{texts.listing.nights}</legend>
      <p id="days-help" className="hint">
        {texts.listing.nightsHelp}
      </p>
      <p role="status" className="said">
        {stay.blocked === undefined ? "" : `${texts.listing.noRoom(longDay(stay.blocked, timeZone))} `}
        {first && last
          ? texts.listing.stay(nights.length, shortDay(first.startsAt, timeZone), shortDay(last.endsAt, timeZone), stay.isOpen)
          : texts.listing.arrival}
      </p>
      <div className="days" role="presentation" onKeyDown={roving.onKeyDown} onFocus={roving.onFocus}>
        <Calendar days={days} timeZone={timeZone} momentOf={({ moment }) => moment} keyOf={({ key }) => key}>
          {(day, { style, name, x, y }) => {
            const is = part(day);
            return (
              <button
                type="button"
                className={["day", is ? "in-stay" : "", day.night?.available === 0 ? "gone" : ""].join(" ")}
                style={style}
                value={day.key}
                data-x={x}
                data-y={y}
                tabIndex={day.key === stop ? 0 : -1}
                aria-pressed={is !== undefined}
                aria-label={nameOf(day, timeZone, is)}
                onClick={() => {
                  onChange(press(days, timeZone, stay, day.key));
                }}
              >
                <span className="date">
                  {name === "whole" ? shortDay(day.moment, timeZone) : calendarDay(day.moment, timeZone).day}
                </span>
                <span className="left">
                  {is ? texts.listing.part[is] : day.night ? texts.listing.left(day.night.available) : texts.listing.leaveOnly}
                </span>
              </button>
            );
          }}
        </Calendar>
      </div>
    </fieldset>
  );
}

function nameOf({ moment, night }: Day, timeZone: string, is: keyof typeof texts.listing.part | undefined): string {
  const when = longDay(moment, timeZone);
  const price = night && (isZero(night.price) ? texts.home.free : money(night.price));
  const offer = night && price ? texts.listing.dayName(when, night.available, price) : `${when}, ${texts.listing.leaveOnly}`;
  return is ? `${offer}, ${texts.listing.partName[is]}` : offer;
}
