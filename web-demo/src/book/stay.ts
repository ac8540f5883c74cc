// A stay: from the day somebody arrives to the day they leave. The nights between are what is booked.
import type { OfferedFragment } from "../gql/graphql";
import { calendarDay } from "../parts/format";

export type Night = Pick<OfferedFragment, "id" | "startsAt" | "endsAt" | "available" | "price">;

/** A day of the calendar. One without a night is there to leave on. */
export type Day = { key: string; moment: string; night: Night | undefined };

export type Stay = {
  /** Slots, one after the other. */
  nights: string[];
  /** Whether the day to leave is still to be chosen: until then it is one night. */
  isOpen: boolean;
  /** The day that no longer stay was possible past, if somebody has just tried. */
  blocked: string | undefined;
};

export const NO_STAY: Stay = { nights: [], isOpen: false, blocked: undefined };

/** Days to arrive and to leave, in their order. */
export function daysOf(nights: Night[], timeZone: string): Day[] {
  const days = new Map<string, Day>();
  for (const night of nights) {
    const { key } = calendarDay(night.startsAt, timeZone);
    days.set(key, { key, moment: night.startsAt, night });
  }
  for (const { endsAt } of nights) {
    const { key } = calendarDay(endsAt, timeZone);
    if (!days.has(key)) days.set(key, { key, moment: endsAt, night: undefined });
  }
  return [...days.values()].sort((one, other) => one.key.localeCompare(other.key));
}

/** What becomes of a stay when a day is pressed: first the one to arrive, then the one to leave. */
export function press(days: Day[], timeZone: string, stay: Stay, key: string): Stay {
  const pressed = days.find((day) => day.key === key);
  const arrival = days.find(({ night }) => night?.id === stay.nights[0]);
  let blocked: string | undefined;
  if (stay.isOpen && arrival && key > arrival.key) {
    const found = between(days, timeZone, arrival, key);
    if ("nights" in found) return { nights: found.nights, isOpen: false, blocked };
    blocked = found.blocked;
  }
  if (!pressed?.night) return { ...stay, blocked };
  return { nights: [pressed.night.id], isOpen: true, blocked };
}

/** The nights from a day to another; or the day on which there is no room, so that nobody can stay past it. */
function between(days: Day[], timeZone: string, arrival: Day, key: string): { nights: string[] } | { blocked: string } {
  const nights: string[] = [];
  for (let day: Day | undefined = arrival; day; ) {
    const { night }: Day = day;
    if (!night || night.available === 0) return { blocked: day.moment };
    nights.push(night.id);
    const { key: end } = calendarDay(night.endsAt, timeZone);
    if (end === key) return { nights };
    day = end < key ? days.find((next) => next.key === end) : undefined;
  }
  return { blocked: arrival.moment };
}
