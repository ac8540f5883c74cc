// A rush from its preparation to its proof.
import { useRef, useState } from "react";
import { SeatsDocument } from "../gql/graphql";
import { clientFor } from "../graph/client";
import { rush as letIn } from "./crowd";
import { prepare, type Event } from "./prepare";
import { prove, type Proof } from "./proof";

export type Stage = "ready" | "preparing" | "running" | "settling" | "proven" | "failed";

export type Rush = {
  stage: Stage;
  event: Event | undefined;
  all: number;
  got: number;
  soldOut: number;
  failed: number;
  capacity: number;
  /** Milliseconds until everybody had an answer. */
  took: number;
  proof: Proof | undefined;
  isRight: boolean;
};

/** How often the books are asked whether all is settled, in milliseconds, and for how long. */
const LOOK = 500;
const PATIENCE = 120_000;

export function useRush(all: number): [Rush, () => Promise<void>] {
  const fresh: Rush = {
    stage: "ready",
    event: undefined,
    all,
    got: 0,
    soldOut: 0,
    failed: 0,
    capacity: 0,
    took: 0,
    proof: undefined,
    isRight: false,
  };
  const [rush, setRush] = useState(fresh);
  const counted = useRef({ got: 0, soldOut: 0, failed: 0 });

  const start = async () => {
    setRush({ ...fresh, stage: "preparing" });
    counted.current = { got: 0, soldOut: 0, failed: 0 };
    const event = await prepare().catch(() => undefined);
    const hall = event && (await hallOf(event.slotId).catch(() => undefined));
    if (!event || !hall) {
      setRush({ ...fresh, stage: "failed" });
      return;
    }
    const know = (what: Partial<Rush>) => {
      setRush((before) => ({ ...before, ...what }));
    };
    know({ stage: "running", event, capacity: hall.capacity });
    const began = performance.now();
    const visitors = await letIn(event.slotId, hall.seats, all, ({ fate }) => {
      const now = counted.current;
      if (fate === "GOT") now.got += 1;
      else if (fate === "SOLD_OUT") now.soldOut += 1;
      else now.failed += 1;
      know({ ...now });
    });
    know({ stage: "settling", took: performance.now() - began });
    const acknowledged = visitors.flatMap(({ bookingId }) => bookingId ?? []);
    const proof = await settled(event, acknowledged);
    know({ stage: "proven", proof, isRight: proof !== undefined && isRight(proof, hall.capacity) });
  };
  return [rush, start];
}

/** Every seat sold once, every acknowledged booking in the books, every promise kept. */
export function isRight(proof: Proof, capacity: number): boolean {
  return proof.sold <= capacity && proof.twice === 0 && proof.found === proof.acknowledged && proof.violated === 0;
}

/** The seats that they like best: those of the first page. */
async function hallOf(slotId: string): Promise<{ seats: string[]; capacity: number } | undefined> {
  const { data } = await clientFor("CUSTOMER").query({
    query: SeatsDocument,
    variables: { id: slotId, after: null },
    fetchPolicy: "no-cache",
  });
  if (data?.node?.__typename !== "Slot") return undefined;
  return { seats: data.node.seats.edges.map(({ node }) => node.id), capacity: data.node.capacity };
}

async function settled(event: Event, acknowledged: string[]): Promise<Proof | undefined> {
  const until = Date.now() + PATIENCE;
  for (;;) {
    const proof = await prove(event, acknowledged).catch(() => undefined);
    if (proof || Date.now() > until) return proof;
    await new Promise((resolve) => setTimeout(resolve, LOOK));
  }
}
