/**
 * Reads the binary frame that the shell sends, laid out in `src-tauri/src/ipc/FRAME.md`.
 *
 * The store calls it for every frame. A frame is checked from end to end before anything of it can be
 * read, so it is applied whole or not at all. What the numbers mean for the screen is not decided here.
 */
import { Decimal } from "./decimal";

export type Freshness = "unknown" | "live" | "quiet" | "stale" | "halted" | "closed" | "disconnected";
export type Label = "SIM" | "REPLAY" | "DELAYED" | "POLLING";
export type Subscription = "wanted" | "accepted" | "refused";
/** What a change is counted from. */
export type Basis = "previous_close" | "day_ago";
/** Which day high, low and volume are of; none where they were counted since the row was first wanted. */
export type Span = "session" | "rolling";
export type Session = "pre" | "auction" | "open" | "halted" | "post" | "overnight" | "closed";

/** What the preferred source of a row lacked when another was taken instead. */
export type Lack = "not_open" | "refused" | "disconnected" | "no_price" | "stale";

/** The whole present state of one row: all of it is of one source. */
export interface Quote {
  readonly row: number;
  readonly freshness: Freshness;
  readonly labels: readonly Label[];
  readonly subscription: Subscription;
  readonly basis: Basis | null;
  readonly span: Span | null;
  readonly session: Session | null;
  readonly last: Decimal | null;
  readonly lastSize: Decimal | null;
  readonly bid: Decimal | null;
  readonly ask: Decimal | null;
  readonly reference: Decimal | null;
  readonly high: Decimal | null;
  readonly low: Decimal | null;
  readonly volume: Decimal | null;
  readonly time: number | null;
  readonly received: number | null;
  readonly since: number | null;
  readonly ticks: number;
  readonly merged: number;
  /** Which source that is, as `SourceView.row` names it; none where there is none. */
  readonly source: number | null;
  readonly because: Lack | null;
  /** Since when it is that one, if it was another before. */
  readonly shownSince: number | null;
}

/** Made of trades as they came, taken from the venue's history, or made of trades some of which did not come. */
export type Origin = "heard" | "filled" | "torn";

export interface Candle {
  /** Seconds since 1970. */
  readonly start: number;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: Decimal | null;
  readonly trades: number;
  readonly origin: Origin;
}

export interface CandleUpdate {
  readonly series: number;
  /** The first candle of a whole series: forget what was drawn. */
  readonly reset: boolean;
  readonly candle: Candle;
}

