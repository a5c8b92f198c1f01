import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { SearchView } from "../ipc/bindings";
import { FakeBackend } from "../ipc/fake";
import { Desk } from "../store/desk.svelte";
import AddSymbol from "./AddSymbol.svelte";

const PATIENT = { timeout: 30_000 };
let fake: FakeBackend;
let desk: Desk;

beforeEach(async () => {
  fake = new FakeBackend({ seed: 1, symbols: ["NOVA"] });
  desk = new Desk(fake);
  await desk.start();
  render(AddSymbol, { desk });
});

afterEach(() => {
  desk.stop();
  fake.close();
});

test("adds what was typed, in capitals, and clears the field", async () => {
  await submit(" mote ");
  await waitFor(() => {
    expect(desk.selected?.symbol).toBe("MOTE");
  }, PATIENT);
  await waitFor(() => {
    expect(field().value).toBe("");
  }, PATIENT);
  expect(screen.queryByTestId("add-symbol-error")).toBeNull();
});

test("says at once what is wrong, and until the next letter", async () => {
  await submit("two words");
  const error = await screen.findByTestId("add-symbol-error", {}, PATIENT);
  expect(error.textContent).toContain("TWO WORDS");
  expect(field().value).toBe("two words");
  await fireEvent.input(field(), { target: { value: "two" } });
  expect(screen.queryByTestId("add-symbol-error")).toBeNull();
});

test("says when the feed refuses what was added", async () => {
  await submit("QQQQ");
  const error = await screen.findByTestId("add-symbol-error", {}, PATIENT);
  expect(error.textContent).toBe("The simulator does not know QQQQ.");
});

test("asks once, however often Enter is pressed", async () => {
  const add = vi.spyOn(fake, "addSymbol").mockReturnValue(new Promise(() => undefined));
  await submit("MOTE");
  await submit("MOTE");
  expect(add).toHaveBeenCalledOnce();
});

test("offers what may be meant, and adds what is picked with the keys", async () => {
  await fireEvent.input(field(), { target: { value: "mot" } });
  const hit = await screen.findByTestId("hit-sim-MOTE", {}, PATIENT);
  expect(hit.textContent).toContain("Mote");
  expect(screen.getByTestId("hit-typed").getAttribute("aria-selected")).toBe("true");
  await fireEvent.keyDown(field(), { key: "ArrowDown" });
  expect(hit.getAttribute("aria-selected")).toBe("true");
  expect(field().getAttribute("aria-activedescendant")).toBe(hit.id);
  await enter();
  await waitFor(() => {
    expect(desk.selected?.symbol).toBe("MOTE");
  }, PATIENT);
  expect(screen.queryByTestId("symbol-hits")).toBeNull();
});

test("what is pointed at is added with a click", async () => {
  await fireEvent.input(field(), { target: { value: "helio" } });
  await fireEvent.click(await screen.findByTestId("hit-sim-HLIO", {}, PATIENT));
  await waitFor(() => {
    expect(desk.selected?.symbol).toBe("HLIO");
  }, PATIENT);
});

test("says at once that nothing is known by that name", async () => {
  await fireEvent.input(field(), { target: { value: "qqqq" } });
  await screen.findByText("Nothing is found for “QQQQ”. Enter adds it as typed.", {}, PATIENT);
  await fireEvent.keyDown(field(), { key: "Escape" });
  expect(screen.queryByTestId("symbol-hits")).toBeNull();
  expect(field().value).toBe("qqqq");
});

test("an answer to older letters is not shown", async () => {
  const answers = new Map<string, (found: SearchView) => void>();
  vi.spyOn(fake, "searchSymbols").mockImplementation(
    (words) => new Promise((resolve) => answers.set(words, resolve)),
  );
  await fireEvent.input(field(), { target: { value: "n" } });
  const late = answers.get("n");
  await fireEvent.input(field(), { target: { value: "m" } });
  const hit = (symbol: string) => ({ feed: "sim", symbol, name: null, exchange: null, currency: null });
  answers.get("m")?.({ found: [hit("MOTE")], unheard: [] });
  late?.({ found: [hit("NOVA")], unheard: [] });
  await screen.findByTestId("hit-sim-MOTE", {}, PATIENT);
  expect(screen.queryByTestId("hit-sim-NOVA")).toBeNull();
});

async function enter(): Promise<void> {
  const form = field().closest("form");
  if (form !== null) await fireEvent.submit(form);
}

async function submit(text: string): Promise<void> {
  await fireEvent.input(field(), { target: { value: text } });
  await enter();
}

function field(): HTMLInputElement {
  return screen.getByTestId("add-symbol");
}
