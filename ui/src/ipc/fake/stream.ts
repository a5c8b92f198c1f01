/** The imitated stream: one frame at a time, each after the one before was acknowledged. */
import type { Timeframe } from "../bindings";
import { writeFrame } from "./frame-writer";
import type { CandleDraft, RowDraft } from "./frame-writer";
import type { FakeRow } from "./row";

interface Chart {
  series: number;
  row: FakeRow;
  timeframe: Timeframe;
  /** How far the page has it; null before the whole series was sent. */
  sent: { start: number; ticks: number } | null;
}

export class FakeStream {
  #send: ((bytes: ArrayBuffer) => void) | null = null;
  #number = 0;
  #frame = 0;
  #acknowledged = 0;
  #charts: Chart[] = [];
  #series = 0;

  /** Which stream it is, and its newest frame. */
  get place(): { stream: number; frame: number } {
    return { stream: this.#number, frame: this.#frame };
  }

  open(send: (bytes: ArrayBuffer) => void): number {
    this.#send = send;
    this.#number += 1;
    this.#frame = this.#acknowledged = 0;
    this.#charts = [];
    return this.#number;
  }

  acknowledge(stream: number, frame: number): void {
    if (stream === this.#number) this.#acknowledged = Math.max(this.#acknowledged, frame);
  }

  openChart(row: FakeRow, timeframe: Timeframe): number {
    this.#series += 1;
    this.#charts.push({ series: this.#series, row, timeframe, sent: null });
    return this.#series;
  }

  closeChart(series: number): void {
    this.#charts = this.#charts.filter((chart) => chart.series !== series);
  }

  /** The rows are asked for only where a frame may go now; charts of rows that are gone go with them. */
  send(now: number, isThere: (row: FakeRow) => boolean, takeRows: () => RowDraft[]): void {
    if (this.#acknowledged !== this.#frame) return;
    this.#charts = this.#charts.filter(({ row }) => isThere(row));
    const rows = takeRows();
    const candles = this.#charts.flatMap((chart) => candlesOf(chart));
    if (rows.length === 0 && candles.length === 0) return;
    this.#frame += 1;
    this.#send?.(writeFrame({ ...this.place, madeAt: now, rows, candles }));
  }
}

/** All of a series at first, then whatever may have changed since. */
function candlesOf(chart: Chart): CandleDraft[] {
  const { series, timeframe, sent } = chart;
  const { walk } = chart.row;
  if (walk === null || walk.ticks === sent?.ticks) return [];
  const bars = walk.bars[timeframe].filter((bar) => sent === null || bar.start >= sent.start);
  chart.sent = { start: bars.at(-1)?.start ?? 0, ticks: walk.ticks };
  return bars.map((bar, index) => ({
    series,
    reset: sent === null && index === 0,
    trades: bar.trades,
    origin: bar.origin,
    start: bar.start,
    open: walk.text(bar.open),
    high: walk.text(bar.high),
    low: walk.text(bar.low),
    close: walk.text(bar.close),
    volume: bar.volume.toString(),
  }));
}
