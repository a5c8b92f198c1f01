import { fireEvent, render, screen } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { expect, test, vi } from "vitest";

import { clock } from "../format";
import type { RowView } from "../ipc/bindings";
import { Decimal } from "../ipc/decimal";
import type { Freshness, Quote } from "../ipc/frame";
import { QuoteCell } from "../store/quote.svelte";
import WatchlistRow from "./WatchlistRow.svelte";

const NOW = 1_767_366_041_000;
const ROW: RowView = {
  row: 1,
  feed: "sim",
  symbol: "NOVA",
  name: "Nova Semiconductor",
  currency: "USD",
  tick: "0.01",
  sources: [{ row: 10, feed: "sim", symbol: "NOVA" }],
  past: null,
};

test("shows what a price is, how it changed and that it is simulated", () => {
  show(quote({ labels: ["SIM"] }));
  expect(priceText()).toBe("187.20");
  expect(row().textContent).toContain("+2.20");
  expect(row().textContent).toContain("+1.19%");
  expect(row().textContent).toContain("SIM");
});

test.each<[Freshness, string]>([
  ["unknown", "Unknown"],
  ["live", "Live"],
  ["quiet", "Quiet"],
  ["stale", "Stale"],
  ["halted", "Halted"],
  ["closed", "Closed"],
  ["disconnected", "Disconnected"],
])("%s is told by a shape with a name", (freshness, word) => {
  show(quote({ freshness }));
  expect(row().dataset.freshness).toBe(freshness);
  expect(screen.getByRole("img", { name: word }).children.length).toBeGreaterThan(0);
});

test("no two states of freshness have the same shape", () => {
  const shapes = (["unknown", "live", "quiet", "stale", "halted", "closed", "disconnected"] as const).map(
    (freshness) => {
      const { unmount } = show(quote({ freshness }));
      const shape = screen.getByRole("img").innerHTML;
      unmount();
      return shape;
    },
  );
  expect(new Set(shapes).size).toBe(shapes.length);
});

test("a stale price stays, with its age", () => {
  show(quote({ freshness: "stale", received: NOW - 41_000 }));
  expect(priceText()).toBe("187.20");
  expect(row().textContent).toContain("41\u202fs old");
});

test("a halted price stays undimmed and the row says why nothing moves", () => {
  show(quote({ freshness: "halted", received: NOW - 600_000 }));
  expect(priceText()).toBe("187.20");
  expect(row().textContent).toContain("Halted");
  expect(row().textContent).not.toContain("old");
});

test("a closed market's last price is no old price", () => {
  show(quote({ freshness: "closed", received: NOW - 50_000_000 }));
  expect(priceText()).toBe("187.20");
  expect(row().textContent).not.toContain("old");
});

test("a price that is only looked at now and then says so", () => {
  show(quote({ labels: ["SIM", "POLLING"] }));
  expect(row().textContent).toContain("POLLING");
});

test("a change says what it is counted from, and a volume which day it is of", () => {
  const titles = () =>
    Array.from(row().querySelectorAll("[title]"), (element) => element.getAttribute("title"));
  const { unmount } = show(quote({ basis: "day_ago", span: "rolling" }));
  expect(titles()).toContain("Change in 24 hours");
  expect(row().textContent).toContain("Volume of 24 hours");
  unmount();
  show(quote({ basis: "previous_close", span: null }));
  expect(titles()).toContain("Change since the previous close");
  expect(row().textContent).toContain("Volume since it is watched");
});

test("what is only quoted shows what is offered, without a size and on one side too", () => {
  const offered = { last: null, bid: Decimal.ofText("1.0832"), ask: Decimal.ofText("1.0834") };
  const { unmount } = show(quote(offered));
  expect(priceText()).toBe("\u2014");
  expect(row().textContent).toContain("1.0832 / 1.0834");
  unmount();
  show(quote({ ...offered, bid: null }));
  expect(row().textContent).toContain("\u2014 / 1.0834");
});

test.each([
  ["pre", "Pre-market"],
  ["post", "After hours"],
  ["overnight", "Overnight"],
  ["auction", "Auction"],
] as const)("trading in %s is told in words", (session, word) => {
  show(quote({ session }));
  expect(row().textContent).toContain(word);
});

test("what is not known is a dash", () => {
  show(quote({ freshness: "unknown", last: null, reference: null, volume: null }));
  expect(priceText()).toBe("\u2014");
  expect(row().textContent).not.toContain("0.00");
});

