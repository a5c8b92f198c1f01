import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { CheckView, Fault, FeedEntry, FeedForm } from "../ipc/bindings";
import { CATALOGUE } from "../ipc/fake/catalogue";
import { emptyForm } from "../ipc/fake/feed-book";
import { FeedDraft } from "./feed-draft.svelte";

interface Answer {
  form: FeedForm;
  resolve: (faults: Fault[], leaves?: Fault[]) => void;
}

let asked: Answer[];
const saveFeed = vi.fn<(form: FeedForm) => Promise<FeedEntry>>();

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  saveFeed.mockReset();
});

afterEach(() => {
  vi.useRealTimers();
});

test("is checked once after the last letter, not after each", async () => {
  const draft = made();
  for (const id of ["b", "bi", "bin"]) draft.change({ id });
  await vi.advanceTimersByTimeAsync(1_000);
  expect(asked.map(({ form }) => form.id)).toEqual(["bin"]);
});

test("the newest answer counts, whichever comes last", async () => {
  const draft = made();
  draft.change({ id: "Bad" });
  await vi.advanceTimersByTimeAsync(300);
  draft.change({ id: "good" });
  await vi.advanceTimersByTimeAsync(300);
  asked[1]?.resolve([]);
  asked[0]?.resolve([{ field: "id", sentence: "No capitals." }]);
  await vi.advanceTimersByTimeAsync(0);
  expect(draft.fault("id")).toBeNull();
});

test("a fault is said of what was touched, and of everything once it was to be saved", async () => {
  const draft = made();
  draft.change({ id: "Bad" });
  await vi.advanceTimersByTimeAsync(300);
  const faults = [
    { field: "id", sentence: "No capitals." },
    { field: "url", sentence: "An address is missing." },
  ];
  asked[0]?.resolve(faults);
  await vi.advanceTimersByTimeAsync(0);
  expect([draft.fault("id"), draft.fault("url")]).toEqual(["No capitals.", null]);
  const saving = draft.save();
  asked[1]?.resolve(faults);
  expect(await saving).toBeNull();
  expect(draft.fault("url")).toBe("An address is missing.");
  expect(saveFeed).not.toHaveBeenCalled();
});

test("what the shell would not save is said, and nothing that was typed is lost", async () => {
  const draft = made();
  draft.change({ id: "coins" });
  saveFeed.mockRejectedValue({
    code: "task_failed",
    sentence: "The disk is full.",
    next: "Free some space.",
  });
  const saving = draft.save();
  asked[0]?.resolve([]);
  expect(await saving).toBeNull();
  expect(draft.problem).toBe("The disk is full. Free some space.");
  expect(draft.form.id).toBe("coins");
  expect(draft.isSaving).toBe(false);
});

test("an edited form is not overwritten by what is heard, and can be taken back", () => {
  const saved = emptyForm("coins", "coinbase");
  const draft = made(saved);
  expect(draft.isEdited).toBe(false);
  draft.change({ url: "ws://127.0.0.1:9" });
  draft.learn({ ...saved, proxy: "none" });
  expect(draft.form.url).toBe("ws://127.0.0.1:9");
  draft.revert();
  expect(draft.form).toEqual({ ...saved, proxy: "none" });
  draft.learn(saved);
  expect(draft.form.proxy).toBe("");
});

test("what saving takes away is told before it is saved, however quick the hand is", async () => {
  const saved = emptyForm("coins", "coinbase");
  const left = [{ field: "key", sentence: "The key was set for a. It is not sent to b." }];
  saveFeed.mockResolvedValue({ form: { ...saved, url: "wss://b" } } as FeedEntry);
  const draft = made(saved);
  draft.change({ url: "wss://b" });
  const first = draft.save();
  asked[0]?.resolve([], left);
  expect(await first).toBeNull();
  expect(draft.leaves).toEqual(left);
  expect(saveFeed).not.toHaveBeenCalled();
  const second = draft.save();
  asked[1]?.resolve([], left);
  expect(await second).not.toBeNull();
  expect(draft.leaves).toEqual([]);
});

function made(saved: FeedForm | null = null): FeedDraft {
  const [listing] = CATALOGUE;
  if (listing === undefined) throw new Error("the catalogue is empty");
  const checkFeed = (form: FeedForm) =>
    new Promise<CheckView>((answer) => {
      asked.push({
        form,
        resolve: (faults, leaves = []) => {
          answer({ faults, leaves });
        },
      });
    });
  return new FeedDraft({ checkFeed, saveFeed }, listing, saved ?? emptyForm("a", "coinbase"), saved);
}
