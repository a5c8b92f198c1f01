import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import App from "../App.svelte";
import { FakeBackend } from "../ipc/fake";
import { Desk } from "../store/desk.svelte";

vi.mock("./ChartPane.svelte", async () => import("./Mark.svelte"));

let fake: FakeBackend;
let desk: Desk;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_767_366_000_000 });
  fake = new FakeBackend({ seed: 3, symbols: ["NOVA", "ATLS"] });
  desk = new Desk(fake);
  await desk.start();
  render(App, { desk });
  await fireEvent.click(badge());
  await vi.dynamicImportSettled();
  await pass(100);
});

afterEach(() => {
  desk.stop();
  fake.close();
  vi.useRealTimers();
});

test("a drill says what should be seen, until it is stopped", async () => {
  expect(screen.getByTestId("drill-running").textContent).toContain("None is running");
  await fireEvent.click(screen.getByTestId("drill-mute"));
  await pass(200);
  expect(screen.getByTestId("drill-running").textContent).toMatch(/Connected and silent.*turns quiet/s);
  expect(badge().textContent).toMatch(/SIM\s*drill: Connected and silent/);
  expect(screen.getByTestId("drill-mute").getAttribute("aria-current")).toBe("true");
  await fireEvent.click(screen.getByTestId("drill-stop"));
  await pass(200);
  expect(badge().textContent).toContain("simulated prices");
});

test("a drill that ends by itself is told too", async () => {
  await fireEvent.click(screen.getByTestId("drill-drop"));
  await pass(200);
  expect(badge().textContent).toContain("drill: The line is cut");
  await pass(20_000);
  expect(badge().textContent).toContain("simulated prices");
});

test("the drills are one stop of the Tab key, and the arrows go through them", async () => {
  const [mute, drop] = [screen.getByTestId("drill-mute"), screen.getByTestId("drill-drop")];
  expect([mute.tabIndex, drop.tabIndex]).toEqual([0, -1]);
  mute.focus();
  await fireEvent.keyDown(mute, { key: "ArrowDown" });
  expect(document.activeElement).toBe(drop);
  expect([mute.tabIndex, drop.tabIndex]).toEqual([-1, 0]);
});

test("Escape closes the menu and gives the focus back", async () => {
  await fireEvent.keyDown(screen.getByTestId("simulator"), { key: "Escape" });
  expect(screen.queryByTestId("simulator")).toBeNull();
  expect(document.activeElement).toBe(badge());
});

test("another market has the same symbols at other prices, and the chosen one stays chosen", async () => {
  await pass(500);
  desk.selectBy(1);
  const before = desk.selected;
  await fireEvent.input(screen.getByTestId("market-seed"), { target: { value: "77" } });
  await fireEvent.click(screen.getByTestId("market-apply"));
  await pass(500);
  expect((await fake.simulator("sim")).market.seed).toBe(77);
  expect(desk.selected?.symbol).toBe("ATLS");
  expect(desk.selected?.row).not.toBe(before?.row);
  expect(screen.queryByTestId("simulator"), "the menu stays open").not.toBeNull();
});

test("what is no seed is said at once and not applied", async () => {
  const opening = vi.spyOn(fake, "openMarket");
  for (const text of ["", "-1", "1.5", "4294967296", "dice"]) {
    await fireEvent.input(screen.getByTestId("market-seed"), { target: { value: text } });
    expect(screen.getByRole("alert").textContent, text).toContain("A seed is a whole number");
    expect(screen.getByTestId<HTMLButtonElement>("market-apply").disabled).toBe(true);
  }
  expect(opening).not.toHaveBeenCalled();
});

test("what cannot be done is said in the menu", async () => {
  vi.spyOn(fake, "startDrill").mockRejectedValue({
    code: "no_such_feed",
    sentence: "Gone.",
    next: "Add it.",
  });
  await fireEvent.click(screen.getByTestId("drill-mute"));
  await pass(0);
  expect(screen.getByRole("alert").textContent).toBe("Gone. Add it.");
});

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function badge(): HTMLElement {
  return screen.getByTestId("sim-badge");
}
