/**
 * What the imitation tells of a feed seen from near: a test that goes well, or fails where its key holds the
 * word `wrong`; a log that goes on; and a wire with a ping now and then.
 */
import type { CloseUp } from "../backend";
import type { FeedForm, FeedLogView, LogEntryView, SightView, TrialStepView, TrialView } from "../bindings";

type Heard = { [K in keyof CloseUp]: Set<(news: CloseUp[K]) => void> };
type Happening = LogEntryView["what"];
type Seen = SightView["what"];
type Frame = Extract<Seen, { kind: "frame" }>;

const STEPS = ["dns", "tcp", "proxy", "tls", "upgrade", "login", "subscribe", "first_data"] as const;
const TOOK: Readonly<Record<(typeof STEPS)[number], number>> = {
  dns: 12.4,
  tcp: 18.9,
  proxy: 0,
  tls: 41.2,
  upgrade: 23.7,
  login: 35.1,
  subscribe: 27.5,
  first_data: 140.3,
};
const STEP_MS = 180;
const LOG_MS = 5_000;
const WIRE_MS = 300;
const WRONG = "wrong";

export class FakeCloseUps {
  readonly #heard: Heard = { trial: new Set(), feed_log: new Set(), wire: new Set() };
  #numbers = 0;
  #trial: ReturnType<typeof setInterval> | undefined;
  #log: ReturnType<typeof setInterval> | undefined;
  #wire: ReturnType<typeof setInterval> | undefined;

  hear<K extends keyof CloseUp>(kind: K, heard: (news: CloseUp[K]) => void): Promise<() => void> {
    this.#heard[kind].add(heard);
    return Promise.resolve(() => this.#heard[kind].delete(heard));
  }

  test(form: FeedForm, key: string | null): number {
    clearInterval(this.#trial);
    this.#numbers += 1;
    const number = this.#numbers;
    const failsAt = key?.includes(WRONG) === true ? "login" : null;
    let at = 0;
    this.#trial = setInterval(() => {
      at += 1;
      const ended = at >= STEPS.length || STEPS[at - 1] === failsAt;
      if (ended) clearInterval(this.#trial);
      const view: TrialView = {
        number,
        steps: STEPS.map((step, place) => this.#step(step, place - at, failsAt)),
        symbols: ["NVX", "BTC-USD"],
        address: ended ? form.url || "wss://127.0.0.1:7171/v1/stream" : null,
        transport: ended ? "WebSocket" : null,
        own: false,
        why: null,
        next: null,
        ended,
      };
      this.#tell("trial", view);
    }, STEP_MS);
    return number;
  }

  stopTrial(): void {
    clearInterval(this.#trial);
  }

  openLog(feed: string): void {
    this.closeLog();
    let [number, messages, line] = [0, 0, 1];
    const tell = (anew: boolean, happenings: readonly Happening[]) => {
      const entries = happenings.map((what) => {
        number += 1;
        if (what.kind === "messages") messages += what.count;
        return { number, at: Date.now(), line: what.kind === "rests" ? null : line, what };
      });
      const view: FeedLogView = { feed, anew, open: true, entries, messages, bytes: messages * 112 };
      this.#tell("feed_log", view);
    };
    tell(true, [...FALL, ...rise(2)]);
    line = 2;
    this.#log = setInterval(() => {
      tell(false, [{ kind: "messages", count: 131, bytes: 14_672, unreadable: 0, within: LOG_MS }]);
    }, LOG_MS);
  }

  closeLog(): void {
    clearInterval(this.#log);
  }

  openWire(feed: string): void {
    this.closeWire();
    let beats = 0;
    const tell = (seen: readonly Seen[], missed = 0) => {
      const sights = seen.map((what) => ({ line: 2, at: Date.now(), what }));
      this.#tell("wire", { feed, sights, missed });
    };
    tell(HANDSHAKE);
    this.#wire = setInterval(() => {
      beats += 1;
      const price = (180 + Math.sin(beats / 9)).toFixed(2);
      const text = `{"type":"trade","symbol":"NVX","price":"${price}","size":"10","seq":${beats + 4_711}}`;
      const seen: Seen[] = [frame({ start: text, length: text.length })];
      if (beats % 7 === 0) {
        const snapshot = `{"type":"snapshot","symbol":"BTC-USD","candles":[["2026-11-20T15:00:00Z","61012.5"]]}`;
        seen.push(frame({ start: snapshot, length: 212, compressed: true, inflated: 1_480, overhead: 4 }));
      }
      if (beats % 10 === 0) {
        seen.push(frame({ outgoing: true, opcode: "ping", start: "7f3a01", binary: true, length: 3 }));
        seen.push(frame({ opcode: "pong", start: "7f3a01", binary: true, length: 3, roundTrip: 21.4 }));
      }
      tell(seen, beats % 40 === 0 ? 312 : 0);
    }, WIRE_MS);
  }

