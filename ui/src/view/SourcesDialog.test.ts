import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { FakeBackend } from "../ipc/fake";
import { Desk } from "../store/desk.svelte";
import SourcesDialog from "./SourcesDialog.svelte";

const PATIENT = { timeout: 30_000 };
let fake: FakeBackend;
let desk: Desk;

beforeEach(async () => {
  fake = new FakeBackend({ seed: 1, symbols: ["NOVA"] });
  desk = new Desk(fake);
  await desk.start();
});

afterEach(() => {
  desk.stop();
  fake.close();
});

test("a suggested source is added, preferred and removed again", async () => {
  const add = vi.spyOn(fake, "suggestSources").mockResolvedValue([{ feed: "sim", symbol: "NOVA2" }]);
  open();
  await fireEvent.click(await screen.findByTestId("suggested-sim", {}, PATIENT));
  expect(add).toHaveBeenCalled();
  await sourcesAre(["NOVA", "NOVA2"]);
  await fireEvent.click(lastOf("Prefer sim more"));
  await sourcesAre(["NOVA2", "NOVA"]);
  await fireEvent.click(lastOf("Remove sim from this row"));
  await sourcesAre(["NOVA2"]);
  expect(lastOf("Remove sim from this row").disabled).toBe(true);
});

test("another symbol of any feed can be typed, and what is wrong is said", async () => {
  open();
  const symbol = await screen.findByTestId<HTMLInputElement>("source-symbol", {}, PATIENT);
  await fireEvent.input(symbol, { target: { value: " nova.b " } });
  await fireEvent.submit(symbol.closest("form") as HTMLFormElement);
  await sourcesAre(["NOVA", "nova.b"]);
  await waitFor(() => {
    expect(symbol.value).toBe("");
  }, PATIENT);

  const reason = { code: "bad_source", sentence: "A row has 8 sources at most.", next: "Remove one." };
  vi.spyOn(fake, "addSource").mockRejectedValue(reason);
  await fireEvent.input(symbol, { target: { value: "MORE" } });
  await fireEvent.submit(symbol.closest("form") as HTMLFormElement);
  await screen.findByText("A row has 8 sources at most. Remove one.", {}, PATIENT);
  expect(symbol.value).toBe("MORE");
});

test("the hand stays on the source that it moves", async () => {
  vi.spyOn(fake, "suggestSources").mockResolvedValue([{ feed: "sim", symbol: "NOVA2" }]);
  open();
  await fireEvent.click(await screen.findByTestId("suggested-sim", {}, PATIENT));
  await sourcesAre(["NOVA", "NOVA2"]);
  lastOf("Prefer sim more").focus();
  await fireEvent.click(lastOf("Prefer sim more"));
  await sourcesAre(["NOVA2", "NOVA"]);
  // It is the first, and can only be preferred less.
  const first = screen.getAllByRole("button", { name: "Prefer sim less", hidden: true })[0];
  await waitFor(() => {
    expect(document.activeElement).toBe(first);
  }, PATIENT);
});

function open(): void {
  render(SourcesDialog, { desk, number: desk.selected?.row ?? -1, onclose: vi.fn() });
}

function lastOf(name: string): HTMLButtonElement {
  return screen.getAllByRole<HTMLButtonElement>("button", { name, hidden: true }).at(-1) as HTMLButtonElement;
}

async function sourcesAre(symbols: readonly string[]): Promise<void> {
  await waitFor(() => {
    expect(desk.selected?.sources.map(({ symbol }) => symbol)).toEqual(symbols);
    expect(screen.getAllByTestId("source-sim")).toHaveLength(symbols.length);
  }, PATIENT);
}
