/**
 * How numbers, ages and times are written. Every component writes through here, so that one value looks
 * the same wherever it stands.
 *
 * Nothing here rounds a price: digits that the instrument does not have are filled with zeros, digits
 * that it should not have are shown.
 */
import type { Decimal } from "./ipc/decimal";
import { LOCALE } from "./locale";

export const MINUS = "\u2212";
export const UNKNOWN = "\u2014";
/** Keeps a number and its unit on one line, without the width of a full space. */
const THIN = "\u202f";

export interface Separators {
  readonly group: string;
  readonly point: string;
}

export function separatorsOf(locale: string): Separators {
  // Latin digits everywhere: a column of prices is compared digit by digit.
  const parts = new Intl.NumberFormat(locale, { numberingSystem: "latn", useGrouping: true }).formatToParts(
    1_234_567.5,
  );
  const find = (type: string, fallback: string) =>
    parts.find((part) => part.type === type)?.value ?? fallback;
  return { group: find("group", ","), point: find("decimal", ".") };
}

const SEPARATORS = separatorsOf(LOCALE);

/** How many decimals an instrument is quoted with: `0.05` has two. */
export function decimalsOf(tick: string | null): number | null {
  if (tick === null || !/^\d+(\.\d+)?$/.test(tick)) return null;
  return (tick.split(".")[1] ?? "").length;
}

export function price(value: Decimal | null, decimals: number | null, separators = SEPARATORS): string {
  return value === null ? UNKNOWN : plain(value.text, decimals, separators);
}

/** The best prices on offer, or nothing where neither side is known. A size may be unknown, or none may be stated. */
export function bidAsk(
  quote: { readonly bid: Decimal | null; readonly ask: Decimal | null } | null,
  decimals: number | null,
): string | null {
  if (quote === null || (quote.bid === null && quote.ask === null)) return null;
  return `${price(quote.bid, decimals)} / ${price(quote.ask, decimals)}`;
}

/** A place on the chart's axis; the only price that began as a float. */
export function axisPrice(value: number, decimals: number, separators = SEPARATORS): string {
  return plain(value.toFixed(decimals), decimals, separators);
}

/** A difference: always with its sign, save nothing at all. */
export function change(value: Decimal | null, decimals: number | null, separators = SEPARATORS): string {
  if (value === null) return UNKNOWN;
  return (value.sign > 0 ? "+" : "") + plain(value.text, decimals, separators);
}

export function percent(value: number | null, separators = SEPARATORS): string {
  if (value === null || !Number.isFinite(value)) return UNKNOWN;
  const rounded = value.toFixed(2);
  // What rounds to nothing has no direction.
  if (Number(rounded) === 0) return `0${separators.point}00%`;
  return `${value > 0 ? "+" : ""}${plain(rounded, 2, separators)}%`;
}

/** Three figures and a letter; a volume is a size, not an amount anyone pays. */
export function volume(value: Decimal | null, separators = SEPARATORS): string {
  if (value === null) return UNKNOWN;
  const amount = value.float;
  for (const [limit, letter] of [
    [999_500_000, "B"],
    [999_500, "M"],
    [999.5, "K"],
  ] as const) {
    if (amount >= limit) return `${threeFigures(amount / unit(letter), separators)}${letter}`;
  }
  return threeFigures(amount, separators);
}

/** How long ago, in the largest unit that says enough. */
export function age(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds}${THIN}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}${THIN}min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}${THIN}h`;
  return `${Math.floor(seconds / 86_400)}${THIN}d`;
}

/** How long still: never "0 s" while there is something left. */
export function countdown(milliseconds: number): string {
  return age(Math.ceil(Math.max(0, milliseconds) / 1000) * 1000);
}

export function roundTrip(milliseconds: number): string {
  return milliseconds < 1 ? `<1${THIN}ms` : `${Math.round(milliseconds)}${THIN}ms`;
}

export function perSecond(rate: number): string {
  const shown = rate >= 9.95 || rate === 0 ? Math.round(rate).toString() : rate.toFixed(1);
  return `${plain(shown, null, SEPARATORS)}/s`;
}

/** A sentence from elsewhere, as it stands at the beginning of a line. */
export function sentence(text: string): string {
  const begun = text.charAt(0).toLocaleUpperCase(LOCALE) + text.slice(1);
  return /[.!?…]$/.test(begun) || begun === "" ? begun : `${begun}.`;
}

const CLOCK = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** The local time of day. */
export function clock(milliseconds: number): string {
  return CLOCK.format(milliseconds);
}

function plain(text: string, decimals: number | null, { group, point }: Separators): string {
  const negative = text.startsWith("-");
  const [whole = "", came = ""] = (negative ? text.slice(1) : text).split(".");
  const fraction = decimals === null ? came : fitted(came, decimals);
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return (negative ? MINUS : "") + (fraction === "" ? grouped : grouped + point + fraction);
}

/** Zeros are added up to the instrument's decimals and taken off beyond them; no other digit is. */
function fitted(fraction: string, decimals: number): string {
  if (fraction.length <= decimals) return fraction.padEnd(decimals, "0");
  const spare = fraction.slice(decimals).replace(/0+$/, "");
  return fraction.slice(0, decimals) + spare;
}

function unit(letter: "K" | "M" | "B"): number {
  switch (letter) {
    case "K":
      return 1e3;
    case "M":
      return 1e6;
    case "B":
      return 1e9;
  }
}

function threeFigures(value: number, separators: Separators): string {
  const decimals = value >= 99.95 || Number.isInteger(value) ? 0 : value >= 9.995 ? 1 : value >= 0.1 ? 2 : 4;
  return plain(value.toFixed(decimals), null, separators);
}

const DAY = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });

/** A day of the year, in the person's own time zone. */
export function day(milliseconds: number): string {
  return DAY.format(milliseconds);
}
