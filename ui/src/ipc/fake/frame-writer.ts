/**
 * Writes the frame of `src-tauri/src/ipc/FRAME.md`, so that a plain browser runs the very reader that
 * the app runs. Only the imitation of the shell and the tests call it; speed does not matter here.
 */
import {
  BASES,
  CANDLE_BYTES,
  FRESHNESS,
  HEADER_BYTES,
  LABELS,
  LACKS,
  MAGIC,
  NO_SOURCE,
  ORIGINS,
  ROW_BYTES,
  SCALE_NONE,
  SCALE_TEXT,
  SESSIONS,
  SPANS,
  SUBSCRIPTIONS,
} from "../frame";
import type { Basis, Freshness, Label, Lack, Origin, Session, Span, Subscription } from "../frame";

export interface RowDraft {
  row: number;
  freshness: Freshness;
  labels: Label[];
  subscription: Subscription;
  basis: Basis | null;
  span: Span | null;
  session: Session | null;
  last: string | null;
  lastSize: string | null;
  bid: string | null;
  ask: string | null;
  reference: string | null;
  high: string | null;
  low: string | null;
  volume: string | null;
  time: number | null;
  received: number | null;
  since: number | null;
  ticks: number;
  merged: number;
  source: number | null;
  because: Lack | null;
  shownSince: number | null;
}

export interface CandleDraft {
  series: number;
  reset: boolean;
  trades: number;
  origin: Origin;
  start: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string | null;
}

export interface FrameDraft {
  stream: number;
  frame: number;
  madeAt: number;
  rows: RowDraft[];
  candles: CandleDraft[];
}

const I64_MIN = -(2n ** 63n);
const I64_MAX = 2n ** 63n - 1n;

export function writeFrame(draft: FrameDraft): ArrayBuffer {
  const fixed = HEADER_BYTES + ROW_BYTES * draft.rows.length + CANDLE_BYTES * draft.candles.length;
  const view = new DataView(new ArrayBuffer(fixed));
  const texts: Uint8Array[] = [];
  const number = (scaleAt: number, mantissaAt: number, text: string | null) => {
    writeNumber(view, scaleAt, mantissaAt, text, texts);
  };

  draft.rows.forEach((row, index) => {
    const at = HEADER_BYTES + ROW_BYTES * index;
    view.setUint32(at, row.row, true);
    view.setUint8(at + 4, FRESHNESS.indexOf(row.freshness));
    view.setUint8(
      at + 5,
      row.labels.reduce((sum, label) => sum | (1 << LABELS.indexOf(label)), 0),
    );
    view.setUint8(at + 6, SUBSCRIPTIONS.indexOf(row.subscription));
    const [basis, span, session] = [
      BASES.indexOf(row.basis),
      SPANS.indexOf(row.span),
      SESSIONS.indexOf(row.session),
    ];
    view.setUint8(at + 7, basis | (span << 2) | (session << 4));
    [row.last, row.lastSize, row.bid, row.ask, row.reference, row.high, row.low, row.volume].forEach(
      (text, nth) => {
        number(at + 8 + nth, at + 16 + 8 * nth, text);
      },
    );
    view.setFloat64(at + 80, row.time ?? NaN, true);
    view.setFloat64(at + 88, row.received ?? NaN, true);
    view.setFloat64(at + 96, row.since ?? NaN, true);
    view.setUint32(at + 104, row.ticks, true);
    view.setUint32(at + 108, row.merged, true);
    view.setUint32(at + 112, row.source ?? NO_SOURCE, true);
    view.setUint8(at + 116, LACKS.indexOf(row.because));
    view.setFloat64(at + 120, row.shownSince ?? NaN, true);
  });

  draft.candles.forEach((candle, index) => {
    const at = HEADER_BYTES + ROW_BYTES * draft.rows.length + CANDLE_BYTES * index;
    view.setUint32(at, candle.series, true);
    view.setUint8(at + 4, candle.reset ? 1 : 0);
    [candle.open, candle.high, candle.low, candle.close, candle.volume].forEach((text, nth) => {
      number(at + 5 + nth, at + 24 + 8 * nth, text);
    });
    view.setUint8(at + 10, ORIGINS.indexOf(candle.origin));
    view.setUint32(at + 12, candle.trades, true);
    view.setFloat64(at + 16, candle.start, true);
  });

  view.setUint32(0, MAGIC, true);
  view.setUint32(4, draft.stream, true);
  view.setUint32(8, draft.frame, true);
  view.setUint32(12, draft.rows.length, true);
  view.setUint32(16, draft.candles.length, true);
  view.setUint32(20, texts.length, true);
  view.setFloat64(24, draft.madeAt, true);
  return joined(view, texts);
}

function writeNumber(
  view: DataView,
  scaleAt: number,
  mantissaAt: number,
  text: string | null,
  texts: Uint8Array[],
): void {
  if (text === null) {
    view.setUint8(scaleAt, SCALE_NONE);
    return;
  }
  const [whole = "", fraction = ""] = text.split(".");
  const mantissa = BigInt(whole + fraction);
  if (mantissa < I64_MIN || mantissa > I64_MAX) {
    view.setUint8(scaleAt, SCALE_TEXT);
    view.setUint32(mantissaAt, texts.length, true);
    texts.push(new TextEncoder().encode(text));
    return;
  }
  view.setUint8(scaleAt, fraction.length);
  view.setBigInt64(mantissaAt, mantissa, true);
}

/** The fixed part, the lengths of the texts, the texts. */
function joined(fixed: DataView, texts: Uint8Array[]): ArrayBuffer {
  const textsAt = fixed.byteLength + 4 * texts.length;
  const bytes = new Uint8Array(texts.reduce((length, text) => length + text.byteLength, textsAt));
  const view = new DataView(bytes.buffer);
  bytes.set(new Uint8Array(fixed.buffer), 0);
  let at = textsAt;
  texts.forEach((text, index) => {
    view.setUint32(fixed.byteLength + 4 * index, text.byteLength, true);
    bytes.set(text, at);
    at += text.byteLength;
  });
  return bytes.buffer;
}
