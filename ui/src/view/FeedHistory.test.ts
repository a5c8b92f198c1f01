import { render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { StepView } from "../ipc/bindings";
import { FakeFeed } from "../ipc/fake/feed";
import FeedHistory from "./FeedHistory.svelte";

const REPORT = "Tickwire 0.1.0\nall that is known";
const view = new FakeFeed("sim", 0).view(1_000, null);
const lost: StepView = {
  at: Date.UTC(2026, 0, 5, 12, 3, 9),
  to: "waiting",
  transport: "WebSocket",
  cause: "the server stopped answering: nothing came for 7 s",
};

const feedHistory = vi.fn(() => Promise.resolve([lost]));
const reportFeed = vi.fn(() => Promise.resolve(REPORT));
let copied: string[] = [];

beforeEach(() => {
  copied = [];
  feedHistory.mockClear();
  clipboard((text) => {
    copied.push(text);
    return Promise.resolve();
  });
});

afterEach(() => {
  vi.unstubAllGlobals();
});

test("what happened lately is told in words, with its time", async () => {
  show();
  const line = await screen.findByText("Waiting: The server stopped answering: nothing came for 7 s.");
  expect(line.parentElement?.querySelector("time")?.textContent).toMatch(/^\d\d:03:09$/);
});

test("a reason that says no more than the state is not said twice", async () => {
  feedHistory.mockReturnValueOnce(Promise.resolve([{ ...lost, to: "connecting", cause: "connecting" }]));
  show();
  expect(await screen.findByText("Connecting.")).toBeTruthy();
});

test("it is asked anew with everything that is heard of the feed", async () => {
  const { rerender } = show();
  await vi.waitFor(() => {
    expect(feedHistory).toHaveBeenCalledOnce();
  });
  await rerender({ view: { ...view, drops: 1 } });
  expect(feedHistory).toHaveBeenCalledTimes(2);
});

test("the report comes onto the clipboard, and the button says so", async () => {
  show();
  button().click();
  await screen.findByRole("button", { name: "Copied" });
  expect(copied).toEqual([REPORT]);
  expect(screen.getByRole("status").textContent).toContain("Keys and tokens are not in it.");
});

test("where the clipboard cannot be reached the text is there to be copied by hand", async () => {
  clipboard(() => Promise.reject(new Error("not allowed")));
  show();
  button().click();
  const text = await screen.findByRole<HTMLTextAreaElement>("textbox", { name: "Report" });
  expect(text.value).toBe(REPORT);
  expect(document.activeElement).toBe(text);
  expect(text.selectionEnd - text.selectionStart).toBe(REPORT.length);
});

test("a feed that is gone has no report, and that is said", async () => {
  reportFeed.mockReturnValueOnce(
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    Promise.reject({ code: "no_such_feed", sentence: "There is no feed called sim.", next: "" }),
  );
  show();
  button().click();
  await screen.findByText("There is no feed called sim.");
  expect(button().disabled).toBe(false);
});

function show() {
  return render(FeedHistory, { view, backend: { feedHistory, reportFeed } });
}

function button(): HTMLButtonElement {
  return screen.getByTestId("copy-report");
}

/** As in a browser that knows no promised texts. */
function clipboard(writeText: (text: string) => Promise<void>): void {
  vi.stubGlobal("ClipboardItem", undefined);
  vi.stubGlobal("navigator", { clipboard: { writeText } });
}
