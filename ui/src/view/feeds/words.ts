/** The words of the feeds' place, in one place. */
import type { FeedEntry } from "../../ipc/bindings";
import type { GroupName } from "../../store/catalogue";
import type { Kind, PointerName } from "../../store/custom";

export const GROUP_WORD: Readonly<Record<GroupName, { readonly title: string; readonly says: string }>> = {
  open: { title: "Without a key", says: "Real prices at once." },
  key: { title: "With a key", says: "You need an account there." },
  unofficial: {
    title: "Unofficial",
    says: "Not offered to programs by its owner. It may end or lie on any day.",
  },
  custom: { title: "Your own", says: "A server that you know." },
  simulated: { title: "Simulated", says: "Invented prices, on this computer." },
};

type Transport = "ws" | "sse" | "longpoll" | "poll";

interface Words {
  readonly name: string;
  readonly says: string;
}

const TRANSPORT_WORD: Readonly<Record<Transport, Words>> = {
  ws: { name: "WebSocket", says: "every change, at once" },
  sse: { name: "Server-sent events", says: "every change, over plain HTTP" },
  longpoll: { name: "Long poll", says: "every change, where streams are cut" },
  poll: { name: "Polling", says: "asked again and again: later, and with gaps" },
};

/** One that only a newer version knows is called as it is written. */
export function transportWord(transport: string): Words {
  const known = Object.entries(TRANSPORT_WORD).find(([name]) => name === transport);
  return known?.[1] ?? { name: transport, says: "" };
}

const KEY_WORD: Readonly<Record<FeedEntry["key"], (noun: string) => string>> = {
  none: (noun) => `No ${noun} is set.`,
  keyring: (noun) => `A ${noun} is set. It is in this computer’s keyring.`,
  session: (noun) => `A ${noun} is set, and forgotten when you quit.`,
  session_over_keyring: (noun) =>
    `A ${noun} is set, and forgotten when you quit. An older one is in the keyring, and is used again from then on.`,
  missing: (noun) => `A ${noun} is needed, and none is set.`,
};

export function keyWord(kept: FeedEntry["key"], noun: string): string {
  return KEY_WORD[kept](noun);
}

export const LOGIN_WORD: Readonly<Record<FeedEntry["proxyLogin"], string>> = {
  none: "The proxy is used without a login.",
  keyring: "A login is set. It is in this computer’s keyring.",
  session: "A login is set, and forgotten when you quit.",
  session_over_keyring:
    "A login is set, and forgotten when you quit. An older one is in the keyring, and is used again from then on.",
  missing: "The proxy wants a login, and none is set.",
};

export const KIND_WORD: Readonly<Record<Kind, Words>> = {
  trade: { name: "A trade", says: "It moves the last price, the volume and the candles." },
  quote: { name: "A quote", says: "The best prices to buy and to sell at." },
  latest: { name: "The latest price", says: "It is shown, and makes no candles." },
  heartbeat: { name: "A heartbeat", says: "The server is there; it may want an answer." },
  ready: { name: "A welcome", says: "From now on symbols may be asked for." },
  error: { name: "An error", says: "What is wrong, and with what." },
};

export const POINTER_WORD: Readonly<Record<PointerName, string>> = {
  symbol: "Symbol",
  price: "Price",
  size: "Size",
  time: "Time",
  sequence: "Sequence number",
  side: "Side",
  bid: "Bid",
  bidSize: "Size of the bid",
  ask: "Ask",
  askSize: "Size of the ask",
  text: "Its words",
};

/** A part that only a newer version knows is called as it is written. */
export function pointerWord(field: string): string {
  return Object.entries(POINTER_WORD).find(([name]) => name === field)?.[1] ?? field;
}

export const UNIT_WORD: Readonly<Record<string, string>> = {
  "": "as it looks",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  iso: "words (2026-01-31T12:00:00Z)",
};

export const MEANS_WORD: Readonly<Record<string, string>> = {
  "": "whatever it says",
  symbol: "the symbol is unknown",
  key: "the key is wrong",
  plan: "the plan does not reach",
  slower: "it is asked too often",
  passing: "it passes by itself",
};
