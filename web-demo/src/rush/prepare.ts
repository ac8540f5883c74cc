// An event of its own for each rush, made with an organiser's token as any organiser would.
import {
  RushHallDocument,
  RushListingDocument,
  RushSlotDocument,
} from "../gql/graphql";
import { clientFor } from "../graph/client";
import { newKey } from "../graph/key";
import { texts } from "../texts";

export type Event = { listingId: string; slug: string; slotId: string };

const SLUG = "rush-hour";
const HOUR = 3_600_000;

/** Undefined where there is no hall with seats, or it could not be made. */
export async function prepare(): Promise<Event | undefined> {
  const client = clientFor("ORGANISER");
  const { data } = await client.query({ query: RushHallDocument, fetchPolicy: "network-only" });
  const slots = data?.listings.edges.flatMap(({ node }) => node.slots.edges.map((edge) => edge.node)) ?? [];
  // The smallest: five hundred are to want more than there is.
  const halls = slots.flatMap(({ venuePlan }) => venuePlan ?? []);
  const hall = halls.sort((one, other) => one.seatCount - other.seatCount)[0];
  if (!hall) return undefined;
  const listing = await client.mutate({
    mutation: RushListingDocument,
    variables: {
      input: {
        idempotencyKey: newKey(),
        slug: SLUG,
        title: texts.rush.hall.title,
        description: texts.rush.hall.description,
        timeZone: "Europe/Lisbon",
        currency: "EUR",
        salesWindowDays: 400,
        ratePlans: [
          { code: "standard", name: "Standard", policy: [{ hoursBeforeStart: 24, refundPercent: 100 }] },
        ],
      },
    },
  });
  const made = listing.data?.upsertListing.listing;
  if (!made) return undefined;
  // A date that no rush had before: to the millisecond, some days ahead.
  const startsAt = new Date(Date.now() + 7 * 24 * HOUR);
  const slot = await client.mutate({
    mutation: RushSlotDocument,
    variables: {
      input: {
        idempotencyKey: newKey(),
        listingId: made.id,
        slots: [
          {
            startsAt: startsAt.toISOString(),
            endsAt: new Date(startsAt.getTime() + 2 * HOUR).toISOString(),
            price: { amount: "10.00", currencyCode: "EUR" },
            venuePlanId: hall.id,
          },
        ],
      },
    },
  });
  const slotId = slot.data?.upsertSlots.slots[0]?.id;
  return slotId === undefined ? undefined : { listingId: made.id, slug: made.slug, slotId };
}
