import type { APIRequestContext } from "@playwright/test";
import { expect, holdPlace, pay, sell, standing, test } from "./stage";

// Trouble is the whole system's: each test begins and ends with none.
const makeNone = async ({ request }: { request: APIRequestContext }) => {
  expect((await request.put("/dev/trouble", { data: {} })).status()).toBe(200);
};
test.beforeEach(makeNone);
test.afterEach(makeNone);

test("the gateway goes down, bookings wait, and all is well again", async ({ page, context, request }) => {
  const { slug } = await sell(request, { title: "Gateway down" });
  const operator = await context.newPage();
  await operator.goto("/#/operate");
  await operator.getByRole("radio", { name: "Down" }).check();
  await holdPlace(page, slug);
  await pay(page, "A card that works");
  await expect(standing(page)).toHaveText(/The bank is being asked|did not say/);
  await expect(operator.locator(".tile", { hasText: "Waiting for workers" }).locator("dd")).not.toHaveText("0");
  await operator.getByRole("radio", { name: "Well" }).check();
  await expect(operator.getByRole("radio", { name: "Well" })).toBeChecked();
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/, { timeout: 90_000 });
});

test("a refund that fails ends in the inbox, and is tried again from there", async ({ page, context, request }) => {
  const { slug } = await sell(request, { title: "Failing refund" });
  await holdPlace(page, slug);
  await pay(page, "A card that works");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
  const operator = await context.newPage();
  await operator.goto("/#/operate");
  await operator.getByRole("radio", { name: "Broken" }).check();
  await expect(operator.getByText("The inbox is empty.")).toBeVisible();
  await page.getByRole("button", { name: /^Cancel/ }).click();
  await page.getByRole("button", { name: "Cancel the booking" }).click();
  await expect(standing(page)).toHaveText(/Cancelled/);

  const inbox = operator.getByRole("region", { name: "Inbox" });
  const one = inbox.getByRole("listitem").filter({ hasText: "A refund failed" });
  await expect(one).toBeVisible({ timeout: 90_000 });
  await expect(operator.locator(".tile.bad", { hasText: "Open cases" }).locator("dd")).toHaveText("1");
  await operator.getByRole("radio", { name: "Well" }).check();
  await one.getByRole("button", { name: "Try again" }).click();
  await expect(inbox.getByText("The inbox is empty.")).toBeVisible();
  await expect(standing(page)).toHaveText(/Partly refunded/, { timeout: 60_000 });
});

test("a booking is found and refunded, and every promise holds", async ({ page, context, request }) => {
  const { slug } = await sell(request, { title: "Goodwill" });
  await holdPlace(page, slug);
  await pay(page, "A card that works");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
  const reference = ((await page.getByRole("heading", { level: 1 }).textContent()) ?? "").replace("Booking ", "");
  const customer = ((await page.locator(".who").textContent()) ?? "").replace("You are ", "");

  const operator = await context.newPage();
  await operator.goto("/#/operate");
  const search = operator.getByRole("textbox", { name: "Reference or customer" });
  await search.fill("nobody-at-all");
  await operator.getByRole("button", { name: "Find" }).click();
  await expect(operator.getByText("Nothing found.")).toBeVisible();
  for (const wanted of [customer, reference.toLowerCase()]) {
    await search.fill(wanted);
    await operator.getByRole("button", { name: "Find" }).click();
    await expect(operator.getByRole("link", { name: reference })).toBeVisible();
  }
  await operator.getByRole("button", { name: `Refund ${reference}` }).click();
  const dialog = operator.getByRole("dialog");
  await dialog.getByRole("textbox", { name: /^Amount/ }).fill("5.00");
  await dialog.getByRole("textbox", { name: "Why" }).fill("The heating was off.");
  await dialog.getByRole("button", { name: "Give it back" }).click();
  await expect(operator.getByText("Granted: the money is on its way.")).toBeVisible();
  await expect(standing(page)).toHaveText(/Partly refunded/);

  await operator.getByRole("button", { name: "Check now" }).click();
  const promises = operator.getByRole("region", { name: "The promises" }).getByRole("listitem");
  await expect(promises.first()).toBeVisible();
  expect(await promises.count()).toBeGreaterThan(10);
  await expect(promises.filter({ hasNotText: "holds" })).toHaveCount(0);
});