test("a refused symbol says so and can be removed", () => {
  const { onremove } = show(quote({ subscription: "refused", last: null }), "The feed does not know NOVA.");
  expect(row().textContent).toContain("The feed does not know NOVA.");
  expect(screen.queryByTestId("price-NOVA")).toBeNull();
  screen.getByRole("button", { name: "Remove NOVA from the list" }).click();
  expect(onremove).toHaveBeenCalledOnce();
});

test("only the digits that changed light up, for a moment, every time they do", () => {
  vi.useFakeTimers();
  const { cell } = show(quote({}));
  const lit = () => screen.getByTestId("price-NOVA").querySelector<HTMLElement>("[data-flash]");
  expect(lit()).toBeNull();
  publish(cell, "187.24");
  expect([lit()?.textContent, lit()?.dataset.flash]).toEqual(["4", "up"]);
  vi.advanceTimersByTime(150);
  publish(cell, "187.29");
  expect([lit()?.textContent, lit()?.dataset.flash]).toEqual(["9", "up"]);
  vi.advanceTimersByTime(150);
  publish(cell, "186.29");
  expect([lit()?.textContent, lit()?.dataset.flash]).toEqual(["6.29", "down"]);
  vi.advanceTimersByTime(200);
  flushSync();
  expect(lit()).toBeNull();
  vi.useRealTimers();
});

test("a click chooses the row", () => {
  const { onchoose } = show(quote({}));
  row().querySelector("button")?.click();
  expect(onchoose).toHaveBeenCalledOnce();
});

const TWO: RowView = {
  ...ROW,
  sources: [
    { row: 10, feed: "alpaca", symbol: "NOVA" },
    { row: 11, feed: "finnhub", symbol: "NOVA" },
  ],
  feed: "alpaca",
};

test("a row with two sources says which it is of, and why", () => {
  const { cell } = show(quote({}), null, TWO);
  expect(row().dataset.source).toBe("alpaca");
  const since = new Date(2026, 0, 2, 12, 3).getTime();
  cell.publish(quote({ source: 11, because: "disconnected", shownSince: since }));
  flushSync();
  expect(row().dataset.source).toBe("finnhub");
  expect(row().textContent).toContain(`From finnhub since ${clock(since)}, as alpaca is disconnected.`);
});

test("a row with one source says nothing of it", () => {
  show(quote({}));
  expect(row().dataset.source).toBeUndefined();
});

test("another source that sees the price a cent apart is no step of it", () => {
  const { cell } = show(quote({}), null, TWO);
  cell.publish(quote({ source: 11, last: Decimal.ofText("187.21") }));
  flushSync();
  expect(cell.step.count).toBe(0);
  cell.publish(quote({ source: 11, last: Decimal.ofText("187.22") }));
  expect(cell.step.count).toBe(1);
});

test("a row's menu is asked for where the pointer is", async () => {
  const { onmenu } = show(quote({}));
  await fireEvent.contextMenu(row(), { clientX: 20, clientY: 30 });
  expect(onmenu).toHaveBeenCalledWith({ x: 20, y: 30 });
});

function publish(cell: QuoteCell, last: string): void {
  cell.publish(quote({ last: Decimal.ofText(last) }));
  flushSync();
}

function show(shown: Quote, refusal: string | null = null, view: RowView = ROW) {
  const [onchoose, onremove, onmenu] = [vi.fn(), vi.fn(), vi.fn()];
  const cell = new QuoteCell(shown);
  const { unmount } = render(WatchlistRow, {
    row: view,
    cell,
    wall: NOW,
    chosen: false,
    reachable: true,
    refusal,
    describedBy: undefined,
    onchoose,
    onremove,
    onpoint: () => undefined,
    onleave: () => undefined,
    onmenu,
  });
  return { cell, onchoose, onremove, onmenu, unmount };
}

function row(): HTMLElement {
  return screen.getByTestId("row-NOVA");
}

function priceText(): string {
  return screen.getByTestId("price-NOVA").textContent.trim();
}

function quote(part: Partial<Quote>): Quote {
  return {
    row: 1,
    freshness: "live",
    labels: [],
    subscription: "accepted",
    basis: "previous_close",
    span: null,
    session: null,
    last: Decimal.ofText("187.20"),
    lastSize: null,
    bid: null,
    ask: null,
    reference: Decimal.ofText("185.00"),
    high: null,
    low: null,
    volume: Decimal.ofText("1240000"),
    time: NOW,
    received: NOW,
    since: NOW,
    ticks: 1,
    merged: 0,
    source: 10,
    because: null,
    shownSince: null,
    ...part,
  };
}
