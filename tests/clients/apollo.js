// node apollo.js '{"url": ..., "token": ..., "slug": ..., "slot": ..., "small": ...}': Apollo Client as a front end has
// it, without React: a normalised cache, pages that grow, and a subscription over graphql-ws. Prints what was seen;
// ends with 1 at the first thing that is not as it should be, or does not come.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { ApolloClient, ApolloLink, CombinedGraphQLErrors, HttpLink, InMemoryCache } from "@apollo/client";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition, relayStylePagination } from "@apollo/client/utilities";
import { Kind, concatAST, parse, visit } from "graphql";
import { createClient } from "graphql-ws";
import WebSocket from "ws";

const { url, token, slug, slot, small } = JSON.parse(process.argv[2]);

// The same documents as Relay's, without what only its compiler knows.
const files = readdirSync("documents").filter((name) => name.endsWith(".graphql"));
const all = concatAST(files.map((name) => parse(readFileSync(`documents/${name}`, "utf8"))));
const definitions = visit(all, {
  Directive: ({ name }) => (name.value === "refetchable" ? null : undefined),
}).definitions;
const fragments = new Map(definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION).map((d) => [d.name.value, d]));

/** One operation and the fragments that it needs. */
function document(name) {
  const operation = definitions.find((definition) => definition.name.value === name);
  const needed = new Set();
  const gather = (node) =>
    visit(node, {
      FragmentSpread({ name: { value } }) {
        if (needed.has(value)) return;
        needed.add(value);
        gather(fragments.get(value));
      },
    });
  gather(operation);
  return { kind: Kind.DOCUMENT, definitions: [operation, ...[...needed].map((value) => fragments.get(value))] };
}

let requests = 0;
const http = new HttpLink({
  uri: `${url}/graphql`,
  headers: { authorization: `Bearer ${token}` },
  fetch: (...request) => {
    requests += 1;
    return fetch(...request);
  },
});
const socket = createClient({
  url: `${url.replace("http", "ws")}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${token}` },
});
const link = ApolloLink.split(
  ({ query }) => getMainDefinition(query).operation === "subscription",
  new GraphQLWsLink(socket),
  http,
);
const cache = new InMemoryCache({
  typePolicies: { Viewer: { keyFields: ["subject"], fields: { bookings: relayStylePagination(["status"]) } } },
});
const client = new ApolloClient({ cache, link });

const create = (input) =>
  client.mutate({ mutation: document("BookingCreateMutation"), variables: { input: { idempotencyKey: randomUUID(), ...input } } });

// What never comes must not keep the test waiting for ever.
setTimeout(() => assert.fail("something did not come in two minutes"), 120_000).unref();

/** Waits for a value of an observable that is as it should be; what came before it goes into `seen`. */
function until(observable, good, seen = []) {
  return new Promise((resolve, reject) => {
    const subscription = observable.subscribe({
      next(value) {
        seen.push(value);
        if (!good(value)) return;
        // An observable may speak before `subscribe` has returned.
        queueMicrotask(() => subscription.unsubscribe());
        resolve(value);
      },
      error: reject,
      complete: () => reject(new Error("it ended before what was waited for")),
    });
  });
}

// A query, and money as exact text.
const { data: catalogue } = await client.query({ query: document("CatalogueQuery"), variables: { slug, first: 1 } });
assert.equal(catalogue.listing.slots.edges.length, 1);
assert.deepEqual(catalogue.listing.slots.edges[0].node.price, { __typename: "Money", amount: "100.00", currencyCode: "EUR" });

// A refusal is an answer, not an error.
const refused = await create({ lines: [{ slotId: small, quantity: 1000 }] });
assert.equal(refused.error, undefined);
assert.equal(refused.data.createBooking.booking, null);
assert.equal(refused.data.createBooking.userErrors[0].code, "SOLD_OUT");

// What is wrong with the request is one.
const anonymous = new ApolloClient({ cache: new InMemoryCache(), link: new HttpLink({ uri: `${url}/graphql` }) });
const denied = anonymous.query({ query: document("BookingQuery"), variables: { id: slot } });
await assert.rejects(denied, (error) => {
  assert(CombinedGraphQLErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, "UNAUTHENTICATED");
  return true;
});

// Five bookings, read two at a time: the pages grow into one list, newest first.
const made = [];
for (let at = 0; at < 5; at += 1) {
  const { data } = await create({ lines: [{ slotId: slot, quantity: 1 }] });
  assert.deepEqual(data.createBooking.userErrors, []);
  made.unshift(data.createBooking.booking.id);
}
const list = client.watchQuery({ query: document("BookingsQuery"), variables: { first: 2 } });
const ids = ({ data }) => data?.viewer?.bookings?.edges.map(({ node }) => node.id) ?? [];
const listening = list.subscribe(() => {});
let { data: page } = await until(list, (result) => ids(result).length === 2);
let pages = 1;
while (page.viewer.bookings.pageInfo.hasNextPage) {
  const { endCursor } = page.viewer.bookings.pageInfo;
  ({ data: page } = await list.fetchMore({ variables: { after: endCursor } }));
  pages += 1;
  const last = ids({ data: page }).at(-1);
  await until(list, (result) => ids(result).includes(last));
}
await until(list, (result) => isDeepStrictEqual(ids(result), made));
assert.equal(pages, 3);

// One booking in the cache, whoever reads it: what a mutation answers shows in a query that is watched, and in the list,
// without another request.
const [followed, cancelled] = made;
const watched = client.watchQuery({ query: document("BookingQuery"), variables: { id: cancelled } });
const watching = watched.subscribe(() => {});
await until(watched, ({ data }) => data?.booking?.status === "PENDING");
const before = requests;
const input = { bookingId: cancelled, idempotencyKey: randomUUID(), expectedVersion: 1 };
const answers = until(watched, ({ data }) => data?.booking?.status === "CANCELLED");
await client.mutate({ mutation: document("BookingCancelMutation"), variables: { input } });
await answers;
const inList = ({ data }) => data.viewer.bookings.edges.find(({ node }) => node.id === cancelled).node;
const listed = inList(await until(list, (result) => inList(result).status === "CANCELLED"));
assert.equal(listed.reason, "CUSTOMER");
assert.equal(requests, before + 1, "the mutation alone was sent");

// A subscription: every version in order, and each of them moves the cache.
const changes = [];
const variables = { id: followed, afterVersion: 0 };
const followedUp = until(
  client.subscribe({ query: document("BookingChangedSubscription"), variables }),
  ({ data }) => data.bookingChanged.type === "payment.captured",
  changes,
);
const payment = { bookingId: followed, idempotencyKey: randomUUID(), paymentMethod: "pm_card_visa" };
// What it answers stays out of the cache: the subscription alone moves that.
const paid = await client.mutate({
  mutation: document("BookingPayMutation"),
  variables: { input: payment },
  fetchPolicy: "no-cache",
});
assert.deepEqual(paid.data.payBooking.userErrors, []);
await followedUp;
assert.deepEqual(changes.map(({ data }) => data.bookingChanged.version), changes.map((_, at) => at + 1));
const paidFor = ({ data }) => {
  const { node } = data.viewer.bookings.edges.find((edge) => edge.node.id === followed);
  return node.status === "CONFIRMED" && node.payment.captured.amount === "100.00";
};
await until(list, paidFor);

listening.unsubscribe();
watching.unsubscribe();
client.stop();
await socket.dispose();
console.log(`${requests} requests, ${pages} pages of ${made.length} bookings, ${changes.length} changes pushed`);
