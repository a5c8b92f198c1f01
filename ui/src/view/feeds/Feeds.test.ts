import { fireEvent, render, screen } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import App from "../../App.svelte";
import { FakeBackend } from "../../ipc/fake";
import { Desk } from "../../store/desk.svelte";

vi.mock("../ChartPane.svelte", async () => import("../Mark.svelte"));

let fake: FakeBackend;
let desk: Desk;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_767_366_000_000 });
});

afterEach(() => {
  desk.stop();
  fake.close();
  vi.useRealTimers();
});

test("opens by its button, and Escape gives the focus back", async () => {
  await start();
  expect(screen.getByRole("dialog", { name: "Feeds" })).toBeTruthy();
  expect(screen.getByTestId("feed-item-sim").textContent).toMatch(/sim\s*SIM\s*Simulator · Live · WebSocket/);
  await fireEvent.keyDown(document.activeElement ?? document.body, { key: "Escape" });
  await pass(50);
  expect(screen.queryByTestId("feeds")).toBeNull();
  expect(document.activeElement).toBe(screen.getByTestId("open-feeds"));
});

test("opens by its key, and no key of the window's works behind it", async () => {
  await start({ by: "key" });
  const before = desk.selected?.row;
  await fireEvent.keyDown(window, { key: "j" });
  expect(desk.selected?.row).toBe(before);
});

test("a badge leads to its feed's form", async () => {
  await start({ by: "nothing" });
  await fireEvent.click(screen.getByTestId("feed-badge-sim"));
  await fireEvent.click(screen.getByTestId("edit-feed"));
  await loaded();
  expect(screen.getByTestId<HTMLInputElement>("feed-id").value).toBe("sim");
  expect(screen.queryByTestId("feed-advanced"), "what is on this computer has no address").toBeNull();
});

test("a venue without a key is found by typing, added by its address, and gives prices", async () => {
  await start();
  await add("coinb", "coinbase");
  expect(screen.getByTestId<HTMLInputElement>("feed-id").value).toBe("coinbase");
  await type("feed-url", "ws://127.0.0.1:4711");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(1_000);
  expect(screen.getByTestId("feed-item-coinbase").dataset.state).toBe("live");
  expect((await fake.feedSettings())[1]?.form.url).toBe("ws://127.0.0.1:4711");
  const row = await desk.add("coinbase", "BTC-USD");
  await pass(3_000);
  expect(desk.board.cell(row.row).shown?.quote.last).not.toBeNull();
});

test("a wrong key is told with its next step, and the right one opens the feed", async () => {
  await start();
  await add("finn", "finnhub");
  await type("feed-key", "wrong one");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(500);
  const problem = screen.getByTestId("feed-problem-finnhub");
  expect(problem.textContent).toBe("Finnhub does not take this key. Set the right one.");
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("keyring");
  expect(field("feed-key").value, "a key that was kept is shown to nobody").toBe("");
  await type("feed-key", "right");
  await fireEvent.click(screen.getByTestId("feed-key-session"));
  await fireEvent.click(screen.getByTestId("feed-set-key"));
  await pass(1_000);
  expect(screen.queryByTestId("feed-problem-finnhub")).toBeNull();
  expect(screen.getByTestId("feed-item-finnhub").dataset.state).toBe("live");
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("session_over_keyring");
  await fireEvent.click(screen.getByTestId("feed-forget-key"));
  await pass(500);
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("missing");
});

test("a key stays behind when its feed moves, and a person is asked before", async () => {
  await start();
  await add("finnhub", "finnhub");
  await type("feed-key", "right");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(800);
  await type("feed-url", "wss://ticks.example/");
  await type("feed-key", "another");
  await pass(300);
  expect(screen.getByTestId("leaves-key").textContent).toContain("It is not sent to ticks.example");
  expect(screen.getByTestId<HTMLButtonElement>("feed-set-key").disabled, "it would be for the old one").toBe(
    true,
  );
  expect(screen.getByTestId("feed-save").textContent).toBe("Save without it");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(300);
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("missing");
  expect(screen.queryByTestId("leaves-key")).toBeNull();
  await fireEvent.click(screen.getByTestId("feed-set-key"));
  await pass(300);
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("keyring");
});

test("an older key in the keyring is told of and forgotten alone", async () => {
  await start();
  await add("finnhub", "finnhub");
  await type("feed-key", "right");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(800);
  await type("feed-key", "another");
  await fireEvent.click(screen.getByTestId("feed-key-session"));
  await fireEvent.click(screen.getByTestId("feed-set-key"));
  await pass(300);
  expect(screen.getByTestId("feed-key-state").textContent).toContain("An older one is in the keyring");
  await fireEvent.click(screen.getByTestId("feed-forget-older-key"));
  await pass(300);
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("session");
});

