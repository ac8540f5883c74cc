import { expect, test } from "vitest";
import { read, to } from "./route";

test("every address leads to its page, and others nowhere", () => {
  expect(read("")).toEqual({ page: "home" });
  expect(read(to.home)).toEqual({ page: "home" });
  expect(read(to.listing("old-town-walk"))).toEqual({ page: "listing", slug: "old-town-walk" });
  expect(read(to.booking("QQ"))).toEqual({ page: "booking", id: "QQ" });
  expect(read(to.understand())).toEqual({ page: "understand", id: undefined });
  expect(read(to.understand("QQ"))).toEqual({ page: "understand", id: "QQ" });
  for (const page of ["bookings", "operate", "rush"] as const) expect(read(to[page])).toEqual({ page });
  for (const lost of ["#/book", "#/rush/1", "#/nothing", "#/book/a/b"]) expect(read(lost)).toEqual({ page: "nowhere" });
});
