/** What is said of candles that were not made of trades as they came. */
import { clock, day, sentence } from "../format";
import type { PastView, Timeframe } from "../ipc/bindings";
import type { Candle } from "../ipc/frame";
import type { Stretch } from "../store/series";

export interface Provenance {
  readonly sentence: string;
  /** Whether something is missing. */
  readonly lacking: boolean;
}

const SECONDS: Readonly<Record<Timeframe, number>> = { "1s": 1, "1m": 60 };

/** Of the candle that is looked at; nothing where it was heard whole. */
export function provenance(
  candle: Candle,
  stretch: Stretch | undefined,
  past: PastView | null,
  timeframe: Timeframe,
): Provenance | null {
  switch (candle.origin) {
    case "heard":
      return null;
    case "filled": {
      const by = past === null ? "the venue" : past.by;
      const when = stretch === undefined ? "" : `, ${span(stretch, timeframe)}`;
      const split = past?.adjusted === "no" ? "; prices from before a split are not adjusted" : "";
      return { sentence: `Filled from the history of ${by}${when}${split}`, lacking: false };
    }
    case "torn":
      return { sentence: "Not every trade of this candle was heard", lacking: true };
  }
}

/** Of asking for what is missing; nothing where it came. */
export function asking(past: PastView | null): Provenance | null {
  if (past === null) return null;
  const why = past.why === null ? "" : `: ${past.why}`;
  switch (past.state) {
    case "told":
      return null;
    case "asked":
      return { sentence: `Asking ${past.by} for what was before`, lacking: false };
    case "delayed":
      return {
        sentence: sentence(`${past.by} is asked again later for what is missing${why}`),
        lacking: true,
      };
    case "refused":
      return { sentence: sentence(`${past.by} did not tell what is missing${why}`), lacking: true };
  }
}

/** `12:03:00 to 12:07:00`, with the day where it is more than one. */
function span({ from, last }: Stretch, timeframe: Timeframe): string {
  const [begin, end] = [from * 1_000, (last + SECONDS[timeframe]) * 1_000];
  const isOneDay = day(begin) === day(end);
  return isOneDay
    ? `${clock(begin)} to ${clock(end)}`
    : `${day(begin)} ${clock(begin)} to ${day(end)} ${clock(end)}`;
}
