/**
 * Which row is charted at which timeframe, and the shell's series behind it.
 *
 * The desk owns it and calls `redraw` from the page's one loop; the chart pane attaches what draws. A
 * quick hand may ask for another chart while the first is still being opened: only the newest wish counts.
 */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { Timeframe } from "../ipc/bindings";
import type { Candle } from "../ipc/frame";
import type { Market } from "./market";
import type { Redraw, Stretch } from "./series";

export type Drawer = (redraw: Redraw) => void;

export interface Wish {
  readonly row: number;
  readonly timeframe: Timeframe;
}

type State =
  | { readonly kind: "empty" }
  | { readonly kind: "opening"; readonly wish: Wish }
  | { readonly kind: "open"; readonly wish: Wish; readonly stream: number; readonly series: number }
  | { readonly kind: "failed"; readonly wish: Wish; readonly sentence: string };

export class ChartDesk {
  #state = $state.raw<State>({ kind: "empty" });
  #timeframe = $state.raw<Timeframe>("1s");
  #newest = $state.raw<Candle | null>(null);
  readonly #backend: Backend;
  readonly #market: Market;
  #drawer: Drawer | null = null;

  constructor(backend: Backend, market: Market) {
    this.#backend = backend;
    this.#market = market;
  }

  get timeframe(): Timeframe {
    return this.#timeframe;
  }

  /** The candle that is being made. */
  get newest(): Candle | null {
    return this.#newest;
  }

  get problem(): string | null {
    return this.#state.kind === "failed" ? this.#state.sentence : null;
  }

  candleAt(start: number): Candle | undefined {
    return this.#state.kind === "open" ? this.#market.series(this.#state.series)?.at(start) : undefined;
  }

  /** The candles around this one that are from where it is from. */
  stretchOf(start: number): Stretch | undefined {
    return this.#series()?.stretchOf(start);
  }

  async show(stream: number, wish: Wish): Promise<void> {
    // The same chart on another stream stays as it is drawn until its candles come anew.
    const isSame = "wish" in this.#state && isEqual(this.#state.wish, wish) && this.#newest !== null;
    this.#leave(stream);
    if (!isSame) this.#clear();
    this.#timeframe = wish.timeframe;
    const opening: State = { kind: "opening", wish };
    this.#state = opening;
    this.#market.expectSeries();
    try {
      const series = await this.#backend.openChart(stream, wish.row, wish.timeframe);
      const isWanted = this.#state === opening;
      this.#market.seriesOpened(isWanted ? series : null);
      if (!isWanted) {
        this.#forget(stream, series);
        return;
      }
      this.#state = { kind: "open", wish, stream, series };
      this.redraw();
    } catch (reason) {
      this.#market.seriesOpened(null);
      if (this.#state !== opening) return;
      this.#clear();
      this.#state = { kind: "failed", wish, sentence: asCommandError(reason).sentence };
    }
  }

  close(stream: number | null): void {
    this.#leave(stream);
    this.#clear();
  }

  #clear(): void {
    this.#newest = null;
    this.#drawer?.({ kind: "whole", candles: [] });
  }

  #leave(stream: number | null): void {
    const state = this.#state;
    this.#state = { kind: "empty" };
    if (state.kind !== "open") return;
    this.#market.closeSeries(state.series);
    // A series of an older stream ended with it.
    if (state.stream === stream) this.#forget(stream, state.series);
  }

  /** The chart pane draws from now on, until the returned function is called. */
  attach(drawer: Drawer): () => void {
    this.#drawer = drawer;
    this.#series()?.forgetDrawn();
    this.redraw();
    return () => {
      if (this.#drawer === drawer) this.#drawer = null;
    };
  }

  redraw(): void {
    const series = this.#series();
    if (series?.newest === undefined) return;
    this.#newest = series.newest;
    if (this.#drawer === null) return;
    const redraw = series.take();
    if (redraw.kind !== "nothing") this.#drawer(redraw);
  }

  #series() {
    return this.#state.kind === "open" ? this.#market.series(this.#state.series) : undefined;
  }

  #forget(stream: number, series: number): void {
    // If the stream is gone, so is the series.
    this.#backend.closeChart(stream, series).catch(() => undefined);
  }
}

function isEqual(one: Wish, other: Wish): boolean {
  return one.row === other.row && one.timeframe === other.timeframe;
}
