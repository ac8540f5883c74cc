// Money is exact decimal text, and is reckoned in whole minor units; times are shown by the clock where a thing is.

export type Amount = { amount: string; currencyCode: string };

/** The locale of the page's words, so that figures and words agree. */
const LOCALE = "en-GB";

// To make a format takes longer than a whole page of what it formats.
const currencies = new Map<string, Intl.NumberFormat>();

export function money({ amount, currencyCode }: Amount): string {
  const known = currencies.get(currencyCode) ?? new Intl.NumberFormat(LOCALE, { style: "currency", currency: currencyCode });
  currencies.set(currencyCode, known);
  return known.format(amount as `${number}`);
}

/** A price at so many percent, as the server reckons it: half a minor unit is rounded up. */
export function atPercent({ amount, currencyCode }: Amount, percent: number): Amount {
  const { units, decimals } = toMinor(amount);
  return { amount: fromMinor((units * BigInt(percent) + 50n) / 100n, decimals), currencyCode };
}

/** What amounts of one currency are together; undefined for none. */
export function sum(amounts: Amount[]): Amount | undefined {
  const [first] = amounts;
  if (!first) return undefined;
  const decimals = Math.max(...amounts.map(({ amount }) => toMinor(amount).decimals));
  let total = 0n;
  for (const { amount } of amounts) {
    const one = toMinor(amount);
    total += one.units * 10n ** BigInt(decimals - one.decimals);
  }
  return { amount: fromMinor(total, decimals), currencyCode: first.currencyCode };
}

export function times({ amount, currencyCode }: Amount, count: number): Amount {
  const { units, decimals } = toMinor(amount);
  return { amount: fromMinor(units * BigInt(count), decimals), currencyCode };
}

export function isZero({ amount }: Amount): boolean {
  return toMinor(amount).units === 0n;
}

function toMinor(amount: string): { units: bigint; decimals: number } {
  const [whole = "0", fraction = ""] = amount.split(".");
  return { units: BigInt(whole + fraction), decimals: fraction.length };
}

function fromMinor(units: bigint, decimals: number): string {
  if (decimals === 0) return units.toString();
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(decimals + 1, "0");
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

export function dateTime(moment: string, timeZone: string): string {
  return format(moment, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone });
}

export function day(moment: string, timeZone: string): string {
  return format(moment, { weekday: "short", day: "numeric", month: "short", timeZone });
}

export function longDay(moment: string, timeZone: string): string {
  return format(moment, { weekday: "long", day: "numeric", month: "long", timeZone });
}

export function month(moment: string, timeZone: string): string {
  return format(moment, { month: "long", year: "numeric", timeZone });
}

export function clockTime(moment: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  return format(moment, { hour: "2-digit", minute: "2-digit", second: "2-digit", ...zone });
}

export function hour(moment: string, timeZone: string): string {
  return format(moment, { hour: "2-digit", minute: "2-digit", timeZone });
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(moment: string, options: Intl.DateTimeFormatOptions, locale = LOCALE): string {
  const name = locale + JSON.stringify(options);
  const known = formats.get(name) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(name, known);
  return known.format(new Date(moment));
}

/** The day of the month, of the week (Monday is 0), and a name for the day, by the clock of a time zone. */
export function calendarDay(moment: string, timeZone: string): { key: string; day: number; weekday: number } {
  // The Swedish form is that of ISO 8601.
  const key = format(moment, { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }, "sv-SE");
  return { key, day: Number(key.slice(-2)), weekday: (new Date(`${key}T00:00:00Z`).getUTCDay() + 6) % 7 };
}

/** Minutes and seconds, as on a kitchen clock. */
export function minutes(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** A length of time, with a unit that fits. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1_000;
  return seconds < 120 ? `${seconds.toFixed(1)} s` : `${Math.round(seconds / 60)} min`;
}
