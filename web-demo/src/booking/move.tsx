// Another date for a confirmed booking: the new places are taken before the old ones are let go.
import { useQuery } from "@apollo/client/react";
import { useState } from "react";
import { ListingDocument, RescheduleBookingDocument, type BookedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { Dialog } from "../parts/dialog";
import { dateTime, isZero, money } from "../parts/format";
import { Empty, Failed, Loading, Problem } from "../parts/states";
import { texts } from "../texts";

export function Move({ booking }: { booking: BookedFragment }) {
  const [isAsked, setAsked] = useState(false);
  const slots = new Set(booking.lines.map(({ slot }) => slot.id));
  if (booking.status !== "CONFIRMED" || booking.pendingChange || slots.size !== 1) return null;
  return (
    <>
      <button
        type="button"
        className="plain"
        onClick={() => {
          setAsked(true);
        }}
      >
        {texts.booking.move}
      </button>
      {isAsked ? (
        <Dialog
          title={texts.booking.moveTitle}
          onClose={() => {
            setAsked(false);
          }}
        >
          <Dates
            booking={booking}
            onEnd={() => {
              setAsked(false);
            }}
          />
        </Dialog>
      ) : null}
    </>
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
  const places = booking.lines.reduce((count, { quantity }) => count + quantity, 0);
  const others = (data.listing?.slots.edges ?? [])
    .map(({ node }) => node)
    .filter(({ id, available, state }) => id !== line.slot.id && available >= places && state === "OPEN");
  const slotId = wanted ?? others[0]?.id;
  const isSeated = line.slot.admission === "SEATED";
  const move = async () => {
    if (slotId === undefined) return;
    const lines = booking.lines.map(({ quantity, ratePlan, priceClass }) => ({
      slotId,
      quantity,
      ratePlan,
      priceClass: isSeated ? priceClass : null,
    }));
    if (await run({ bookingId: booking.id, lines, paymentMethod: method })) onEnd();
  };
  const no = (
    <button type="button" className="plain" onClick={onEnd}>
      {texts.booking.cancelNo}
    </button>
  );
  if (slotId === undefined) {
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
          value={slotId}
          onChange={(event) => {
            setWanted(event.target.value);
          }}
        >
          {others.map(({ id, startsAt, price, available }) => (
            <option key={id} value={id}>
              {`${dateTime(startsAt, zone)} · ${isZero(price) ? texts.home.free : money(price)} · ${texts.listing.left(available)}`}
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
