// One client for each part that this page plays. A front end of your own has one, with its own way to a token.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from "@apollo/client";
import { SetContextLink } from "@apollo/client/link/context";
import { RetryLink } from "@apollo/client/link/retry";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { getMainDefinition } from "@apollo/client/utilities";
import { Kind, OperationTypeNode } from "graphql";
import { createClient } from "graphql-ws";
import { defer, finalize } from "rxjs";
import { connection } from "./connection";
import { inPages } from "./pages";
import { resume } from "./resume";
import { bearer, type Part } from "../dev/identity";

const clients = new Map<Part, ApolloClient>();

/** The client that asks in this part; made once, so that its cache and its socket are shared. */
export function clientFor(part: Part): ApolloClient {
  const known = clients.get(part);
  if (known) return known;
  const made = makeClient(part);
  clients.set(part, made);
  return made;
}

function makeClient(part: Part): ApolloClient {
  // What is followed right now. A socket that nobody needs is missed by nobody, however it ends.
  let followed = 0;
  const counted = new ApolloLink((operation, forward) =>
    defer(() => {
      followed += 1;
      return forward(operation).pipe(
        finalize(() => {
          followed -= 1;
        }),
      );
    }),
  );
  const socket = createClient({
    url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
    lazyCloseTimeout: 2_000,
    // A token that has expired closes the socket with 4403: the next connection brings a new one.
    connectionParams: async () => ({ authorization: await bearer(part) }),
    shouldRetry: () => true,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: async (attempt) => {
      // A second at most in the beginning, and never more than five; spread, so that not all come back at once.
      const longest = Math.min(5_000, 250 * 2 ** attempt);
      await new Promise((resolve) => setTimeout(resolve, longest / 2 + (Math.random() * longest) / 2));
    },
    keepAlive: 10_000,
    on: {
      connected: () => {
        connection.connected(part);
      },
      closed: () => {
        connection.closed(part, followed === 0);
      },
    },
  });

  const authorization = new SetContextLink(async ({ headers }) => ({
    headers: { ...(headers as Record<string, string> | undefined), authorization: await bearer(part) },
  }));
  // What got no answer is sent again. For a mutation, too: its idempotency key makes that safe.
  const again = new RetryLink({
    delay: { initial: 300, max: 3_000, jitter: true },
    attempts: { max: 12, retryIf: (error) => error instanceof TypeError || isUnavailable(error) },
  });
  const http = ApolloLink.from([again, authorization, new HttpLink({ uri: "/graphql" })]);
  const live = ApolloLink.from([counted, resume, new GraphQLWsLink(socket)]);
  const link = ApolloLink.split(({ query }) => isSubscription(query), live, http);
  return new ApolloClient({ link, cache: makeCache() });
}

function isSubscription(query: Parameters<typeof getMainDefinition>[0]): boolean {
  const main = getMainDefinition(query);
  return main.kind === Kind.OPERATION_DEFINITION && main.operation === OperationTypeNode.SUBSCRIPTION;
}

function isUnavailable(error: unknown): boolean {
  return typeof error === "object" && error !== null && "statusCode" in error && error.statusCode === 503;
}

/** Ids are unique across types; what has none belongs to the thing that shows it. */
export function makeCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Viewer: { keyFields: ["subject"] },
      RefundQuote: { keyFields: ["bookingId"] },
      Payment: { merge: true },
      Slot: { fields: { seats: inPages() } },
      // The newest page takes the place of the one before.
      Query: { fields: { waitlist: { merge: false }, deadLetters: { merge: false } } },
    },
  });
}
