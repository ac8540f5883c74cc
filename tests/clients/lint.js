// node lint.js SCHEMA: holds a schema against all that graphql-eslint recommends for schemas, and for those that Relay
// is to read. Prints what it finds and how many rules looked; ends with 1 when it finds anything.
import { basename, dirname, resolve } from "node:path";
import graphql from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const schema = resolve(process.argv[2]);

// Where the house differs from a rule's defaults, and why. No rule is off.
const options = {
  // Paging is forward only: lists are read by keyset, in one order. The specification asks for one direction.
  "relay-arguments": { includeBoth: false },
  // Lists that have an end are lists: a booking's lines, a plan's steps.
  "relay-edge-types": { listTypeCanWrapOnlyEdgeType: false },
  // Values and answers are no things with a life of their own: they belong to whatever shows them.
  "strict-id-in-types": {
    exceptions: {
      suffixes: ["Connection", "Edge", "Payload"],
      types: [
        "AuditEntry", "BookingChange", "BookingHistoryEntry", "BookingLine", "ClassPrice", "Contact", "DeliveryAttempt",
        "GatewayReport", "InvariantCheck", "Money", "NotificationPreference", "OperationsSnapshot", "OutboxLag", "PageInfo", "Payment", "PaymentGateway",
        "PendingChange", "PolicyStep", "Queue", "RatePlan", "ReconciliationDifference", "RefundQuote", "SagaStep",
        "SlotAvailability", "SlotCancellation", "UserError", "VenueClass", "VenueSection", "Viewer", "Webhook",
      ],
    },
  },
};

// What is in a list and can't be read again by an id: entries of logs, and the seats of a slot, which come with it.
const noNodes = ["AuditEdge", "ReconciliationEdge", "SeatEdge", "WebhookEdge"];

const recommended = {
  ...graphql.configs["flat/schema-recommended"].rules,
  ...graphql.configs["flat/schema-relay"].rules,
};
const rules = Object.fromEntries(
  Object.entries(recommended).map(([rule, setting]) => {
    const option = options[rule.replace("@graphql-eslint/", "")];
    return [rule, option ? ["error", option] : setting];
  }),
);

const eslint = new ESLint({
  cwd: dirname(schema),
  overrideConfigFile: true,
  // A comment in the schema turns nothing off.
  allowInlineConfig: false,
  overrideConfig: [
    {
      files: ["**/*.graphql"],
      languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
      plugins: { "@graphql-eslint": graphql },
      rules,
    },
  ],
});

const [result] = await eslint.lintFiles([basename(schema)]);
const lines = result.source?.split("\n") ?? [];
const isAccepted = ({ ruleId, message, line }) =>
  ruleId === "@graphql-eslint/relay-edge-types" &&
  message.includes("must implement `Node`") &&
  noNodes.some((edge) => lines[line - 1] === `type ${edge} {`);
const findings = result.messages.filter((message) => !isAccepted(message));
for (const { line, ruleId, message } of findings) console.log(`${line}: ${ruleId}: ${message}`);
console.log(`${Object.keys(rules).length} rules, ${findings.length} findings`);
process.exitCode = findings.length ? 1 : 0;
