/** Short figures for what is measured: times of a few milliseconds, sizes, counts. */
import { LOCALE } from "../../locale";
import { clock } from "../../format";

const THIN = "\u202f";
const COUNT = new Intl.NumberFormat(LOCALE, { numberingSystem: "latn" });
const TENTHS = new Intl.NumberFormat(LOCALE, {
  numberingSystem: "latn",
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});

export const PHASES = [
  { name: "dns", title: "DNS" },
  { name: "tcp", title: "TCP" },
  { name: "proxy", title: "proxy" },
  { name: "tls", title: "TLS" },
  { name: "upgrade", title: "upgrade" },
] as const;

export function millis(took: number): string {
  return took >= 10_000 ? `${TENTHS.format(took / 1000)}${THIN}s` : `${TENTHS.format(took)}${THIN}ms`;
}

export function count(value: number): string {
  return COUNT.format(value);
}

export function bytes(value: number): string {
  if (value < 1024) return `${COUNT.format(value)}${THIN}B`;
  const kibi = value / 1024;
  return kibi < 1024 ? `${TENTHS.format(kibi)}${THIN}KiB` : `${TENTHS.format(kibi / 1024)}${THIN}MiB`;
}

/** The time of day to the millisecond. */
export function moment(at: number): string {
  return `${clock(at)}.${Math.floor(at % 1000)
    .toString()
    .padStart(3, "0")}`;
}
