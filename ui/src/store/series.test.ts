import { expect, test } from "vitest";

import { Decimal } from "../ipc/decimal";
import type { Candle, Origin } from "../ipc/frame";
import { Series } from "./series";

test("is drawn whole once, then only where it changed", () => {
  const series = new Series();
  series.put(candle(1));
  series.put(candle(2));
  expect(startsOf(series)).toEqual(["whole", 1, 2]);
  expect(startsOf(series)).toEqual(["nothing"]);
  series.put(candle(2));
  series.put(candle(3));
  expect(startsOf(series)).toEqual(["changes", 2, 3]);
});

test("the newest state of a candle wins", () => {
  const series = new Series();
  series.put(candle(1, "10"));
  series.put(candle(1, "11"));
  expect(series.newest?.close.text).toBe("11");
  expect(series.at(1)?.close.text).toBe("11");
  expect(series.at(2)).toBeUndefined();
});

test("a candle that came late stands in its place, and all is drawn anew", () => {
  const series = new Series();
  series.put(candle(1));
  series.put(candle(3));
  series.take();
  series.put(candle(2));
  expect(startsOf(series)).toEqual(["whole", 1, 2, 3]);
});

test("a correction of an older candle reaches the chart without drawing all", () => {
  const series = new Series();
  for (let start = 1; start <= 5; start += 1) series.put(candle(start));
  series.take();
  series.put(candle(4, "9"));
  expect(startsOf(series)).toEqual(["changes", 4, 5]);
  expect(series.at(4)?.close.text).toBe("9");
});

test("forgets what was drawn when the series begins anew", () => {
  const series = new Series();
  series.put(candle(1));
  series.take();
  series.reset();
  series.put(candle(7));
  expect(startsOf(series)).toEqual(["whole", 7]);
});

test("stays bounded, however long it runs", () => {
  const series = new Series();
  for (let start = 0; start < 20_000; start += 1) series.put(candle(start));
  const redraw = series.take();
  expect(redraw.kind === "whole" && redraw.candles.length).toBeLessThanOrEqual(4_500);
  expect(series.newest?.start).toBe(19_999);
});

test("a long absence is drawn whole", () => {
  const series = new Series();
  series.put(candle(0));
  series.take();
  for (let start = 1; start < 1_000; start += 1) series.put(candle(start));
  expect(series.take().kind).toBe("whole");
});

test("knows the stretch of one origin that a candle stands in", () => {
  const series = new Series();
  const origins: Origin[] = ["filled", "filled", "heard", "torn", "filled", "filled", "filled"];
  origins.forEach((origin, at) => {
    series.put(candle(at * 60, "10", origin));
  });
  expect(series.stretchOf(60)).toEqual({ from: 0, last: 60 });
  expect(series.stretchOf(120)).toEqual({ from: 120, last: 120 });
  expect(series.stretchOf(300)).toEqual({ from: 240, last: 360 });
  expect(series.stretchOf(30)).toBeUndefined();
});

function startsOf(series: Series): (string | number)[] {
  const redraw = series.take();
  return [redraw.kind, ...(redraw.kind === "nothing" ? [] : redraw.candles.map(({ start }) => start))];
}

function candle(start: number, close = "10", origin: Origin = "heard"): Candle {
  const price = Decimal.ofText(close);
  return { start, open: price, high: price, low: price, close: price, volume: null, trades: 1, origin };
}
