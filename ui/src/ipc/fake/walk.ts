/**
 * One instrument's seeded random walk: prices, sizes and candles, all in whole units of the last
 * decimal, so that no float ever stands for a price. Time comes in as an argument.
 */
import type { Timeframe } from "../bindings";
import type { Origin } from "../frame";
import type { Instrument } from "./instruments";

export interface Bar {
  start: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  trades: number;
  origin: Origin;
}

const SECONDS: Readonly<Record<Timeframe, number>> = { "1s": 1, "1m": 60 };

/** What comes later than this was not heard: a history has told it. */
const LATE_MS = 1_500;
const BARS_KEPT = 600;
const HISTORY_SECONDS = 240 * 60;

/** Mulberry32: enough for prices that only have to look alive, and the same in every engine. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export class Walk {
  readonly instrument: Instrument;
  readonly bars: Readonly<Record<Timeframe, Bar[]>> = { "1s": [], "1m": [] };
  readonly reference: number;
  price: number;
  size = 0;
  high: number;
  low: number;
  volume = 0;
  ticks = 0;
  /** When the last trade was, in milliseconds since 1970. */
  at: number;
  #nextAt: number;
  readonly #random: () => number;

  constructor(instrument: Instrument, seed: number, now: number) {
    this.instrument = instrument;
    this.reference = instrument.from;
    this.price = this.high = this.low = instrument.from;
    this.#random = seeded(seed);
    this.at = this.#nextAt = now - HISTORY_SECONDS * 1000;
    this.#liveThrough(now);
  }

  /** Everything that was traded up to now. True if anything was. */
  advance(now: number): boolean {
    const before = this.ticks;
    while (this.#nextAt <= now) this.#trade(this.#nextAt, now);
    return this.ticks !== before;
  }

  /** In the venue's notation. */
  text(units: number): string {
    const { decimals } = this.instrument;
    if (decimals === 0) return units.toString();
    const digits = units.toString().padStart(decimals + 1, "0");
    return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  }

  get spread(): number {
    return Math.max(1, Math.round(this.instrument.stride / 3));
  }

  /** The session so far, at one trade a few seconds: the far past needs no finer grain. */
  #liveThrough(now: number): void {
    const coarse = Math.max(this.instrument.gapMs, 4_000);
    for (let at = this.at; at < now - 120_000; at += coarse) this.#trade(at, now);
    this.advance(this.instrument.halted ? now - 25 * 60_000 : now);
    if (this.instrument.halted) this.#nextAt = Number.POSITIVE_INFINITY;
  }

  #trade(at: number, now: number): void {
    const { stride, gapMs } = this.instrument;
    const pull = (this.reference - this.price) / (stride * 4000 + 1);
    const step = Math.round((this.#random() - 0.5 + pull) * 2 * stride);
    this.price = Math.max(1, this.price + step);
    this.size = 1 + Math.floor(this.#random() ** 3 * 400);
    this.high = Math.max(this.high, this.price);
    this.low = Math.min(this.low, this.price);
    this.volume += this.size;
    this.ticks += 1;
    this.at = at;
    // Exponential gaps look like a market; a sum of equal ones looks like a clock.
    this.#nextAt = at + Math.max(5, -Math.log(1 - this.#random()) * gapMs);
    const isLate = now - at > LATE_MS;
    this.#paint("1s", isLate);
    this.#paint("1m", isLate);
  }

  #paint(timeframe: Timeframe, isLate: boolean): void {
    const bars = this.bars[timeframe];
    const length = SECONDS[timeframe];
    const start = Math.floor(this.at / 1000 / length) * length;
    let bar = bars.at(-1);
    if (bar?.start !== start) {
      const { price } = this;
      const origin = isLate ? "filled" : "heard";
      bar = { start, open: price, high: price, low: price, close: price, volume: 0, trades: 0, origin };
      bars.push(bar);
      if (bars.length > BARS_KEPT) bars.splice(0, bars.length - BARS_KEPT);
    }
    if (bar.origin === "filled" && !isLate) bar.origin = "torn";
    if (bar.origin !== "filled" && isLate) bar.origin = "filled";
    bar.high = Math.max(bar.high, this.price);
    bar.low = Math.min(bar.low, this.price);
    bar.close = this.price;
    bar.volume += this.size;
    bar.trades += 1;
  }
}
