import { expect, test } from "vitest";
import { count } from "./proof";
import { isRight } from "./use-rush";

const booking = (id: string, status: string, ...seats: string[]) => ({
  id,
  status,
  lines: [{ slot: { id: "s" }, bookedSeats: seats.map((seat) => ({ id: seat })) }],
});

test("a seat that was sold to two, and a booking that was lost, are found", () => {
  const good = count([booking("a", "CONFIRMED", "1", "2"), booking("b", "CANCELLED", "3"), booking("c", "CONFIRMED", "3")], ["a", "c"]);
  expect(good).toEqual({ sold: 3, twice: 0, found: 2, acknowledged: 2 });
  expect(isRight({ ...good, violated: 0 }, 3)).toBe(true);
  expect(isRight({ ...good, violated: 1 }, 3)).toBe(false);
  expect(isRight({ ...good, violated: 0 }, 2)).toBe(false);
  const twice = count([booking("a", "CONFIRMED", "1"), booking("b", "CONFIRMED", "1")], ["a", "b"]);
  expect(isRight({ ...twice, violated: 0 }, 3)).toBe(false);
  const lost = count([booking("a", "CONFIRMED", "1")], ["a", "b"]);
  expect(isRight({ ...lost, violated: 0 }, 3)).toBe(false);
});
