import { ask, dev, expect, holdPlace, pay, sell, standing, test, versions } from "./stage";

test("a worker is killed in the middle of a payment, and the booking is paid once", async ({ page, context, request }) => {
  const { slug } = await sell(request, { title: "Killed worker" });
  const id = await holdPlace(page, slug);

  const operator = await context.newPage();
  await operator.goto("/#/operate");
  await operator.getByRole("button", { name: "Kill it after the next charge" }).click();
  await expect(operator.getByText("Armed: the next answer of the gateway kills it.")).toBeVisible();

  await pay(page, "A card that works");
  // The fault fired: the gateway had the money reserved, and nobody heard of it.
  await expect(operator.getByText(/, after the gateway did an authorization$/)).toBeVisible();
  expect((await dev(request)).worker.kills.map(({ interrupted }) => interrupted)).toEqual(["AUTHORIZE"]);
  await expect(standing(page)).toHaveText(/The bank is being asked/);

  // Another worker takes over when the lease ends, finds out what was done, and goes on.
  await expect(standing(page)).toHaveText(/Confirmed\s+Paid/, { timeout: 60_000 });
  const seen = await versions(page);
  expect(seen).toEqual(seen.map((_, at) => at + 1));
  const { worker } = await dev(request);
  expect(worker).toMatchObject({ isWorking: true, number: 2 });

  type Truth = {
    booking: { payment: { attempts: number; captured: { amount: string } }; history: { type: string }[] };
    sagas: { edges: { node: { state: string; steps: { step: string; worker: string | null }[] } }[] };
    invariants: { violations: number }[];
  };
  const truth = await ask<Truth>(
    request,
    "OPERATOR",
    `query($id: ID!) {
      booking(id: $id) { payment { attempts captured { amount } } history(first: 100) { type } }
      sagas(filter: { bookingId: $id }) { edges { node { state steps { step worker } } } }
      invariants { violations }
    }`,
    { id },
  );
  expect(truth.booking.payment).toEqual({ attempts: 1, captured: { amount: "20.00" } });
  expect(truth.booking.history.filter(({ type }) => type === "payment.captured")).toHaveLength(1);
  expect(truth.invariants.every(({ violations }) => violations === 0)).toBe(true);
  const [saga] = truth.sagas.edges;
  expect(saga?.node.state).toBe("SUCCEEDED");
  expect(saga?.node.steps.find(({ step }) => step === "authorize")?.worker).toBe(worker.name);

  // The story tells it.
  await page.getByRole("link", { name: "Look inside" }).click();
  await expect(page.getByRole("row", { name: /^authorize/ })).toContainText(worker.name);
  await expect(page.getByRole("heading", { name: "Events as published" })).toBeVisible();
  const first = page.locator(".messages details").first();
  await first.locator("summary").click();
  await expect(first.getByText("ce_type: holdfast.booking.created")).toBeVisible();
  await expect(page.locator(".messages details")).toHaveCount(seen.length);
});
