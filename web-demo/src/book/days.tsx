// The dates of a listing as a calendar, with what is to be had on each. What it shows changes by itself.
import { calendarDay, day, isZero, longDay, money, month } from "../parts/format";
import { useRoving } from "../parts/roving";
import type { OfferedFragment } from "../gql/graphql";
import { texts } from "../texts";

type Props = {
  slots: OfferedFragment[];
  timeZone: string;
  legend: string;
  help: string;
  /** Several may be chosen: nights of one stay. */
  several: boolean;
  chosen: string[];
  onChoose: (slots: string[]) => void;
};

export function Days({ slots, timeZone, legend, help, several, chosen, onChoose }: Props) {
  const roving = useRoving();
  const first = slots[0]?.id;
  const toggle = (id: string) => {
    if (!several) onChoose([id]);
    else onChoose(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id]);
  };
  const stop = (id: string) => ((roving.active ?? chosen[0] ?? first) === id ? 0 : -1);
  const isSparse = slots.length < 15;
  return (
    <fieldset className="days" aria-describedby="days-help" {...(several ? { onKeyDown: roving.onKeyDown, onFocus: roving.onFocus } : {})}>
      <legend>{legend}</legend>
      <p id="days-help" className="hint">
        {help}
      </p>
      {months(slots, timeZone).map(({ name, slots: those }) => (
        <div key={name} className="month">
          <h2>{name}</h2>
          <div className={isSparse ? "dates" : "grid"}>
            {isSparse ? null : texts.listing.weekdays.map((weekday) => (
              <span key={weekday} className="weekday" aria-hidden="true">
                {weekday}
              </span>
            ))}
            {those.map((slot) => {
              const at = calendarDay(slot.startsAt, timeZone);
              const price = isZero(slot.price) ? texts.home.free : money(slot.price);
              return (
                <label
                  key={slot.id}
                  className={slot.available === 0 ? "day gone" : "day"}
                  style={isSparse ? undefined : { gridColumn: at.weekday + 1 }}
                >
                  <input
                    type={several ? "checkbox" : "radio"}
                    name="slot"
                    value={slot.id}
                    checked={chosen.includes(slot.id)}
                    onChange={() => {
                      toggle(slot.id);
                    }}
                    aria-label={texts.listing.dayName(longDay(slot.startsAt, timeZone), slot.available, price)}
                    {...(several ? { "data-x": at.weekday, "data-y": week(at.key), tabIndex: stop(slot.id) } : {})}
                  />
                  <span className="date">{isSparse ? day(slot.startsAt, timeZone) : at.day}</span>
                  <span className="left">{texts.listing.left(slot.available)}</span>
                </label>
              );
            })}
          </div>
        </div>
      ))}
    </fieldset>
  );
}

function months(slots: OfferedFragment[], timeZone: string): { name: string; slots: OfferedFragment[] }[] {
  const found = new Map<string, OfferedFragment[]>();
  for (const slot of slots) {
    const name = month(slot.startsAt, timeZone);
    found.set(name, [...(found.get(name) ?? []), slot]);
  }
  return Array.from(found, ([name, those]) => ({ name, slots: those }));
}

/** The number of a day's week, counted through the years, so that an arrow finds the same day of the next one. */
function week(key: string): number {
  const monday = Date.parse("2024-01-01T00:00:00Z");
  return Math.floor((Date.parse(`${key}T00:00:00Z`) - monday) / (7 * 24 * 3_600_000));
}
