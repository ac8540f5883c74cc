import { isZero, dateTime, money, clockTime } from "../parts/format";
import { Page } from "../parts/page";
import { Empty, Failed, Loading } from "../parts/states";
import type { BookedFragment } from "../gql/graphql";
import { to } from "../route";
import { texts } from "../texts";
import { Cancel } from "./cancel";
import { HoldClock } from "./hold";
import { Move } from "./move";
import { Pay } from "./pay";
import { Progress } from "./status";
import { useBooking, type Change } from "./use-booking";

export function BookingPage({ id }: { id: string }) {
  const { booking, changes, error, again } = useBooking(id);
  if (error) return <Failed error={error} again={again} />;
  if (booking === undefined) return <Loading rows={6} />;
  if (booking === null) {
    return (
      <Page title={texts.notFound.title} lead={texts.booking.missing}>
        <a className="button" href={to.home}>
          {texts.notFound.back}
        </a>
      </Page>
    );
  }
  return (
    <Page title={texts.booking.title(booking.reference)} lead={leadOf(booking)}>
      <div className="offer">
        <div>
          <Progress booking={booking} />
          {booking.status === "PENDING" ? <HoldClock booking={booking} /> : null}
          <Pay booking={booking} />
          {booking.pendingChange ? (
            <p className="note" role="status">
              {texts.booking.pending(money(booking.pendingChange.charge))}
            </p>
          ) : null}
          <News changes={changes} />
        </div>
        <div>
          <What booking={booking} />
          <div className="buttons">
            <Move booking={booking} />
            <Cancel booking={booking} />
            <a className="button plain" href={to.understand(booking.id)}>
              {texts.booking.understand}
            </a>
          </div>
        </div>
      </div>
    </Page>
  );
}

function leadOf({ lines: [line] }: BookedFragment): string | undefined {
  return line ? `${line.slot.listing.title}, ${dateTime(line.slot.startsAt, line.slot.listing.timeZone)}` : undefined;
}

function What({ booking }: { booking: BookedFragment }) {
  const paid = booking.payment;
  return (
    <section className="panel" aria-labelledby="what">
      <h2 id="what">{texts.booking.what}</h2>
      <ul className="lines" role="list">
        {booking.lines.map((line) => (
          <li key={line.lineNo}>
            <span>
              {texts.booking.line(line.quantity)}
              {dateTime(line.slot.startsAt, line.slot.listing.timeZone)}
              {line.bookedSeats.length > 0 ? (
                <small>
                  {line.bookedSeats.map(({ section, row, label }) => texts.booking.seat(section, row, label)).join("; ")}
                </small>
              ) : null}
            </span>
            <span>{money(line.amount)}</span>
          </li>
        ))}
        <li className="total">
          <span>{texts.booking.total}</span>
          <strong>{money(booking.total)}</strong>
        </li>
        {paid && !isZero(paid.captured) ? (
          <li>
            <span>{texts.booking.captured}</span>
            <span>{money(paid.captured)}</span>
          </li>
        ) : null}
        {paid && !isZero(paid.refunded) ? (
          <li>
            <span>{texts.booking.refunded}</span>
            <span>{money(paid.refunded)}</span>
          </li>
        ) : null}
      </ul>
    </section>
  );
}

/** Every version as it comes, the newest first. */
function News({ changes }: { changes: Change[] }) {
  return (
    <section className="panel" aria-labelledby="news">
      <h2 id="news">{texts.booking.news}</h2>
      {changes.length === 0 ? <Empty>{texts.booking.newsEmpty}</Empty> : null}
      <ol className="news" role="list" aria-live="polite" aria-relevant="additions">
        {changes.map(({ version, type, occurredAt }) => (
          <li key={version}>
            <span>{texts.events[type] ?? type}</span>
            <small>
              {texts.booking.version(version)}, {clockTime(occurredAt)}
            </small>
          </li>
        ))}
      </ol>
    </section>
  );
}
