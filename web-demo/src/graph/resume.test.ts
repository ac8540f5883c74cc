import { ApolloLink, execute } from "@apollo/client/link";
import { InMemoryCache, ApolloClient } from "@apollo/client";
import { from } from "rxjs";
import { expect, test } from "vitest";
import { BookingChangedDocument } from "../gql/graphql";
import { resume } from "./resume";

test("the last version seen is written into the variables that are sent again", async () => {
  const variables = { id: "b", afterVersion: 0 };
  let sent: Record<string, unknown> = {};
  const wire = new ApolloLink((operation) => {
    // graphql-ws keeps this object, and sends it again when it connects anew.
    sent = operation.variables;
    return from([4, 5].map((version) => ({ data: { bookingChanged: { version } } })));
  });
  const client = new ApolloClient({ cache: new InMemoryCache(), link: wire });
  const link = ApolloLink.from([resume, wire]);
  await new Promise<void>((resolve) => {
    execute(link, { query: BookingChangedDocument, variables }, { client }).subscribe({ complete: resolve });
  });
  expect(sent).toEqual({ id: "b", afterVersion: 5 });
});
