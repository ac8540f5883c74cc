// How the system does, every second.
import { useSubscription } from "@apollo/client/react";
import { useState } from "react";
import { OperationsDocument, type FiguresFragment } from "../gql/graphql";
import { Failed } from "../parts/states";
import { texts } from "../texts";

/** A minute of them. */
const KEPT = 60;
const WORKED = new Set(["saga", "waitlist", "webhook"]);

export function Figures() {
  const [past, setPast] = useState<number[]>([]);
  const { data, error } = useSubscription(OperationsDocument, {
    onData: ({ data: { data: next } }) => {
      if (next) setPast((before) => [...before, next.operations.bookingsPerSecond].slice(-KEPT));
    },
  });
  const now = data?.operations;
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">{texts.operate.figures}</h2>
      {error ? <Failed error={error} /> : null}
      <dl className="tiles">
        <Tile name={texts.operate.perSecond} value={now?.bookingsPerSecond.toFixed(1)}>
          <Chart values={past} />
        </Tile>
        <Tile name={texts.operate.holds} value={now?.holdsOpen} />
        <Tile name={texts.operate.queue} value={now && waiting(now)} />
        <Tile name={texts.operate.outbox} value={now?.outbox.reduce((count, queue) => count + queue.waiting, 0)} />
        <Tile name={texts.operate.dead} value={now?.deadLettersOpen} bad={(now?.deadLettersOpen ?? 0) > 0} />
        <Tile
          name={texts.operate.violated}
          value={now && (now.invariantsViolated ?? texts.operate.unchecked)}
          bad={(now?.invariantsViolated ?? 0) > 0}
        />
        {now ? null : <Tile name={texts.operate.breaker} value={undefined} />}
        {(now?.gateways ?? []).map(({ code, workers }) => (
          <Tile
            key={code}
            name={`${texts.operate.breaker} ${code}`}
            value={
              workers.length === 0
                ? texts.operate.noWorker
                : [...new Set(workers.map(({ breaker }) => texts.operate.breakerState[breaker]))].join(", ")
            }
            bad={workers.some(({ breaker }) => breaker !== "CLOSED")}
          />
        ))}
      </dl>
    </section>
  );
}

function waiting({ queues }: FiguresFragment): number {
  return queues.filter(({ name }) => WORKED.has(name)).reduce((count, { messages }) => count + messages, 0);
}

type TileProps = { name: string; value: number | string | undefined; bad?: boolean; children?: React.ReactNode };

function Tile({ name, value, bad = false, children }: TileProps) {
  return (
    <div className={bad ? "tile bad" : "tile"}>
      <dt>{name}</dt>
      <dd className={typeof value === "string" && value.length > 8 ? "words" : "figures"}>
        {value ?? "–"}
        {children}
      </dd>
    </div>
  );
}

function Chart({ values }: { values: number[] }) {
  const most = Math.max(1, ...values);
  const points = values.map((value, at) => `${KEPT - values.length + at},${20 - (value / most) * 19}`);
  return (
    <svg className="chart" viewBox={`0 0 ${KEPT} 20`} preserveAspectRatio="none" role="img" aria-label={texts.operate.chart(most.toFixed(1))}>
      <polyline points={points.join(" ")} />
    </svg>
  );
}
