// node breaking.js RELEASED SCHEMA CHANGES: compares a schema with the one released last, by graphql-inspector. What
// breaks clients needs a line of its own in CHANGES, which names the kind of the change and the path:
// "- `FIELD_REMOVED` `Booking.note`: why, and what to do instead". What is removed has to have been deprecated in the
// release before, note or not. Prints what differs; ends with 1 when something breaks these rules.
import { readFileSync } from "node:fs";
import { CriticalityLevel, diff } from "@graphql-inspector/core";
import { buildSchema } from "graphql";

const [released, present, notes] = process.argv.slice(2).map((path) => readFileSync(path, "utf8"));
const noted = new Set(Array.from(notes.matchAll(/^- `([A-Z_]+)` `([^`]+)`: \S/gm), ([, type, path]) => `${type} ${path}`));

const changes = await diff(buildSchema(released), buildSchema(present));
const faults = [];
for (const { criticality, message, meta, path, type } of changes) {
  console.log(`${criticality.level}: ${type} ${path}: ${message}`);
  if (criticality.level !== CriticalityLevel.Breaking) continue;
  if (!noted.has(`${type} ${path}`)) faults.push(`no note of what breaks clients: ${type} ${path}`);
  // What the judge knows of it: `isRemovedFieldDeprecated`, `isEnumValueDeprecated`, `isInputFieldDeprecated`.
  const wasDeprecated = Object.entries(meta).find(([name]) => name.endsWith("Deprecated"));
  if (wasDeprecated?.[1] === false) faults.push(`removed and never deprecated: ${type} ${path}`);
}
for (const fault of faults) console.log(fault);
console.log(`${changes.length} changes, ${faults.length} faults`);
process.exitCode = faults.length ? 1 : 0;
