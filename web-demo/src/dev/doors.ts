// What `holdfast dev` has, and no other command: tokens for anybody, trouble, a worker that dies, and the events as a
// broker would get them. None of this is part of the API.

export type Role = "CUSTOMER" | "ORGANISER" | "OPERATOR";

export type Trouble = {
  latency_ms: number;
  jitter_ms: number;
  decline_rate: number;
  error_rate: number;
  unavailable_rate: number;
  lost_before_rate: number;
  lost_after_rate: number;
  duplicate_webhooks: number;
  reorder_webhooks: boolean;
  down: boolean;
};

export type Kill = { at: string; worker: string; interrupted: string | null };

export type State = {
  worker: { name: string; number: number; isWorking: boolean; isArmed: boolean; kills: Kill[] };
  /** Null where the gateway is not the simulated one of `dev`. */
  trouble: Trouble | null;
};

export type Message = {
  topic: string;
  key: string;
  headers: [string, string][];
  value: unknown;
  published: boolean;
};

/** A door that did not open. */
export class DoorError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = "DoorError";
  }
}

async function ask<Answer>(method: "GET" | "POST" | "PUT", path: string, body?: unknown): Promise<Answer> {
  const asked: RequestInit = { method };
  if (body !== undefined) {
    asked.headers = { "content-type": "application/json" };
    asked.body = JSON.stringify(body);
  }
  const response = await fetch(`/dev/${path}`, asked);
  const answer: unknown = await response.json();
  if (!response.ok) throw new DoorError(response.status, String((answer as { error?: unknown }).error));
  return answer as Answer;
}

export const mintTokens = (role: Role, subjects: string[]): Promise<{ tokens: string[]; life: number }> =>
  ask("POST", "tokens", { role, subjects });

export const readState = (): Promise<State> => ask("GET", "state");

export const makeTrouble = (trouble: Partial<Trouble>): Promise<Trouble> => ask("PUT", "trouble", trouble);

export const killWorker = (moment: "NOW" | "AFTER_CHARGE"): Promise<State> =>
  ask("POST", "worker/kill", { moment });

export const readEvents = (booking: string): Promise<Message[]> =>
  ask("GET", `events?booking=${encodeURIComponent(booking)}`);
