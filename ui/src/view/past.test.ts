import { expect, test } from "vitest";

import { clock } from "../format";
import type { PastView } from "../ipc/bindings";
import { Decimal } from "../ipc/decimal";
import type { Candle, Origin } from "../ipc/frame";
import { asking, provenance } from "./past";

const START = 1_767_366_000;
const COINBASE: PastView = { by: "Coinbase Exchange", adjusted: "not_needed", state: "told", why: null };

test("a candle that was heard whole needs no words", () => {
  expect(provenance(candle("heard"), undefined, COINBASE, "1m")).toBeNull();
});

test("a filled stretch says whose history it is from, and from when to when", () => {
  const stretch = { from: START, last: START + 180 };
  const said = provenance(candle("filled"), stretch, COINBASE, "1m");
  const span = `${clock(START * 1_000)} to ${clock((START + 240) * 1_000)}`;
  expect(said?.sentence).toBe(`Filled from the history of Coinbase Exchange, ${span}`);
  expect(said?.lacking).toBe(false);
});

test("prices that nobody adjusted are told to be so", () => {
  const said = provenance(candle("filled"), undefined, { ...COINBASE, adjusted: "no" }, "1m");
  expect(said?.sentence).toContain("before a split are not adjusted");
});

test("what is missing is told, and why nobody gave it", () => {
  expect(provenance(candle("torn"), undefined, COINBASE, "1m")?.lacking).toBe(true);
  expect(asking(COINBASE)).toBeNull();
  expect(asking(null)).toBeNull();
  const refused = asking({ ...COINBASE, state: "refused", why: "no such product" });
  expect(refused?.sentence).toBe("Coinbase Exchange did not tell what is missing: no such product.");
  expect(asking({ ...COINBASE, state: "delayed", why: "429" })?.sentence).toContain("again later");
});

function candle(origin: Origin): Candle {
  const price = Decimal.ofText("10");
  return {
    start: START,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: null,
    trades: 1,
    origin,
  };
}
