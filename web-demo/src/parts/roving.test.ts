import { expect, test } from "vitest";
import { nearest } from "./roving";

const hall = [
  { x: 1, y: 1 },
  { x: 2, y: 1 },
  { x: 4, y: 1 },
  { x: 1, y: 2 },
  { x: 5, y: 2 },
];

test("an arrow finds the nearest seat that way, over aisles and past the ends of rows", () => {
  expect(nearest({ x: 2, y: 1 }, [1, 0], hall)).toEqual({ x: 4, y: 1 });
  expect(nearest({ x: 4, y: 1 }, [0, 1], hall)).toEqual({ x: 5, y: 2 });
  expect(nearest({ x: 5, y: 2 }, [0, -1], hall)).toEqual({ x: 4, y: 1 });
  expect(nearest({ x: 1, y: 1 }, [-1, 0], hall)).toBeUndefined();
  expect(nearest({ x: 1, y: 2 }, [0, 1], hall)).toBeUndefined();
});
