import { ask, bookingOf, expect, holdPlace, pay, seat, sell, standing, test, versions } from "./stage";

test("a seat is chosen, held and paid for with the keyboard alone", async ({ page }) => {
  await page.goto("/");
  const link = page.getByRole("link", { name: "The Last Lamplighter" });
  await expect(link).toBeVisible();
  await link.focus();
  await page.keyboard.press("Enter");

  const date = page.getByRole("radio").first();
  await expect(date).toBeVisible();
  await date.focus();
  await page.keyboard.press("Space");
  await expect(seat(page, "Stalls", "Row A, seat 1, available")).toBeVisible();
  // One step of the tabulator leads to the map; the arrows lead on: two seats to the right, one row down.
  await page.keyboard.press("Tab");
  await expect(seat(page, "Stalls", "Row A, seat 1, available")).toBeFocused();
  for (const arrow of ["ArrowRight", "ArrowRight", "ArrowDown"]) await page.keyboard.press(arrow);
  await expect(seat(page, "Stalls", "Row B, seat 3, available")).toBeFocused();
  await page.keyboard.press("Space");
  await expect(seat(page, "Stalls", "Row B, seat 3, your choice")).toBeChecked();
  await expect(page.getByText("1 seat chosen")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("combobox", { name: "Rate" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("button", { name: "Hold for me" })).toBeFocused();
  await page.keyboard.press("Enter");

  await bookingOf(page);
  await expect(page.getByRole("timer")).toHaveText(/^Yours for [45]:/);
  await expect(page.getByText("Stalls, row B, seat 3")).toBeVisible();
  const works = page.getByRole("radio", { name: "A card that works", exact: true });
  await works.focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
  await expect.poll(() => versions(page)).toEqual([1, 2, 3, 4, 5]);
  await expect(page.locator(".progress li.done")).toHaveCount(4);
});

test("a card is declined, and another one pays", async ({ page, request }) => {
  const { slug } = await sell(request, { title: "Two cards" });
  await holdPlace(page, slug);
  await pay(page, "A card that is declined");
  await expect(page.getByText("The card was declined (card_declined). Try another one. 2 attempts left.")).toBeVisible();
  await pay(page, "A slow bank");
  await expect(standing(page)).toHaveText(/The bank is being asked/);
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
});

test("charged, but not told: it is found out, and charged once", async ({ page, request }) => {
  const { slug } = await sell(request, { title: "Lost answer" });
  const id = await holdPlace(page, slug);
  await pay(page, "Charged, but not told");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
  // It may be found out in the next moment: what stays is that it happened.
  await expect(page.locator(".news")).toContainText("The bank's answer was lost");
  const { booking } = await ask<{ booking: { payment: { captured: { amount: string }; attempts: number } } }>(
    request,
    "OPERATOR",
    "query($id: ID!) { booking(id: $id) { payment { attempts captured { amount } } } }",
    { id },
  );
  expect(booking.payment).toEqual({ attempts: 1, captured: { amount: "20.00" } });
});

test("a hold counts down on the server's time, warns, is extended once, and ends", async ({ page, request }) => {
  const { slug } = await sell(request, { title: "Short hold", holdSeconds: 30 });
  // The visitor's clock is an hour ahead: that must not matter.
  await page.addInitScript(() => {
    const now = Date.now;
    Date.now = () => now() + 3_600_000;
  });
  await holdPlace(page, slug);
  const timer = page.getByRole("timer");
  await expect(timer).toHaveText(/^Yours for 0:[123]\d$/);
  await expect(page.getByText("Your hold ends in 15 s.")).toBeVisible();
  await page.getByRole("button", { name: "Keep it for 0:30 more" }).click();
  await expect(page.getByText("It was extended as often as it may be.")).toBeVisible();
  await expect(page.getByText("Your hold ends in 15 s.")).toBeHidden();
  await expect(timer).toHaveText(/^Yours for 0:[23]\d$/);
  await expect(standing(page)).toHaveText(/Cancelled\s+The hold ended before it was paid/, { timeout: 60_000 });
});

test("what is paid is moved to another date, and cancelled with the refund quoted before", async ({ page, request }) => {
  const { slug } = await sell(request, { title: "Move and cancel" });
  await holdPlace(page, slug);
  await pay(page, "A card that works");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
  const lead = page.locator(".page-head .lead");
  const before = await lead.textContent();

  await page.getByRole("button", { name: "Move to another date" }).click();
  const dialog = page.getByRole("dialog", { name: "Move to another date" });
  await dialog.getByRole("button", { name: "Move it" }).click();
  await expect(dialog).toBeHidden();
  await expect(lead).not.toHaveText(before ?? "");
  await expect(page.getByRole("listitem").filter({ hasText: "Moved" })).toBeVisible();

  await page.getByRole("button", { name: /^Cancel/ }).click();
  const question = page.getByRole("dialog", { name: "Cancel this booking?" });
  await expect(question.getByText("You get back €10.00, as of now.")).toBeVisible();
  await question.getByRole("button", { name: "Cancel the booking" }).click();
  await expect(standing(page)).toHaveText(/Cancelled\s+You cancelled it\.\s+Partly refunded/);
  await expect(page.locator(".lines").getByText("€10.00")).toBeVisible();
});

test("a stay is booked from its arrival to its departure, moved as a whole, and cancelled", async ({ page, request }) => {
  const { slug } = await sell(request, { title: "Three nights", hours: 20, days: 25, price: "50.00", capacity: 1 });
  await page.goto(`/#/book/${slug}`);
  const days = page.getByRole("group", { name: "When do you stay?" }).getByRole("button");
  await expect(days).toHaveCount(26);
  const said = page.getByRole("group", { name: "When do you stay?" }).getByRole("status");
  // With the keyboard: the arrival, then three days on.
  await days.nth(1).focus();
  await page.keyboard.press("Space");
  await expect(said).toHaveText(/^1 night, from .* For a longer stay, choose the day you leave\.$/);
  await expect(days.nth(1)).toHaveAccessibleName(/, you arrive$/);
  await days.nth(4).focus();
  await page.keyboard.press("Enter");
  await expect(said).toHaveText(/^3 nights, from .*\.$/);
  await expect(days.nth(4)).toHaveAccessibleName(/, you leave$/);
  await expect(page.getByRole("button", { pressed: true })).toHaveCount(4);
  await expect(page.getByText("€150.00")).toBeVisible();
  await page.getByRole("button", { name: "Hold for me" }).click();
  await bookingOf(page);
  await expect(page.locator(".lines li")).toHaveCount(4);
  await pay(page, "A card that works");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);

  // One night later: two of the nights are kept, though nobody else could have them.
  const nights = () => page.locator(".lines li").filter({ hasText: "12:00" }).allTextContents();
  const before = await nights();
  await page.getByRole("button", { name: "Move to another date" }).click();
  const dialog = page.getByRole("dialog", { name: "Move to another date" });
  await dialog.getByRole("combobox", { name: "New date" }).selectOption({ index: 1 });
  await dialog.getByRole("button", { name: "Move it" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("listitem").filter({ hasText: "Moved" })).toBeVisible();
  const after = await nights();
  expect(after).toHaveLength(3);
  expect(after.filter((night) => before.includes(night))).toHaveLength(2);

  // The first night is free again; past the others nobody can stay.
  await page.goto(`/#/book/${slug}`);
  await expect(days.nth(1)).toHaveAccessibleName(/, 1 free, /);
  await expect(days.nth(2)).toHaveAccessibleName(/, sold out, /);
  await days.nth(0).click();
  await days.nth(6).click();
  await expect(said).toHaveText(/^There is no room on .*: you can't stay past that day\. 1 night, from /);
  await days.nth(0).click();
  await days.nth(2).click();
  await expect(said).toHaveText(/^2 nights, from /);
});

test("a free walk needs no card", async ({ page }) => {
  await page.goto("/#/book/old-town-walk");
  await page.getByRole("radio").nth(3).check();
  await page.getByRole("button", { name: "Hold for me" }).click();
  await bookingOf(page);
  await expect(standing(page)).toHaveText(/Confirmed\s+Free of charge/);
  await page.getByRole("link", { name: "Bookings", exact: true }).click();
  await expect(page.locator(".rows li")).toHaveCount(1);
});
