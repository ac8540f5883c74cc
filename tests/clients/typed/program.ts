// A front end's own code over generated types. It is compiled and never run: `@ts-expect-error` marks what must not
// compile, and is an error itself where it does.
import type { ResultOf, VariablesOf } from "@graphql-typed-document-node/core";
import { useFragment } from "./gql/fragment-masking.js";
import {
  Booking_BookingFragmentDoc,
  BookingChangedSubscriptionDocument,
  BookingCreateMutationDocument,
  BookingQueryDocument,
  Booking_UserErrorFragmentDoc,
  BookingsQueryDocument,
  Bookings_ViewerFragmentDoc,
  CatalogueQueryDocument,
  type BookingStatus,
  Money_MoneyFragmentDoc,
  type UserErrorCode,
} from "./gql/graphql.js";

type Exactly<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T | undefined => undefined;

// Money is exact text, and never a number.
type Money = ResultOf<typeof Money_MoneyFragmentDoc>;
holds<Exactly<Money["amount"], string>>();
holds<Exactly<Money["currencyCode"], string>>();
// @ts-expect-error An amount is no number: floats would lose cents.
const cents: number = (null as unknown as Money).amount;

// Moments are text in RFC 3339; null only where the schema says so.
type Booking = ResultOf<typeof Booking_BookingFragmentDoc>;
type Change = ResultOf<typeof BookingChangedSubscriptionDocument>["bookingChanged"];
holds<Exactly<Change["occurredAt"], string>>();
holds<Exactly<NonNullable<Booking["holdExpiresAt"]>, string>>();
holds<Exactly<Booking["version"], number>>();
// @ts-expect-error A booking that is no longer pending has no hold.
const ends: string = (null as unknown as Booking).holdExpiresAt;

// Enums are closed sets of names.
const words: Record<BookingStatus, string> = {
  PENDING: "Waiting for your payment",
  CONFIRMED: "Confirmed",
  COMPLETED: "Done",
  CANCELLED: "Cancelled",
};
// @ts-expect-error There is no such status.
const wrong: BookingStatus = "PAID";
const codes: UserErrorCode[] = ["SOLD_OUT", "HOLD_EXPIRED", "STALE_VERSION"];

// What a mutation must be told, and what it may be.
type Create = VariablesOf<typeof BookingCreateMutationDocument>;
const create: Create = {
  input: {
    idempotencyKey: "4f1b",
    lines: [{ slotId: "U2xvdDox", quantity: 2, unitPrice: { amount: "12.50", currencyCode: "EUR" } }],
  },
};
// @ts-expect-error Every mutation takes an idempotency key.
const keyless: Create = { input: { lines: [] } };
// @ts-expect-error Money is text on the way in, too.
const number: Create = { input: { idempotencyKey: "k", lines: [{ slotId: "s", unitPrice: { amount: 12.5, currencyCode: "EUR" } }] } };
const page: VariablesOf<typeof CatalogueQueryDocument> = { slug: "harbour-hotel", first: 20, from: "2026-07-01T00:00:00Z" };
const mine: VariablesOf<typeof BookingsQueryDocument> = { first: 20, status: "CONFIRMED" };

/** What a customer reads of an answer. */
export function told(answer: ResultOf<typeof BookingCreateMutationDocument>): string {
  const [refusal] = answer.createBooking.userErrors.map((error) => useFragment(Booking_UserErrorFragmentDoc, error));
  if (refusal) return refusal.retryable ? `${refusal.message} Try again.` : refusal.message;
  const booking = useFragment(Booking_BookingFragmentDoc, answer.createBooking.booking);
  if (!booking) return "";
  const total = useFragment(Money_MoneyFragmentDoc, booking.total);
  return `${booking.reference}: ${words[booking.status]}, ${total.amount} ${total.currencyCode}`;
}

/** The bookings of a page, and where the next begins. */
export function listed(answer: ResultOf<typeof BookingsQueryDocument>): { references: string[]; next?: string | null } {
  const viewer = useFragment(Bookings_ViewerFragmentDoc, answer.viewer);
  const bookings = viewer?.bookings.edges.map(({ node }) => useFragment(Booking_BookingFragmentDoc, node)) ?? [];
  const references = bookings.map((booking) => booking.reference);
  return { references, next: viewer?.bookings.pageInfo.hasNextPage ? viewer.bookings.pageInfo.endCursor : null };
}

// @ts-expect-error `booking` may be null: there may be none that the viewer may see.
export const id = (answer: ResultOf<typeof BookingQueryDocument>): string => answer.booking.id;

export { cents, codes, create, ends, keyless, mine, number, page, wrong };
