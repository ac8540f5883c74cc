// The seats of a slot, live.
import { useQuery, useSubscription } from "@apollo/client/react";
import { SeatsChangedDocument, SeatsDocument, type SeatingFragment } from "../gql/graphql";
import type { Seat } from "./seat-map";

type Seats = { seats: Seat[] | undefined; slot: SeatingFragment | undefined; error: unknown; again: () => void };

/** `onChange` hears of the seats whenever they change. */
export function useSeats(slotId: string, onChange?: (seats: Seat[]) => void): Seats {
  const { data, error, refetch } = useQuery(SeatsDocument, { variables: { id: slotId } });
  // Each change carries the slot, seats included: the cache is up to date by itself.
  useSubscription(SeatsChangedDocument, {
    variables: { slotIds: [slotId] },
    ignoreResults: true,
    onData: ({ data: { data: change } }) => {
      if (change) onChange?.(seatsOf(change.availabilityChanged.slot));
    },
  });
  const slot = data?.node?.__typename === "Slot" ? data.node : undefined;
  return { seats: slot && seatsOf(slot), slot, error, again: () => void refetch() };
}

function seatsOf(slot: SeatingFragment): Seat[] {
  return slot.seats.edges.map(({ node }) => node);
}
