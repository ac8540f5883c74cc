import type { Page } from "@playwright/test";
import { bookingOf, build, expect, pay, rows, seat, sell, standing, test } from "./stage";

/** Milliseconds until the browser has drawn what a key changed. */
async function drawn(page: Page, key: string): Promise<number> {
  await page.evaluate(() => {
    addEventListener(
      "keydown",
      (event) => {
        const begun = event.timeStamp;
        requestAnimationFrame(() => setTimeout(() => {
          document.documentElement.dataset["drawn"] = String(performance.now() - begun);
        }));
      },
      { once: true, capture: true },
    );
  });
  await page.keyboard.press(key);
  await page.waitForFunction(() => document.documentElement.dataset["drawn"] !== undefined);
  return page.evaluate(() => {
    const took = Number(document.documentElement.dataset["drawn"]);
    delete document.documentElement.dataset["drawn"];
    return took;
  });
}

test("a hall of two thousand seats is shown whole, is live to its last row, and is walked by keyboard", async ({
  browser,
  request,
}) => {
  const hall = await build(request, "Arena", [
    ...rows("Stalls", 20, 50, "premium"),
    ...rows("Circle", 12, 50, "standard"),
    ...rows("Gallery", 8, 50, "gallery"),
  ]);
  const { slug } = await sell(request, { title: "Arena night", hall, days: 1 });
  const [ana, bruno] = await Promise.all([browser.newPage(), browser.newPage()]);
  const pages: string[] = [];
  ana.on("request", (asked) => {
    if (asked.postData()?.includes("query Seats")) pages.push(asked.url());
  });
  for (const page of [ana, bruno]) {
    await page.goto(`/#/book/${slug}`);
    await page.getByRole("radio").check();
    await expect(page.getByRole("checkbox")).toHaveCount(2_000);
    await expect(page.getByText("2,000 of 2,000 free")).toBeVisible();
  }
  expect(pages).toHaveLength(4);

  // From the first seat to the last row, without passing two thousand stops.
  await seat(ana, "Stalls", "Row 1, seat 1, available").focus();
  const took = [];
  for (const key of ["End", "ArrowDown", "ArrowLeft", "PageDown", "PageDown", ...Array.from({ length: 7 }, () => "ArrowDown")]) {
    took.push(await drawn(ana, key));
  }
  await expect(seat(ana, "Gallery", "Row 8, seat 1, available")).toBeFocused();
  took.push(await drawn(ana, "Space"));
  await expect(seat(ana, "Gallery", "Row 8, seat 1, your choice")).toBeChecked();
  console.log(`drawn after a key press in a hall of 2,000: ${took.map((one) => one.toFixed(0)).join(", ")} ms`);

  // The last page is as live as the first: held, and then paid for.
  await ana.getByRole("button", { name: "Hold for me" }).click();
  await bookingOf(ana);
  await expect(seat(bruno, "Gallery", "Row 8, seat 1, held by somebody")).toBeVisible();
  await expect(bruno.getByText("1,999 of 2,000 free")).toBeVisible();
  await pay(ana, "A card that works");
  await expect(standing(ana)).toHaveText(/Confirmed\s+Paid/);
  await expect(seat(bruno, "Gallery", "Row 8, seat 1, sold")).toBeVisible();

  // On a phone the hall is wider than the page: the hall scrolls, and the page does not.
  await bruno.setViewportSize({ width: 360, height: 800 });
  await seat(bruno, "Stalls", "Row 1, seat 50, available").focus();
  await expect(seat(bruno, "Stalls", "Row 1, seat 50, available")).toBeInViewport();
  expect(await bruno.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
});
