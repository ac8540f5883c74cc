// A mutation is answered with the booking as it was when it was done, and the subscription may have told of more by
// then: whichever comes last must not win. The newer version does.
import type { ApolloClient } from "@apollo/client";
import { BookedFragmentDoc, type BookedFragment } from "../gql/graphql";

/** Puts a booking into the cache unless a newer version of it is there. */
export function remember({ cache }: Pick<ApolloClient, "cache">, booking: BookedFragment): void {
  const id = cache.identify(booking);
  if (id === undefined) return;
  const where = { id, fragment: BookedFragmentDoc, fragmentName: "Booked" };
  const known = cache.readFragment<BookedFragment>(where);
  if (known && known.version >= booking.version) return;
  cache.writeFragment<BookedFragment>({ ...where, data: booking });
}

/** The booking that an answer carries, if it is a whole one. */
export function bookingOf(payload: object): BookedFragment | undefined {
  const booking = "booking" in payload ? payload.booking : undefined;
  if (typeof booking !== "object" || booking === null) return undefined;
  return "version" in booking && "lines" in booking ? (booking as BookedFragment) : undefined;
}
