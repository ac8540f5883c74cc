// What the flows stand on: goods of their own, and a page whose console stays clean.
import { expect, test as base, type APIRequestContext, type Locator, type Page } from "@playwright/test";

type Fixtures = {
  /** What a page may complain of, as a pattern; nothing unless a test says otherwise. */
  mayComplain: RegExp | undefined;
};

/** A test whose pages complain of nothing: no error, no broken policy. */
export const test = base.extend<Fixtures & { clean: undefined }>({
  mayComplain: [undefined, { option: true }],
  clean: [
    async ({ context, mayComplain }, use) => {
      const complaints: string[] = [];
      context.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
      });
      context.on("weberror", (error) => complaints.push(error.error().message));
      await use(undefined);
      expect(complaints.filter((complaint) => !mayComplain?.test(complaint))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

type Role = "CUSTOMER" | "ORGANISER" | "OPERATOR";

/** A token, as the page gets it. */
export async function token(request: APIRequestContext, role: Role, subject: string): Promise<string> {
  const response = await request.post("/dev/tokens", { data: { role, subjects: [subject] } });
  expect(response.status()).toBe(200);
  const { tokens } = (await response.json()) as { tokens: [string] };
  return tokens[0];
}

/** What the server itself says, in whatever part. */
export async function ask<Data>(
  request: APIRequestContext,
  role: Role,
  query: string,
  variables: Record<string, unknown> = {},
  subject = `e2e-${role.toLowerCase()}`,
): Promise<Data> {
  const response = await request.post("/graphql", {
    headers: { authorization: `Bearer ${await token(request, role, subject)}` },
    data: { query, variables },
  });
  const answer = (await response.json()) as { data: Data; errors?: unknown };
  expect(answer.errors, query).toBeUndefined();
  return answer.data;
}

let made = 0;
export const key = (): string => `e2e-${Date.now()}-${(made += 1)}`;

type Goods = {
  title: string;
  holdSeconds?: number;
  holdExtensions?: number;
  capacity?: number;
  price?: string;
  days?: number;
  /** Instead of a capacity: the id of a hall. */
  hall?: string;
  /** How long each lasts. */
  hours?: number;
};
type Made = { slug: string; slotIds: string[] };

/** Rows of a section, with an aisle in the middle. */
export function rows(section: string, count: number, seats: number, priceClass: string): object[] {
  const names = (from: number) => Array.from({ length: seats / 2 }, (_, at) => `${from + at}`);
  return Array.from({ length: count }, (_, at) => String(at + 1)).flatMap((row) => [
    { section, row, priceClass, seats: names(1) },
    { section, row, priceClass, seats: names(seats / 2 + 1), firstCol: seats / 2 + 2 },
  ]);
}

/** A hall of these rows; its id. */
export async function build(request: APIRequestContext, name: string, hall: object[]): Promise<string> {
  const made = await ask<{ upsertVenuePlan: { venuePlan: { id: string } } }>(
    request,
    "ORGANISER",
    "mutation($input: UpsertVenuePlanInput!) { upsertVenuePlan(input: $input) { venuePlan { id } userErrors { code message } } }",
    { input: { idempotencyKey: key(), code: `${name.toLowerCase()}-${Date.now()}`, name, rows: hall } },
  );
  return made.upsertVenuePlan.venuePlan.id;
}

/** A listing with slots at noon of the days ahead. */
export async function sell(request: APIRequestContext, goods: Goods): Promise<Made> {
  const slug = `${goods.title.toLowerCase().replace(/[^a-z0-9]+/g, "-")}-${Date.now()}`;
  const listing = await ask<{ upsertListing: { listing: { id: string } } }>(
    request,
    "ORGANISER",
    "mutation($input: UpsertListingInput!) { upsertListing(input: $input) { listing { id } userErrors { code message } } }",
    {
      input: {
        idempotencyKey: key(),
        slug,
        title: goods.title,
        timeZone: "Europe/Lisbon",
        currency: "EUR",
        holdSeconds: goods.holdSeconds ?? 300,
        holdExtensions: goods.holdExtensions ?? 1,
        ratePlans: [{ code: "standard", name: "Standard", policy: [{ hoursBeforeStart: 24, refundPercent: 50 }] }],
      },
    },
  );
  const days = Array.from({ length: goods.days ?? 3 }, (_, day) => {
    const startsAt = new Date(Date.now() + (day + 3) * 24 * 3_600_000);
    startsAt.setUTCHours(12, 0, 0, 0);
    const endsAt = new Date(startsAt.getTime() + (goods.hours ?? 1) * 3_600_000);
    const price = { amount: goods.price ?? "20.00", currencyCode: "EUR" };
    return { startsAt, endsAt, price, ...(goods.hall ? { venuePlanId: goods.hall } : { capacity: goods.capacity ?? 5 }) };
  });
  const slots = await ask<{ upsertSlots: { slots: { id: string }[] } }>(
    request,
    "ORGANISER",
    "mutation($input: UpsertSlotsInput!) { upsertSlots(input: $input) { slots { id } userErrors { code message } } }",
    { input: { idempotencyKey: key(), listingId: listing.upsertListing.listing.id, slots: days } },
  );
  return { slug, slotIds: slots.upsertSlots.slots.map(({ id }) => id) };
}

/** Holds a place of a listing in the page, and gives the booking's id. */
export async function holdPlace(page: Page, slug: string, date = 0): Promise<string> {
  await page.goto(`/#/book/${slug}`);
  await page.locator(".day input").nth(date).check();
  await page.getByRole("button", { name: "Hold for me" }).click();
  return bookingOf(page);
}

/** The booking whose page this is, once it is. */
export async function bookingOf(page: Page): Promise<string> {
  await expect(page.getByRole("heading", { level: 1, name: /^Booking / })).toBeVisible();
  return page.url().split("/").pop() ?? "";
}

export async function pay(page: Page, card: string): Promise<void> {
  await page.getByRole("radio", { name: card, exact: true }).check();
  await page.getByRole("button", { name: /^Pay/ }).click();
}

/** Where the booking stands, in the words that a screen reader says. */
export function standing(page: Page): Locator {
  return page.locator(".progress").getByRole("status");
}

/** A seat of the samples' play, by its whole name. */
export function seat(page: Page, section: string, name: string): Locator {
  return page.getByRole("group", { name: section, exact: true }).getByRole("checkbox", { name, exact: true });
}

/** The versions of a booking as the page has shown them, the first one first. */
export async function versions(page: Page): Promise<number[]> {
  const texts = await page.locator(".news li small").allTextContents();
  return texts.map((text) => Number(/version (\d+)/.exec(text)?.[1])).reverse();
}

type Dev = { worker: { name: string; number: number; isWorking: boolean; kills: { interrupted: string | null }[] } };

/** What `dev` says of its worker. */
export async function dev(request: APIRequestContext): Promise<Dev> {
  return (await (await request.get("/dev/state")).json()) as Dev;
}
