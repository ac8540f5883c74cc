import { useState } from "react";
import { PayBookingDocument, type BookedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { money } from "../parts/format";
import { Problem } from "../parts/states";
import { texts } from "../texts";

const ATTEMPTS = 3;

/** Test cards, each with an end of its own. */
export function Pay({ booking }: { booking: BookedFragment }) {
  const [method, setMethod] = useState("pm_card_visa");
  const { run, busy, problem } = useAct(PayBookingDocument);
  const payment = booking.payment;
  if (booking.status !== "PENDING" || payment?.status !== "REQUIRES_METHOD") return null;
  const pay = () => run({ bookingId: booking.id, paymentMethod: method });
  return (
    <section className="panel" aria-labelledby="pay">
      <h2 id="pay">{texts.booking.pay}</h2>
      <div role="alert">
        {payment.failure ? (
          <p className="note bad">
            {texts.booking.declined(payment.failure)} {texts.booking.attempts(ATTEMPTS - payment.attempts)}
          </p>
        ) : null}
      </div>
      <fieldset className="methods">
        <legend>{texts.booking.method}</legend>
        {Object.entries(texts.booking.methods).map(([token, [name, what]]) => (
          <label key={token} className="choice">
            <input
              type="radio"
              name="method"
              value={token}
              checked={method === token}
              aria-label={name}
              aria-describedby={`about-${token}`}
              onChange={() => {
                setMethod(token);
              }}
            />
            <span>
              <strong>{name}</strong>
              <small id={`about-${token}`}>{what}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <Problem>{problem}</Problem>
      <button type="button" disabled={busy} onClick={() => void pay()}>
        {busy ? texts.booking.paying : texts.booking.payNow(money(payment.amount))}
      </button>
    </section>
  );
}