/** The bytes are not a frame that this page can read. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

export const MAGIC = 0x31465754;
export const HEADER_BYTES = 32;
export const ROW_BYTES = 128;
export const NO_SOURCE = 0xffffffff;
export const CANDLE_BYTES = 64;
export const SCALE_MAX = 28;
export const SCALE_TEXT = 254;
export const SCALE_NONE = 255;
export const FRESHNESS: readonly Freshness[] = [
  "unknown",
  "live",
  "quiet",
  "stale",
  "halted",
  "closed",
  "disconnected",
];
export const LABELS: readonly Label[] = ["SIM", "REPLAY", "DELAYED", "POLLING"];
export const SUBSCRIPTIONS: readonly Subscription[] = ["wanted", "accepted", "refused"];
export const BASES: readonly (Basis | null)[] = [null, "previous_close", "day_ago"];
export const SPANS: readonly (Span | null)[] = [null, "session", "rolling"];
export const SESSIONS: readonly (Session | null)[] = [
  null,
  "pre",
  "auction",
  "open",
  "halted",
  "post",
  "overnight",
  "closed",
];

export const LACKS: readonly (Lack | null)[] = [
  null,
  "not_open",
  "refused",
  "disconnected",
  "no_price",
  "stale",
];
export const ORIGINS: readonly Origin[] = ["heard", "filled", "torn"];

const ROW_NUMBERS = 8;
const CANDLE_NUMBERS = 5;

// One shared list for each of the sixteen sums, so that an unchanged row compares by identity.
const LABEL_SETS: readonly (readonly Label[])[] = Array.from({ length: 1 << LABELS.length }, (_, bits) =>
  LABELS.filter((_label, at) => (bits & (1 << at)) !== 0),
);

export class Frame {
  readonly stream: number;
  readonly number: number;
  readonly madeAt: number;
  readonly rowCount: number;
  readonly candleCount: number;
  readonly #view: DataView;
  readonly #texts: readonly string[];

  /** @throws FrameError */
  constructor(buffer: ArrayBuffer) {
    const view = new DataView(buffer);
    if (buffer.byteLength < HEADER_BYTES) throw new FrameError(`${buffer.byteLength} bytes are no frame`);
    if (view.getUint32(0, true) !== MAGIC) throw new FrameError("the frame does not begin with TWF1");
    this.stream = view.getUint32(4, true);
    this.number = view.getUint32(8, true);
    this.rowCount = view.getUint32(12, true);
    this.candleCount = view.getUint32(16, true);
    this.madeAt = view.getFloat64(24, true);
    this.#view = view;
    this.#texts = readTexts(view, this.#candlesEnd(), view.getUint32(20, true));
    for (let at = 0; at < this.rowCount; at += 1) this.#checkRow(at);
    for (let at = 0; at < this.candleCount; at += 1) this.#checkCandle(at);
  }

  rowAt(index: number): number {
    return this.#view.getUint32(this.#rowOffset(index), true);
  }

  /** The row, keeping the numbers of `before` that did not change. */
  quote(index: number, before: Quote | undefined): Quote {
    const view = this.#view;
    const at = this.#rowOffset(index);
    const of = view.getUint8(at + 7);
    const number = (nth: number, old: Decimal | null | undefined) =>
      this.#number(at + 8 + nth, at + 16 + 8 * nth, old ?? null);
    return {
      row: view.getUint32(at, true),
      freshness: FRESHNESS[view.getUint8(at + 4)] as Freshness,
      labels: LABEL_SETS[view.getUint8(at + 5)] as readonly Label[],
      subscription: SUBSCRIPTIONS[view.getUint8(at + 6)] as Subscription,
      basis: BASES[of & 3] as Basis | null,
      span: SPANS[(of >> 2) & 3] as Span | null,
      session: SESSIONS[of >> 4] as Session | null,
      last: number(0, before?.last),
      lastSize: number(1, before?.lastSize),
      bid: number(2, before?.bid),
      ask: number(3, before?.ask),
      reference: number(4, before?.reference),
      high: number(5, before?.high),
      low: number(6, before?.low),
      volume: number(7, before?.volume),
      time: orNull(view.getFloat64(at + 80, true)),
      received: orNull(view.getFloat64(at + 88, true)),
      since: orNull(view.getFloat64(at + 96, true)),
      ticks: view.getUint32(at + 104, true),
      merged: view.getUint32(at + 108, true),
      source: sourceOf(view.getUint32(at + 112, true)),
      because: LACKS[view.getUint8(at + 116)] as Lack | null,
      shownSince: orNull(view.getFloat64(at + 120, true)),
    };
  }

  candle(index: number): CandleUpdate {
    const view = this.#view;
    const at = this.#candleOffset(index);
    const number = (nth: number) => this.#number(at + 5 + nth, at + 24 + 8 * nth, null);
    return {
      series: view.getUint32(at, true),
      reset: view.getUint8(at + 4) === 1,
      candle: {
        start: view.getFloat64(at + 16, true),
        // A candle without prices does not pass the check below.
        open: number(0) as Decimal,
        high: number(1) as Decimal,
        low: number(2) as Decimal,
        close: number(3) as Decimal,
        volume: number(4),
        trades: view.getUint32(at + 12, true),
        origin: ORIGINS[view.getUint8(at + 10)] as Origin,
      },
    };
  }

  #rowOffset(index: number): number {
    return HEADER_BYTES + ROW_BYTES * index;
  }

  #candleOffset(index: number): number {
    return this.#rowOffset(this.rowCount) + CANDLE_BYTES * index;
  }

  #candlesEnd(): number {
    return this.#candleOffset(this.candleCount);
  }

  #number(scaleAt: number, mantissaAt: number, before: Decimal | null): Decimal | null {
    const scale = this.#view.getUint8(scaleAt);
    if (scale === SCALE_NONE) return null;
    const low = this.#view.getUint32(mantissaAt, true);
    if (scale === SCALE_TEXT) return Decimal.ofText(this.#texts[low] as string);
    const high = this.#view.getUint32(mantissaAt + 4, true);
    return before?.isHalves(low, high, scale) === true ? before : Decimal.ofHalves(low, high, scale);
  }

  #checkRow(index: number): void {
    const view = this.#view;
    const at = this.#rowOffset(index);
    const known = (byte: number, names: number, what: string) => {
      if (byte >= names) throw new FrameError(`row ${index} has the unknown ${what} ${byte}`);
    };
    known(view.getUint8(at + 4), FRESHNESS.length, "freshness");
    known(view.getUint8(at + 5), LABEL_SETS.length, "labels");
    known(view.getUint8(at + 6), SUBSCRIPTIONS.length, "subscription");
    const of = view.getUint8(at + 7);
    known(of & 3, BASES.length, "basis");
    known((of >> 2) & 3, SPANS.length, "span");
    known(of >> 4, SESSIONS.length, "session");
    known(view.getUint8(at + 116), LACKS.length, "lack");
    this.#checkNumbers(at + 8, at + 16, ROW_NUMBERS, `row ${index}`);
  }

  #checkCandle(index: number): void {
    const at = this.#candleOffset(index);
    this.#checkNumbers(at + 5, at + 24, CANDLE_NUMBERS, `candle ${index}`);
    for (let nth = 0; nth < CANDLE_NUMBERS - 1; nth += 1) {
      if (this.#view.getUint8(at + 5 + nth) === SCALE_NONE) {
        throw new FrameError(`candle ${index} lacks a price`);
      }
    }
    const origin = this.#view.getUint8(at + 10);
    if (origin >= ORIGINS.length) throw new FrameError(`candle ${index} has the unknown origin ${origin}`);
    if (!Number.isFinite(this.#view.getFloat64(at + 16, true))) {
      throw new FrameError(`candle ${index} has no time`);
    }
  }

  #checkNumbers(scaleAt: number, mantissaAt: number, count: number, what: string): void {
    for (let nth = 0; nth < count; nth += 1) {
      const scale = this.#view.getUint8(scaleAt + nth);
      if (scale <= SCALE_MAX || scale === SCALE_NONE) continue;
      if (scale !== SCALE_TEXT) throw new FrameError(`${what} has the scale ${scale}`);
      const text = this.#view.getUint32(mantissaAt + 8 * nth, true);
      if (text >= this.#texts.length) throw new FrameError(`${what} names the missing text ${text}`);
    }
  }
}

