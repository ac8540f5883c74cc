// The queue for what is sold out.
import { useQuery } from "@apollo/client/react";
import { useEffect, useRef, useState } from "react";
import { JoinWaitlistDocument, LeaveWaitlistDocument, WaitingForDocument, type OfferedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { Failed, Loading, Problem } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";

export function Waitlist({ slot }: { slot: OfferedFragment }) {
  const { data, error, refetch } = useQuery(WaitingForDocument, {
    variables: { slotId: slot.id },
    fetchPolicy: "cache-and-network",
  });
  const join = useAct(JoinWaitlistDocument);
  const leave = useAct(LeaveWaitlistDocument);
  const [quantity, setQuantity] = useState(1);

  // Whenever the slot changes, one's place in its queue may have.
  const seen = useRef(slot.waiting);
  useEffect(() => {
    if (seen.current === slot.waiting) return;
    seen.current = slot.waiting;
    void refetch();
  }, [slot.waiting, refetch]);

  if (error && !data) return <Failed error={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={2} />;
  const mine = data.waitlist.edges.map(({ node }) => node).find(({ status }) => status === "WAITING" || status === "OFFERED");
  return (
    <div className="form waitlist">
      <h3>{texts.listing.soldOut}</h3>
      {mine ? (
        <>
          <p role="status">
            {mine.status === "OFFERED" ? texts.bookings.status.OFFERED : texts.listing.joined(mine.position)}
          </p>
          {mine.booking ? (
            <a className="button" href={to.booking(mine.booking.id)}>
              {texts.bookings.offer}
            </a>
          ) : (
            <button
              type="button"
              className="plain"
              disabled={leave.busy}
              onClick={() => void leave.run({ entryId: mine.id }).then(() => refetch())}
            >
              {texts.listing.leave}
            </button>
          )}
        </>
      ) : (
        <>
          <p>{texts.listing.joinHelp}</p>
          <label>
            {texts.listing.quantity}
            <select
              value={quantity}
              onChange={(event) => {
                setQuantity(Number(event.target.value));
              }}
            >
              {[1, 2, 3, 4].map((count) => (
                <option key={count}>{count}</option>
              ))}
            </select>
          </label>
          <button
            type="button"
            disabled={join.busy}
            onClick={() => void join.run({ slotId: slot.id, quantity }).then(() => refetch())}
          >
            {texts.listing.join}
          </button>
        </>
      )}
      <Problem>{join.problem ?? leave.problem}</Problem>
    </div>
  );
}
