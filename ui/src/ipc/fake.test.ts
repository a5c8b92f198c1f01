import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { FeedView, Lifecycle } from "./bindings";
import { FakeBackend } from "./fake";
import { Frame } from "./frame";

beforeEach(() => {
  vi.useFakeTimers({ now: 1_767_366_000_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test("sends the next frame only after the one before was acknowledged", async () => {
  const page = await open();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(page.frames.map(({ number }) => number)).toEqual([1]);
  await page.fake.acknowledge(page.stream, 1);
  await vi.advanceTimersByTimeAsync(100);
  expect(page.frames.map(({ number }) => number)).toEqual([1, 2]);
});

test("the same seed invents the same prices", async () => {
  const prices = async (seed: number) => {
    const page = await open({ seed, acknowledging: true });
    await vi.advanceTimersByTimeAsync(3_000);
    page.fake.close();
    vi.setSystemTime(1_767_366_000_000);
    return page.frames.map((frame) => frame.quote(0, undefined).last?.text);
  };
  const first = await prices(1);
  expect(first.length).toBeGreaterThan(5);
  expect(await prices(1)).toEqual(first);
  expect(await prices(2)).not.toEqual(first);
});

test("drops its feed, tries again at growing distances, and recovers", async () => {
  const page = await open({ acknowledging: true });
  page.fake.controls.drop(6);
  expect(page.feed().state).toBe("waiting");
  expect(page.feed().retryInMs).toBe(1_000);
  await vi.advanceTimersByTimeAsync(500);
  expect(page.frames.at(-1)?.quote(0, undefined).freshness).toBe("disconnected");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(page.feed().attempt).toBe(2);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(page.feed().state).toBe("live");
  expect(page.feed().drops).toBe(1);
});

test("tries again at once when a person says so", async () => {
  const page = await open({ acknowledging: true });
  page.fake.controls.drop(0.1);
  await page.fake.retryFeed("sim");
  expect(page.feed().state).toBe("connecting");
  await vi.advanceTimersByTimeAsync(600);
  expect(page.feed().state).toBe("live");
});

test("refuses a symbol that it does not know, in a frame, and one that is none, at once", async () => {
  const page = await open({ acknowledging: true });
  const row = await page.fake.addSymbol("Watchlist", "sim", "QQQQ");
  await vi.advanceTimersByTimeAsync(1_000);
  const states = page.frames.flatMap((frame) =>
    Array.from({ length: frame.rowCount }, (_, index) => frame.quote(index, undefined)),
  );
  expect(states.filter((quote) => quote.row === row.row).at(-1)?.subscription).toBe("refused");
  await expect(page.fake.addSymbol("Watchlist", "sim", "two words")).rejects.toMatchObject({
    code: "bad_symbol",
  });
  await expect(page.fake.addSymbol("Watchlist", "x", "NOVA")).rejects.toMatchObject({ code: "no_such_feed" });
});

test("a chart begins with its whole series and goes on with what changed", async () => {
  const page = await open({ acknowledging: true });
  const series = await page.fake.openChart(page.stream, page.row, "1s");
  await vi.advanceTimersByTimeAsync(4_000);
  const updates = page.frames.flatMap((frame) =>
    Array.from({ length: frame.candleCount }, (_, index) => frame.candle(index)),
  );
  expect(updates.filter(({ reset }) => reset)).toHaveLength(1);
  expect(updates[0]?.reset).toBe(true);
  expect(updates.every((update) => update.series === series)).toBe(true);
  const starts = updates.map(({ candle }) => candle.start);
  expect(starts).toEqual([...starts].sort((left, right) => left - right));
  expect(updates.length).toBeGreaterThan(20);
});

test("opening again ends the stream before and sends every row anew", async () => {
  const page = await open({ acknowledging: true });
  await vi.advanceTimersByTimeAsync(1_000);
  const frames: Frame[] = [];
  const second = await page.fake.openStream((bytes) => frames.push(new Frame(bytes)));
  expect(second.stream).toBe(page.stream + 1);
  const before = page.frames.length;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(page.frames).toHaveLength(before);
  expect(frames[0]?.rowCount).toBe(second.rows.length);
});

async function open({ seed = 1, acknowledging = false } = {}) {
  const fake = new FakeBackend({ seed, symbols: ["NOVA"] });
  const frames: Frame[] = [];
  const told: Lifecycle[] = [];
  await fake.listen({
    lifecycle: (lifecycle) => told.push(lifecycle),
    notice: () => undefined,
    feedsChanged: () => undefined,
  });
  const opening = await fake.openStream((bytes) => {
    const frame = new Frame(bytes);
    frames.push(frame);
    if (acknowledging) void fake.acknowledge(frame.stream, frame.number);
  });
  const row = opening.rows[0]?.row ?? -1;
  const feed = () => told.at(-1)?.feeds[0] as FeedView;
  return { fake, frames, feed, stream: opening.stream, row };
}
