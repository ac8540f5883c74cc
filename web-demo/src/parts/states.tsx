// What stands where an answer is still to come, where there is nothing, and where something went wrong.
import type { ReactNode } from "react";
import { describe } from "../graph/act";
import { texts } from "../texts";

/** Holds the place of what comes; it is said only when it takes a while. */
export function Loading({ rows = 3 }: { rows?: number }) {
  return (
    <div className="loading" role="status">
      <span className="unseen">{texts.loading}</span>
      {Array.from({ length: rows }, (_, at) => (
        <span key={at} className="bone" aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="empty">{children}</p>;
}

/** Something went wrong, and may be tried again. */
export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <div className="note bad" role="alert">
      <p>{describe(error)}</p>
      {again ? (
        <button type="button" className="plain" onClick={again}>
          {texts.retry}
        </button>
      ) : null}
    </div>
  );
}

/** Why what was asked for was not done. */
export function Problem({ children }: { children: string | undefined }) {
  return (
    <div role="alert" className="problem">
      {children ? <p className="note bad">{children}</p> : null}
    </div>
  );
}
