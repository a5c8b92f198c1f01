import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeBackend } from "../ipc/fake";
import { Desk } from "./desk.svelte";

let fake: FakeBackend;
let desk: Desk;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_767_366_000_000 });
  fake = new FakeBackend({ seed: 3, symbols: ["NOVA", "ATLS", "MOTE"] });
  desk = new Desk(fake);
  await desk.start();
  await vi.advanceTimersByTimeAsync(500);
});

afterEach(() => {
  desk.stop();
  fake.close();
  vi.useRealTimers();
});

test("opens with the first row chosen and its prices moving", async () => {
  expect(desk.phase.kind).toBe("open");
  expect(desk.selected?.symbol).toBe("NOVA");
  const cell = desk.board.cell(desk.selected?.row ?? -1);
  const first = cell.shown?.quote.last?.text;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(cell.shown?.quote.last?.text).not.toBe(first);
  expect(cell.step.count).toBeGreaterThan(0);
  expect(desk.vitals.ticksPerSecond).toBeGreaterThan(0);
  expect(desk.newestAge).toBeLessThan(5_000);
});

test("the change is the exact difference to the reference", () => {
  const shown = desk.board.cell(desk.selected?.row ?? -1).shown;
  const { last, reference } = shown?.quote ?? {};
  expect(last && reference && shown?.change?.text).toBe(
    (Number(last?.text) - Number(reference?.text)).toFixed(2),
  );
});

test("the chosen row moves with the arrows and stops at the ends", () => {
  desk.selectBy(1);
  expect(desk.selected?.symbol).toBe("ATLS");
  desk.selectBy(1_000);
  expect(desk.selected?.symbol).toBe("MOTE");
  desk.selectBy(-1_000);
  expect(desk.selected?.symbol).toBe("NOVA");
});

test("adding a symbol lists it, chooses it, and says when the feed refuses it", async () => {
  const row = await desk.add("sim", "QQQQ");
  expect(desk.board.list?.rows).toContain(row.row);
  expect(desk.selected?.symbol).toBe("QQQQ");
  expect(desk.board.refusal(row.row)).toBeNull();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(desk.board.refusal(row.row)).toBe("The simulator does not know QQQQ.");
});

test("adding what is listed already chooses it and lists it once", async () => {
  await desk.add("sim", "MOTE");
  expect(desk.board.list?.rows).toHaveLength(3);
  expect(desk.selected?.symbol).toBe("MOTE");
});

test("removing the chosen row chooses its neighbour", async () => {
  await desk.remove(desk.selected?.row ?? -1);
  expect(desk.board.list?.rows).toHaveLength(2);
  expect(desk.selected?.symbol).toBe("ATLS");
});

test("the last row can be removed too", async () => {
  for (let rows = 3; rows > 0; rows -= 1) await desk.remove(desk.selected?.row ?? -1);
  expect(desk.board.list?.rows).toEqual([]);
  expect(desk.selected).toBeUndefined();
});

test("a dropped feed greys its rows and tells how it goes on", async () => {
  fake.controls.drop(3);
  await vi.advanceTimersByTimeAsync(500);
  expect(desk.feeds[0]?.view.state).toBe("waiting");
  expect(desk.board.cell(desk.selected?.row ?? -1).shown?.quote.freshness).toBe("disconnected");
  await vi.advanceTimersByTimeAsync(10_000);
  expect(desk.feeds[0]?.view.state).toBe("live");
  expect(desk.board.cell(desk.selected?.row ?? -1).shown?.quote.freshness).toBe("live");
});

test("bytes that are no frame stop the prices visibly, and the page asks for all anew", async () => {
  const reopened = vi.spyOn(fake, "openStream");
  const cell = desk.board.cell(desk.selected?.row ?? -1);
  vi.spyOn(fake, "acknowledge").mockRejectedValueOnce(new Error("no such stream"));
  await vi.advanceTimersByTimeAsync(100);
  expect(desk.phase.kind).toBe("interrupted");
  expect(cell.shown, "what is known stays on screen").not.toBeNull();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(reopened).toHaveBeenCalledOnce();
  expect(desk.phase.kind).toBe("open");
  const before = cell.shown?.quote.ticks ?? 0;
  await vi.advanceTimersByTimeAsync(2_000);
  expect(desk.board.cell(desk.selected?.row ?? -1).shown?.quote.ticks).toBeGreaterThan(before);
});

