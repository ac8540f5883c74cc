// A booking by its reference, or the bookings of a customer; and money back beyond what the policy does.
import { useApolloClient } from "@apollo/client/react";
import { useState, type SyntheticEvent } from "react";
import { FindDocument, RefundBookingDocument, SearchDocument, type BookedFragment } from "../gql/graphql";
import { describe, useAct } from "../graph/act";
import { BookingList } from "../booking/bookings-page";
import { Ask } from "../parts/ask";
import { isZero } from "../parts/format";
import { Empty, Problem } from "../parts/states";
import { to } from "../route";
import { texts } from "../texts";

export function Search() {
  const client = useApolloClient();
  const [text, setText] = useState("");
  const [found, setFound] = useState<BookedFragment[]>();
  const [problem, setProblem] = useState<string>();
  const find = async () => {
    const wanted = text.trim();
    try {
      setProblem(undefined);
      const one = await client.query({
        query: FindDocument,
        variables: { reference: wanted.toUpperCase() },
        fetchPolicy: "network-only",
      });
      if (one.data?.booking) {
        setFound([one.data.booking]);
        return;
      }
      // Without a name these are the newest of all.
      const many = await client.query({
        query: SearchDocument,
        variables: wanted === "" ? {} : { customerId: wanted },
        fetchPolicy: "network-only",
      });
      setFound(many.data?.bookings.edges.map(({ node }) => node) ?? []);
    } catch (error) {
      setProblem(describe(error));
    }
  };
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    void find();
  };
  return (
    <section aria-labelledby="search">
      <h2 id="search">{texts.operate.search}</h2>
      <form className="find" role="search" onSubmit={submit}>
        <label>
          {texts.operate.searchLabel}
          <input
            type="text"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
            }}
          />
        </label>
        <button type="submit">{texts.operate.searchButton}</button>
      </form>
      <Problem>{problem}</Problem>
      <div role="status">{found?.length === 0 ? <Empty>{texts.operate.searchNone}</Empty> : null}</div>
      <BookingList bookings={found ?? []} address={to.understand} />
      {(found ?? []).filter(isRefundable).map((booking) => (
        <Refund key={booking.id} booking={booking} onDone={() => void find()} />
      ))}
    </section>
  );
}

function isRefundable({ payment }: BookedFragment): boolean {
  return payment !== null && !isZero(payment.captured) && payment.captured.amount !== payment.refunded.amount;
}

function Refund({ booking, onDone }: { booking: BookedFragment; onDone: () => void }) {
  const [isDone, setDone] = useState(false);
  return (
    <div>
      <Ask
        button={`${texts.operate.refund} ${booking.reference}`}
        label={texts.operate.refundTitle(booking.reference)}
        title={texts.operate.refundTitle(booking.reference)}
      >
        {(close) => (
          <HowMuch
            booking={booking}
            onClose={close}
            onDone={() => {
              setDone(true);
              onDone();
            }}
          />
        )}
      </Ask>{" "}
      <span role="status">{isDone ? texts.operate.refunded : ""}</span>
    </div>
  );
}

function HowMuch({ booking, onClose, onDone }: { booking: BookedFragment; onClose: () => void; onDone: () => void }) {
  const [amount, setAmount] = useState(booking.payment?.captured.amount ?? "");
  const [note, setNote] = useState("");
  const { run, busy, problem } = useAct(RefundBookingDocument);
  const refund = async () => {
    const { currencyCode } = booking.total;
    if (!(await run({ bookingId: booking.id, amount: { amount, currencyCode }, note }))) return;
    onClose();
    onDone();
  };
  return (
    <>
      <label>
        {`${texts.operate.refundAmount} (${booking.total.currencyCode})`}
        <input
          type="text"
          inputMode="decimal"
          value={amount}
          onChange={(event) => {
            setAmount(event.target.value);
          }}
        />
      </label>
      <label>
        {texts.operate.refundNote}
        <input
          type="text"
          value={note}
          onChange={(event) => {
            setNote(event.target.value);
          }}
        />
      </label>
      <Problem>{problem}</Problem>
      <span className="buttons">
        <button type="button" disabled={busy} onClick={() => void refund()}>
          {texts.operate.refundYes}
        </button>
        <button type="button" className="plain" onClick={onClose}>
          {texts.close}
        </button>
      </span>
    </>
  );
}
