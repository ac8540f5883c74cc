// How long a hold still lasts, by the server's clock.
import { useApolloClient } from "@apollo/client/react";
import { useEffect, useState } from "react";
import { RefundQuoteDocument } from "../gql/graphql";
import { serverClock } from "../graph/clock";

/** How often the countdown moves, in milliseconds. */
const TICK = 250;

/** Milliseconds until a moment; undefined without one. `bookingId` is what the server's clock is asked with. */
export function useLeft(bookingId: string, moment: string | null | undefined): number | undefined {
  const client = useApolloClient();
  const [now, setNow] = useState(() => serverClock.now());
  const isRunning = moment != null;
  useEffect(() => {
    if (!isRunning) return;
    const ask = async () => {
      const sentAt = Date.now();
      const { data } = await client.query({
        query: RefundQuoteDocument,
        variables: { id: bookingId },
        fetchPolicy: "network-only",
      });
      if (data) serverClock.observe(data.refundQuote.quotedAt, sentAt);
      setNow(serverClock.now());
    };
    // Without an answer the clock goes on as it did.
    const look = () => void ask().catch(() => undefined);
    look();
    const timer = setInterval(() => {
      setNow(serverClock.now());
    }, TICK);
    // A window that slept, or a clock that was set anew, is put right.
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [client, bookingId, isRunning]);
  return moment == null ? undefined : Math.max(0, Date.parse(moment) - now);
}
