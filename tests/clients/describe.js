// node describe.js SCHEMA: every type, field, argument, input field, enum value and directive says what it is. Prints
// what does not, and how many were looked at; ends with 1 when something does not.
import { readFileSync } from "node:fs";
import { Kind, parse, visit } from "graphql";

const silent = [];
let seen = 0;
const path = [];

function look(node) {
  seen += 1;
  if (!node.description?.value.trim()) silent.push([...path].join("."));
}

visit(parse(readFileSync(process.argv[2], "utf8")), {
  enter(node) {
    if (node.kind === Kind.SCHEMA_DEFINITION) return false;
    if (!("description" in node)) return undefined;
    path.push(node.kind === Kind.DIRECTIVE_DEFINITION ? `@${node.name.value}` : node.name.value);
    // What a directive takes is the specification's, and the library prints it without a word.
    if (node.kind !== Kind.INPUT_VALUE_DEFINITION || !path[0].startsWith("@")) look(node);
    return undefined;
  },
  leave(node) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && "description" in node) path.pop();
  },
});

for (const element of silent) console.log(`not described: ${element}`);
console.log(`${seen} elements, ${silent.length} not described`);
process.exitCode = seen > 0 && silent.length === 0 ? 0 : 1;
