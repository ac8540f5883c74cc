// Runs operations with the official clients of the two streaming transports.
// Argument: JSON with the server's `url`, a `token`, and `operations`. Prints for each operation and transport what came:
// the results, and how it ended.

import { createClient as overSse } from 'graphql-sse';
import { createClient as overWs } from 'graphql-ws';
import WebSocket from 'ws';

const { url, token, operations } = JSON.parse(process.argv[2]);
const authorization = `Bearer ${token}`;
const clients = {
  ws: overWs({
    url: url.replace('http', 'ws'),
    connectionParams: { authorization },
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    // One socket for all: between two operations it would be closed, and opened again.
    lazyCloseTimeout: 60_000,
  }),
  sse: overSse({ url, headers: { authorization }, retryAttempts: 0 }),
};

/** All results of an operation, up to `most`, and how it ended. */
const run = (client, { most, ...request }) =>
  new Promise((resolve) => {
    const results = [];
    const stop = client.subscribe(request, {
      next: (result) => {
        results.push(result);
        if (results.length === most) stop();
      },
      error: (error) => {
        const errors = Array.isArray(error) ? error : [{ message: error.message ?? `closed with ${error.code}` }];
        resolve({ results, ended: 'error', errors });
      },
      complete: () => resolve({ results, ended: 'complete' }),
    });
  });

for (const [name, operation] of Object.entries(operations)) {
  for (const [transport, client] of Object.entries(clients)) {
    console.log(JSON.stringify({ name, transport, ...(await run(client, operation)) }));
  }
}
await clients.ws.dispose();
// The time after which its socket would have been closed is not waited for.
process.exit(0);
