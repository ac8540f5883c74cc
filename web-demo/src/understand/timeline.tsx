// A saga as steps in time. What is drawn as a bar is told in figures, too.
import type { SagaHistoryFragment } from "../gql/graphql";
import { duration } from "../parts/format";
import { texts } from "../texts";
import { rowsOf } from "./rows";

const SIGNS: Record<string, string> = { DONE: "✓", DECLINED: "×", FAILED: "!", UNKNOWN: "?" };
const LOOKS: Record<string, string> = { DONE: "good", DECLINED: "bad", FAILED: "bad", UNKNOWN: "warn" };
const STATE_LOOKS: Record<SagaHistoryFragment["state"], string> = {
  RUNNING: "pending",
  WAITING: "pending",
  COMPENSATING: "warn",
  SUCCEEDED: "good",
  UNWOUND: "warn",
  DEAD: "bad",
};

export function Timeline({ saga }: { saga: SagaHistoryFragment }) {
  const rows = rowsOf(saga.steps);
  const isOpen = saga.endedAt === null && saga.state !== "WAITING";
  return (
    <article className="panel saga">
      <header>
        <h3>{texts.understand.kind[saga.kind] ?? saga.kind}</h3>
        <span className={`badge ${STATE_LOOKS[saga.state]}`}>{texts.understand.state[saga.state]}</span>
      </header>
      <div className="scroll" role="region" aria-label={texts.understand.steps(texts.understand.kind[saga.kind] ?? saga.kind)} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{texts.understand.step}</th>
              <th scope="col">{texts.understand.attempt}</th>
              <th scope="col">{texts.understand.result}</th>
              <th scope="col">{texts.understand.took}</th>
              <th scope="col">{texts.understand.worker}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.number}>
                <th scope="row">
                  {row.step}
                  {row.undo ? <small> {texts.understand.takesBack(row.undo)}</small> : null}
                </th>
                <td className="figures">{row.attempt}</td>
                <td>
                  <span className={`badge ${LOOKS[row.result] ?? ""}`}>
                    <span aria-hidden="true">{SIGNS[row.result]}</span> {texts.understand.results[row.result] ?? row.result}
                  </span>
                  {row.detail ? <small> {row.detail}</small> : null}
                </td>
                <td className="took">
                  {row.took === undefined ? (
                    <small>{texts.understand.atOnce}</small>
                  ) : (
                    <>
                      <span className="figures">{duration(row.took)}</span>
                      <span className="track" aria-hidden="true">
                        <span
                          className={`stretch ${LOOKS[row.result] ?? ""}`}
                          style={{ marginInlineStart: `${row.from * 100}%`, width: `max(3px, ${row.width * 100}%)` }}
                        />
                      </span>
                    </>
                  )}
                  {row.pause > 1_000 ? <small>{texts.understand.pause(duration(row.pause))}</small> : null}
                </td>
                <td>
                  <small>{row.worker ?? "–"}</small>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div role="status">
        {isOpen ? (
          <p className="note">
            {texts.understand.now(saga.step)}
            {saga.worker ? ` (${saga.worker})` : ""}
          </p>
        ) : null}
        {isOpen && saga.inDoubt ? <p className="note warn">{texts.understand.doubt}</p> : null}
        {saga.lastError && saga.state !== "SUCCEEDED" ? <p className="note bad">{saga.lastError}</p> : null}
      </div>
    </article>
  );
}
