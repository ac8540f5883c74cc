import { expect, test } from "vitest";
import { rowsOf } from "./rows";

const step = (number: number, name: string, began: number | null, ended: number) => ({
  number,
  step: name,
  action: null,
  result: "DONE",
  detail: null,
  beganAt: began === null ? null : new Date(began).toISOString(),
  at: new Date(ended).toISOString(),
  undo: null,
  worker: null,
});

test("attempts are counted by step, and bars lie where they were in time", () => {
  const rows = rowsOf([step(1, "reserve", null, 0), step(2, "authorize", 0, 500), step(3, "authorize", 1_500, 2_000)]);
  expect(rows.map(({ attempt }) => attempt)).toEqual([1, 1, 2]);
  expect(rows.map(({ took }) => took)).toEqual([undefined, 500, 500]);
  expect(rows.map(({ pause }) => pause)).toEqual([0, 0, 1_000]);
  expect(rows.map(({ from, width }) => [from, width])).toEqual([[0, 0], [0, 0.25], [0.75, 0.25]]);
  expect(rowsOf([])).toEqual([]);
});
