// Doing something, once: the key is made when a person asks for it, and sent again with the same input until there is
// an answer. What is refused for the moment is tried again as the answer says.
import { CombinedGraphQLErrors } from "@apollo/client/errors";
import type { ApolloClient, OperationVariables, TypedDocumentNode } from "@apollo/client";
import { useApolloClient } from "@apollo/client/react";
import { useCallback, useEffect, useRef, useState } from "react";
import type { RefusalFragment } from "../gql/graphql";
import { texts } from "../texts";
import { newKey } from "./key";
import { bookingOf, remember } from "./newest";

/** How often what is refused for the moment is tried. */
const TRIES = 6;
/** What an operation's time may run out for, with its effect still to come: the same key will tell. */
const ASK_AGAIN = new Set(["TIMEOUT", "UNAVAILABLE", "RATE_LIMITED"]);

export type Outcome<Payload> = { payload: Payload | undefined; refusals: RefusalFragment[]; failure: string | undefined };

/** What the client takes; its own type looks deeper into the variables than a function for all of them can. */
type MutateOptions<Payload extends Refusable, Variables extends OperationVariables> = ApolloClient.MutateOptions<
  Answer<Payload>,
  Variables
>;
type Refusable = { userErrors: RefusalFragment[] };
type Answer<Payload extends Refusable> = Record<string, Payload | "Mutation" | undefined>;

/** Sends a mutation of one field until it is answered. */
export async function commit<Payload extends Refusable, Variables extends { input: { idempotencyKey: string } }>(
  client: ApolloClient,
  mutation: TypedDocumentNode<Answer<Payload>, Variables>,
  variables: Variables,
): Promise<Outcome<Payload>> {
  for (let tries = 1; ; tries += 1) {
    const last = tries === TRIES;
    try {
      const { data } = await client.mutate({ mutation, variables, fetchPolicy: "no-cache" } as MutateOptions<Payload, Variables>);
      const payload = payloadOf<Payload>(data);
      const booking = payload && bookingOf(payload);
      if (booking) remember(client, booking);
      const refusals = payload?.userErrors ?? [];
      const again = refusals.length > 0 && refusals.every(({ code, retryable }) => retryable && mayPass(code));
      if (!again || last) return { payload, refusals, failure: undefined };
      await pause(Math.max(...refusals.map(({ retryAfterMs }) => retryAfterMs ?? 0), 100 * tries));
    } catch (error) {
      const wait = last ? undefined : waitFor(error, tries);
      if (wait === undefined) return { payload: undefined, refusals: [], failure: describe(error) };
      await pause(wait);
    }
  }
}

/** Of what may be sent again, what passes by itself in a moment. */
function mayPass(code: string): boolean {
  return code === "CONTENDED" || code === "IDEMPOTENCY_KEY_IN_USE";
}

function payloadOf<Payload extends Refusable>(data: Answer<Payload> | null | undefined): Payload | undefined {
  const values = Object.values(data ?? {});
  return values.find((value): value is Payload => typeof value === "object");
}

function waitFor(error: unknown, tries: number): number | undefined {
  if (!CombinedGraphQLErrors.is(error)) return undefined;
  const [first] = error.errors;
  if (!ASK_AGAIN.has(String(first?.extensions?.["code"]))) return undefined;
  const asked = first?.extensions?.["retryAfterMs"];
  return typeof asked === "number" ? asked : 200 * tries;
}

/** What went wrong, in words for people. */
export function describe(error: unknown): string {
  if (CombinedGraphQLErrors.is(error)) {
    const code = String(error.errors[0]?.extensions?.["code"]);
    return (texts.failures as Partial<Record<string, string>>)[code] ?? texts.failures.INTERNAL;
  }
  return texts.failures.NETWORK;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

type Act<Payload extends Refusable, Input> = {
  /** Gives the payload when it was done; else undefined, and `problem` says why. */
  run: (input: Omit<Input, "idempotencyKey">) => Promise<Payload | undefined>;
  busy: boolean;
  problem: string | undefined;
  codes: string[];
  clear: () => void;
};

/** A mutation behind a button. */
export function useAct<Payload extends Refusable, Input extends { idempotencyKey: string }>(
  mutation: TypedDocumentNode<Answer<Payload>, { input: Input }>,
): Act<Payload, Input> {
  const client = useApolloClient();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [codes, setCodes] = useState<string[]>([]);
  const underWay = useRef(false);
  const mounted = useRef(true);
  useEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);

  const run = useCallback(
    async (input: Omit<Input, "idempotencyKey">) => {
      // A second press while the first is under way means the same thing.
      if (underWay.current) return undefined;
      underWay.current = true;
      setBusy(true);
      setProblem(undefined);
      setCodes([]);
      const whole = { ...input, idempotencyKey: newKey() } as Input;
      const { payload, refusals, failure } = await commit(client, mutation, { input: whole });
      underWay.current = false;
      if (mounted.current) {
        setBusy(false);
        setCodes(refusals.map(({ code }) => code));
        setProblem(failure ?? refusals.map(({ code }) => texts.refusals[code] ?? code)[0]);
      }
      return failure === undefined && refusals.length === 0 ? payload : undefined;
    },
    [client, mutation],
  );
  const clear = useCallback(() => {
    setProblem(undefined);
    setCodes([]);
  }, []);
  return { run, busy, problem, codes, clear };
}