test("where no keyring answers the key is not lost, and can be kept until the end", async () => {
  await start({ keyring: false });
  await add("alpaca late", "alpaca:delayed");
  await type("feed-key", "id");
  await type("feed-key-secret", "secret");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(500);
  expect(screen.getByTestId("fault-key").textContent).toContain(
    "The keyring of this computer does not answer.",
  );
  expect([field("feed-key").value, field("feed-key-secret").value]).toEqual(["id", "secret"]);
  const handed = vi.spyOn(fake, "setKey");
  await fireEvent.click(screen.getByTestId("feed-key-instead"));
  await pass(500);
  expect(handed).toHaveBeenCalledExactlyOnceWith("alpaca", "id:secret", "session");
  expect(screen.getByTestId("feed-key-state").dataset.key).toBe("session");
});

test("each fault stands under its field and is read out with it; the first is where the hand goes", async () => {
  await start();
  await add("coinb", "coinbase");
  await type("feed-id", "Two Words");
  await pass(300);
  const told = screen.getByTestId("fault-id");
  expect(field("feed-id").getAttribute("aria-invalid")).toBe("true");
  const describing = document.getElementById(field("feed-id").getAttribute("aria-describedby") ?? "");
  expect(describing?.contains(told)).toBe(true);
  await type("feed-rest", "ftp://a");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(300);
  expect(screen.getByTestId("fault-rest").textContent).toContain("http://");
  expect(document.activeElement).toBe(field("feed-id"));
  expect(await fake.feedSettings()).toHaveLength(1);
});

test("an open address beyond this computer has to be allowed, and says what that means", async () => {
  await start();
  await add("coinb", "coinbase");
  await type("feed-url", "ws://example.org");
  await pass(300);
  expect(screen.getByTestId("fault-url").textContent).toContain("Everybody on the way");
  await fireEvent.click(screen.getByTestId("feed-plain"));
  await pass(300);
  expect(screen.queryByTestId("fault-url")).toBeNull();
  expect(screen.getByText(/can read and change what comes/)).toBeTruthy();
});

test("ways are put in order with the keyboard, and the last one stays", async () => {
  await start();
  await add("coinb", "coinbase");
  const polling = field("transport-poll");
  polling.focus();
  await fireEvent.keyDown(polling, { key: "ArrowUp", altKey: true });
  await pass(50);
  expect(document.activeElement).toBe(field("transport-poll"));
  await fireEvent.click(field("transport-ws"));
  expect(field("transport-poll").disabled, "the last one").toBe(true);
  await fireEvent.click(field("transport-ws"));
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(300);
  expect((await fake.feedSettings())[1]?.form.transports).toEqual(["poll", "ws"]);
});

test("a feed is paused and resumed, with the hand on the same place", async () => {
  await start();
  screen.getByTestId("feed-pause-sim").focus();
  await fireEvent.click(screen.getByTestId("feed-pause-sim"));
  await pass(300);
  expect(screen.getByTestId("feed-item-sim").textContent).toContain("Paused");
  expect(document.activeElement).toBe(screen.getByTestId("feed-resume-sim"));
  await fireEvent.click(screen.getByTestId("feed-resume-sim"));
  await pass(1_000);
  expect(screen.getByTestId("feed-item-sim").dataset.state).toBe("live");
});

test("a removed feed comes back with its symbols, and the way back stays as long as it leads anywhere", async () => {
  await start();
  await fireEvent.click(screen.getByTestId("feed-remove-sim"));
  await pass(300);
  expect(desk.board.list?.rows).toEqual([]);
  expect(document.activeElement).toBe(screen.getByTestId("feed-undo"));
  expect(screen.getByTestId("catalogue-search"), "there is only adding").toBeTruthy();
  await fireEvent.keyDown(screen.getByTestId("feed-undo"), { key: "Escape" });
  await pass(10_000);
  expect(screen.queryByTestId("feeds")).toBeNull();
  await fireEvent.click(screen.getByTestId("feed-undo"));
  await pass(500);
  expect(desk.feeds.map(({ view }) => view.feed)).toEqual(["sim"]);
  expect(desk.board.list?.rows).toHaveLength(2);
  expect(screen.queryByTestId("feed-undo")).toBeNull();
  await fireEvent.click(screen.getByTestId("open-feeds"));
  await loaded();
  await fireEvent.click(screen.getByTestId("feed-remove-sim"));
  await pass(300);
  await fireEvent.keyDown(screen.getByTestId("feeds"), { key: "z", ctrlKey: true });
  await pass(500);
  expect(desk.feeds.map(({ view }) => view.feed)).toEqual(["sim"]);
  await fireEvent.click(screen.getByTestId("feed-remove-sim"));
  await pass(31_000);
  expect(screen.queryByTestId("feed-undo")).toBeNull();
});

