// The inbox: what can't go on by itself, and what can safely be done about it.
import { useQuery } from "@apollo/client/react";
import {
  CancelSagaDocument,
  CasesDocument,
  RedriveDeadLettersDocument,
  ResolveDeadLettersDocument,
  type CaseFragment,
} from "../gql/graphql";
import { useAct } from "../graph/act";
import { clockTime } from "../parts/format";
import { Empty, Failed, Loading, Problem } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";

/** How often the inbox is looked into, in milliseconds. */
const LOOK = 2_000;

export function Cases() {
  const { data, error, refetch } = useQuery(CasesDocument, { fetchPolicy: "cache-and-network", pollInterval: LOOK });
  const redrive = useAct(RedriveDeadLettersDocument);
  const cases = data?.deadLetters.edges.map(({ node }) => node);
  return (
    <section aria-labelledby="cases">
      <h2 id="cases">{texts.operate.cases}</h2>
      <p className="hint">{texts.operate.casesLead}</p>
      {error && !cases ? <Failed error={error} again={() => void refetch()} /> : null}
      {!cases && !error ? <Loading rows={1} /> : null}
      {cases?.length === 0 ? <Empty>{texts.operate.casesNone}</Empty> : null}
      <ul className="rows" role="list">
        {cases?.map((one) => (
          <Case key={one.id} one={one} onDone={() => void refetch()} />
        ))}
      </ul>
      {cases && cases.length > 1 ? (
        <p>
          <button
            type="button"
            className="plain"
            disabled={redrive.busy}
            onClick={() => void redrive.run({}).then(() => refetch())}
          >
            {texts.operate.redriveAll}
          </button>
        </p>
      ) : null}
      <Problem>{redrive.problem}</Problem>
    </section>
  );
}

function Case({ one, onDone }: { one: CaseFragment; onDone: () => void }) {
  const redrive = useAct(RedriveDeadLettersDocument);
  const resolve = useAct(ResolveDeadLettersDocument);
  const cancel = useAct(CancelSagaDocument);
  const busy = redrive.busy || resolve.busy || cancel.busy;
  const act = {
    RETRY: () => redrive.run({ ids: [one.id] }),
    RESOLVE: () => resolve.run({ ids: [one.id], note: texts.operate.resolveNote }),
    CANCEL: () => (one.saga ? cancel.run({ sagaId: one.saga.id }) : Promise.resolve(undefined)),
  };
  return (
    <li>
      <span className="main">
        <strong>{texts.operate.causes[one.cause] ?? one.cause}</strong>{" "}
        <small>
          {one.detail} {texts.operate.opened(clockTime(one.openedAt))}
        </small>{" "}
        {one.bookingId ? <a href={to.understand(one.bookingId)}>{texts.operate.story}</a> : null}
      </span>
      <span className="buttons">
        {one.safeActions.map((action) => (
          <button key={action} type="button" className="plain" disabled={busy} onClick={() => void act[action]().then(onDone)}>
            {texts.operate.action[action]}
          </button>
        ))}
      </span>
      <Problem>{redrive.problem ?? resolve.problem ?? cancel.problem}</Problem>
    </li>
  );
}
