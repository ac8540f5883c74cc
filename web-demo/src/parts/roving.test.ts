import { expect, test } from "vitest";
import { ahead, nearest } from "./roving";

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

test("Home and End lead to the ends of a row, and a page to the next part", () => {
  const parts = hall.map((spot) => ({ ...spot, part: spot.y === 1 ? "Stalls" : "Gallery" }));
  const go = (key: string, at: number) => {
    const from = parts[at];
    return from && ahead(key, from, parts);
  };
  expect(go("End", 0)).toMatchObject({ x: 4, y: 1 });
  expect(go("Home", 4)).toMatchObject({ x: 1, y: 2 });
  expect(go("PageDown", 2)).toMatchObject({ x: 1, y: 2 });
  expect(go("PageUp", 4)).toMatchObject({ x: 1, y: 1 });
  expect(go("PageDown", 4)).toMatchObject({ x: 1, y: 2 });
  expect(go("ArrowRight", 0)).toMatchObject({ x: 2, y: 1 });
  expect(go("a", 0)).toBeUndefined();
});
