import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Decimal } from "./decimal";
import { writeFrame } from "./fake/frame-writer";
import type { CandleDraft, FrameDraft, RowDraft } from "./fake/frame-writer";
import { seeded } from "./fake/walk";
import {
  BASES,
  FRESHNESS,
  Frame,
  FrameError,
  LABELS,
  LACKS,
  ORIGINS,
  SESSIONS,
  SPANS,
  SUBSCRIPTIONS,
} from "./frame";

const GOLDEN = join(import.meta.dirname, "../../../src-tauri/src/ipc");
const golden = (name: string) => readFileSync(join(GOLDEN, name));

test("reads every field of the frame that Rust wrote", () => {
  const said = JSON.parse(golden("golden.json").toString("utf8")) as FrameDraft;
  expect(draftOf(new Frame(bytesOf(golden("golden.frame"))))).toEqual(said);
});

test("writes the frame that Rust wrote, byte by byte", () => {
  const said = JSON.parse(golden("golden.json").toString("utf8")) as FrameDraft;
  expect(Buffer.from(writeFrame(said)).equals(golden("golden.frame"))).toBe(true);
});

test("reads back whatever is written", () => {
  const random = seeded(7);
  for (let round = 0; round < 300; round += 1) {
    const draft = randomDraft(random);
    expect(draftOf(new Frame(writeFrame(draft)))).toEqual(draft);
  }
});

test("keeps the numbers that did not change, and only those", () => {
  const row: RowDraft = { ...randomRow(seeded(1)), last: "10.50", bid: "10.49", volume: "1.5" };
  const before = new Frame(writeFrame(frameOf([row]))).quote(0, undefined);
  const after = new Frame(writeFrame(frameOf([{ ...row, last: "10.51", volume: "1.50" }]))).quote(0, before);
  expect(after.bid).toBe(before.bid);
  expect(after.last?.text).toBe("10.51");
  expect(after.volume?.text).toBe("1.50");
});

test("refuses every frame that was cut short or grew", () => {
  const whole = bytesOf(golden("golden.frame"));
  for (let length = 0; length < whole.byteLength; length += 1) {
    expect(() => new Frame(whole.slice(0, length))).toThrow(FrameError);
  }
  const grown = new Uint8Array(whole.byteLength + 1);
  grown.set(new Uint8Array(whole));
  expect(() => new Frame(grown.buffer)).toThrow("1 bytes too many");
});

