// What the system did for a booking: its sagas, its history, its events. Read in an operator's part.
import { useQuery, useSubscription } from "@apollo/client/react";
import { StoryChangedDocument, StoryDocument, MyBookingsDocument, type StoryQuery } from "../gql/graphql";
import { clientFor } from "../graph/client";
import { BookingList } from "../booking/bookings-page";
import { Progress } from "../booking/status";
import { clockTime } from "../parts/format";
import { Page } from "../parts/page";
import { Empty, Failed, Loading } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";
import { Published } from "./published";
import { Timeline } from "./timeline";

export default function UnderstandPage({ id }: { id: string | undefined }) {
  return (
    <Page title={texts.understand.title} lead={texts.understand.lead}>
      {id === undefined ? <Choose /> : <Story key={id} id={id} />}
    </Page>
  );
}

function Choose() {
  const { data, error, refetch } = useQuery(MyBookingsDocument, { fetchPolicy: "cache-and-network" });
  if (error && !data) return <Failed error={error} again={() => void refetch()} />;
  if (!data) return <Loading />;
  const bookings = data.viewer?.bookings.edges.map(({ node }) => node) ?? [];
  return (
    <section aria-labelledby="choose">
      <h2 id="choose">{texts.understand.choose}</h2>
      {bookings.length === 0 ? <Empty>{texts.understand.none}</Empty> : null}
      <BookingList bookings={bookings} address={to.understand} />
    </section>
  );
}

/** How often a saga that is under way is looked at: a step that is carried out has no version yet. */
const LOOK = 1_000;

function Story({ id }: { id: string }) {
  const client = clientFor("OPERATOR");
  const { data, error, refetch, startPolling, stopPolling } = useQuery(StoryDocument, {
    client,
    variables: { id },
    fetchPolicy: "cache-and-network",
    errorPolicy: "all",
  });
  useSubscription(StoryChangedDocument, {
    client,
    variables: { id },
    ignoreResults: true,
    onData: ({ data: { data: change } }) => {
      void refetch();
      if (change?.bookingChanged.booking.inProgress) startPolling(LOOK);
      else stopPolling();
    },
  });
  if (error && !data?.booking) return <Failed error={error} again={() => void refetch()} />;
  if (!data) return <Loading rows={6} />;
  if (!data.booking) return <Empty>{texts.booking.missing}</Empty>;
  const { booking, sagas } = data;
  return (
    <>
      <p className="lead">
        <a href={to.booking(booking.id)}>{texts.booking.title(booking.reference)}</a>
      </p>
      <Progress booking={booking} />
      <section aria-labelledby="timeline">
        <h2 id="timeline">{texts.understand.timeline}</h2>
        <p className="hint">{texts.understand.timelineLead}</p>
        {sagas.edges.length === 0 ? <Empty>{texts.understand.empty}</Empty> : null}
        {sagas.edges.map(({ node }) => (
          <Timeline key={node.id} saga={node} />
        ))}
      </section>
      <History history={booking.history} />
      <Published bookingId={booking.id} version={booking.version} />
    </>
  );
}

function History({ history }: { history: NonNullable<StoryQuery["booking"]>["history"] }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{texts.understand.history}</h2>
      <p className="hint">{texts.understand.historyLead}</p>
      <ol className="rows" role="list">
        {history.map((entry) => (
          <li key={entry.version}>
            <span className="number figures">{entry.version}</span>
            <span className="main">
              <strong>{texts.events[entry.type] ?? entry.type}</strong> <code>{entry.type}</code>
              <small>
                {" "}
                {texts.understand.by(`${entry.actorId} (${entry.actorRole.toLowerCase()})`)}
                {entry.reason ? `, ${entry.reason}` : ""}
              </small>
            </span>
            <span className="figures">
              {entry.fromStatus && entry.fromStatus !== entry.toStatus
                ? `${entry.fromStatus} → ${entry.toStatus}`
                : entry.toStatus}
            </span>
            <time className="figures" dateTime={entry.occurredAt}>
              {clockTime(entry.occurredAt)}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}
