// Asks for an answer in each of the encodings, and has Node take it out again.
// Arguments: the server's address, a document. Prints one JSON object per encoding.

const [url, query] = process.argv.slice(2);

for (const encoding of ['gzip', 'br', 'identity']) {
  const headers = { 'content-type': 'application/json', 'accept-encoding': encoding };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const used = response.headers.get('content-encoding') ?? 'identity';
  console.log(JSON.stringify({ encoding, used, body: await response.json() }));
}