test("meets garbage with a clear error or a whole frame, and never loops", () => {
  const random = seeded(99);
  const whole = new Uint8Array(bytesOf(golden("golden.frame")));
  let refused = 0;
  for (let round = 0; round < 5_000; round += 1) {
    const spoilt = whole.slice();
    for (let hits = 0; hits <= round % 4; hits += 1) {
      spoilt[Math.floor(random() * spoilt.length)] = Math.floor(random() * 256);
    }
    try {
      draftOf(new Frame(spoilt.buffer));
    } catch (error) {
      expect(error).toBeInstanceOf(FrameError);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(100);
});

test("refuses counts that no message could hold without trying", () => {
  const bytes = new DataView(writeFrame(frameOf([])));
  for (const at of [12, 16, 20]) {
    bytes.setUint32(at, 0xffff_ffff, true);
    expect(() => new Frame(bytes.buffer)).toThrow(FrameError);
    bytes.setUint32(at, 0, true);
  }
});

test.each([
  ["freshness", 32 + 4, 7],
  ["labels", 32 + 5, 16],
  ["subscription", 32 + 6, 3],
  ["basis", 32 + 7, 3],
  ["span", 32 + 7, 12],
  ["session", 32 + 7, 128],
  ["lack", 32 + 116, 6],
  ["scale", 32 + 8, 29],
  ["text", 32 + 8, 254],
])("names the %s that it does not know", (what, at, byte) => {
  const bytes = new DataView(writeFrame(frameOf([{ ...randomRow(seeded(1)), last: "1000" }])));
  bytes.setUint8(at, byte);
  expect(() => new Frame(bytes.buffer)).toThrow(what);
});

test("refuses a text that is no number", () => {
  const huge = "79228162514264337593543950335";
  const bytes = new Uint8Array(writeFrame(frameOf([{ ...randomRow(seeded(1)), last: huge }])));
  bytes[bytes.length - 1] = "<".charCodeAt(0);
  expect(() => new Frame(bytes.buffer)).toThrow("not a number");
});

/** Everything that a frame says, in the words of golden.json. */
function draftOf(frame: Frame): FrameDraft {
  const text = (number: Decimal | null) => number?.text ?? null;
  const rows = Array.from({ length: frame.rowCount }, (_, index): RowDraft => {
    const quote = frame.quote(index, undefined);
    expect(frame.rowAt(index)).toBe(quote.row);
    return {
      ...quote,
      labels: [...quote.labels],
      last: text(quote.last),
      lastSize: text(quote.lastSize),
      bid: text(quote.bid),
      ask: text(quote.ask),
      reference: text(quote.reference),
      high: text(quote.high),
      low: text(quote.low),
      volume: text(quote.volume),
    };
  });
  const candles = Array.from({ length: frame.candleCount }, (_, index): CandleDraft => {
    const { series, reset, candle } = frame.candle(index);
    return {
      series,
      reset,
      origin: candle.origin,
      trades: candle.trades,
      start: candle.start,
      open: candle.open.text,
      high: candle.high.text,
      low: candle.low.text,
      close: candle.close.text,
      volume: text(candle.volume),
    };
  });
  return { stream: frame.stream, frame: frame.number, madeAt: frame.madeAt, rows, candles };
}

function frameOf(rows: RowDraft[]): FrameDraft {
  return { stream: 1, frame: 1, madeAt: 1_767_366_005_000, rows, candles: [] };
}

function randomDraft(random: () => number): FrameDraft {
  const some = <T>(make: () => T) => Array.from({ length: Math.floor(random() * 5) }, make);
  return {
    stream: Math.floor(random() * 2 ** 32),
    frame: Math.floor(random() * 2 ** 32),
    madeAt: random() * 2e12,
    rows: some(() => randomRow(random)),
    candles: some(() => ({
      series: Math.floor(random() * 2 ** 32),
      reset: random() < 0.5,
      trades: Math.floor(random() * 2 ** 32),
      origin: ORIGINS[Math.floor(random() * ORIGINS.length)] ?? "heard",
      start: Math.floor(random() * 2e9),
      open: randomNumber(random),
      high: randomNumber(random),
      low: randomNumber(random),
      close: randomNumber(random),
      volume: maybe(random),
    })),
  };
}

function randomRow(random: () => number): RowDraft {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)] as T;
  return {
    row: Math.floor(random() * 2 ** 32),
    freshness: pick(FRESHNESS),
    labels: LABELS.filter(() => random() < 0.5),
    subscription: pick(SUBSCRIPTIONS),
    basis: pick(BASES),
    span: pick(SPANS),
    session: pick(SESSIONS),
    last: maybe(random),
    lastSize: maybe(random),
    bid: maybe(random),
    ask: maybe(random),
    reference: maybe(random),
    high: maybe(random),
    low: maybe(random),
    volume: maybe(random),
    time: random() < 0.5 ? null : random() * 2e12,
    received: random() < 0.5 ? null : random() * 2e12,
    since: random() < 0.5 ? null : random() * 2e12,
    ticks: Math.floor(random() * 2 ** 32),
    merged: Math.floor(random() * 2 ** 32),
    source: random() < 0.5 ? null : Math.floor(random() * 1_000),
    because: pick(LACKS),
    shownSince: random() < 0.5 ? null : random() * 2e12,
  };
}

function maybe(random: () => number): string | null {
  return random() < 0.3 ? null : randomNumber(random);
}

/** One to twenty-nine digits at any scale, a third of them negative. */
function randomNumber(random: () => number): string {
  const digits = Array.from({ length: 1 + Math.floor(random() * 29) }, () => Math.floor(random() * 10)).join(
    "",
  );
  const mantissa = BigInt(digits).toString();
  const scale = Math.floor(random() * 29);
  const sign = mantissa !== "0" && random() < 0.3 ? "-" : "";
  if (scale === 0) return sign + mantissa;
  const padded = mantissa.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

function bytesOf(file: Buffer): ArrayBuffer {
  return new Uint8Array(file).buffer;
}
