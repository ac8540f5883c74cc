import { expect, test } from "vitest";
import { SeatsChangedDocument, SeatsDocument, type SeatsQuery } from "../gql/graphql";
import { makeCache } from "./client";

type Slot = Extract<NonNullable<SeatsQuery["node"]>, { __typename: "Slot" }>;
type Status = Slot["seats"]["edges"][number]["node"]["status"];

const slot = { __typename: "Slot", id: "s", available: 4, capacity: 4, waiting: 0, state: "OPEN" } as const;
const connection = (edges: object[]) => ({ __typename: "SeatConnection", edges });
const edge = (node: object) => ({ __typename: "SeatEdge", node });

/** A page of a hall as the server answers it. */
const page = (numbers: number[], hasNextPage: boolean) => ({
  node: {
    ...slot,
    price: { __typename: "Money", amount: "1.00", currencyCode: "EUR" },
    classPrices: [],
    seats: {
      ...connection(
        numbers.map((number) =>
          edge({
            __typename: "Seat",
            id: `seat-${number}`,
            section: "Stalls",
            row: "A",
            rowRank: 1,
            label: `${number}`,
            col: number,
            priceClass: "standard",
            status: "FREE",
          }),
        ),
      ),
      pageInfo: { __typename: "PageInfo", endCursor: `${numbers.at(-1)}`, hasNextPage },
    },
  },
});

const told = (number: number, status: Status) => ({
  availabilityChanged: {
    __typename: "SlotAvailability",
    version: 2,
    slot: { ...slot, available: 3, seats: connection([edge({ __typename: "Seat", id: `seat-${number}`, status })]) },
  },
});

test("pages become one hall, in which what is told of one seat changes that seat alone", () => {
  const cache = makeCache();
  const write = (after: string | null, data: object) =>
    cache.writeQuery({ query: SeatsDocument, variables: { id: "s", after }, data: data as SeatsQuery });
  const hall = () => {
    const read = cache.readQuery({ query: SeatsDocument, variables: { id: "s", after: null } })?.node;
    if (read?.__typename !== "Slot") throw new Error("no slot");
    const { edges, pageInfo } = read.seats;
    return { seats: edges.map(({ node }) => `${node.label} ${node.status}`), isWhole: !pageInfo.hasNextPage };
  };
  write(null, page([1, 2], true));
  expect(hall()).toEqual({ seats: ["1 FREE", "2 FREE"], isWhole: false });
  write("2", page([3, 4], false));
  // A page that comes twice is there once.
  write("2", page([3, 4], false));
  const data = told(4, "SOLD") as never;
  cache.writeQuery({ query: SeatsChangedDocument, variables: { slotIds: ["s"], after: "2" }, data });
  expect(hall()).toEqual({ seats: ["1 FREE", "2 FREE", "3 FREE", "4 SOLD"], isWhole: true });
});
