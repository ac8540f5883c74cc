// Where a booking stands on its way, as steps that people know.
import type { BookedFragment } from "../gql/graphql";

export type StepName = "held" | "paying" | "confirmed" | "paid";
export type StepState = "done" | "now" | "ahead" | "failed";
export type Step = { name: StepName; state: StepState };

const TAKEN = new Set(["CAPTURED", "PARTIALLY_REFUNDED", "REFUNDED"]);
const RESERVED = new Set(["AUTHORIZED", "CAPTURING", ...TAKEN]);

export function stepsOf({ status, payment }: Pick<BookedFragment, "status" | "payment">): Step[] {
  const isOn = status === "CONFIRMED" || status === "COMPLETED";
  if (!payment) {
    return [
      { name: "held", state: "done" },
      { name: "confirmed", state: isOn ? "done" : status === "CANCELLED" ? "failed" : "now" },
    ];
  }
  const money = payment.status;
  const paying: StepState = RESERVED.has(money)
    ? "done"
    : money === "AUTHORIZING" || money === "UNKNOWN"
      ? isOn
        ? "done"
        : "now"
      : status === "CANCELLED"
        ? "failed"
        : "ahead";
  const paid: StepState = TAKEN.has(money)
    ? "done"
    : money === "CAPTURING" || (isOn && money === "UNKNOWN")
      ? "now"
      : status === "CANCELLED"
        ? "failed"
        : "ahead";
  return [
    { name: "held", state: status === "PENDING" && paying === "ahead" ? "now" : "done" },
    { name: "paying", state: paying },
    { name: "confirmed", state: isOn ? "done" : status === "CANCELLED" ? "failed" : "ahead" },
    { name: "paid", state: paid },
  ];
}
