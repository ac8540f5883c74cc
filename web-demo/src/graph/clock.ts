// The server's clock, which alone decides when a hold ends. A visitor's own may be hours off: what is shown to count
// down is the server's time, reckoned from answers that say when they were made.

type Sample = { offset: number; doubt: number };

/** How far the server's clock is from this one, by the answer that came back fastest. */
export class ServerClock {
  private best: Sample = { offset: 0, doubt: Number.POSITIVE_INFINITY };

  constructor(private readonly own: () => number = () => Date.now()) {}

  /** An answer made at `serverTime`, to a question sent at `sentAt` by this clock, in milliseconds. */
  observe(serverTime: string, sentAt: number, receivedAt = this.own()): void {
    const made = Date.parse(serverTime);
    const doubt = (receivedAt - sentAt) / 2;
    // Clocks drift, and this one may be set anew: a fresh sample counts unless it is much the worse.
    if (Number.isNaN(made) || doubt > this.best.doubt * 2 + 50) return;
    this.best = { offset: made - (sentAt + doubt), doubt };
  }

  /** The server's time now, in milliseconds since 1970. */
  now(): number {
    return this.own() + this.best.offset;
  }

  /** How many milliseconds are left until a moment; never less than 0. */
  until(moment: string): number {
    return Math.max(0, Date.parse(moment) - this.now());
  }
}

export const serverClock = new ServerClock();
