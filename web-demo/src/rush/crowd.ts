// Five hundred customers at once, each with a token of its own. They speak plain HTTP, as five hundred browsers would;
// this one browser has only so many connections, so that some stand behind others.
import { print } from "@apollo/client/utilities";
import { mintTokens } from "../dev/doors";
import { RushBookDocument, type RushBookMutation } from "../gql/graphql";
import { newKey } from "../graph/key";

/** Requests under way at once. */
const WIDTH = 48;
/** How often a customer tries what may succeed when it is sent again. */
const TRIES = 12;

export type Fate = "GOT" | "SOLD_OUT" | "FAILED";
export type Visitor = { name: string; fate: Fate | undefined; bookingId: string | undefined };

type Wish = { slotId: string; seatIds: string[] } | { slotId: string; quantity: number };
type Payload = RushBookMutation["createBooking"];

const query = print(RushBookDocument);

/** Lets them in; `onFate` hears of each who has an answer. */
export async function rush(
  slotId: string,
  seatIds: string[],
  count: number,
  onFate: (visitor: Visitor) => void,
): Promise<Visitor[]> {
  const stamp = newKey().slice(-6);
  const visitors = Array.from({ length: count }, (_, at): Visitor => ({ name: `rush-${stamp}-${at + 1}`, fate: undefined, bookingId: undefined }));
  const { tokens } = await mintTokens("CUSTOMER", visitors.map(({ name }) => name));
  const queue = visitors.map((visitor, at) => ({ visitor, token: tokens[at] ?? "" }));
  const serve = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { visitor, token } = next;
      const { fate, bookingId } = await buy(token, slotId, seatIds);
      visitor.fate = fate;
      visitor.bookingId = bookingId;
      onFate(visitor);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, serve));
  return visitors;
}

/** One customer: two seats it likes, and when those are gone whatever is best, and then one at least. */
async function buy(token: string, slotId: string, seatIds: string[]): Promise<{ fate: Fate; bookingId: string | undefined }> {
  const liked = Math.floor(Math.random() * Math.max(1, seatIds.length - 1));
  const wishes: Wish[] = [
    { slotId, seatIds: seatIds.slice(liked, liked + 2) },
    { slotId, quantity: 2 },
    { slotId, quantity: 1 },
  ];
  for (const wish of wishes) {
    const payload = await send(token, wish);
    if (payload === undefined) return { fate: "FAILED", bookingId: undefined };
    if (payload.booking && payload.userErrors.length === 0) return { fate: "GOT", bookingId: payload.booking.id };
    const isTaken = payload.userErrors.some(({ code }) => code === "SEAT_TAKEN" || code === "SOLD_OUT");
    if (!isTaken) return { fate: "FAILED", bookingId: undefined };
  }
  return { fate: "SOLD_OUT", bookingId: undefined };
}

/** Sends one wish until it is answered: with one key, so that it is meant once however often it is sent. */
async function send(token: string, line: Wish): Promise<Payload | undefined> {
  const input = { idempotencyKey: newKey(), lines: [line], paymentMethod: "pm_card_visa" };
  const body = JSON.stringify({ query, variables: { input } });
  for (let tries = 1; tries <= TRIES; tries += 1) {
    const payload = await post(token, body);
    const again = payload?.userErrors.find(({ code }) => code === "CONTENDED" || code === "IDEMPOTENCY_KEY_IN_USE");
    if (payload && !again) return payload;
    await new Promise((resolve) => setTimeout(resolve, (again?.retryAfterMs ?? 100) + Math.random() * 100 * tries));
  }
  return undefined;
}

async function post(token: string, body: string): Promise<Payload | undefined> {
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body,
    });
    const { data } = (await response.json()) as { data?: RushBookMutation | null };
    return data?.createBooking;
  } catch {
    // The answer was lost, or there was none: the same key will tell.
    return undefined;
  }
}
