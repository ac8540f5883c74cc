import { expect, test } from "vitest";
import type { BookedFragment, PaymentStatus } from "../gql/graphql";
import { stepsOf } from "./steps";

const states = (status: BookedFragment["status"], money: PaymentStatus | undefined) => {
  const zero = { amount: "0.00", currencyCode: "EUR" };
  const payment = money && { status: money, attempts: 1, failure: null, amount: zero, captured: zero, refunded: zero };
  return stepsOf({ status, payment: payment ?? null }).map(({ state }) => state);
};

test("each stage of a booking has its step", () => {
  expect(states("PENDING", "REQUIRES_METHOD")).toEqual(["now", "ahead", "ahead", "ahead"]);
  expect(states("PENDING", "AUTHORIZING")).toEqual(["done", "now", "ahead", "ahead"]);
  expect(states("PENDING", "UNKNOWN")).toEqual(["done", "now", "ahead", "ahead"]);
  expect(states("CONFIRMED", "CAPTURING")).toEqual(["done", "done", "done", "now"]);
  expect(states("CONFIRMED", "UNKNOWN")).toEqual(["done", "done", "done", "now"]);
  expect(states("CONFIRMED", "CAPTURED")).toEqual(["done", "done", "done", "done"]);
  expect(states("COMPLETED", "PARTIALLY_REFUNDED")).toEqual(["done", "done", "done", "done"]);
  expect(states("CANCELLED", "FAILED")).toEqual(["done", "failed", "failed", "failed"]);
  expect(states("CONFIRMED", undefined)).toEqual(["done", "done"]);
});
