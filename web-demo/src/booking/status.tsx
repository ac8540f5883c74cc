import type { BookedFragment } from "../gql/graphql";
import { texts } from "../texts";
import { stepsOf } from "./steps";

const SIGNS = { PENDING: "◔", CONFIRMED: "✓", COMPLETED: "✓", CANCELLED: "×" } as const;
const STEP_SIGNS = { done: "✓", now: "●", ahead: "○", failed: "×" } as const;

/** A word and a sign: never a colour alone. */
export function StatusBadge({ status }: { status: BookedFragment["status"] }) {
  return (
    <span className={`badge ${status.toLowerCase()}`}>
      <span aria-hidden="true">{SIGNS[status]}</span> {texts.booking.state[status]}
    </span>
  );
}

/** How far it has come; what changes is said. */
export function Progress({ booking }: { booking: BookedFragment }) {
  const money = booking.payment;
  return (
    <div className="progress">
      <ol role="list">
        {stepsOf(booking).map(({ name, state }) => (
          <li key={name} className={state} aria-current={state === "now" ? "step" : undefined}>
            <span className="sign" aria-hidden="true">
              {STEP_SIGNS[state]}
            </span>
            {texts.booking.steps[name]}
            <span className="unseen">: {texts.booking.stepState[state]}</span>
          </li>
        ))}
      </ol>
      <p role="status" className="said">
        <StatusBadge status={booking.status} />{" "}
        {booking.reason ? `${texts.booking.reason[booking.reason]} ` : ""}
        {money ? texts.booking.payment[money.status] : texts.booking.free}
      </p>
    </div>
  );
}
