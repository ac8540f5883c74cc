// Who this page plays. In a front end of your own, an identity provider says who somebody is: `bearer` is the one
// function to write anew.
import { mintTokens } from "./doors";

/** The parts that this page plays; each has a token of its own. */
export type Part = "CUSTOMER" | "ORGANISER" | "OPERATOR";

/** A token is asked for anew so many seconds before it expires. */
const EARLY = 60;

type Held = { token: Promise<string>; until: number };
const held = new Map<Part, Held>();

/** What stands in `authorization` for a part. */
export async function bearer(part: Part): Promise<string> {
  const known = held.get(part);
  if (known && known.until > Date.now()) return `Bearer ${await known.token}`;
  const minted = mintTokens(part, [part === "CUSTOMER" ? customer() : `demo-${part.toLowerCase()}`]);
  const token = minted.then(({ tokens: [first] }) => first ?? "");
  const entry: Held = { token, until: Number.POSITIVE_INFINITY };
  held.set(part, entry);
  try {
    entry.until = Date.now() + ((await minted).life - EARLY) * 1_000;
  } catch (error) {
    // The next one who asks tries again.
    held.delete(part);
    throw error;
  }
  return `Bearer ${await token}`;
}

/** The customer of this window: another window is another customer, so that two can want the same seat. */
export function customer(): string {
  const known = sessionStorage.getItem("customer");
  if (known) return known;
  const names = ["ana", "bruno", "clara", "davi", "elisa", "filipa", "goncalo", "ines", "joao", "lia", "mateus", "nuno"];
  const [pick = 0, number = 0] = crypto.getRandomValues(new Uint16Array(2));
  const made = `${names[pick % names.length] ?? "ana"}-${(number % 9000) + 1000}`;
  sessionStorage.setItem("customer", made);
  return made;
}
