// A hall as rows of checkboxes. What others take shows at once, and what was chosen and is taken is said.
import { memo, useId, useMemo } from "react";
import { money } from "../parts/format";
import { useRoving } from "../parts/roving";
import type { SeatingFragment } from "../gql/graphql";
import { texts } from "../texts";
import { priceOf, type Seat } from "./use-seats";

const SIGNS = { FREE: "", HELD: "◐", SET_ASIDE: "◇", SOLD: "×" } as const;
const STATES = {
  FREE: texts.seats.free,
  HELD: texts.seats.held,
  SET_ASIDE: texts.seats.setAside,
  SOLD: texts.seats.sold,
} as const;

/** Halls with more columns than that have the whole width of the page. */
const NARROW = 16;

type Props = {
  slot: SeatingFragment;
  seats: Seat[];
  chosen: ReadonlySet<string>;
  /** Without it the map is there to look at. With it, always the same function: a seat that is as it was is not drawn again. */
  onToggle?: (seat: Seat) => void;
};

export function SeatMap({ slot, seats, chosen, onToggle }: Props) {
  const roving = useRoving();
  const stop = roving.active ?? seats[0]?.id;
  const prefix = useId();
  const parts = useMemo(() => sections(seats), [seats]);
  const classes = useMemo(() => [...new Set(seats.map(({ priceClass }) => priceClass))], [seats]);
  const isWide = parts.some(({ width }) => width > NARROW);
  return (
    <div className={isWide ? "hall wide" : "hall"} role="presentation" onKeyDown={roving.onKeyDown} onFocus={roving.onFocus}>
      <p className="stage" aria-hidden="true">
        {texts.seats.stage}
      </p>
      {parts.map(({ name, rows, columns }) => (
        <fieldset key={name} className="section" data-part={name}>
          <legend>{name}</legend>
          {rows.map((row) => (
            <SeatRow
              key={row.name}
              row={row}
              columns={columns}
              mine={row.seats.filter(({ id }) => chosen.has(id)).map(({ id }) => id)}
              stop={row.seats.find(({ id }) => id === stop)?.id}
              prefix={prefix}
              onToggle={onToggle}
            />
          ))}
        </fieldset>
      ))}
      <Prices slot={slot} classes={classes} prefix={prefix} />
      <Legend />
    </div>
  );
}

type RowProps = {
  row: Row;
  columns: string;
  /** Which of its seats are chosen. */
  mine: string[];
  /** Which of its seats the tabulator key finds, if it is one of them. */
  stop: string | undefined;
  /** What the ids of the prices begin with. */
  prefix: string;
  onToggle: ((seat: Seat) => void) | undefined;
};

/** A hall has thousands of seats, and each move and each sale changes one or two: only their rows are drawn again. */
const SeatRow = memo(
  function SeatRow({ row, columns, mine, stop, prefix, onToggle }: RowProps) {
    return (
      <div className="row" style={{ gridTemplateColumns: `var(--row-name) ${columns}` }}>
        <span className="row-name" aria-hidden="true">
          {row.name}
        </span>
        {row.seats.map((seat) => (
          <OneSeat
            key={seat.id}
            seat={seat}
            isChosen={mine.includes(seat.id)}
            isStop={seat.id === stop}
            prefix={prefix}
            onToggle={onToggle}
          />
        ))}
      </div>
    );
  },
  ({ row, mine, ...others }, { row: newRow, mine: newMine, ...newOthers }) =>
    areSame(row.seats, newRow.seats) &&
    areSame(mine, newMine) &&
    others.columns === newOthers.columns &&
    others.stop === newOthers.stop &&
    others.onToggle === newOthers.onToggle,
);

function areSame<One>(some: One[], others: One[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}

type OneProps = Pick<RowProps, "prefix" | "onToggle"> & { seat: Seat; isChosen: boolean; isStop: boolean };

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
function Prices({ slot, classes, prefix }: { slot: SeatingFragment; classes: string[]; prefix: string }) {
  return (
    <ul className="legend" role="list" aria-label={texts.seats.prices}>
      {classes.map((priceClass) => (
        <li key={priceClass} id={`${prefix}${priceClass}`}>
          <span className={`swatch ${priceClass}`} aria-hidden="true" />
          {priceClass} {money(priceOf(slot, { priceClass }))}
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

type Row = { name: string; seats: Seat[] };
type Section = { name: string; rows: Row[]; columns: string; width: number };

/** The seats by section and row, in the order of the hall. */
export function sections(seats: Seat[]): Section[] {
  const found = new Map<string, Map<string, Row>>();
  for (const seat of seats) {
    const rows = found.get(seat.section) ?? new Map<string, Row>();
    // The two sides of an aisle are one row.
    const row = rows.get(seat.row) ?? { name: seat.row, seats: [] };
    row.seats.push(seat);
    rows.set(seat.row, row);
    found.set(seat.section, rows);
  }
  return Array.from(found, ([name, rows]) => ({ name, rows: [...rows.values()], ...columnsOf([...rows.values()]) }));
}

/** The width of each column: where no row has a seat there is an aisle, which needs less. */
function columnsOf(rows: Row[]): { columns: string; width: number } {
  const taken = new Set(rows.flatMap(({ seats }) => seats.map(({ col }) => col)));
  const width = Math.max(...taken);
  const columns = Array.from({ length: width }, (_, at) => (taken.has(at + 1) ? "var(--seat)" : "var(--aisle)")).join(" ");
  return { columns, width };
}
