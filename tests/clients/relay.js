// node relay.js SCHEMA: compiles the documents of `documents/` with relay-compiler, as a front end has them: each file
// is a module. Prints what the compiler says; ends with 1 unless it wrote everything without a warning.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import compiler from "relay-compiler";
import { Kind, parse, print } from "graphql";

const schema = readFileSync(resolve(process.argv[2]), "utf8");
const place = mkdtempSync(join(tmpdir(), "holdfast-relay-"));
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
// Watchman, where there is one, must not be asked to watch a folder that is gone in a moment.
execFileSync("git", ["init", "--quiet", place]);
mkdirSync(join(place, "src"));
writeFileSync(join(place, "schema.graphql"), schema);

// One literal for each definition, as the compiler wants it.
const wanted = [];
for (const file of readdirSync("documents").filter((name) => name.endsWith(".graphql"))) {
  const { definitions } = parse(readFileSync(join("documents", file), "utf8"));
  const literals = definitions.map((definition) => `graphql\`\n${print(definition)}\n\`;`);
  const module = `import { graphql } from "relay-runtime";\n\n${literals.join("\n\n")}\n`;
  writeFileSync(join(place, "src", `${basename(file, ".graphql")}.ts`), module);
  for (const definition of definitions) {
    wanted.push(definition.name.value);
    const refetchable = definition.directives.find(({ name }) => name.value === "refetchable");
    if (definition.kind === Kind.FRAGMENT_DEFINITION && refetchable)
      wanted.push(refetchable.arguments.find(({ name }) => name.value === "queryName").value.value);
  }
}

const text = "string";
const config = {
  src: "./src",
  schema: "./schema.graphql",
  language: "typescript",
  customScalarTypes: { CurrencyCode: text, Date: text, DateTime: text, Decimal: text, JSON: "unknown", LocalTime: text },
};
writeFileSync(join(place, "relay.config.json"), JSON.stringify(config));
const { status, stdout, stderr } = spawnSync(compiler, ["relay.config.json"], { cwd: place, encoding: "utf8" });
process.stdout.write(stdout + stderr);

const output = join(place, "src", "__generated__");
const written = (existsSync(output) ? readdirSync(output) : []).map((name) => name.split(".")[0]);
const missing = wanted.filter((name) => !written.includes(name));
const complaints = (stdout + stderr).split("\n").filter((line) => /\b(warn(ing)?|error)\b/i.test(line));
console.log(`${written.length} modules written, ${missing.length} missing, ${complaints.length} complaints`);
process.exitCode = status === 0 && written.length > 0 && !missing.length && !complaints.length ? 0 : 1;
