import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { bookingOf, expect, pay, seat, standing, test } from "./stage";

const WIDTHS = [360, 1280];
const SCHEMES = ["light", "dark"] as const;
const artifacts = process.env["HOLDFAST_ARTIFACTS"] ?? "../target/web-demo";

/** Takes its picture, and asks axe; both at each width and in each scheme. */
async function look(page: Page, name: string): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${artifacts}/screenshots/${name}-${width}-${colorScheme}.png`, fullPage: true });
      const { violations } = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join("\n  ")}`);
      expect(found, `${name} at ${width} in ${colorScheme}`).toEqual([]);
    }
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(wider, `${name} scrolls sideways at ${width}`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: "light" });
}

test("axe finds nothing on any page, in light and dark, on a phone and on a desk", async ({ page }) => {
  test.setTimeout(400_000);
  await page.goto("/");
  await expect(page.getByRole("link", { name: "The Last Lamplighter" })).toBeVisible();
  await look(page, "home");

  await page.goto("/#/book/harbour-view-room");
  for (const day of [8, 11]) await page.locator(".day").nth(day).click();
  await look(page, "nights");

  await page.goto("/#/book/the-last-lamplighter");
  await page.getByRole("radio").nth(2).check();
  for (const number of [5, 6]) await seat(page, "Stalls", `Row D, seat ${number}, available`).check();
  await look(page, "seats");

  await page.getByRole("button", { name: "Hold for me" }).click();
  const id = await bookingOf(page);
  await look(page, "hold");

  await pay(page, "A card that works");
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
  await look(page, "paid");
  await page.getByRole("button", { name: /^Cancel/ }).click();
  await expect(page.getByText(/^You get back/)).toBeVisible();
  await look(page, "cancel");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  await page.goto("/#/bookings");
  await expect(page.locator(".rows li")).toHaveCount(1);
  await look(page, "bookings");

  await page.goto(`/#/understand/${id}`);
  await expect(page.locator(".messages details")).not.toHaveCount(0);
  await page.locator(".messages summary").first().click();
  await look(page, "understand");

  await page.goto("/#/operate");
  await expect(page.getByRole("region", { name: "The promises" }).getByRole("listitem").first()).toBeVisible();
  await expect(page.getByText("is working.")).toBeVisible();
  await expect(page.locator(".tile dd").first()).not.toHaveText("–");
  await look(page, "operate");

  await page.goto("/#/rush");
  await expect(page.getByRole("button", { name: "Let 500 customers in" })).toBeVisible();
  await look(page, "rush");

  await page.goto("/#/nothing/here");
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await look(page, "nowhere");
});

test("nothing moves while a page loads, and nothing is asked of anybody else", async ({ page, baseURL }) => {
  const others: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== new URL(baseURL ?? "").origin) others.push(request.url());
  });
  // As on a phone's network, so that what is awaited is seen.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Network.enable");
  const slow = { offline: false, latency: 300, downloadThroughput: 100_000, uploadThroughput: 50_000 };
  await devtools.send("Network.emulateNetworkConditions", slow);
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 780 });
    for (const address of ["/", "/#/book/the-last-lamplighter", "/#/book/harbour-view-room", "/#/operate", "/#/rush"]) {
      await page.goto("about:blank");
      await page.goto(address);
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(page.locator(".loading")).toHaveCount(0);
      const shift = await page.evaluate(
        () =>
          new Promise<number>((resolve) => {
            let sum = 0;
            const seen = new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value;
            });
            seen.observe({ type: "layout-shift", buffered: true });
            requestAnimationFrame(() => requestAnimationFrame(() => {
              resolve(sum);
            }));
          }),
      );
      console.log(`${address} at ${width}: layout shift ${shift.toFixed(3)}`);
      expect(shift, address).toBeLessThan(0.1);
    }
  }
  expect(others).toEqual([]);
});
