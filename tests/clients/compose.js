// node compose.js SUBGRAPH: composes Holdfast's subgraph with a small one of others, which knows what guests said of
// their bookings, by Apollo's own composition. Prints what it says; ends with 1 when there is no supergraph, or when
// what the other adds is not in it.
import { readFileSync } from "node:fs";
import { composeServices } from "@apollo/composition";
import { parse } from "graphql";

const reviews = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])

  type Query { review(id: ID!): Review }
  type Review @key(fields: "id") { id: ID!, stars: Int!, booking: Booking!, tip: Money }
  type Booking @key(fields: "id") { id: ID!, review: Review }
  type Listing @key(fields: "id") { id: ID!, reviews(first: Int, after: String): ReviewConnection! }
  type ReviewConnection { edges: [ReviewEdge!]!, pageInfo: PageInfo! }
  type ReviewEdge { cursor: String!, node: Review! }
  type PageInfo @shareable { hasNextPage: Boolean!, hasPreviousPage: Boolean!, startCursor: String, endCursor: String }
  type Money @shareable { amount: Decimal!, currencyCode: CurrencyCode! }
  scalar Decimal
  scalar CurrencyCode
`;

const { errors, hints, schema, supergraphSdl } = composeServices([
  { name: "holdfast", url: "http://holdfast.invalid/graphql", typeDefs: parse(readFileSync(process.argv[2], "utf8")) },
  { name: "reviews", url: "http://reviews.invalid/graphql", typeDefs: parse(reviews) },
]);
for (const error of errors ?? []) console.log(`error: ${error.message}`);
for (const hint of hints ?? []) console.log(`hint: ${hint.definition.code}: ${hint.message}`);

const types = supergraphSdl ? schema.toAPISchema().toGraphQLJSSchema().getTypeMap() : {};
const fields = (name) => Object.keys(types[name]?.getFields() ?? {});
const joined = fields("Booking").includes("review") && fields("Booking").includes("lines");
const leaked = ["_Any", "_Entity", "_Service"].filter((name) => name in types);
// Which types of ours other subgraphs may refer to by their id.
const entities = supergraphSdl?.match(/^type \w+[^{]*@join__type\(graph: HOLDFAST, key: "id"\)/gm) ?? [];
console.log(`composed: ${Boolean(supergraphSdl)}, joined: ${joined}, leaked: ${leaked.length}`);
console.log(`entities: ${entities.map((entity) => entity.split(" ")[1]).join(" ")}`);
process.exitCode = supergraphSdl && joined && leaked.length === 0 && !errors?.length ? 0 : 1;
