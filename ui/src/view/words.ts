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
