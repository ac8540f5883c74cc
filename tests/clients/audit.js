// The audits of graphql-http, the reference implementation of GraphQL over HTTP, against a server.
// Argument: the server's address. Prints one JSON object per audit, and why it failed if it did.

import { serverAudits } from 'graphql-http';

for (const audit of serverAudits({ url: process.argv[2], fetchFn: fetch })) {
  const { status, reason, response } = await audit.fn();
  const body = status === 'ok' ? undefined : await response.text().catch(() => undefined);
  console.log(JSON.stringify({ id: audit.id, name: audit.name, status, reason, http: response?.status, body }));
}
