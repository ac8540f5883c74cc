// Apollo Client with its own link for persisted queries.
// Argument: JSON with the server's `url`, whether hashes go by GET (`get`), the document (`query`), and if there are any
// the `ids` of a list, by document name. Prints every request as it went, and then the result.

import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';

const { url, get, query, ids } = JSON.parse(process.argv[2]);
const document = gql(query);
const [{ name }] = document.definitions;

const watched = async (address, options) => {
  const response = await fetch(address, options);
  const params = options.method === 'GET' ? Object.fromEntries(new URL(address).searchParams) : JSON.parse(options.body);
  const body = await response.clone().json();
  const code = body.errors?.[0]?.extensions?.code ?? 'OK';
  console.log(JSON.stringify({ method: options.method, text: 'query' in params, status: response.status, code }));
  return response;
};

const naming = ids
  ? { generateHash: async () => ids[name.value] }
  : { sha256: (text) => createHash('sha256').update(text).digest('hex') };
const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: ApolloLink.from([
    new PersistedQueryLink({ ...naming, useGETForHashedQueries: get }),
    new HttpLink({ uri: url, fetch: watched }),
  ]),
});
const { data, error } = await client.query({ query: document, errorPolicy: 'all' });
console.log(JSON.stringify({ data, error: error?.message }));
