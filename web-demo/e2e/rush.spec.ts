import { ask, expect, test } from "./stage";

// That the last places are gone is no error, and a browser has nothing to say of it.
test("five hundred customers rush one event, and nothing is oversold", async ({ page, request }) => {
  await page.goto("/#/rush");
  await page.getByRole("button", { name: "Let 500 customers in" }).click();
  // The map fills before one's eyes: some are taken while others are still free.
  const free = page.getByRole("checkbox", { name: /, available$/ });
  const taken = page.getByRole("checkbox", { name: /, (sold|held by somebody)$/ });
  await expect(free.first()).toBeAttached();
  await expect(taken.first()).toBeAttached();
  await expect(page.getByText("Nothing was oversold.").first()).toBeVisible({ timeout: 120_000 });
  await expect(page.getByText("500 of 500 have their answer")).toBeVisible();
  await expect(page.getByRole("checkbox", { name: /, sold$/ })).toHaveCount(120);

  const fact = async (name: string) =>
    page.locator("dl.lines > div", { has: page.getByText(name, { exact: true }) }).locator("dd").textContent();
  expect(await fact("Seats of the hall")).toBe("120");
  expect(await fact("Seats sold")).toBe("120");
  expect(await fact("Seats sold twice")).toBe("0");
  expect(await fact("of them in the books")).toBe(await fact("Bookings acknowledged to customers"));
  console.log(`500 customers had their answers after ${await fact("Took")}`);

  // The page counts right: so does the server, asked past it.
  type Truth = { listing: { slots: { edges: { node: { available: number; capacity: number } }[] } } };
  const query = 'query { listing(slug: "rush-hour") { slots(first: 1) { edges { node { available capacity } } } } }';
  const { listing } = await ask<Truth>(request, "OPERATOR", query);
  expect(listing.slots.edges[0]?.node).toEqual({ available: 0, capacity: 120 });
});