/** Everything behind the candles, which must be exactly the texts. */
function readTexts(view: DataView, at: number, count: number): string[] {
  const bytesAt = at + 4 * count;
  if (bytesAt > view.byteLength) {
    throw new FrameError(`the frame ends at ${view.byteLength} of at least ${bytesAt} bytes`);
  }
  const texts: string[] = [];
  let from = bytesAt;
  for (let index = 0; index < count; index += 1) {
    const length = view.getUint32(at + 4 * index, true);
    if (from + length > view.byteLength) throw new FrameError(`text ${index} runs past the frame`);
    texts.push(decode(new Uint8Array(view.buffer, view.byteOffset + from, length), index));
    from += length;
  }
  if (from !== view.byteLength) {
    throw new FrameError(`the frame has ${view.byteLength - from} bytes too many`);
  }
  return texts;
}

function decode(bytes: Uint8Array, index: number): string {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FrameError(`text ${index} is not UTF-8`);
  }
  // Texts are numbers that are too long for 64 bits, and nothing else is shown as a price.
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new FrameError(`text ${index} is not a number`);
  return text;
}

function sourceOf(row: number): number | null {
  return row === NO_SOURCE ? null : row;
}

function orNull(time: number): number | null {
  return Number.isNaN(time) ? null : time;
}
