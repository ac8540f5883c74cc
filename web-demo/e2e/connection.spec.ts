import { createServer, connect, type AddressInfo, type Socket } from "node:net";
import { ask, bookingOf, expect, key, sell, standing, test, versions } from "./stage";

/** A wire between the browser and the server, which can really be cut. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private isCut = false;
  /** Connections that were cut, and those that were refused meanwhile. */
  severed = 0;
  refused = 0;
  private readonly server = createServer((near) => {
    if (this.isCut) {
      this.refused += 1;
      near.destroy();
      return;
    }
    const far = connect(Number(this.to.port), this.to.hostname);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.sockets.add(one);
      one.on("error", () => one.destroy());
      one.on("close", () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });

  constructor(private readonly to: URL) {}

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) {
      this.severed += 1;
      socket.resetAndDestroy();
    }
  }

  mend(): void {
    this.isCut = false;
  }

  close(): void {
    this.cut();
    this.server.close();
  }
}

// What a browser says of connections that are cut is what this test is about.
test.use({ mayComplain: /Failed to load resource|WebSocket connection to/ });

test("the connection is cut during a hold, and everything is there when it is back", async ({ page, request, baseURL }) => {
  const wire = new Wire(new URL(baseURL ?? ""));
  const url = await wire.open();
  try {
    const { slug } = await sell(request, { title: "Cut wire" });
    await page.goto(`${url}/#/book/${slug}`);
    await page.getByRole("radio").first().check();
    await page.getByRole("button", { name: "Hold for me" }).click();
    const id = await bookingOf(page);
    await expect.poll(() => versions(page)).toEqual([1]);
    const customer = (await page.locator(".who").textContent())?.replace("You are ", "") ?? "";

    wire.cut();
    await expect(page.getByText("Connection lost. Trying again …")).toBeVisible();
    expect(wire.severed).toBeGreaterThan(0);
    // The countdown goes on meanwhile, and what is pressed is done when the wire is mended, once.
    await expect(page.getByRole("timer")).toHaveText(/^Yours for/);
    await page.getByRole("button", { name: /^Keep it for/ }).click();
    // The same customer pays from elsewhere: five versions that this page can't hear of.
    await ask(
      request,
      "CUSTOMER",
      "mutation($input: PayBookingInput!) { payBooking(input: $input) { booking { id } userErrors { code } } }",
      { input: { idempotencyKey: key(), bookingId: id, paymentMethod: "pm_card_visa" } },
      customer,
    );
    const status = async () => {
      const query = "query($id: ID!) { booking(id: $id) { payment { status } version } }";
      const { booking } = await ask<{ booking: { payment: { status: string }; version: number } }>(request, "OPERATOR", query, { id });
      return booking;
    };
    await expect.poll(async () => (await status()).payment.status).toBe("CAPTURED");
    expect(await versions(page)).toEqual([1]);
    expect(wire.refused).toBeGreaterThan(0);

    wire.mend();
    await expect(page.getByText("Connected again. Nothing was missed.")).toBeVisible();
    await expect(standing(page)).toHaveText(/Confirmed\s+Paid/);
    const { version } = await status();
    await expect.poll(() => versions(page)).toEqual(Array.from({ length: version }, (_, at) => at + 1));
  } finally {
    wire.close();
  }
});
