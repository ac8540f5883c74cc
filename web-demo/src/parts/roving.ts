// A grid of checkboxes with one stop for the tabulator key: arrow keys move within it, as in a spreadsheet.
import { useState, type KeyboardEvent, type FocusEvent } from "react";

const STEPS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

type Place = { input: HTMLInputElement; x: number; y: number };

function places(container: HTMLElement): Place[] {
  return Array.from(container.querySelectorAll<HTMLInputElement>("input[data-x]"), (input) => ({
    input,
    x: Number(input.dataset["x"]),
    y: Number(input.dataset["y"]),
  }));
}

/** The nearest place that way; undefined at the edge. */
export function nearest<Spot extends { x: number; y: number }>(
  from: Spot,
  [dx, dy]: [number, number],
  all: Spot[],
): Spot | undefined {
  const ahead = all.filter(({ x, y }) => (dx === 0 ? (y - from.y) * dy > 0 : y === from.y && (x - from.x) * dx > 0));
  const cost = ({ x, y }: Spot) =>
    dx === 0 ? Math.abs(y - from.y) * 1_000 + Math.abs(x - from.x) : Math.abs(x - from.x);
  return ahead.sort((one, other) => cost(one) - cost(other))[0];
}

type Roving = {
  /** The place that the tabulator key finds; undefined until one was visited. */
  active: string | undefined;
  onKeyDown: (event: KeyboardEvent<HTMLElement>) => void;
  onFocus: (event: FocusEvent<HTMLElement>) => void;
};

export function useRoving(): Roving {
  const [active, setActive] = useState<string>();
  return {
    active,
    onKeyDown: (event) => {
      const step = STEPS[event.key];
      if (!step || !(event.target instanceof HTMLInputElement)) return;
      const all = places(event.currentTarget);
      const from = all.find(({ input }) => input === event.target);
      if (!from) return;
      event.preventDefault();
      nearest(from, step, all)?.input.focus();
    },
    onFocus: (event) => {
      if (event.target instanceof HTMLInputElement) setActive(event.target.value);
    },
  };
}
