/** What configures a feed, as it crosses to the shell. */

export interface ListingView {
  venue: string;
  provider: string;
  providerTitle: string;
  title: string;
  covers: string;
  costs: string;
  needs: string;
  unofficial: boolean;
  delayed: boolean;
  key: "none" | "perhaps" | "needed";
  keyIsPair: boolean;
  keySite: string | null;
  symbols: string;
  transports: Transport[];
  stream: string | null;
  rest: string | null;
}

export type Transport = "ws" | "sse" | "longpoll" | "poll";

export interface FeedForm {
  id: string;
  venue: string;
  url: string;
  rest: string;
  transports: string[];
  proxy: string;
  plain: boolean;
  custom: null;
}

export interface FeedEntry {
  form: FeedForm;
  title: string;
  paused: boolean;
  key: "none" | "keyring" | "session" | "missing";
  proxyLogin: "none" | "keyring" | "session";
  problem: string | null;
  next: string | null;
}

export interface Fault {
  field: string;
  sentence: string;
}

export interface Removal {
  undo: number;
}

export type Keep = "keyring" | "session";
