/** The words for states, in one place, so that a badge, a tooltip and a screen reader say the same. */
import type { FeedView } from "../ipc/bindings";
import type { Freshness } from "../ipc/frame";

export const FRESHNESS_WORD: Readonly<Record<Freshness, string>> = {
  unknown: "Unknown",
  live: "Live",
  quiet: "Quiet",
  stale: "Stale",
  halted: "Halted",
  closed: "Closed",
  disconnected: "Disconnected",
};

export const FEED_WORD: Readonly<Record<FeedView["state"], string>> = {
  idle: "Idle",
  connecting: "Connecting",
  live: "Live",
  waiting: "Waiting",
  suspended: "Needs you",
  closed: "Closed",
};

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
