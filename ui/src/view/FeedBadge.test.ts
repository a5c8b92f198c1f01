import { render, screen } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { FeedView } from "../ipc/bindings";
import FeedBadge from "./FeedBadge.svelte";

const onsimulator = vi.fn();

beforeEach(() => {
  onsimulator.mockClear();
});

test("a live feed tells its transport and round trip", () => {
  show({ state: "live", roundTripMs: 22.6 });
  expect(badge().dataset.state).toBe("live");
  expect(badge().textContent).toMatch(/sim\s*SIM\s*Live\s*WebSocket\s*23.ms/);
});

test("a recording that is played says so, and so do live prices by saying nothing", () => {
  show({ source: "replay" });
  expect(badge().textContent).toMatch(/sim\s*REPLAY\s*Live/);
  open();
  expect(screen.getByRole("dialog").textContent).toMatch(/Prices\s*replayed from a recording/);
});

test("a waiting feed counts down from when it said so, and says why", () => {
  show({ state: "waiting", retryInMs: 8_000, why: "The connection was refused." }, 5_500);
  expect(badge().textContent).toContain("again in 4\u202fs");
  expect(badge().textContent).toContain("The connection was refused.");
});

test("a countdown does not run below nothing", () => {
  show({ state: "waiting", retryInMs: 1_000 }, 90_000);
  expect(badge().textContent).toContain("again in 0\u202fs");
});

test("the story behind the badge offers to try again now", () => {
  const onretry = show({ state: "waiting", retryInMs: 8_000, drops: 3 });
  open();
  expect(screen.getByRole("dialog").textContent).toMatch(/Connections lost\s*3/);
  screen.getByRole("button", { name: "Try again now" }).click();
  expect(onretry).toHaveBeenCalledOnce();
});

test("a live feed has nothing to try again", () => {
  show({ state: "live" });
  open();
  expect(screen.queryByRole("button", { name: "Try again now" })).toBeNull();
});

test("a drill is told beside the state, and the story leads to its simulator", () => {
  const drill = { name: "mute", title: "Connected and silent", sentence: "No prices come." };
  show({ simulator: { drill } });
  expect(badge().textContent).toContain("drill: Connected and silent");
  open();
  screen.getByRole("button", { name: "Simulator" }).click();
  flushSync();
  expect(onsimulator).toHaveBeenCalledExactlyOnceWith("sim");
  expect(screen.queryByRole("dialog")).toBeNull();
});

test("a venue of somebody else offers no simulator", () => {
  show({ simulator: null });
  open();
  expect(screen.queryByRole("button", { name: "Simulator" })).toBeNull();
});

test("Escape closes the story and gives the focus back", () => {
  show({ state: "live" });
  open();
  screen.getByRole("dialog").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
  flushSync();
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(badge());
});

function show(part: Partial<FeedView>, monotonic = 1_000) {
  const onretry = vi.fn();
  const view: FeedView = {
    feed: "sim",
    source: "simulated",
    state: "live",
    transport: "WebSocket",
    roundTripMs: null,
    why: "",
    drops: 0,
    attempt: 0,
    retryInMs: null,
    simulator: null,
    ...part,
  };
  render(FeedBadge, { feed: { view, heardAt: 1_000 }, monotonic, onretry, onsimulator });
  return onretry;
}

function open(): void {
  badge().click();
  flushSync();
}

function badge(): HTMLElement {
  return screen.getByTestId("feed-badge-sim");
}
