// HOLDFAST_URL=... node tools/film.mjs: makes the pictures of the project's README anew, in docs/images, from a fresh
// `holdfast dev`: a film of a hold, a payment and a rush, and a few stills.
import { mkdirSync, writeFileSync } from "node:fs";
import { chromium } from "@playwright/test";
import gifenc from "gifenc";
import { PNG } from "pngjs";

const { GIFEncoder, applyPalette, quantize } = gifenc;
const url = process.env.HOLDFAST_URL ?? "http://127.0.0.1:8080";
const images = new URL("../../docs/images/", import.meta.url);
const COLOURS = 48;
const LARGEST = 1_500_000;

mkdirSync(images, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.HOLDFAST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});

const film = GIFEncoder();
let size = { width: 0, height: 0 };
let frames = 0;

/** One picture of the film, for so many milliseconds. */
async function frame(page, delay) {
  const { data, width, height } = PNG.sync.read(await page.screenshot());
  size = { width, height };
  frames += 1;
  const palette = quantize(data, COLOURS);
  film.writeFrame(applyPalette(data, palette), width, height, { palette, delay });
}

const still = async (page, name) => {
  const path = new URL(`${name}.png`, images).pathname;
  await page.screenshot({ path });
};

// The film: a narrow window, so that it is read in a README.
const page = await browser.newPage({ viewport: { width: 900, height: 620 }, reducedMotion: "reduce" });
await page.goto(`${url}/#/book/the-last-lamplighter`);
await page.getByRole("radio").nth(1).check();
const stalls = page.getByRole("group", { name: "Stalls", exact: true });
await stalls.getByRole("checkbox", { name: "Row B, seat 5, available" }).waitFor();
await page.locator(".order").evaluate((order) => {
  order.scrollIntoView();
});
await frame(page, 1_200);
for (const number of [5, 6]) {
  await stalls.getByRole("checkbox", { name: `Row B, seat ${number}, available` }).check();
  await frame(page, 700);
}
await page.getByRole("button", { name: "Hold for me" }).click();
await page.getByRole("timer").waitFor();
await page.evaluate(() => {
  scrollTo(0, 0);
});
await frame(page, 1_400);
await page.getByRole("radio", { name: "A slow bank" }).check();
await page.getByRole("button", { name: /^Pay/ }).click();
const standing = page.locator(".progress").getByRole("status");
for (const text of [/is being asked/, /is being taken/, /Paid/]) {
  await standing.filter({ hasText: text }).waitFor();
  await page.evaluate(() => {
    scrollTo(0, 0);
  });
  await frame(page, 1_200);
}
await page.goto(`${url}/#/rush`);
await page.getByRole("button", { name: "Let 500 customers in" }).click();
await page.getByRole("checkbox", { name: /, available$/ }).first().waitFor();
const proven = page.getByText("Nothing was oversold.").first();
await page.locator(".facts").evaluate((facts) => {
  facts.closest("section").scrollIntoView();
});
for (let at = 0; at < 30 && !(await proven.isVisible()); at += 1) {
  await frame(page, 400);
  await page.waitForTimeout(200);
}
await proven.waitFor({ timeout: 120_000 });
await page.getByRole("heading", { name: /^The count/ }).evaluate((heading) => {
  heading.scrollIntoView();
});
await frame(page, 3_000);
film.finish();
await page.setViewportSize({ width: 1280, height: 1000 });
await page.evaluate(() => {
  scrollTo(0, 0);
});
await still(page, "rush");
const bytes = film.bytes();
if (bytes.length > LARGEST) throw new Error(`the film has ${bytes.length} bytes, of ${LARGEST} allowed`);
writeFileSync(new URL("demo.gif", images), bytes);

// The stills: a desk. First the seats, then a worker that dies in the middle of the payment, and what became of it.
const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, reducedMotion: "reduce" });
const operator = await context.newPage();
await operator.goto(`${url}/#/operate`);
await operator.getByRole("button", { name: "Kill it after the next charge" }).click();
await operator.getByText("Armed: the next answer of the gateway kills it.").waitFor();

const desk = await context.newPage();
await desk.goto(`${url}/#/book/the-last-lamplighter`);
await desk.getByRole("radio").nth(1).check();
for (const number of [7, 8]) {
  await desk.getByRole("group", { name: "Stalls" }).getByRole("checkbox", { name: `Row D, seat ${number}, available` }).check();
}
await still(desk, "seats");
await desk.getByRole("button", { name: "Hold for me" }).click();
await desk.getByRole("button", { name: /^Pay/ }).click();
await operator.getByText(/, after the gateway did an authorization$/).waitFor();
await operator.getByText("is working.").waitFor();
await still(operator, "operate");
await desk.locator(".progress").getByRole("status").filter({ hasText: "Paid" }).waitFor({ timeout: 60_000 });
await desk.getByRole("link", { name: "Look inside" }).click();
await desk.locator(".messages details").first().waitFor();
await desk.evaluate(() => {
  scrollTo(0, 0);
});
await still(desk, "understand");
await browser.close();
console.log(`demo.gif: ${frames} pictures, ${size.width} x ${size.height}, ${(bytes.length / 1000).toFixed(0)} kB`);
