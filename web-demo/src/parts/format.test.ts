import { describe, expect, test } from "vitest";
import { atPercent, calendarDay, duration, isZero, minutes, money, sum, times } from "./format";

const eur = (amount: string) => ({ amount, currencyCode: "EUR" });

describe("money", () => {
  test("is exact where floats are not", () => {
    expect(sum([eur("0.10"), eur("0.20")])).toEqual(eur("0.30"));
    expect(sum(Array.from({ length: 1000 }, () => eur("99999999999.99")))).toEqual(eur("99999999999990.00"));
    expect(sum([])).toBeUndefined();
    expect(times(eur("129.00"), 3)).toEqual(eur("387.00"));
  });

  test("has half a minor unit rounded up, as the server does", () => {
    expect(atPercent(eur("32.00"), 60)).toEqual(eur("19.20"));
    expect(atPercent(eur("0.01"), 50)).toEqual(eur("0.01"));
    expect(atPercent(eur("0.05"), 90)).toEqual(eur("0.05"));
    expect(atPercent({ amount: "150", currencyCode: "JPY" }, 33)).toEqual({ amount: "50", currencyCode: "JPY" });
  });

  test("is shown with its currency's decimals", () => {
    expect(money(eur("45.00"))).toBe("€45.00");
    expect(money({ amount: "1500", currencyCode: "JPY" })).toContain("1,500");
    expect(isZero(eur("0.00"))).toBe(true);
    expect(isZero(eur("0.01"))).toBe(false);
  });
});

test("a day is one of the place, not of the visitor", () => {
  // Half past eleven at night in Lisbon is the next day in Berlin.
  expect(calendarDay("2026-06-30T22:30:00Z", "Europe/Lisbon")).toEqual({ key: "2026-06-30", day: 30, weekday: 1 });
  expect(calendarDay("2026-06-30T22:30:00Z", "Europe/Berlin")).toEqual({ key: "2026-07-01", day: 1, weekday: 2 });
});

test("times are told with a unit that fits", () => {
  expect(minutes(299_001)).toBe("5:00");
  expect(minutes(0)).toBe("0:00");
  expect(duration(12.4)).toBe("12 ms");
  expect(duration(15_250)).toBe("15.3 s");
  expect(duration(600_000)).toBe("10 min");
});
