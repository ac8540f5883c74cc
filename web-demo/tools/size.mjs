// What a visitor's browser has to read before the first page stands: the scripts that index.html names, and what those
// import, packed as the server packs them. Ends with 1 when it is too much.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST = 200_000;
const dist = new URL("../dist/", import.meta.url);
const page = readFileSync(new URL("index.html", dist), "utf8");
const named = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, name]) => name);
const seen = new Set();
const visit = (name) => {
  if (seen.has(name)) return;
  seen.add(name);
  const text = readFileSync(new URL(name, dist), "utf8");
  // Only what is imported at once; what is imported when it is asked for stands in parentheses.
  for (const [, other] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) visit(`assets/${other}`);
};
named.forEach(visit);
const packed = [...seen].reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, dist))).length, 0);
console.log(`initial JavaScript: ${seen.size} files, ${(packed / 1000).toFixed(1)} kB packed with gzip, of ${MOST / 1000} allowed`);
if (named.length === 0 || packed >= MOST) process.exitCode = 1;
