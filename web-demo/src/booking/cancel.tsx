// Cancelling: what comes back is told before it is done.
import { useQuery } from "@apollo/client/react";
import { CancelBookingDocument, RefundQuoteDocument, type BookedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { Ask } from "../parts/ask";
import { isZero, money } from "../parts/format";
import { Failed, Loading, Problem } from "../parts/states";
import { texts } from "../texts";

export function Cancel({ booking }: { booking: BookedFragment }) {
  if (booking.status !== "PENDING" && booking.status !== "CONFIRMED") return null;
  return (
    <Ask button={texts.booking.cancel} title={texts.booking.cancelTitle}>
      {(close) => <Quote booking={booking} onEnd={close} />}
    </Ask>
  );
}

function Quote({ booking, onEnd }: { booking: BookedFragment; onEnd: () => void }) {
  const { run, busy, problem } = useAct(CancelBookingDocument);
  const { data, error, refetch } = useQuery(RefundQuoteDocument, {
    variables: { id: booking.id },
    fetchPolicy: "network-only",
  });
  const cancel = async () => {
    if (await run({ bookingId: booking.id })) onEnd();
  };
  if (error) return <Failed error={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={1} />;
  const { refund } = data.refundQuote;
  const isUnpaid = booking.payment === null || isZero(booking.payment.captured);
  return (
    <>
      <p>{isUnpaid && isZero(refund) ? texts.booking.cancelNothing : texts.booking.cancelQuote(money(refund))}</p>
      <Problem>{problem}</Problem>
      <div className="buttons">
        <button type="button" className="danger" disabled={busy} onClick={() => void cancel()}>
          {busy ? texts.booking.cancelling : texts.booking.cancelYes}
        </button>
        <button type="button" className="plain" onClick={onEnd}>
          {texts.booking.cancelNo}
        </button>
      </div>
    </>
  );
}
