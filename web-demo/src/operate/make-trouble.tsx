// Trouble that is only to be had in `holdfast dev`: at the gateway, and to the worker.
import { useCallback, useEffect, useState } from "react";
import { killWorker, makeTrouble, readState, type State, type Trouble } from "../dev/doors";
import { clockTime } from "../parts/format";
import { Loading, Problem } from "../parts/states";
import { texts } from "../texts";

/** How often the state is looked at, in milliseconds. */
const LOOK = 1_000;

const NONE: Trouble = {
  latency_ms: 0,
  jitter_ms: 0,
  decline_rate: 0,
  error_rate: 0,
  unavailable_rate: 0,
  lost_before_rate: 0,
  lost_after_rate: 0,
  duplicate_webhooks: 0,
  reorder_webhooks: false,
  down: false,
};

export const TROUBLES: Record<string, Partial<Trouble>> = {
  none: {},
  slow: { latency_ms: 3_000 },
  failing: { unavailable_rate: 0.5 },
  broken: { error_rate: 1 },
  losing: { lost_after_rate: 0.5 },
  down: { down: true },
};

/** Which of them this is; undefined for another. */
export function nameOf(trouble: Trouble): string | undefined {
  const set = (one: Partial<Trouble>) => JSON.stringify(Object.entries(one).filter(([, value]) => value !== 0 && value !== false).sort());
  return Object.keys(TROUBLES).find((name) => set(TROUBLES[name] ?? {}) === set(trouble));
}

export function MakeTrouble() {
  const [state, setState] = useState<State>();
  const [problem, setProblem] = useState<string>();
  const look = useCallback(async () => {
    try {
      setState(await readState());
      setProblem(undefined);
    } catch {
      setProblem(texts.failures.NETWORK);
    }
  }, []);
  useEffect(() => {
    const timer = setInterval(() => void look(), LOOK);
    // At once, too, but not while this is being drawn.
    const first = setTimeout(() => void look(), 0);
    return () => {
      clearInterval(timer);
      clearTimeout(first);
    };
  }, [look]);
  const act = async (what: () => Promise<unknown>) => {
    try {
      await what();
      await look();
    } catch (error) {
      setProblem(String(error instanceof Error ? error.message : error));
    }
  };
  return (
    <section aria-labelledby="trouble" className={state ? undefined : "awaited"}>
      <h2 id="trouble">{texts.operate.trouble}</h2>
      <p className="hint">{texts.operate.troubleLead}</p>
      <Problem>{problem}</Problem>
      {state ? (
        <div className="halves">
          <Gateway
            trouble={state.trouble}
            onMake={(trouble) => {
              // Shown at once; what the gateway says of it follows.
              setState({ ...state, trouble: { ...NONE, ...trouble } });
              void act(() => makeTrouble(trouble));
            }}
          />
          <Worker worker={state.worker} onKill={(moment) => void act(() => killWorker(moment))} />
        </div>
      ) : (
        <Loading rows={3} />
      )}
    </section>
  );
}

function Gateway({ trouble, onMake }: { trouble: Trouble | null; onMake: (trouble: Partial<Trouble>) => void }) {
  if (!trouble) return <p className="panel">{texts.operate.noTrouble}</p>;
  const now = nameOf(trouble);
  return (
    <fieldset className="panel">
      <legend className="unseen">{texts.operate.gateway}</legend>
      <h3 aria-hidden="true">{texts.operate.gateway}</h3>
      {Object.entries(texts.operate.troubles).map(([name, [what, about]]) => (
        <label key={name} className="choice">
          <input
            type="radio"
            name="trouble"
            value={name}
            checked={now === name}
            aria-label={what}
            aria-describedby={`about-${name}`}
            onChange={() => {
              onMake(TROUBLES[name] ?? {});
            }}
          />
          <span>
            <strong>{what}</strong>
            <small id={`about-${name}`}>{about}</small>
          </span>
        </label>
      ))}
      {now === undefined ? <p className="hint">{texts.operate.custom}</p> : null}
    </fieldset>
  );
}

function Worker({ worker, onKill }: { worker: State["worker"]; onKill: (moment: "NOW" | "AFTER_CHARGE") => void }) {
  const { name, isWorking, isArmed, kills } = worker;
  const said = !isWorking ? texts.operate.workerDead : isArmed ? texts.operate.armed : texts.operate.workerIs(name);
  return (
    <div className="panel">
      <h3>{texts.operate.worker}</h3>
      <p role="status" className={isWorking && !isArmed ? "note" : "note warn"}>
        {said}
      </p>
      <div className="buttons">
        <button
          type="button"
          className="danger"
          disabled={!isWorking || isArmed}
          aria-describedby="worst"
          onClick={() => {
            onKill("AFTER_CHARGE");
          }}
        >
          {texts.operate.killAfter}
        </button>
        <button
          type="button"
          className="plain"
          disabled={!isWorking}
          onClick={() => {
            onKill("NOW");
          }}
        >
          {texts.operate.killNow}
        </button>
      </div>
      <p id="worst" className="hint">
        {texts.operate.killHelp}
      </p>
      {kills.length > 0 ? (
        <>
          <h4>{texts.operate.kills}</h4>
          <ol role="list" className="news">
            {kills.map(({ at, worker: dead, interrupted }) => (
              <li key={at}>
                <span>{texts.operate.kill(dead, interrupted === null ? undefined : texts.operate.operations[interrupted])}</span>
                <small>{clockTime(at)}</small>
              </li>
            ))}
          </ol>
        </>
      ) : null}
      <p className="hint">{texts.operate.workerLead}</p>
    </div>
  );
}
