/**
 * The newest state of every row and open series, as the frames told it. Plain TypeScript: every frame is
 * applied here at once, and what a component observes is published from it once per screen refresh.
 */
import type { Frame, Quote } from "../ipc/frame";
import { Series } from "./series";

export class Market {
  readonly #quotes = new Map<number, Quote>();
  readonly #series = new Map<number, Series>();
  readonly #asked = new Set<number>();
  #changed = new Set<number>();
  #newest: number | null = null;
  #opening = 0;
  #ticks = 0;

  quote(row: number): Quote | undefined {
    return this.#quotes.get(row);
  }

  series(number: number): Series | undefined {
    return this.#series.get(number);
  }

  /** When the newest price of all was received. */
  get newest(): number | null {
    return this.#newest;
  }

  /** Ticks of all rows, counted from the first frame. */
  get ticks(): number {
    return this.#ticks;
  }

  apply(frame: Frame): void {
    for (let index = 0; index < frame.rowCount; index += 1) {
      const row = frame.rowAt(index);
      const before = this.#quotes.get(row);
      const quote = frame.quote(index, before);
      this.#quotes.set(row, quote);
      this.#changed.add(row);
      if (quote.received !== null) this.#newest = Math.max(this.#newest ?? 0, quote.received);
      // The counter wraps at 2^32; the difference does not.
      if (before !== undefined) this.#ticks += (quote.ticks - before.ticks) >>> 0;
    }
    for (let index = 0; index < frame.candleCount; index += 1) {
      const { series: number, reset, candle } = frame.candle(index);
      const series = this.#series.get(number) ?? this.#expected(number);
      if (reset) series?.reset();
      series?.put(candle);
    }
  }

  /** The rows that changed since this was asked last. */
  takeChanged(): Set<number> {
    const changed = this.#changed;
    this.#changed = new Set();
    return changed;
  }

  /** From now on series may come whose number is not known yet: a frame can overtake the answer. */
  expectSeries(): void {
    this.#opening += 1;
  }

  /** The answer came; null when it failed or is not wanted any more. What nobody asked for is forgotten. */
  seriesOpened(number: number | null): void {
    this.#opening -= 1;
    if (number !== null) {
      this.#asked.add(number);
      if (!this.#series.has(number)) this.#series.set(number, new Series());
    }
    if (this.#opening > 0) return;
    for (const known of this.#series.keys()) if (!this.#asked.has(known)) this.#series.delete(known);
  }

  closeSeries(number: number): void {
    this.#asked.delete(number);
    this.#series.delete(number);
  }

  forgetRow(row: number): void {
    this.#quotes.delete(row);
    this.#changed.delete(row);
  }

  /** A new stream sends everything anew; its row numbers may mean other rows. */
  begin(): void {
    this.#quotes.clear();
    this.#series.clear();
    this.#asked.clear();
    this.#changed.clear();
  }

  #expected(number: number): Series | undefined {
    if (this.#opening === 0) return undefined;
    const series = new Series();
    this.#series.set(number, series);
    return series;
  }
}
