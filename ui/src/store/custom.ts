/** The blank description of a venue of a person's own, and which parts each kind of message has. Pure. */
import type { CustomForm, MessageForm } from "../ipc/bindings";

export type PointerName = Exclude<keyof MessageForm, "kind" | "when" | "unit" | "buy" | "means" | "answer">;

export const KINDS = ["trade", "quote", "latest", "heartbeat", "ready", "error"] as const;

export type Kind = (typeof KINDS)[number];

/** What can be pointed at in each. */
export const POINTERS: Readonly<Record<Kind, readonly PointerName[]>> = {
  trade: ["symbol", "price", "size", "time", "sequence", "side"],
  quote: ["symbol", "bid", "bidSize", "ask", "askSize", "time", "sequence"],
  latest: ["symbol", "price", "time", "sequence"],
  heartbeat: [],
  ready: [],
  error: ["text", "symbol"],
};

/** What a newer version may know is shown as a trade, which has the most parts. */
export function kindOf(kind: string): Kind {
  return KINDS.find((known) => known === kind) ?? "trade";
}

export function emptyMessage(kind: Kind = "trade"): MessageForm {
  return {
    kind,
    when: [],
    symbol: "",
    price: "",
    size: "",
    time: "",
    unit: "",
    sequence: "",
    side: "",
    buy: "",
    bid: "",
    bidSize: "",
    ask: "",
    askSize: "",
    text: "",
    means: "",
    answer: "",
  };
}

export function emptyCustom(): CustomForm {
  return {
    title: "",
    example: "",
    dialect: "",
    subprotocol: "",
    headers: [],
    hello: [],
    subscribe: "",
    unsubscribe: "",
    query: "",
    variables: "",
    events: "",
    poll: "",
    pollsPerMinute: null,
    beat: "",
    beatSeconds: null,
    symbolsMax: null,
    alwaysOpen: true,
    gapless: false,
    messages: [emptyMessage()],
  };
}
