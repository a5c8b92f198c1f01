/** The candles of one open chart, and what of them the chart has not drawn yet. Bounded. */
import type { Candle } from "../ipc/frame";

export type Redraw =
  | { readonly kind: "nothing" }
  | { readonly kind: "changes"; readonly candles: readonly Candle[]; readonly all: readonly Candle[] }
  | { readonly kind: "whole"; readonly candles: readonly Candle[] };

/** By the starts of candles. */
export interface Stretch {
  readonly from: number;
  readonly last: number;
}

/** A day and a bit of minutes, or an hour and a bit of seconds: more than a screen can show apart. */
const KEPT = 4_000;
/** Trimmed in steps, since the chart must draw everything anew after each. */
const SPARE = 500;
/** Beyond this many changes drawing all of it costs less. */
const CHANGES_MAX = 200;

export class Series {
  #candles: Candle[] = [];
  #changedFrom: number | null = null;
  #whole = true;

  get newest(): Candle | undefined {
    return this.#candles.at(-1);
  }

  reset(): void {
    this.#candles = [];
    this.#whole = true;
  }

  put(candle: Candle): void {
    const at = this.#placeOf(candle.start);
    const isNew = this.#candles[at]?.start !== candle.start;
    // The chart library appends and replaces, but inserts only by drawing anew.
    if (isNew && at < this.#candles.length) this.#whole = true;
    this.#candles.splice(at, isNew ? 0 : 1, candle);
    this.#changedFrom = Math.min(this.#changedFrom ?? candle.start, candle.start);
    if (this.#candles.length > KEPT + SPARE) {
      this.#candles.splice(0, this.#candles.length - KEPT);
      this.#whole = true;
    }
  }

  /** A chart that was not there before has drawn nothing of it. */
  forgetDrawn(): void {
    this.#whole = true;
  }

  /** The candle that begins at this second. */
  at(start: number): Candle | undefined {
    const candle = this.#candles[this.#placeOf(start)];
    return candle?.start === start ? candle : undefined;
  }

  /** The candles of the same origin around this one: where they begin, and where the last of them does. */
  stretchOf(start: number): Stretch | undefined {
    const at = this.#placeOf(start);
    const origin = this.#candles[at]?.origin;
    if (origin === undefined || this.#candles[at]?.start !== start) return undefined;
    let [from, to] = [at, at];
    while (this.#candles[from - 1]?.origin === origin) from -= 1;
    while (this.#candles[to + 1]?.origin === origin) to += 1;
    return { from: this.#candles[from]?.start ?? start, last: this.#candles[to]?.start ?? start };
  }

  /** What to draw, once. */
  take(): Redraw {
    const from = this.#changedFrom;
    const redraw = this.#redraw(from);
    this.#changedFrom = null;
    this.#whole = false;
    return redraw;
  }

  #redraw(from: number | null): Redraw {
    if (this.#whole) return { kind: "whole", candles: this.#candles };
    if (from === null) return { kind: "nothing" };
    const candles = this.#candles.slice(this.#placeOf(from));
    return candles.length > CHANGES_MAX
      ? { kind: "whole", candles: this.#candles }
      : { kind: "changes", candles, all: this.#candles };
  }

  /** Where it is or belongs. */
  #placeOf(start: number): number {
    let [from, to] = [0, this.#candles.length];
    // Nearly every candle is the newest one or the next.
    if ((this.#candles[to - 1]?.start ?? start) < start) return to;
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#candles[middle]?.start ?? start) < start) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
