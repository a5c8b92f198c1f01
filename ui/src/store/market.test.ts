import { expect, test } from "vitest";

import { writeFrame } from "../ipc/fake/frame-writer";
import type { CandleDraft, RowDraft } from "../ipc/fake/frame-writer";
import { Frame } from "../ipc/frame";
import { Market } from "./market";

test("holds the newest state of every row and tells once which changed", () => {
  const market = new Market();
  market.apply(frame([row(1, { last: "10.00" }), row(2, { last: "20.00" })]));
  market.apply(frame([row(1, { last: "10.01" })]));
  expect(market.quote(1)?.last?.text).toBe("10.01");
  expect(market.quote(2)?.last?.text).toBe("20.00");
  expect([...market.takeChanged()]).toEqual([1, 2]);
  expect([...market.takeChanged()]).toEqual([]);
});

test("counts ticks from the first frame on, across the wrap", () => {
  const market = new Market();
  market.apply(frame([row(1, { ticks: 2 ** 32 - 3 })]));
  expect(market.ticks).toBe(0);
  market.apply(frame([row(1, { ticks: 4 })]));
  expect(market.ticks).toBe(7);
});

test("knows when the newest price of all was received", () => {
  const market = new Market();
  expect(market.newest).toBeNull();
  market.apply(frame([row(1, { received: 500 }), row(2, { received: 400 }), row(3, { received: null })]));
  expect(market.newest).toBe(500);
});

test("keeps candles that came before the answer that names their series", () => {
  const market = new Market();
  market.expectSeries();
  market.apply(frame([], [candle(4, 1, true), candle(4, 2)]));
  market.seriesOpened(4);
  expect(market.series(4)?.newest?.start).toBe(2);
});

test("ignores candles that nobody asked for", () => {
  const market = new Market();
  market.apply(frame([], [candle(4, 1, true)]));
  expect(market.series(4)).toBeUndefined();
  market.expectSeries();
  market.apply(frame([], [candle(5, 1, true), candle(6, 1, true)]));
  market.seriesOpened(6);
  expect(market.series(5)).toBeUndefined();
  expect(market.series(6)?.newest?.start).toBe(1);
});

test("a series that was closed does not come back with a late frame", () => {
  const market = new Market();
  market.expectSeries();
  market.seriesOpened(4);
  market.closeSeries(4);
  market.apply(frame([], [candle(4, 9)]));
  expect(market.series(4)).toBeUndefined();
});

test("a reset forgets what the series was", () => {
  const market = new Market();
  market.expectSeries();
  market.seriesOpened(4);
  market.apply(frame([], [candle(4, 1, true), candle(4, 2)]));
  market.apply(frame([], [candle(4, 8, true)]));
  expect(market.series(4)?.at(2)).toBeUndefined();
  expect(market.series(4)?.newest?.start).toBe(8);
});

test("a new stream begins with nothing", () => {
  const market = new Market();
  market.apply(frame([row(1, { received: 500 })]));
  market.begin();
  expect(market.quote(1)).toBeUndefined();
  expect([...market.takeChanged()]).toEqual([]);
  expect(market.newest, "the newest price is as old as it was").toBe(500);
});

function frame(rows: RowDraft[], candles: CandleDraft[] = []): Frame {
  return new Frame(writeFrame({ stream: 1, frame: 1, madeAt: 1_000, rows, candles }));
}

function row(number: number, part: Partial<RowDraft>): RowDraft {
  return {
    row: number,
    freshness: "live",
    labels: [],
    subscription: "accepted",
    basis: "previous_close",
    span: null,
    session: null,
    last: null,
    lastSize: null,
    bid: null,
    ask: null,
    reference: null,
    high: null,
    low: null,
    volume: null,
    time: null,
    received: null,
    since: null,
    ticks: 0,
    merged: 0,
    source: null,
    because: null,
    shownSince: null,
    ...part,
  };
}

function candle(series: number, start: number, reset = false): CandleDraft {
  const origin = "heard";
  return { series, reset, trades: 1, origin, start, open: "1", high: "1", low: "1", close: "1", volume: "1" };
}
