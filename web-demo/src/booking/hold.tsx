// The countdown of a hold, a warning well before its end, and one press that extends it.
import { ExtendHoldDocument, type BookedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { minutes } from "../parts/format";
import { Problem } from "../parts/states";
import { texts } from "../texts";
import { useLeft } from "./use-left";

/** People are warned a minute before the end, and never later than half-way. */
const WARNING = 60_000;

export function HoldClock({ booking }: { booking: BookedFragment }) {
  const left = useLeft(booking.id, booking.holdExpiresAt);
  const extend = useAct(ExtendHoldDocument);
  if (left === undefined) return null;
  const length = (booking.lines[0]?.slot.listing.holdSeconds ?? 300) * 1_000;
  const isSoon = left <= Math.min(WARNING, length / 2);
  const shown = minutes(left);
  return (
    <section className={isSoon ? "hold soon" : "hold"} aria-label={texts.booking.state.PENDING}>
      <p className="clock">
        <span role="timer" className="figures">
          {left === 0 ? texts.booking.holdEnded : texts.booking.hold(shown)}
        </span>
      </p>
      <progress max={length} value={left} aria-hidden="true" />
      {/* Said once, when it begins: a countdown that speaks each second helps nobody. */}
      <p role="status" className="said">
        {isSoon && left > 0 ? texts.booking.holdSoon(`${Math.round(Math.min(WARNING, length / 2) / 1_000)} s`) : ""}
      </p>
      {booking.extensionsLeft > 0 && left > 0 ? (
        <button
          type="button"
          className={isSoon ? "" : "plain"}
          disabled={extend.busy}
          onClick={() => void extend.run({ bookingId: booking.id })}
        >
          {texts.booking.extend(minutes(length))}
        </button>
      ) : null}
      <p className="hint">{texts.booking.extensionsLeft(booking.extensionsLeft)}</p>
      <Problem>{extend.problem}</Problem>
    </section>
  );
}
