/** What can be done to the imitation from the browser's console, where it is called `tickwire`. */
import type { Notice } from "../bindings";
import type { FakeFeeds } from "./feeds";
import type { FakeList } from "./list";

export interface FakeControls {
  /** Cuts the feed; without a number of seconds it stays down until `recover`. */
  drop(seconds?: number): void;
  recover(): void;
  /** Lets one symbol fall silent while the feed lives. */
  mute(symbol: string): void;
  notice(): void;
}

interface Telling {
  readonly lifecycle: () => void;
  readonly notice: (notice: Notice) => void;
}

export function controlsOf(feeds: FakeFeeds, list: FakeList, tell: Telling): FakeControls {
  return {
    drop: (seconds = Number.POSITIVE_INFINITY) => {
      feeds.sim?.drop(Date.now(), seconds * 1000);
      tell.lifecycle();
    },
    recover: () => {
      feeds.sim?.recover(Date.now());
      tell.lifecycle();
    },
    mute: (symbol) => {
      for (const row of list.rows) if (row.symbol === symbol) row.mute();
    },
    notice: () => {
      tell.notice(BROKEN_SETTINGS);
    },
  };
}

const BROKEN_SETTINGS: Notice = {
  code: "settings_broken",
  sentence: "The settings file could not be read, so the defaults are used.",
  next: "The old file was kept aside in the profile folder.",
};
