import { expect, test } from "vitest";
import { ServerClock } from "./clock";

const at = (milliseconds: number) => new Date(milliseconds).toISOString();

test("the server's time is reckoned from the middle of the fastest answer", () => {
  let own = 1_000_000;
  const clock = new ServerClock(() => own);
  // An hour behind us, and 40 ms on the way.
  clock.observe(at(own - 3_600_000), own - 20, own + 20);
  expect(clock.now()).toBe(own - 3_600_000);
  own += 5_000;
  expect(clock.until(at(own - 3_600_000 + 7_000))).toBe(7_000);
  // One that took a second knows less, and says nothing new.
  clock.observe(at(own), own - 500, own + 500);
  expect(clock.now()).toBe(own - 3_600_000);
});

test("what is no time is no sample, and what is past is not negative", () => {
  const clock = new ServerClock(() => 50_000);
  clock.observe("never", 0, 1);
  expect(clock.now()).toBe(50_000);
  expect(clock.until(at(0))).toBe(0);
});
