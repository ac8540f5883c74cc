// node codegen.js SCHEMA: makes TypeScript of the documents of `documents/` with graphql-codegen's client preset, and
// compiles `typed/program.ts` against it with `tsc --strict`. Ends with 1 unless both go without a complaint.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { generate } from "@graphql-codegen/cli";

const schema = resolve(process.argv[2]);
const clients = process.cwd();
const place = mkdtempSync(join(tmpdir(), "holdfast-typed-"));
process.on("exit", () => rmSync(place, { recursive: true, force: true }));
symlinkSync(join(clients, "node_modules"), join(place, "node_modules"));
copyFileSync("typed/program.ts", join(place, "program.ts"));

// Relay's compiler takes these out of the documents; codegen has to be told of them.
const ofRelay = `
  directive @connection(key: String!) on FIELD
  directive @refetchable(queryName: String!) on FRAGMENT_DEFINITION
`;
const text = "string";
await generate(
  {
    schema: [schema, ofRelay],
    documents: join(clients, "documents/*.graphql"),
    silent: true,
    generates: {
      [join(place, "gql") + "/"]: {
        preset: "client",
        config: {
          // A scalar that is not named here is an error.
          strictScalars: true,
          defaultScalarType: "unknown",
          useTypeImports: true,
          scalars: { CurrencyCode: text, Date: text, DateTime: text, Decimal: text, JSON: "unknown", LocalTime: text },
        },
      },
    },
  },
  true,
);

const options = ["--strict", "--noEmit", "--target", "es2022", "--module", "nodenext", "--skipLibCheck"];
const tsc = [join(clients, "node_modules/typescript/bin/tsc"), ...options, "program.ts"];
const { status, stdout } = spawnSync(process.execPath, tsc, { cwd: place, encoding: "utf8" });
process.stdout.write(stdout);
const generated = readFileSync(join(place, "gql/graphql.ts"), "utf8").split("\n").length;
console.log(`${generated} lines generated, tsc ended with ${status}`);
process.exitCode = status === 0 ? 0 : 1;
