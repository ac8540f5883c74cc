// A grid of fields with one stop for the tabulator key: arrow keys move within it, as in a spreadsheet.
import { useState, type KeyboardEvent, type FocusEvent } from "react";

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Spot = { x: number; y: number };
type Placed = Spot & { part: string | undefined };
type Place = Placed & { field: HTMLElement };

/** What may be gone to; `data-part` of what is around it names the part of the whole that it is in. */
function places(container: HTMLElement): Place[] {
  return Array.from(container.querySelectorAll<HTMLElement>("[data-x]"), (field) => ({
    field,
    x: Number(field.dataset["x"]),
    y: Number(field.dataset["y"]),
    part: field.closest<HTMLElement>("[data-part]")?.dataset["part"],
  }));
}

/** The nearest place that way; undefined at the edge. */
export function nearest<One extends Spot>(from: One, [dx, dy]: [number, number], all: One[]): One | undefined {
  const ahead = all.filter(({ x, y }) => (dx === 0 ? (y - from.y) * dy > 0 : y === from.y && (x - from.x) * dx > 0));
  const cost = ({ x, y }: Spot) =>
    dx === 0 ? Math.abs(y - from.y) * 1_000 + Math.abs(x - from.x) : Math.abs(x - from.x);
  return ahead.sort((one, other) => cost(one) - cost(other))[0];
}

/** Where a key leads: an arrow to the nearest, Home and End to the ends of the row, a page to the next part. */
export function ahead<One extends Placed>(key: string, from: One, all: One[]): One | undefined {
  const step = STEPS[key];
  if (step) return nearest(from, step, all);
  const row = all.filter(({ y }) => y === from.y).sort((one, other) => one.x - other.x);
  const parts = [...new Set(all.map(({ part }) => part))];
  const first = (by: number) => all.find(({ part }) => part === (parts[parts.indexOf(from.part) + by] ?? from.part));
  switch (key) {
    case "Home":
      return row[0];
    case "End":
      return row.at(-1);
    case "PageUp":
      return first(-1);
    case "PageDown":
      return first(1);
    default:
      return undefined;
  }
}

type Roving = {
  /** The place that the tabulator key finds; undefined until one was visited. */
  active: string | undefined;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
};

/** Each field has its place in `data-x` and `data-y`, and a value of its own. */
export function useRoving(): Roving {
  const [active, setActive] = useState<string>();
  return {
    active,
    onKeyDown: (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const all = places(event.currentTarget);
      const from = all.find(({ field }) => field === event.target);
      const to = from && ahead(event.key, from, all);
      if (!to) return;
      event.preventDefault();
      to.field.focus();
    },
    onFocus: (event) => {
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLButtonElement) setActive(event.target.value);
    },
  };
}
