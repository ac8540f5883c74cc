import { bookingOf, expect, pay, seat, sell, standing, test } from "./stage";

test("two browsers on one seat map: what one takes, the other sees, and nobody gets the other's seat", async ({
  browser,
}) => {
  const [ana, bruno] = await Promise.all([browser.newPage(), browser.newPage()]);
  for (const page of [ana, bruno]) {
    await page.goto("/#/book/the-last-lamplighter");
    await page.getByRole("radio").nth(1).check();
    await expect(seat(page, "Stalls", "Row C, seat 4, available")).toBeVisible();
  }
  const who = await Promise.all([ana, bruno].map((page) => page.locator(".who").textContent()));
  expect(who[0]).not.toBe(who[1]);

  // Bruno has chosen two; Ana holds one of them.
  await seat(bruno, "Stalls", "Row C, seat 4, available").check();
  await seat(bruno, "Stalls", "Row C, seat 5, available").check();
  await seat(ana, "Stalls", "Row C, seat 4, available").check();
  await ana.getByRole("button", { name: "Hold for me" }).click();
  await bookingOf(ana);
  await expect(seat(bruno, "Stalls", "Row C, seat 4, held by somebody")).not.toBeChecked();
  await expect(bruno.getByText("Row C, 4 was just taken by somebody else.")).toBeVisible();
  await expect(seat(bruno, "Stalls", "Row C, seat 5, your choice")).toBeChecked();

  // When it comes back, that shows, too.
  await ana.getByRole("button", { name: /^Cancel/ }).click();
  await ana.getByRole("button", { name: "Cancel the booking" }).click();
  await expect(seat(bruno, "Stalls", "Row C, seat 4, available")).toBeVisible();

  // Both press at the same moment: one of them gets it.
  await ana.goto("/#/book/the-last-lamplighter");
  await ana.getByRole("radio").nth(1).check();
  await seat(ana, "Stalls", "Row C, seat 5, available").check();
  const hold = (page: typeof ana) => page.getByRole("button", { name: "Hold for me" }).click();
  await Promise.all([hold(ana), hold(bruno)]);
  const outcomes = await Promise.all(
    [ana, bruno].map(async (page) => {
      const got = page.getByRole("heading", { level: 1, name: /^Booking / });
      const refused = page.getByRole("alert").filter({ hasText: "Somebody was faster" });
      await expect(got.or(refused)).toBeVisible();
      return got.isVisible();
    }),
  );
  expect(outcomes.filter(Boolean)).toHaveLength(1);
});

test("a seat that is held is sold before the other's eyes when it is paid for", async ({ browser }) => {
  const [ana, bruno] = await Promise.all([browser.newPage(), browser.newPage()]);
  for (const page of [ana, bruno]) {
    await page.goto("/#/book/the-last-lamplighter");
    await page.getByRole("radio").nth(2).check();
  }
  await seat(ana, "Gallery", "Row B, seat 6, available").check();
  await ana.getByRole("button", { name: "Hold for me" }).click();
  await bookingOf(ana);
  await expect(seat(bruno, "Gallery", "Row B, seat 6, held by somebody")).toBeVisible();
  await pay(ana, "A card that works");
  await expect(standing(ana)).toHaveText(/Confirmed\s+Paid/);
  await expect(seat(bruno, "Gallery", "Row B, seat 6, sold")).toBeVisible();
});

test("sold out: the waiting list, a place in it, and the offer", async ({ browser, request }) => {
  const { slug } = await sell(request, { title: "One place", capacity: 1, days: 1 });
  const [holder, waiter] = await Promise.all([browser.newPage(), browser.newPage()]);
  await waiter.goto(`/#/book/${slug}`);
  await waiter.getByRole("radio").check();
  await expect(waiter.getByRole("button", { name: "Hold for me" })).toBeVisible();

  await holder.goto(`/#/book/${slug}`);
  await holder.getByRole("radio").check();
  await holder.getByRole("button", { name: "Hold for me" }).click();
  await bookingOf(holder);
  // It is gone before the other's eyes.
  await waiter.getByRole("button", { name: "Join the waiting list" }).click();
  await expect(waiter.getByText("You are on the waiting list, in place 1.")).toBeVisible();

  await holder.getByRole("button", { name: /^Cancel/ }).click();
  await holder.getByRole("button", { name: "Cancel the booking" }).click();
  await expect(waiter.getByText("Your turn: places are held for you")).toBeVisible();
  await waiter.getByRole("link", { name: "See the offer" }).click();
  await bookingOf(waiter);
  await expect(waiter.getByRole("timer")).toHaveText(/^Yours for/);
});