test("whoever has added a feed is led to its symbols, with the hand in the field", async () => {
  await start();
  await add("coinbase", "coinbase");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(800);
  await fireEvent.click(screen.getByTestId("feed-symbols"));
  await pass(300);
  expect(screen.queryByTestId("feeds")).toBeNull();
  expect(document.activeElement).toBe(screen.getByTestId("add-symbol"));
  expect(screen.getByTestId<HTMLSelectElement>("add-symbol-feed").value).toBe("coinbase");
});

test("what was typed and not saved is there when a person comes back, and can be taken back", async () => {
  await start();
  await fireEvent.click(screen.getByTestId("feed-edit-sim"));
  await type("feed-id", "market");
  await fireEvent.click(screen.getByTestId("add-feed"));
  expect(screen.getByTestId("feed-item-sim").textContent).toContain("edited");
  await fireEvent.click(screen.getByTestId("feeds-close"));
  await pass(50);
  await fireEvent.click(screen.getByTestId("open-feeds"));
  await loaded();
  await fireEvent.click(screen.getByTestId("feed-edit-sim"));
  expect(field("feed-id").value).toBe("market");
  await fireEvent.click(screen.getByTestId("feed-revert"));
  expect(field("feed-id").value).toBe("sim");
});

test("a venue of one's own is described, and a sample shows what the description finds", async () => {
  await start();
  await add("you describe", "custom");
  await type("feed-url", "wss://ticks.example/v1");
  await type("feed-custom.subscribe", '{"sub":"{symbol}"}');
  await type("feed-custom.messages.0.symbol", "/s");
  await type("feed-custom.messages.0.price", "p");
  await pass(300);
  expect(screen.getByTestId("fault-custom.messages.0.price").textContent).toContain("begins with a slash");
  await type("feed-custom.messages.0.price", "/p");
  await type("custom-sample", '{"s":"ABC","p":"1.50"}\n{"s":"ABC"}');
  await pass(500);
  const rows = [...screen.getByTestId("custom-preview").querySelectorAll("tr")].map((row) => row.textContent);
  expect(rows[1]).toMatch(/Price\s*\/p\s*1\.50/);
  expect(rows[3]).toMatch(/Price\s*\/p\s*nothing\s*Nothing stands there\./);
  await fireEvent.click(screen.getByTestId("add-message"));
  await pass(50);
  expect(document.activeElement?.closest("fieldset")?.textContent).toContain("Message 2");
  await fireEvent.click(screen.getByTestId("feed-save"));
  await pass(500);
  expect(await fake.feedSettings()).toMatchObject([
    {},
    { form: { custom: { messages: [{ price: "/p" }, {}] } } },
  ]);
});

test("what cannot be done is said where it was asked", async () => {
  await start();
  vi.spyOn(fake, "pauseFeed").mockRejectedValue({
    code: "task_failed",
    sentence: "The disk is full.",
    next: "Free it.",
  });
  await fireEvent.click(screen.getByTestId("feed-pause-sim"));
  await pass(100);
  expect(screen.getByTestId("feeds-problem").textContent).toBe("The disk is full. Free it.");
});

async function start({ by = "button", keyring = true } = {}): Promise<void> {
  fake = new FakeBackend({ seed: 3, symbols: ["NOVA", "ATLS"], keyring });
  desk = new Desk(fake);
  await desk.start();
  render(App, { desk });
  await pass(300);
  if (by === "nothing") return;
  screen.getByTestId("open-feeds").focus();
  if (by === "key") await fireEvent.keyDown(window, { key: ".", ctrlKey: true });
  else await fireEvent.click(screen.getByTestId("open-feeds"));
  await loaded();
}

/** The place is loaded by a promise that no clock drives. */
async function loaded(): Promise<void> {
  await vi.dynamicImportSettled();
  await pass(100);
}

async function add(text: string, venue: string): Promise<void> {
  await fireEvent.click(screen.getByTestId("add-feed"));
  await type("catalogue-search", text);
  await pass(50);
  expect(screen.getAllByRole("option")).toHaveLength(1);
  expect(screen.getByTestId(`listing-${venue}`).getAttribute("aria-selected")).toBe("true");
  await fireEvent.keyDown(field("catalogue-search"), { key: "Enter" });
  await pass(50);
}

async function type(testid: string, text: string): Promise<void> {
  await fireEvent.input(field(testid), { target: { value: text } });
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

function field(testid: string): HTMLInputElement {
  return screen.getByTestId<HTMLInputElement>(testid);
}
