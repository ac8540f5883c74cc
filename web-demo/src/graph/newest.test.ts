import { expect, test } from "vitest";
import { BookedFragmentDoc, type BookedFragment } from "../gql/graphql";
import { makeCache } from "./client";
import { remember } from "./newest";

// As an answer has it: with the name of its type, which the generated type leaves out.
const booking = (version: number, status: BookedFragment["status"]): BookedFragment & { __typename: "Booking" } => ({
  __typename: "Booking",
  id: "b",
  reference: "R",
  version,
  status,
  reason: null,
  inProgress: false,
  createdAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-01-01T00:00:00Z",
  holdExpiresAt: null,
  extensionsLeft: 0,
  total: { amount: "1.00", currencyCode: "EUR" },
  owed: { amount: "1.00", currencyCode: "EUR" },
  payment: null,
  lines: [],
  pendingChange: null,
});

test("an answer that comes late does not take the place of a newer version", () => {
  const cache = makeCache();
  const kept = () =>
    cache.readFragment<BookedFragment>({ id: "Booking:b", fragment: BookedFragmentDoc, fragmentName: "Booked" });
  remember({ cache }, booking(2, "PENDING"));
  expect(kept()?.version).toBe(2);
  remember({ cache }, booking(4, "CONFIRMED"));
  remember({ cache }, booking(3, "PENDING"));
  expect(kept()).toMatchObject({ version: 4, status: "CONFIRMED" });
});
