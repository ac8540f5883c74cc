// Follows a booking with the official client of a transport, over every end of its connection.
//
// Argument: JSON with `transport` (`ws` or `sse`), the `booking`, the version to stop at (`until`), and for each
// connection in turn the server and the token (`ways`). Prints `{connected}`, `{change}` with each version, and `{cut}`
// with the close code (or `end`) when a connection ends; then waits for a line of its input before the next one, and
// asks for what comes after the last version that it saw.

import { createInterface } from 'node:readline';
import { createClient as overSse } from 'graphql-sse';
import { createClient as overWs } from 'graphql-ws';
import WebSocket from 'ws';

const { transport, booking, until, ways } = JSON.parse(process.argv[2]);
const say = (what) => console.log(JSON.stringify(what));
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const told = () => lines.next();

let turn = 0;
const way = () => ways[Math.min(turn, ways.length - 1)];
const cut = async (how) => {
  turn += 1;
  say({ cut: how });
  await told();
};

// Both clients send this object again when they connect again: what is changed in it is what is asked for.
const variables = { id: booking, after: 0 };
const request = {
  query: `subscription Follow($id: ID!, $after: Int) {
    bookingChanged(id: $id, afterVersion: $after) { version type }
  }`,
  variables,
};

let code;
const ws = () =>
  overWs({
    url: () => way().url.replace('http', 'ws'),
    connectionParams: () => ({ authorization: `Bearer ${way().token}` }),
    webSocketImpl: WebSocket,
    retryWait: () => cut(code),
    on: { connected: () => say({ connected: turn }), closed: (event) => (code = event.code) },
  });
const sse = () =>
  overSse({
    url: () => way().url,
    headers: () => ({ authorization: `Bearer ${way().token}` }),
    retry: () => cut('end'),
    on: { connected: () => say({ connected: turn }) },
  });

const client = transport === 'ws' ? ws() : sse();
const stop = client.subscribe(request, {
  next: ({ data, errors }) => {
    if (errors) throw new Error(JSON.stringify(errors));
    variables.after = data.bookingChanged.version;
    say({ change: variables.after });
    if (variables.after === until) stop();
  },
  error: (error) => {
    say({ error: error.message ?? JSON.stringify(error.reason ?? error) });
    process.exit(1);
  },
  complete: () => process.exit(0),
});