  closeWire(): void {
    clearInterval(this.#wire);
  }

  close(): void {
    this.stopTrial();
    this.closeLog();
    this.closeWire();
  }

  #tell<K extends keyof CloseUp>(kind: K, news: CloseUp[K]): void {
    for (const heard of this.#heard[kind]) heard(news);
  }

  #step(step: (typeof STEPS)[number], ahead: number, failsAt: string | null): TrialStepView {
    const plain = { step, ms: null, why: null, next: null };
    const failed = failsAt === null ? STEPS.length : STEPS.findIndex((known) => known === failsAt);
    const place = STEPS.indexOf(step);
    if (ahead < 0) {
      if (step === failsAt) {
        const why = "the venue does not take the key: auth failed. Check the feed's key or token.";
        return { ...plain, state: "failed", ms: TOOK[step], why };
      }
      if (TOOK[step] === 0) return { ...plain, state: "not_needed" };
      return { ...plain, state: "good", ms: TOOK[step] };
    }
    if (place > failed && ahead + failed < place) return { ...plain, state: "not_reached" };
    return { ...plain, state: ahead === 0 ? "running" : "waiting" };
  }
}

function rise(attempt: number): Happening[] {
  const address = "wss://127.0.0.1:7171/v1/stream";
  return [
    { kind: "dialing", transport: "WebSocket", address, attempt },
    { kind: "opened", transport: "WebSocket", dns: 0, tcp: 0.4, proxy: 0, tls: 3.2, upgrade: 1.1 },
    { kind: "subscribed", took: 4.8 },
    { kind: "first_price", took: 11.6 },
  ];
}

const FALL: readonly Happening[] = [
  ...rise(1),
  { kind: "messages", count: 1_204, bytes: 134_848, unreadable: 2, within: 5_000 },
  { kind: "closed", code: 1012, reason: "restarting", next: null },
  {
    kind: "rests",
    state: "waiting",
    wait: 700,
    why: "the server closed the connection (code 1012: restarting)",
  },
  {
    kind: "dialing",
    transport: "WebSocket",
    address: "wss://127.0.0.1:7171/v1/stream",
    attempt: 1,
  },
  {
    kind: "failed",
    layer: "tcp",
    why: "127.0.0.1 could not be reached: connection refused",
    next: "Check that the server runs and that the port is right.",
  },
];

const HANDSHAKE: readonly Seen[] = [
  {
    kind: "asked",
    first: "GET /v1/stream HTTP/1.1",
    headers: [
      { name: "host", value: "127.0.0.1:7171" },
      { name: "upgrade", value: "websocket" },
      { name: "sec-websocket-key", value: "dGhlIHNhbXBsZSBub25jZQ==" },
      { name: "authorization", value: "***" },
      { name: "sec-websocket-extensions", value: "permessage-deflate; client_max_window_bits" },
    ],
  },
  {
    kind: "answered",
    first: "HTTP/1.1 101 Switching Protocols",
    headers: [
      { name: "upgrade", value: "websocket" },
      { name: "sec-websocket-extensions", value: "permessage-deflate" },
    ],
  },
];

function frame(change: Partial<Frame>): Frame {
  return {
    kind: "frame",
    outgoing: false,
    opcode: "text",
    final: true,
    compressed: false,
    length: 0,
    overhead: change.outgoing === true ? 6 : 2,
    inflated: null,
    roundTrip: null,
    start: "",
    binary: false,
    ...change,
  };
}