test("a feed that is added, paused or removed changes the list without a flash, and the choice is kept", async () => {
  desk.selectBy(1);
  await vi.advanceTimersByTimeAsync(500);
  const shown = desk.board.cell(desk.selected?.row ?? -1).shown;
  const form = { id: "coins", venue: "coinbase", url: "", rest: "", transports: ["ws"], proxy: "" };
  await fake.saveFeed({ ...form, plain: false }, null);
  await vi.advanceTimersByTimeAsync(0);
  expect(desk.phase.kind).toBe("open");
  expect(desk.feedChanges).toBe(1);
  expect(desk.feeds.map(({ view }) => view.feed)).toEqual(["sim", "coins"]);
  expect(desk.selected?.symbol).toBe("ATLS");
  expect(desk.board.cell(desk.selected?.row ?? -1).shown, "before any frame of the new stream").toBe(shown);
  expect(desk.chart.newest, "the chart stays drawn").not.toBeNull();
  const row = await desk.add("coins", "BTC-USD");
  await vi.advanceTimersByTimeAsync(3_000);
  expect(desk.board.cell(row.row).shown?.quote.last).not.toBeNull();
  const { undo } = await fake.removeFeed("coins");
  await vi.advanceTimersByTimeAsync(500);
  expect(desk.board.list?.rows).not.toContain(row.row);
  await fake.restoreFeed(undo);
  await vi.advanceTimersByTimeAsync(500);
  const symbols = desk.board.list?.rows.map((number) => desk.board.row(number)?.symbol);
  expect(symbols).toEqual(["NOVA", "ATLS", "MOTE", "BTC-USD"]);
});

test("a notice is shown once and can be dismissed", () => {
  fake.controls.notice();
  fake.controls.notice();
  expect(desk.notices).toHaveLength(1);
  for (const notice of desk.notices) desk.dismiss(notice);
  expect(desk.notices).toEqual([]);
});

test("a command that fails in passing says so and what to do", async () => {
  vi.spyOn(fake, "retryFeed").mockRejectedValue({ code: "no_such_feed", sentence: "Gone.", next: "Add it." });
  await desk.retryFeed("sim");
  expect(desk.notices).toEqual([{ code: "task_failed", sentence: "Gone.", next: "Add it." }]);
});

test("a setting that cannot be kept is taken back", async () => {
  vi.spyOn(fake, "changeSettings").mockRejectedValue({
    code: "profile_not_written",
    sentence: "The settings could not be written.",
    next: "Free some space.",
  });
  await desk.look.change({ theme: "light" });
  expect(desk.look.settings.theme).toBe("system");
  expect(desk.look.problem).toBe("The settings could not be written. Free some space.");
});

test("theme and colours hang on the root element", async () => {
  await desk.look.change({ theme: "light", updown: "blue_orange" });
  const { theme, updown } = document.documentElement.dataset;
  expect({ theme, updown }).toEqual({ theme: "light", updown: "blue_orange" });
});

test("a shell that cannot open its stream is asked again when a person says so", async () => {
  const refused = { code: "not_open", sentence: "The window is closing.", next: "Start Tickwire again." };
  const listening = vi.spyOn(fake, "listen");
  vi.spyOn(fake, "openStream").mockRejectedValueOnce(refused);
  await desk.start();
  expect(desk.phase).toEqual({ kind: "failed", sentence: refused.sentence, next: refused.next });
  await desk.start();
  expect(desk.phase.kind).toBe("open");
  expect(listening).not.toHaveBeenCalled();
});

test("prices do not fail with the settings", async () => {
  vi.spyOn(fake, "settings").mockRejectedValue({ code: "not_open", sentence: "No settings.", next: "Wait." });
  await desk.start();
  expect(desk.phase.kind).toBe("open");
  expect(desk.notices.map(({ sentence }) => sentence)).toEqual(["No settings."]);
});
