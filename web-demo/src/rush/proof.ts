// The count, by the server's own books: every booking of the event, seat by seat.
import { InvariantsDocument, RushTruthDocument } from "../gql/graphql";
import { clientFor } from "../graph/client";
import type { Event } from "./prepare";

export type Proof = {
  sold: number;
  twice: number;
  /** Acknowledged bookings that the books have. */
  found: number;
  acknowledged: number;
  violated: number;
};

type Booked = { id: string; status: string; lines: { slot: { id: string }; bookedSeats: { id: string }[] }[] };

/** Undefined while some of its bookings are not settled yet. */
export async function prove(event: Event, acknowledged: string[]): Promise<Proof | undefined> {
  const client = clientFor("OPERATOR");
  const bookings: Booked[] = [];
  for (let after: string | null = null; ; ) {
    const { data }: { data?: { bookings: Page } | undefined } = await client.query({
      query: RushTruthDocument,
      variables: { listingId: event.listingId, after },
      fetchPolicy: "no-cache",
    });
    if (!data) return undefined;
    bookings.push(...data.bookings.edges.map(({ node }) => node));
    after = data.bookings.pageInfo.endCursor;
    if (!data.bookings.pageInfo.hasNextPage) break;
  }
  const ofEvent = bookings.filter(({ lines }) => lines.some(({ slot }) => slot.id === event.slotId));
  if (ofEvent.some(({ status }) => status === "PENDING")) return undefined;
  const { data } = await client.query({ query: InvariantsDocument, fetchPolicy: "no-cache" });
  return { ...count(ofEvent, acknowledged), violated: data?.invariants.reduce((sum, { violations }) => sum + violations, 0) ?? -1 };
}

type Page = { edges: { node: Booked }[]; pageInfo: { endCursor: string | null; hasNextPage: boolean } };

/** Seat by seat: how many were sold, and how many to two. */
export function count(bookings: Booked[], acknowledged: string[]): Omit<Proof, "violated"> {
  const owners = new Map<string, number>();
  for (const { status, lines } of bookings) {
    if (status === "CANCELLED") continue;
    for (const { id } of lines.flatMap(({ bookedSeats }) => bookedSeats)) owners.set(id, (owners.get(id) ?? 0) + 1);
  }
  const known = new Set(bookings.map(({ id }) => id));
  return {
    sold: owners.size,
    twice: [...owners.values()].filter((times) => times > 1).length,
    found: acknowledged.filter((id) => known.has(id)).length,
    acknowledged: acknowledged.length,
  };
}
