// A hall as rows of checkboxes. What others take shows at once, and what was chosen and is taken is said.
import { useId } from "react";
import { money } from "../parts/format";
import { useRoving } from "../parts/roving";
import type { SeatingFragment } from "../gql/graphql";
import { texts } from "../texts";

export type Seat = SeatingFragment["seats"]["edges"][number]["node"];

const SIGNS = { FREE: "", HELD: "◐", SET_ASIDE: "◇", SOLD: "×" } as const;
const STATES = {
  FREE: texts.seats.free,
  HELD: texts.seats.held,
  SET_ASIDE: texts.seats.setAside,
  SOLD: texts.seats.sold,
} as const;

type Props = {
  seats: Seat[];
  chosen: ReadonlySet<string>;
  /** Without it the map is there to look at. */
  onToggle?: (seat: Seat) => void;
};

export function SeatMap({ seats, chosen, onToggle }: Props) {
  const roving = useRoving();
  const first = seats[0]?.id;
  const prefix = useId();
  return (
    <div className="hall" role="presentation" onKeyDown={roving.onKeyDown} onFocus={roving.onFocus}>
      <p className="stage" aria-hidden="true">
        {texts.seats.stage}
      </p>
      {sections(seats).map(({ name, rows, columns }) => (
        <fieldset key={name} className="section">
          <legend>{name}</legend>
          {rows.map((row) => (
            <div key={row.rank} className="row" style={{ gridTemplateColumns: `0.8rem ${columns}` }}>
              <span className="row-name" aria-hidden="true">
                {row.name}
              </span>
              {row.seats.map((seat) => (
                <OneSeat
                  key={seat.id}
                  seat={seat}
                  isChosen={chosen.has(seat.id)}
                  isStop={(roving.active ?? first) === seat.id}
                  prefix={prefix}
                  onToggle={onToggle}
                />
              ))}
            </div>
          ))}
        </fieldset>
      ))}
      <Prices seats={seats} prefix={prefix} />
      <Legend />
    </div>
  );
}

type OneProps = {
  seat: Seat;
  isChosen: boolean;
  isStop: boolean;
  /** What the ids of the prices begin with. */
  prefix: string;
  onToggle: ((seat: Seat) => void) | undefined;
};

function OneSeat({ seat, isChosen, isStop, prefix, onToggle }: OneProps) {
  const isMine = isChosen && seat.status === "FREE";
  const canChange = onToggle !== undefined && seat.status === "FREE";
  const state = isMine ? texts.seats.mine : STATES[seat.status];
  const look = isMine ? "mine" : seat.status.toLowerCase().replace("_", "-");
  return (
    <label className={`seat ${look} ${seat.priceClass}`} style={{ gridColumn: seat.col + 1 }}>
      <input
        type="checkbox"
        value={seat.id}
        checked={isMine}
        aria-disabled={!canChange}
        aria-label={texts.seats.name(seat.row, seat.label, state)}
        aria-describedby={`${prefix}${seat.priceClass}`}
        data-x={seat.col}
        data-y={seat.rowRank}
        tabIndex={isStop ? 0 : -1}
        onChange={() => {
          if (canChange) onToggle(seat);
        }}
      />
      <span aria-hidden="true">{isMine ? "✓" : SIGNS[seat.status] || seat.label}</span>
    </label>
  );
}

/** What a seat costs, by class; each seat is described by its own. */
function Prices({ seats, prefix }: { seats: Seat[]; prefix: string }) {
  const prices = new Map(seats.map(({ priceClass, price }) => [priceClass, money(price)]));
  return (
    <ul className="legend" role="list" aria-label={texts.seats.prices}>
      {Array.from(prices, ([priceClass, price]) => (
        <li key={priceClass} id={`${prefix}${priceClass}`}>
          <span className={`swatch ${priceClass}`} aria-hidden="true" />
          {priceClass} {price}
        </li>
      ))}
    </ul>
  );
}

function Legend() {
  const signs = [
    ["free", "1", texts.seats.free],
    ["mine", "✓", texts.seats.mine],
    ["held", SIGNS.HELD, texts.seats.held],
    ["set-aside", SIGNS.SET_ASIDE, texts.seats.setAside],
    ["sold", SIGNS.SOLD, texts.seats.sold],
  ];
  return (
    <ul className="legend" role="list" aria-label={texts.seats.legend}>
      {signs.map(([look, sign, text]) => (
        <li key={look}>
          <span className={`seat ${look ?? ""}`} aria-hidden="true">
            <span>{sign}</span>
          </span>
          {text}
        </li>
      ))}
    </ul>
  );
}

type Row = { rank: number; name: string; seats: Seat[] };
type Section = { name: string; rows: Row[]; columns: string };

/** The seats by section and row, in the order of the hall. */
export function sections(seats: Seat[]): Section[] {
  const found = new Map<string, Map<string, Row>>();
  for (const seat of seats) {
    const rows = found.get(seat.section) ?? new Map<string, Row>();
    // The two sides of an aisle are one row.
    const row = rows.get(seat.row) ?? { rank: seat.rowRank, name: seat.row, seats: [] };
    row.seats.push(seat);
    rows.set(seat.row, row);
    found.set(seat.section, rows);
  }
  return Array.from(found, ([name, rows]) => ({ name, rows: [...rows.values()], columns: columnsOf([...rows.values()]) }));
}

/** The width of each column: where no row has a seat there is an aisle, which needs less. */
function columnsOf(rows: Row[]): string {
  const taken = new Set(rows.flatMap(({ seats }) => seats.map(({ col }) => col)));
  const last = Math.max(...taken);
  return Array.from({ length: last }, (_, at) => (taken.has(at + 1) ? "var(--seat)" : "0.7rem")).join(" ");
}
