// Steps as rows of a timeline: which attempt, how long, and where in the whole.
import type { SagaHistoryFragment } from "../gql/graphql";

type Step = SagaHistoryFragment["steps"][number];

export type Row = Pick<Step, "number" | "step" | "result" | "detail" | "undo" | "worker"> & {
  /** Counts the tries of this step, from 1. */
  attempt: number;
  /** Milliseconds; undefined for what was done along with what decided it. */
  took: number | undefined;
  /** Milliseconds between the end of the row before and the beginning of this one. */
  pause: number;
  /** Where it begins and how long it is, as shares of the whole. */
  from: number;
  width: number;
};

export function rowsOf(steps: Step[]): Row[] {
  const begins = steps.map(({ beganAt, at }) => Date.parse(beganAt ?? at));
  const ends = steps.map(({ at }) => Date.parse(at));
  const first = Math.min(...begins);
  const whole = Math.max(1, Math.max(...ends) - first);
  const tries = new Map<string, number>();
  return steps.map((step, at) => {
    const attempt = (tries.get(step.step) ?? 0) + 1;
    tries.set(step.step, attempt);
    const [begin = first, end = first] = [begins[at], ends[at]];
    const before = at === 0 ? begin : (ends[at - 1] ?? begin);
    return {
      number: step.number,
      step: step.step,
      result: step.result,
      detail: step.detail,
      undo: step.undo,
      worker: step.worker,
      attempt,
      took: step.beganAt === null ? undefined : end - begin,
      pause: Math.max(0, begin - before),
      from: (begin - first) / whole,
      width: (end - begin) / whole,
    };
  });
}
