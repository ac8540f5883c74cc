import { expect, test } from "vitest";
import { daysOf, NO_STAY, press, type Night, type Stay } from "./stay";

const ZONE = "Europe/Lisbon";
/** A night of December from a day on, with so many rooms free. */
const night = (day: number, available = 3): Night => ({
  id: `n${day}`,
  startsAt: `2026-12-${String(day).padStart(2, "0")}T15:00:00Z`,
  endsAt: `2026-12-${String(day + 1).padStart(2, "0")}T11:00:00Z`,
  available,
  price: { amount: "1.00", currencyCode: "EUR" },
});
const key = (day: number) => `2026-12-${String(day).padStart(2, "0")}`;
const pressed = (nights: Night[], ...days: number[]): Stay =>
  days.reduce((stay, day) => press(daysOf(nights, ZONE), ZONE, stay, key(day)), NO_STAY);

test("first the day to arrive, then the day to leave, and then anew", () => {
  const nights = [1, 2, 3, 4, 5].map((day) => night(day));
  expect(pressed(nights, 2)).toEqual({ nights: ["n2"], isOpen: true, blocked: undefined });
  expect(pressed(nights, 2, 5)).toEqual({ nights: ["n2", "n3", "n4"], isOpen: false, blocked: undefined });
  expect(pressed(nights, 2, 5, 3)).toMatchObject({ nights: ["n3"], isOpen: true });
  expect(pressed(nights, 4, 2), "an earlier day is another day to arrive").toMatchObject({ nights: ["n2"], isOpen: true });
  expect(pressed(nights, 5, 6), "one leaves on the day after the last night").toMatchObject({ nights: ["n5"], isOpen: false });
  expect(pressed(nights, 6), "nobody arrives there").toEqual(NO_STAY);
});

test("nobody stays past a night without room, but up to it", () => {
  const nights = [night(1), night(2), night(3, 0), night(4)];
  expect(pressed(nights, 1, 3)).toMatchObject({ nights: ["n1", "n2"], isOpen: false });
  expect(pressed(nights, 1, 4)).toEqual({ nights: ["n4"], isOpen: true, blocked: night(3).startsAt });
  expect(pressed(nights, 1, 5), "the day to leave is no day to arrive").toMatchObject({ nights: ["n1"], isOpen: true });
  expect(pressed(nights, 3), "its waiting list can be joined").toMatchObject({ nights: ["n3"] });
});

test("a house that is closed on some days has days to leave only", () => {
  const nights = [night(1), night(2), night(7)];
  expect(daysOf(nights, ZONE).map(({ key: day, night: there }) => [day, there !== undefined])).toEqual([
    [key(1), true],
    [key(2), true],
    [key(3), false],
    [key(7), true],
    [key(8), false],
  ]);
  expect(pressed(nights, 1, 3)).toMatchObject({ nights: ["n1", "n2"] });
  expect(pressed(nights, 1, 8)).toMatchObject({ nights: ["n1"], isOpen: true, blocked: night(2).endsAt });
});
