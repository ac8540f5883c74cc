// To where a booking may be moved: as a whole, so that a stay of three nights stays one of three nights.
import type { BookedFragment, BookingLineInput, OfferedFragment } from "../gql/graphql";
import { calendarDay, sum, type Amount } from "../parts/format";

type Line = Pick<BookedFragment["lines"][number], "quantity" | "ratePlan" | "priceClass"> & {
  slot: Pick<BookedFragment["lines"][number]["slot"], "id" | "startsAt" | "admission">;
};
type Slot = Pick<OfferedFragment, "id" | "startsAt" | "endsAt" | "state" | "available" | "price">;

export type Move = {
  /** Its first slot. */
  id: string;
  /** The whole booking as it would be. */
  lines: BookingLineInput[];
  startsAt: string;
  endsAt: string;
  /** Of one place on each date, at 100 percent. */
  price: Amount | undefined;
  /** How many may go along: what the booking has there already counts as free for it. */
  available: number;
};

const DAY = 24 * 3_600_000;

/** One move for each slot that the booking could begin with. */
export function movesOf(lines: Line[], slots: Slot[], timeZone: string): Move[] {
  const dayOf = ({ startsAt }: Pick<Slot, "startsAt">) => Date.parse(`${calendarDay(startsAt, timeZone).key}T00:00:00Z`) / DAY;
  const sorted = [...lines].sort((one, other) => one.slot.startsAt.localeCompare(other.slot.startsAt));
  const [first] = sorted;
  if (!first) return [];
  const byDay = new Map(slots.map((slot) => [dayOf(slot), slot]));
  const has = new Map<string, number>();
  for (const { slot, quantity } of lines) has.set(slot.id, (has.get(slot.id) ?? 0) + quantity);

  return slots.flatMap((start) => {
    if (start.id === first.slot.id) return [];
    const target = ({ slot }: Line) =>
      slot.id === first.slot.id ? start : byDay.get(dayOf(start) + dayOf(slot) - dayOf(first.slot));
    const found = new Map<string, { slot: Slot; quantity: number }>();
    const inputs: BookingLineInput[] = [];
    for (const line of sorted) {
      const slot = target(line);
      if (slot?.state !== "OPEN") return [];
      const { quantity, ratePlan, priceClass } = line;
      found.set(slot.id, { slot, quantity: (found.get(slot.id)?.quantity ?? 0) + quantity });
      inputs.push({ slotId: slot.id, quantity, ratePlan, priceClass: line.slot.admission === "SEATED" ? priceClass : null });
    }
    const there = [...found.values()];
    const free = ({ slot }: { slot: Slot }) => slot.available + (has.get(slot.id) ?? 0);
    if (there.some((one) => free(one) < one.quantity)) return [];
    return {
      id: start.id,
      lines: inputs,
      startsAt: start.startsAt,
      endsAt: there.at(-1)?.slot.endsAt ?? start.endsAt,
      price: sum(there.map(({ slot }) => slot.price)),
      available: Math.min(...there.map(free)),
    };
  });
}
