import { expect, test } from "vitest";
import { movesOf } from "./moves";

const ZONE = "Europe/Lisbon";
const slot = (day: number, available = 2) => ({
  id: `s${day}`,
  startsAt: `2026-12-${String(day).padStart(2, "0")}T15:00:00Z`,
  endsAt: `2026-12-${String(day + 1).padStart(2, "0")}T11:00:00Z`,
  state: "OPEN" as const,
  admission: "QUOTA" as const,
  price: { amount: "10.00", currencyCode: "EUR" },
  available,
});
const line = (day: number, quantity = 1) => ({ slot: slot(day), quantity, ratePlan: "flexible", priceClass: null });
const ids = (lines: ReturnType<typeof line>[], slots: ReturnType<typeof slot>[]) =>
  movesOf(lines, slots, ZONE).map((move) => move.lines.map(({ slotId }) => slotId).join(" "));

test("a stay is moved night by night, and may use the nights that it has", () => {
  const slots = [1, 2, 3, 4, 5, 6].map((day) => slot(day));
  expect(ids([line(2), line(3)], slots)).toEqual(["s1 s2", "s3 s4", "s4 s5", "s5 s6"]);
  const full = [slot(1), slot(2, 0), slot(3, 0), slot(4), slot(5, 0)];
  expect(ids([line(2), line(3)], full)).toEqual(["s1 s2", "s3 s4"]);
  const [move] = movesOf([line(3), line(2)], slots, ZONE);
  expect(move).toMatchObject({ startsAt: slot(1).startsAt, endsAt: slot(2).endsAt, price: { amount: "20.00" } });
});

test("all places go along, and a night that is missing is no night", () => {
  expect(ids([line(1, 2)], [slot(1, 0), slot(2, 1), slot(3, 2)])).toEqual(["s3"]);
  expect(ids([line(1), line(2)], [slot(1), slot(2), slot(4), slot(6), slot(7)])).toEqual(["s6 s7"]);
  expect(movesOf([], [slot(1)], ZONE)).toEqual([]);
});
