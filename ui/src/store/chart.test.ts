import { expect, test, vi } from "vitest";

import type { Backend } from "../ipc/backend";
import { writeFrame } from "../ipc/fake/frame-writer";
import { Frame } from "../ipc/frame";
import { ChartDesk } from "./chart.svelte";
import { Market } from "./market";

const STREAM = 1;

test("draws the series whole when it comes, then its changes", async () => {
  const { chart, market, drawn } = begin();
  await chart.show(STREAM, { row: 1, timeframe: "1s" });
  market.apply(candles(1, [10, 11]));
  chart.redraw();
  market.apply(candles(1, [11, 12], false));
  chart.redraw();
  expect(drawn.slice(-2)).toEqual(["whole 10,11", "changes 11,12"]);
  expect(chart.newest?.start).toBe(12);
});

test("only the newest wish of a quick hand is kept open", async () => {
  const { chart, market, drawn, answers, closeChart } = begin({ manual: true });
  const first = chart.show(STREAM, { row: 1, timeframe: "1s" });
  const second = chart.show(STREAM, { row: 2, timeframe: "1m" });
  answers[1]?.(22);
  await second;
  answers[0]?.(21);
  await first;
  expect(closeChart.mock.calls).toEqual([[STREAM, 21]]);
  market.apply(candles(21, [1]));
  market.apply(candles(22, [5]));
  chart.redraw();
  expect(drawn.at(-1)).toBe("whole 5");
  expect(chart.timeframe).toBe("1m");
});

test("a chart pane that comes late is given all of it", async () => {
  const { chart, market, drawn, drawer, detach } = begin();
  detach();
  await chart.show(STREAM, { row: 1, timeframe: "1s" });
  market.apply(candles(1, [10, 11]));
  chart.redraw();
  expect(drawn).toEqual([]);
  chart.attach(drawer);
  expect(drawn).toEqual(["whole 10,11"]);
});

test("says why there is no chart, and tries again when asked", async () => {
  const { chart, openChart } = begin();
  openChart.mockRejectedValueOnce({ code: "no_such_row", sentence: "That row is gone.", next: "" });
  await chart.show(STREAM, { row: 1, timeframe: "1s" });
  expect(chart.problem).toBe("That row is gone.");
  await chart.show(STREAM, { row: 1, timeframe: "1s" });
  expect(chart.problem).toBeNull();
});

test("closing clears what was drawn and tells the shell", async () => {
  const { chart, drawn, closeChart } = begin();
  await chart.show(STREAM, { row: 1, timeframe: "1s" });
  chart.close(STREAM);
  expect(drawn.at(-1)).toBe("whole ");
  expect(closeChart).toHaveBeenCalledExactlyOnceWith(STREAM, 1);
  expect(chart.newest).toBeNull();
});

test("a series of an older stream is not closed twice", async () => {
  const { chart, closeChart } = begin();
  await chart.show(STREAM, { row: 1, timeframe: "1s" });
  await chart.show(STREAM + 1, { row: 1, timeframe: "1s" });
  expect(closeChart).not.toHaveBeenCalled();
});

function begin({ manual = false } = {}) {
  const answers: ((series: number) => void)[] = [];
  let numbers = 0;
  const openChart = vi.fn(() =>
    manual ? new Promise<number>((resolve) => answers.push(resolve)) : Promise.resolve((numbers += 1)),
  );
  const closeChart = vi.fn((_stream: number, _series: number) => Promise.resolve());
  const market = new Market();
  const chart = new ChartDesk({ openChart, closeChart } as Partial<Backend> as Backend, market);
  const drawn: string[] = [];
  const drawer: Parameters<ChartDesk["attach"]>[0] = (redraw) => {
    const starts = redraw.kind === "nothing" ? [] : redraw.candles.map(({ start }) => start);
    drawn.push(`${redraw.kind} ${starts.join(",")}`);
  };
  const detach = chart.attach(drawer);
  return { chart, market, drawn, drawer, detach, answers, openChart, closeChart };
}

function candles(series: number, starts: number[], whole = true): Frame {
  const price = {
    open: "1",
    high: "1",
    low: "1",
    close: "1",
    volume: "1",
    trades: 1,
    origin: "heard" as const,
  };
  return new Frame(
    writeFrame({
      stream: STREAM,
      frame: 1,
      madeAt: 0,
      rows: [],
      candles: starts.map((start, index) => ({ series, start, reset: whole && index === 0, ...price })),
    }),
  );
}
