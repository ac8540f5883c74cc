// What is wanted of the chosen dates, and the button that holds it.
import { useCallback, useMemo, useState } from "react";
import { CreateBookingDocument, type BookingLineInput, type OfferedFragment } from "../gql/graphql";
import { useAct } from "../graph/act";
import { atPercent, longDay, hour, money, sum, times, type Amount } from "../parts/format";
import { Failed, Loading, Problem } from "../parts/states";
import { go, to } from "../route";
import { texts } from "../texts";
import type { Listing } from "./listing-page";
import { SeatMap } from "./seat-map";
import { priceOf, useSeats, type Seat } from "./use-seats";
import { Waitlist } from "./waitlist";

type Props = { listing: Listing; slots: OfferedFragment[]; isStay: boolean };

export function Order({ listing, slots, isStay }: Props) {
  const gone = slots.find(({ available }) => available === 0);
  const [first] = slots;
  if (!first) return <p className="empty">{texts.listing.choose}</p>;
  return (
    <>
      <h2 className="chosen">{isStay ? stayOf(slots, listing.timeZone) : dateOf(first, listing.timeZone)}</h2>
      {first.admission === "SEATED" ? (
        <SeatedOrder listing={listing} slot={first} />
      ) : gone ? (
        <Waitlist slot={gone} />
      ) : (
        <CountedOrder listing={listing} slots={slots} isStay={isStay} />
      )}
    </>
  );
}

function dateOf({ startsAt }: OfferedFragment, timeZone: string): string {
  return `${longDay(startsAt, timeZone)}, ${hour(startsAt, timeZone)}`;
}

function stayOf(nights: OfferedFragment[], timeZone: string): string {
  const [first, last] = [nights[0], nights.at(-1)];
  return first && last ? texts.listing.stayHead(nights.length, longDay(first.startsAt, timeZone), longDay(last.endsAt, timeZone)) : "";
}

function CountedOrder({ listing, slots, isStay }: Props) {
  const [plan, setPlan] = useState(listing.ratePlans[0]?.code ?? "");
  const [quantity, setQuantity] = useState(1);
  const percent = percentOf(listing, plan);
  const most = Math.min(10, listing.limitPerSlot ?? 10, ...slots.map(({ available }) => available));
  const wanted = Math.min(quantity, most);
  const total = sum(slots.map(({ price }) => times(atPercent(price, percent), wanted)));
  return (
    <Hold lines={slots.map(({ id }) => ({ slotId: id, quantity: wanted, ratePlan: plan }))} total={total}>
      <label>
        {isStay ? texts.listing.rooms : texts.listing.quantity}
        <select
          value={wanted}
          onChange={(event) => {
            setQuantity(Number(event.target.value));
          }}
        >
          {Array.from({ length: most }, (_, at) => (
            <option key={at + 1}>{at + 1}</option>
          ))}
        </select>
      </label>
      <Plans listing={listing} plan={plan} onChoose={setPlan} />
    </Hold>
  );
}

function SeatedOrder({ listing, slot }: { listing: Listing; slot: OfferedFragment }) {
  const [plan, setPlan] = useState(listing.ratePlans[0]?.code ?? "");
  const [chosen, setChosen] = useState<ReadonlyMap<string, Seat>>(new Map());
  const [lost, setLost] = useState<string>();
  const { seats, slot: seating, isWhole, error, again } = useSeats(slot.id, (now) => {
    const taken = new Set(now.filter(({ id, status }) => chosen.has(id) && status !== "FREE").map(({ id }) => id));
    if (taken.size === 0) return;
    const gone = [...chosen.values()].filter(({ id }) => taken.has(id));
    setLost(gone.map(({ row, label }) => texts.seats.lost(`${texts.seats.row(row)}, ${label}`)).join(" "));
    setChosen(new Map([...chosen].filter(([id]) => !taken.has(id))));
  });
  const toggle = useCallback((seat: Seat) => {
    setLost(undefined);
    setChosen((before) => {
      const next = new Map(before);
      if (!next.delete(seat.id)) next.set(seat.id, seat);
      return next;
    });
  }, []);
  const marked = useMemo(() => new Set(chosen.keys()), [chosen]);
  if (error && !seats) return <Failed error={error} again={again} />;
  if (!seats || !seating) return <Loading rows={8} />;
  const percent = percentOf(listing, plan);
  const most = listing.limitPerSlot ?? Number.POSITIVE_INFINITY;
  const isTooMany = chosen.size > most;
  const lines = chosen.size === 0 || isTooMany ? [] : [{ slotId: slot.id, seatIds: [...chosen.keys()], ratePlan: plan }];
  return (
    <>
      <p className="hint">{texts.seats.help}</p>
      <SeatMap slot={seating} seats={seats} chosen={marked} onToggle={toggle} />
      {isWhole ? null : <p role="status">{texts.seats.more(seats.length, slot.capacity)}</p>}
      {error ? <Failed error={error} again={again} /> : null}
      <p className="count">{texts.seats.left(slot.available, slot.capacity)}</p>
      <p role="status" className="said">
        {isTooMany ? texts.seats.limit(most) : (lost ?? texts.seats.chosen(chosen.size))}
      </p>
      {slot.available === 0 ? (
        <Waitlist slot={slot} />
      ) : (
        <Hold lines={lines} total={sum([...chosen.values()].map((seat) => atPercent(priceOf(seating, seat), percent)))}>
          <Plans listing={listing} plan={plan} onChoose={setPlan} />
        </Hold>
      )}
    </>
  );
}

type HoldProps = { lines: BookingLineInput[]; total: Amount | undefined; children: React.ReactNode };

/** The places become this customer's; where to pay comes next. */
function Hold({ lines, total, children }: HoldProps) {
  const { run, busy, problem } = useAct(CreateBookingDocument);
  const hold = async () => {
    const done = await run({ lines });
    if (done?.booking) go(to.booking(done.booking.id));
  };
  return (
    <div className="form">
      {children}
      <p className="total">
        <span>{texts.listing.total}</span> <strong>{total ? money(total) : "–"}</strong>
      </p>
      <Problem>{problem}</Problem>
      <button type="button" disabled={lines.length === 0 || busy} onClick={() => void hold()}>
        {busy ? texts.listing.holding : texts.listing.hold}
      </button>
      <p className="hint">{texts.listing.holdHelp}</p>
    </div>
  );
}

type PlansProps = { listing: Listing; plan: string; onChoose: (plan: string) => void };

function Plans({ listing, plan, onChoose }: PlansProps) {
  if (listing.ratePlans.length < 2) return null;
  return (
    <label>
      {texts.listing.plan}
      <select
        value={plan}
        onChange={(event) => {
          onChoose(event.target.value);
        }}
      >
        {listing.ratePlans.map(({ code, name, pricePercent }) => (
          <option key={code} value={code}>
            {name + texts.listing.planPrice(pricePercent)}
          </option>
        ))}
      </select>
    </label>
  );
}

function percentOf(listing: Listing, plan: string): number {
  return listing.ratePlans.find(({ code }) => code === plan)?.pricePercent ?? 100;
}
