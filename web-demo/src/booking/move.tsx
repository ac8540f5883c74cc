// Another date for a confirmed booking: the new places are taken before the old ones are let go.
import { useQuery } from "@apollo/client/react";
import { useState } from "react";
import { ListingDocument, RescheduleBookingDocument, type BookedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { Ask } from "../parts/ask";
import { dateTime, day, isZero, money } from "../parts/format";
import { Empty, Failed, Loading, Problem } from "../parts/states";
import { texts } from "../texts";
import { movesOf, type Move as Possible } from "./moves";

export function Move({ booking }: { booking: BookedFragment }) {
  const listings = new Set(booking.lines.map(({ slot }) => slot.listing.id));
  if (booking.status !== "CONFIRMED" || booking.pendingChange || listings.size !== 1) return null;
  return (
    <Ask button={texts.booking.move} title={texts.booking.moveTitle}>
      {(close) => <Dates booking={booking} onEnd={close} />}
    </Ask>
  );
}

function Dates({ booking, onEnd }: { booking: BookedFragment; onEnd: () => void }) {
  const [from] = useState(() => new Date().toISOString());
  const [wanted, setWanted] = useState<string>();
  const [method, setMethod] = useState("pm_card_visa");
  const { run, busy, problem } = useAct(RescheduleBookingDocument);
  const [line] = booking.lines;
  const slug = line?.slot.listing.slug ?? "";
  const { data, error, refetch } = useQuery(ListingDocument, { variables: { slug, from }, fetchPolicy: "network-only" });
  if (error) return <Failed error={error} again={() => void refetch()} />;
  if (!data || !line) return <Loading rows={3} />;
  const zone = line.slot.listing.timeZone;
  const slots = data.listing?.slots.edges.map(({ node }) => node) ?? [];
  const moves = movesOf(booking.lines, slots, zone);
  const chosen = moves.find(({ id }) => id === wanted) ?? moves[0];
  const isSeated = line.slot.admission === "SEATED";
  const move = async () => {
    if (chosen && (await run({ bookingId: booking.id, lines: chosen.lines, paymentMethod: method }))) onEnd();
  };
  const no = (
    <button type="button" className="plain" onClick={onEnd}>
      {texts.booking.cancelNo}
    </button>
  );
  if (!chosen) {
    return (
      <>
        <Empty>{texts.booking.moveNone}</Empty>
        {no}
      </>
    );
  }
  return (
    <>
      <p>
        {texts.booking.moveLead} {isSeated ? texts.booking.moveSeats : ""}
      </p>
      <label>
        {texts.booking.moveWhen}
        <select
          value={chosen.id}
          onChange={(event) => {
            setWanted(event.target.value);
          }}
        >
          {moves.map((one) => (
            <option key={one.id} value={one.id}>
              {texts.booking.moveTo(whenOf(one, zone), priceOf(one), texts.listing.left(one.available))}
            </option>
          ))}
        </select>
      </label>
      <label>
        {texts.booking.movePay}
        <select
          value={method}
          onChange={(event) => {
            setMethod(event.target.value);
          }}
        >
          {Object.entries(texts.booking.methods).map(([token, [name]]) => (
            <option key={token} value={token}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <Problem>{problem}</Problem>
      <div className="buttons">
        <button type="button" disabled={busy} onClick={() => void move()}>
          {busy ? texts.booking.moving : texts.booking.moveYes}
        </button>
        {no}
      </div>
    </>
  );
}

function whenOf({ startsAt, endsAt, lines }: Possible, timeZone: string): string {
  const isStay = new Set(lines.map(({ slotId }) => slotId)).size > 1;
  return isStay ? texts.booking.moveStay(day(startsAt, timeZone), day(endsAt, timeZone)) : dateTime(startsAt, timeZone);
}

function priceOf({ price }: Possible): string {
  return !price || isZero(price) ? texts.home.free : money(price);
}
