import { useQuery } from "@apollo/client/react";
import { InvariantsDocument } from "../gql/graphql";
import { Failed, Loading } from "../parts/states";
import { texts } from "../texts";

export function Invariants() {
  const { data, error, refetch, loading } = useQuery(InvariantsDocument, {
    fetchPolicy: "network-only",
    notifyOnNetworkStatusChange: true,
  });
  return (
    <section aria-labelledby="invariants">
      <h2 id="invariants">{texts.operate.invariants}</h2>
      <p className="hint">{texts.operate.invariantsLead}</p>
      {error ? <Failed error={error} again={() => void refetch()} /> : null}
      {!data && !error ? <Loading rows={6} /> : null}
      <ul className="rows" role="list">
        {data?.invariants.map(({ name, description, violations }) => (
          <li key={name}>
            <span className="main">
              <strong>{name}</strong> <small>{description}</small>
            </span>
            <span className={violations === 0 ? "badge good" : "badge bad"}>
              <span aria-hidden="true">{violations === 0 ? "✓" : "×"}</span>{" "}
              {violations === 0 ? texts.operate.holdsTrue : texts.operate.broken(violations)}
            </span>
          </li>
        ))}
      </ul>
      <p>
        <button type="button" className="plain" disabled={loading} onClick={() => void refetch()}>
          {texts.operate.check}
        </button>
      </p>
    </section>
  );
}
