/** The words for states, in one place, so that a badge, a tooltip and a screen reader say the same. */
import { clock, sentence } from "../format";
import type { FeedView, RowView } from "../ipc/bindings";
import type { Basis, Freshness, Lack, Quote, Session, Span } from "../ipc/frame";

export const FRESHNESS_WORD: Readonly<Record<Freshness, string>> = {
  unknown: "Unknown",
  live: "Live",
  quiet: "Quiet",
  stale: "Stale",
  halted: "Halted",
  closed: "Closed",
  disconnected: "Disconnected",
};

/** Where trading goes on, but not as in the middle of the day; the rest is told by the freshness. */
export const SESSION_WORD: Readonly<Record<Session, string | null>> = {
  pre: "Pre-market",
  auction: "Auction",
  open: null,
  halted: null,
  post: "After hours",
  overnight: "Overnight",
  closed: null,
};

export function sessionWord(quote: Quote | null): string | null {
  return quote?.session == null ? null : SESSION_WORD[quote.session];
}

/** What another source had not, so that this one is shown. */
export const LACK_WORD: Readonly<Record<Lack, string>> = {
  not_open: "is not open",
  refused: "does not take its symbol",
  disconnected: "is disconnected",
  no_price: "has no price",
  stale: "sends nothing new",
};

/** Which feed a row is of, where it could be of several. */
export function sourceShown(row: RowView, quote: Quote | null): string | null {
  if (row.sources.length < 2 || quote === null) return null;
  return row.sources.find((source) => source.row !== null && source.row === quote.source)?.feed ?? null;
}

/** Which source that is, since when and why, where a row has more than one. */
export function sourceSentence(row: RowView, quote: Quote | null): string | null {
  const feed = sourceShown(row, quote);
  if (feed === null || quote === null) return null;
  const since = quote.shownSince === null ? "" : ` since ${clock(quote.shownSince)}`;
  const lack = quote.because === null ? "" : `, as ${row.feed} ${LACK_WORD[quote.because]}`;
  return `From ${feed}${since}${lack}.`;
}

/** What a change is counted from, short enough to stand beside it. */
export const BASIS_SHORT: Readonly<Record<Basis, string>> = {
  previous_close: "prev. close",
  day_ago: "24 h",
};

export const BASIS_WORD: Readonly<Record<Basis, string>> = {
  previous_close: "Change since the previous close",
  day_ago: "Change in 24 hours",
};

export const VOLUME_WORD: Readonly<Record<Span, string>> = {
  session: "Volume of the session",
  rolling: "Volume of 24 hours",
};

export const VOLUME_COUNTED = "Volume since it is watched";

export const FEED_WORD: Readonly<Record<FeedView["state"], string>> = {
  idle: "Idle",
  offline: "Offline",
  waiting: "Waiting",
  connecting: "Connecting",
  authenticating: "Signing in",
  subscribing: "Subscribing",
  live: "Live",
  mute: "Mute",
  // Its prices come all the while; what it tries beside them is told beside it.
  climbing: "Live",
  suspended: "Needs you",
  closed: "Closed",
  paused: "Paused",
  locked: "Keyring asked",
  refused: "Needs you",
};

export const PHASE_WORD: Readonly<Record<NonNullable<FeedView["phase"]>, string>> = {
  resolving: "looking up the address",
  dialing: "reaching the server",
  proxy: "asking the proxy",
  securing: "securing the connection",
  upgrading: "opening the stream",
};

/** Whether the prices of a feed come. */
export function comesThrough(state: FeedView["state"]): boolean {
  switch (state) {
    case "live":
    case "mute":
    case "climbing":
      return true;
    case "idle":
    case "offline":
    case "waiting":
    case "connecting":
    case "authenticating":
    case "subscribing":
    case "suspended":
    case "closed":
    case "paused":
    case "locked":
    case "refused":
      return false;
  }
}

/** What a feed is busy with, or else why it is as it is; nothing where all is well. */
export function feedNews(view: FeedView): string | null {
  switch (view.state) {
    case "live":
      return null;
    case "climbing":
      return view.climbsTo === null ? null : `trying ${view.climbsTo}`;
    case "connecting":
      return view.phase === null ? sentence(view.why) : PHASE_WORD[view.phase];
    case "subscribing":
      return view.answers === null
        ? sentence(view.why)
        : `${view.answers.acked} of ${view.answers.total} symbols answered`;
    case "idle":
    case "offline":
    case "waiting":
    case "authenticating":
    case "mute":
    case "suspended":
    case "closed":
    case "locked":
      return sentence(view.why);
    case "paused":
      return null;
    case "refused":
      return view.next === null ? sentence(view.why) : `${sentence(view.why)} ${view.next}`;
  }
}

export const SOURCE_WORD: Readonly<Record<FeedView["source"], string>> = {
  live: "live",
  simulated: "simulated",
  replay: "replayed from a recording",
};

/** What stands beside the name, so that nobody takes such prices for the market's. */
export const SOURCE_LABEL: Readonly<Record<Exclude<FeedView["source"], "live">, string>> = {
  simulated: "SIM",
  replay: "REPLAY",
};

/** A price that may no longer be true: greyed, and its age beside it. */
export function isOld(freshness: Freshness): boolean {
  switch (freshness) {
    case "stale":
    case "disconnected":
      return true;
    case "unknown":
    case "live":
    case "quiet":
    case "halted":
    case "closed":
      return false;
  }
}
