import { render, screen } from "@testing-library/svelte";
import { flushSync } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";

import type { FeedView } from "../ipc/bindings";
import FeedBadge from "./FeedBadge.svelte";

const onsimulator = vi.fn();
const onedit = vi.fn();
const backend = { feedHistory: () => Promise.resolve([]), reportFeed: () => Promise.resolve("") };

beforeEach(() => {
  onsimulator.mockClear();
  onedit.mockClear();
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

test("a computer without a network is amber and not red, and can be asked to look again", () => {
  show({ state: "offline", retryInMs: 5_000, why: "This computer has no network." });
  expect(badge().textContent).toMatch(/Offline\s*again in 5.s\s*This computer has no network\./);
  open();
  expect(screen.getByRole("button", { name: "Try again now" })).toBeTruthy();
});

test("a connection that is made tells how far it is", () => {
  show({ state: "connecting", attempt: 2, phase: "securing", why: "connecting again, attempt 2" });
  expect(badge().textContent).toMatch(/Connecting\s*securing the connection/);
});

test("a feed that was not let in yet says that it signs in", () => {
  show({
    state: "authenticating",
    attempt: 1,
    why: "connected; the server has not answered the login yet",
  });
  expect(badge().textContent).toMatch(/Signing in\s*Connected; the server has not answered the login yet\./);
});

test("a feed that subscribes counts the symbols that are answered", () => {
  show({ state: "subscribing", answers: { acked: 120, total: 200 }, why: "connected" });
  expect(badge().textContent).toMatch(/Subscribing\s*120 of 200 symbols answered/);
  open();
  expect(screen.getByRole("dialog").textContent).toMatch(/Symbols answered\s*120 of 200/);
});

test("an unknown count of symbols is not told as nothing of nothing", () => {
  show({
    state: "subscribing",
    answers: null,
    why: "connected; the server has not confirmed the symbols yet",
  });
  expect(badge().textContent).toContain("Connected; the server has not confirmed the symbols yet.");
});

test("a feed that climbs is live all the while, on the transport that it has", () => {
  show({ state: "climbing", transport: "long poll", climbsTo: "WebSocket", roundTripMs: 80 });
  expect(badge().textContent).toMatch(/Live\s*long poll\s*80.ms\s*trying WebSocket/);
  open();
  expect(screen.getByRole("dialog").textContent).toMatch(/Trying\s*WebSocket/);
});

test("a feed that lives and says nothing is called mute, with its transport and the reason", () => {
  show({ state: "mute", roundTripMs: 3, why: "the connection answers, and no prices came for 12 s" });
  expect(badge().textContent).toMatch(/Mute\s*WebSocket\s*3.ms\s*The connection answers/);
});

test("the story tells since when", () => {
  show({ state: "live", sinceMs: 65_000 }, 61_000);
  open();
  expect(screen.getByRole("dialog").textContent).toMatch(/Live for 2.min/);
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

test("the story leads to the settings of its feed, and the hand comes back to the badge", () => {
  show({ state: "suspended", why: "no key is set" });
  open();
  screen.getByTestId("edit-feed").click();
  flushSync();
  expect(onedit).toHaveBeenCalledExactlyOnceWith("sim");
  expect(screen.queryByRole("dialog")).toBeNull();
  expect(document.activeElement).toBe(badge());
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

test("what the account has asked is told, and when the next question goes", () => {
  show({ asked: { words: "37 of 50 in an hour", nextInMs: 12_000, spent: false } }, 3_500);
  open();
  expect(screen.getByRole("dialog").textContent).toContain("37 of 50 in an hour");
  expect(screen.getByRole("dialog").textContent).toMatch(/Next question\s*in 10.s/);
});

function show(part: Partial<FeedView>, monotonic = 1_000) {
  const onretry = vi.fn();
  const view: FeedView = {
    feed: "sim",
    source: "simulated",
    state: "live",
    sinceMs: 65_000,
    transport: "WebSocket",
    roundTripMs: null,
    why: "",
    drops: 0,
    attempt: 0,
    retryInMs: null,
    phase: null,
    answers: null,
    climbsTo: null,
    next: null,
    asked: null,
    simulator: null,
    ...part,
  };
  render(FeedBadge, { feed: { view, heardAt: 1_000 }, monotonic, backend, onretry, onsimulator, onedit });
  return onretry;
}

function open(): void {
  badge().click();
  flushSync();
}

function badge(): HTMLElement {
  return screen.getByTestId("feed-badge-sim");
}
