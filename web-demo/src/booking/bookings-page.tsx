import { useQuery } from "@apollo/client/react";
import { customer } from "../dev/identity";
import { MyBookingsDocument, type BookedFragment, type WaitingFragment } from "../gql/graphql";
import { dateTime, money } from "../parts/format";
import { Page } from "../parts/page";
import { Empty, Failed, Loading } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";
import { StatusBadge } from "./status";

export function BookingsPage() {
  const { data, error, refetch } = useQuery(MyBookingsDocument, { fetchPolicy: "cache-and-network" });
  const bookings = data?.viewer?.bookings.edges.map(({ node }) => node);
  const waiting = data?.waitlist.edges.map(({ node }) => node) ?? [];
  return (
    <Page title={texts.bookings.title} lead={texts.bookings.lead(customer())}>
      {error && !data ? <Failed error={error} again={() => void refetch()} /> : null}
      {!data && !error ? <Loading rows={4} /> : null}
      {bookings?.length === 0 ? (
        <>
          <Empty>{texts.bookings.empty}</Empty>
          <a className="button" href={to.home}>
            {texts.bookings.browse}
          </a>
        </>
      ) : null}
      <BookingList bookings={bookings ?? []} />
      {waiting.length > 0 ? <Waiting entries={waiting} /> : null}
    </Page>
  );
}

/** Bookings by what they are for; each leads to its page, or to where `address` says. */
export function BookingList({
  bookings,
  address = to.booking,
}: {
  bookings: BookedFragment[];
  address?: (id: string) => string;
}) {
  return (
    <ul className="rows" role="list">
      {bookings.map((booking) => {
        const [line] = booking.lines;
        return (
          <li key={booking.id}>
            <span className="main">
              <a href={address(booking.id)}>{booking.reference}</a>{" "}
              {line ? (
                <small>
                  {line.slot.listing.title}, {dateTime(line.slot.startsAt, line.slot.listing.timeZone)}
                </small>
              ) : null}
            </span>
            <StatusBadge status={booking.status} />
            <span className="figures">{money(booking.total)}</span>
          </li>
        );
      })}
    </ul>
  );
}

function Waiting({ entries }: { entries: WaitingFragment[] }) {
  return (
    <section aria-labelledby="waiting">
      <h2 id="waiting">{texts.bookings.waiting}</h2>
      <ul className="rows" role="list">
        {entries.map(({ id, slot, status, quantity, position, booking }) => (
          <li key={id}>
            <span className="main">
              <a href={booking ? to.booking(booking.id) : to.listing(slot.listing.slug)}>{slot.listing.title}</a>{" "}
              <small>
                {dateTime(slot.startsAt, slot.listing.timeZone)}, {texts.bookings.places(quantity)}
              </small>
            </span>
            <span className="badge">
              {texts.bookings.status[status]}
              {position == null ? "" : ` ${texts.bookings.position(position)}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
