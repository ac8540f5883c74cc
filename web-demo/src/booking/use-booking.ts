// A booking and each of its versions, live: the first from the beginning, the next as they happen, and after a cut
// those that were missed.
import { skipToken, useQuery, useSubscription } from "@apollo/client/react";
import { useState } from "react";
import {
  BookingChangedDocument,
  BookingDocument,
  type BookedFragment,
  type BookingChangedSubscription,
} from "../gql/graphql";

export type Change = BookingChangedSubscription["bookingChanged"];

type Followed = {
  /** Undefined while it is asked for, null when there is none to see. */
  booking: BookedFragment | null | undefined;
  /** Newest first. */
  changes: Change[];
  error: unknown;
  again: () => void;
};

export function useBooking(id: string): Followed {
  const [changes, setChanges] = useState<ReadonlyMap<number, Change>>(new Map());
  const { data, error, refetch } = useQuery(BookingDocument, {
    variables: { id },
    fetchPolicy: "cache-and-network",
    // That there is no such booking is an error of its quote, and an answer about the booking itself.
    errorPolicy: "all",
  });
  const isThere = data?.booking != null;
  const follow = {
    variables: { id, afterVersion: 0 },
    ignoreResults: true,
    onData: ({ data: { data: next } }: { data: { data?: BookingChangedSubscription | undefined } }) => {
      if (!next) return;
      const change = next.bookingChanged;
      setChanges((before) => new Map(before).set(change.version, change));
    },
  };
  useSubscription(BookingChangedDocument, isThere ? follow : skipToken);
  const missing = error !== undefined && data === undefined ? isNotFound(error) : false;
  const booking = missing ? null : (data?.booking as BookedFragment | null | undefined);
  return {
    booking,
    changes: [...changes.values()].sort((one, other) => other.version - one.version),
    error: missing ? undefined : booking === undefined ? error : undefined,
    again: () => void refetch(),
  };
}

function isNotFound(error: unknown): boolean {
  const errors = (error as { errors?: { extensions?: Record<string, unknown> }[] }).errors ?? [];
  return errors.some(({ extensions }) => ["NOT_FOUND", "BAD_USER_INPUT"].includes(String(extensions?.["code"])));
}
