import { SeatMap } from "../book/seat-map";
import { useSeats } from "../book/use-seats";
import { duration } from "../parts/format";
import { Page } from "../parts/page";
import { Failed, Loading } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";
import { useRush, type Rush } from "./use-rush";

const CUSTOMERS = 500;

export default function RushPage() {
  const [rush, start] = useRush(CUSTOMERS);
  const isBusy = rush.stage === "preparing" || rush.stage === "running" || rush.stage === "settling";
  return (
    <Page title={texts.rush.title} lead={texts.rush.lead(CUSTOMERS)}>
      <p>
        <button type="button" disabled={isBusy} onClick={() => void start()}>
          {rush.stage === "ready" ? texts.rush.start(CUSTOMERS) : texts.rush.again}
        </button>
      </p>
      <p role="status" className="said">
        {said(rush)}
      </p>
      {rush.stage === "failed" ? <p className="note bad">{texts.rush.failedPrepare}</p> : null}
      {rush.event ? (
        <div className="offer">
          <div>
            <Crowd rush={rush} />
            <ProofPanel rush={rush} />
          </div>
          <div>
            <Hall key={rush.event.slotId} slotId={rush.event.slotId} />
          </div>
        </div>
      ) : null}
    </Page>
  );
}

function said(rush: Rush): string {
  switch (rush.stage) {
    case "preparing":
      return texts.rush.preparing;
    case "running":
      return texts.rush.running;
    case "settling":
      return texts.rush.settling;
    case "proven":
      return rush.isRight ? texts.rush.proven : texts.rush.wrong;
    default:
      return "";
  }
}

function Crowd({ rush: { got, soldOut, failed, all, stage } }: { rush: Rush }) {
  const done = got + soldOut + failed;
  return (
    <section className="panel" aria-label={texts.rush.running}>
      <progress max={all} value={done} aria-label={texts.rush.answered} />
      <p className="figures">{texts.rush.progress(done, all)}</p>
      <dl className="facts">
        <div>
          <dd className="figures">{got}</dd>
          <dt>{texts.rush.got}</dt>
        </div>
        <div>
          <dd className="figures">{soldOut}</dd>
          <dt>{texts.rush.soldOut}</dt>
        </div>
        {failed > 0 || stage === "proven" ? (
          <div>
            <dd className="figures">{failed}</dd>
            <dt>{texts.rush.failed}</dt>
          </div>
        ) : null}
      </dl>
    </section>
  );
}

function ProofPanel({ rush }: { rush: Rush }) {
  const { proof, event, isRight, capacity, took } = rush;
  if (!proof || !event) return null;
  const facts: [string, number | string][] = [
    [texts.rush.capacity, capacity],
    [texts.rush.sold, proof.sold],
    [texts.rush.twice, proof.twice],
    [texts.rush.acknowledged, proof.acknowledged],
    [texts.rush.found, proof.found],
    [texts.rush.invariants, proof.violated],
    [texts.rush.took, duration(took)],
  ];
  return (
    <section className="panel" aria-labelledby="proof">
      <h2 id="proof">{texts.rush.proof}</h2>
      <p className="hint">{texts.rush.proofLead}</p>
      <p className={isRight ? "note" : "note bad"}>
        <strong>{isRight ? texts.rush.proven : texts.rush.wrong}</strong>
      </p>
      <dl className="lines">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="figures">{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        {texts.rush.waiting} <a href={to.listing(event.slug)}>{texts.rush.toListing}</a>
      </p>
    </section>
  );
}

const NOBODY: ReadonlySet<string> = new Set();

function Hall({ slotId }: { slotId: string }) {
  const { seats, slot, error, again } = useSeats(slotId);
  if (error && !seats) return <Failed error={error} again={again} />;
  if (!seats || !slot) return <Loading rows={8} />;
  return (
    <section className="panel" aria-labelledby="hall">
      <h2 id="hall">{texts.rush.seats}</h2>
      <SeatMap slot={slot} seats={seats} chosen={NOBODY} />
      <p className="count">{texts.seats.left(slot.available, slot.capacity)}</p>
    </section>
  );
}
