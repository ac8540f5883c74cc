// Days by month and week. What a day is, radio button or button, is for who uses it to say.
import { Fragment, type CSSProperties, type ReactNode } from "react";
import { calendarDay, month } from "../parts/format";
import { texts } from "../texts";

/** With fewer days than that, a list of dates is easier to read than weeks with gaps. */
const FEW = 15;

/** How a day is placed among the others: for the eye, and for arrow keys. */
export type Placed = { style: CSSProperties | undefined; name: "whole" | "number"; x: number; y: number };

type Props<Day> = {
  /** In their order. */
  days: Day[];
  timeZone: string;
  momentOf: (day: Day) => string;
  keyOf: (day: Day) => string;
  children: (day: Day, placed: Placed) => ReactNode;
};

export function Calendar<Day>({ days, timeZone, momentOf, keyOf, children }: Props<Day>) {
  const isSparse = days.length < FEW;
  const months = new Map<string, Day[]>();
  for (const day of days) {
    const name = month(momentOf(day), timeZone);
    months.set(name, [...(months.get(name) ?? []), day]);
  }
  return Array.from(months, ([name, those]) => (
    <div key={name} className="month" data-part={name}>
      <h2>{name}</h2>
      <div className={isSparse ? "dates" : "grid"}>
        {isSparse
          ? null
          : texts.listing.weekdays.map((weekday) => (
              <span key={weekday} className="weekday" aria-hidden="true">
                {weekday}
              </span>
            ))}
        {those.map((day) => {
          const { key, weekday } = calendarDay(momentOf(day), timeZone);
          return (
            <Fragment key={keyOf(day)}>
              {children(day, {
                style: isSparse ? undefined : { gridColumn: weekday + 1 },
                name: isSparse ? "whole" : "number",
                x: weekday,
                y: week(key),
              })}
            </Fragment>
          );
        })}
      </div>
    </div>
  ));
}

/** The number of a day's week, counted through the years, so that an arrow finds the same day of the next one. */
function week(key: string): number {
  const monday = Date.parse("2024-01-01T00:00:00Z");
  return Math.floor((Date.parse(`${key}T00:00:00Z`) - monday) / (7 * 24 * 3_600_000));
}
