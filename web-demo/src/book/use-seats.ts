// The seats of a slot, live: the hall is read page by page, and each page is followed.
import { useApolloClient, useQuery } from "@apollo/client/react";
import { useEffect, useEffectEvent, useState } from "react";
import { SeatsChangedDocument, SeatsDocument, type SeatingFragment, type SeatsQuery } from "../gql/graphql";
import type { Amount } from "../parts/format";

type Slot = Extract<NonNullable<SeatsQuery["node"]>, { __typename: "Slot" }>;
export type Seat = Slot["seats"]["edges"][number]["node"];
/** All that a change tells of a seat. */
export type Told = Pick<Seat, "id" | "status">;

type Seats = {
  /** Those that are here already: of a large hall, the best rows come first. */
  seats: Seat[] | undefined;
  slot: SeatingFragment | undefined;
  /** Whether all of them are here. */
  isWhole: boolean;
  error: unknown;
  again: () => void;
};

/** `onChange` hears of seats whenever some of them may have changed. */
export function useSeats(slotId: string, onChange?: (seats: Told[]) => void): Seats {
  const client = useApolloClient();
  const { data, error, refetch, fetchMore } = useQuery(SeatsDocument, {
    variables: { id: slotId, after: null },
    fetchPolicy: "cache-and-network",
  });
  const slot = data?.node?.__typename === "Slot" ? data.node : undefined;
  // Where the pages begin.
  const [pages, setPages] = useState<(string | null)[]>([null]);
  const [broken, setBroken] = useState<unknown>();

  const next = slot?.seats.pageInfo.hasNextPage === true ? slot.seats.pageInfo.endCursor : null;
  useEffect(() => {
    if (next === null) return;
    fetchMore({ variables: { after: next } }).then(() => {
      setPages((before) => (before.includes(next) ? before : [...before, next]));
    }, setBroken);
  }, [next, fetchMore]);

  const told = useEffectEvent((seats: Told[]) => onChange?.(seats));
  const isWhole = slot !== undefined && next === null;
  useEffect(() => {
    if (!isWhole) return;
    // The first that comes is how things stand, so that nothing is missed between reading and following.
    const followed = pages.map((after) =>
      client.subscribe({ query: SeatsChangedDocument, variables: { slotIds: [slotId], after } }).subscribe({
        next: ({ data: change, error: problem }) => {
          if (problem) setBroken(problem);
          if (change) told(change.availabilityChanged.slot.seats.edges.map(({ node }) => node));
        },
        error: setBroken,
      }),
    );
    return () => {
      for (const one of followed) one.unsubscribe();
    };
  }, [client, slotId, pages, isWhole]);

  return {
    seats: slot?.seats.edges.map(({ node }) => node),
    slot,
    isWhole,
    error: error ?? broken,
    again: () => {
      setBroken(undefined);
      void refetch();
    },
  };
}

/** What a seat costs at 100 percent. */
export function priceOf({ price, classPrices }: SeatingFragment, { priceClass }: Pick<Seat, "priceClass">): Amount {
  return classPrices.find((one) => one.priceClass === priceClass)?.price ?? price;
}
