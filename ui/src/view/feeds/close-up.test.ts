import { fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test } from "vitest";

import { FakeBackend } from "../../ipc/fake";
import type { FeedForm } from "../../ipc/bindings";
import FeedLog from "./FeedLog.svelte";
import FeedTest from "./FeedTest.svelte";
import WireInspector from "./WireInspector.svelte";

const PATIENT = { timeout: 30_000 };
const FORM: FeedForm = {
  id: "finnhub",
  venue: "finnhub",
  url: "",
  rest: "",
  transports: [],
  proxy: "",
  plain: false,
};

let fake: FakeBackend;

beforeEach(() => {
  fake = new FakeBackend({ seed: 1, symbols: ["NOVA"] });
});

afterEach(() => {
  fake.close();
});

test("a test tells every step apart, and how long it took", async () => {
  render(FeedTest, { form: FORM, original: null, credential: () => null, backend: fake });
  expect(state("dns")).toBe("waiting");
  await fireEvent.click(screen.getByTestId("trial-run"));
  await waitFor(() => {
    expect(state("first_data")).toBe("good");
  }, PATIENT);
  expect(state("proxy")).toBe("not_needed");
  expect(screen.getByTestId("trial-step-tls").textContent).toMatch(/\d ms|\d\u202fms/);
  expect(screen.getByTestId("trial-sum").textContent).toContain("All is well");
});

test("a wrong key fails at the login and says what to do, and nothing behind it was reached", async () => {
  render(FeedTest, { form: FORM, original: null, credential: () => "a-wrong-key", backend: fake });
  await fireEvent.click(screen.getByTestId("trial-run"));
  await waitFor(() => {
    expect(state("login")).toBe("failed");
  }, PATIENT);
  expect(screen.getByTestId("trial-step-login").textContent).toContain("Check the feed's key");
  expect(state("subscribe")).toBe("not_reached");
  expect(document.body.innerHTML).not.toContain("a-wrong-key");
});

test("a log tells closed with its code and reason, and is searched and paused", async () => {
  render(FeedLog, { feed: "sim", backend: fake });
  const entries = await screen.findByTestId("log-entries", {}, PATIENT);
  await waitFor(() => {
    expect(entries.textContent).toContain("code 1012: restarting");
  }, PATIENT);
  await fireEvent.input(screen.getByTestId("log-filter"), { target: { value: "refused" } });
  await waitFor(() => {
    expect(entries.querySelectorAll("[data-kind]")).toHaveLength(1);
  }, PATIENT);
  expect(entries.textContent).toContain("Check that the server runs");
  await fireEvent.click(screen.getByTestId("log-pause"));
  expect(screen.getByTestId("log-pause").getAttribute("aria-pressed")).toBe("true");
});

test("the wire is read by keyboard: what was chosen is told in full", async () => {
  render(WireInspector, { feed: "sim", backend: fake });
  const frames = await screen.findByTestId("wire-frames", {}, PATIENT);
  await waitFor(() => {
    expect(frames.querySelectorAll("[data-kind=frame]").length).toBeGreaterThan(0);
  }, PATIENT);
  await fireEvent.click(screen.getByTestId("wire-pause"));
  await fireEvent.keyDown(frames, { key: "Home" });
  const details = await screen.findByTestId("wire-details", {}, PATIENT);
  expect(within(details).getByText("***")).toBeTruthy();
  await fireEvent.keyDown(frames, { key: "ArrowDown" });
  await waitFor(() => {
    expect(screen.getByTestId("wire-details").textContent).toContain("101 Switching Protocols");
  }, PATIENT);
  await fireEvent.keyDown(frames, { key: "Escape" });
  await waitFor(() => {
    expect(screen.queryByTestId("wire-details")).toBeNull();
  }, PATIENT);
});

function state(step: string): string | undefined {
  return screen.getByTestId(`trial-step-${step}`).dataset.state;
}
