import { fireEvent, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

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

async function submit(text: string): Promise<void> {
  await fireEvent.input(field(), { target: { value: text } });
  const form = field().closest("form");
  if (form !== null) await fireEvent.submit(form);
}

function field(): HTMLInputElement {
  return screen.getByTestId("add-symbol");
}
