/**
 * The imitated connection: up, or down until some moment, trying again at growing distances. Pure: time
 * comes in, the state goes out; `fake.ts` asks it on every beat.
 */
import type { DrillView, FeedView, StepView } from "../bindings";

type State =
  | { kind: "live"; since: number; drops: number }
  /** Not to be mended by time: a person has stopped it, or has to do something. */
  | { kind: "paused" | "refused"; since: number; drops: number; why: string }
  | { kind: "waiting"; since: number; drops: number; attempt: number; until: number }
  | { kind: "connecting"; since: number; drops: number; attempt: number; until: number };

const DIAL_MS = 400;
const STEPS_MAX = 8;
const WAIT_MS = [1_000, 2_000, 4_000, 8_000];

export class FakeFeed {
  readonly name: string;
  readonly #isSimulated: boolean;
  #state: State;
  #downUntil = 0;
  /** The newest first. */
  #steps: StepView[] = [];

  constructor(name: string, now: number, isSimulated = true) {
    this.name = name;
    this.#isSimulated = isSimulated;
    this.#state = { kind: "live", since: now, drops: 0 };
  }

  get isLive(): boolean {
    return this.#state.kind === "live";
  }

  /** Cuts the connection; nobody answers before `downMs` have passed. */
  drop(now: number, downMs: number): void {
    this.#downUntil = now + downMs;
    this.#enter(this.#waiting(now, this.#state.drops + 1, 1));
  }

  /** Dials for the first time. */
  connect(now: number): void {
    this.#enter({ kind: "connecting", since: now, drops: 0, attempt: 1, until: now + DIAL_MS });
  }

  /** It has no connection until it is opened anew. */
  hold(now: number, kind: "paused" | "refused", why: string): void {
    this.#enter({ kind, since: now, drops: this.#state.drops, why });
  }

  recover(now: number): void {
    this.#downUntil = now;
    this.retry(now);
  }

  /** The person's "try again now". */
  retry(now: number): void {
    const { drops } = this.#state;
    const attempt = this.#state.kind === "waiting" ? this.#state.attempt : 1;
    if (this.#state.kind === "waiting" || this.#state.kind === "connecting") {
      this.#enter({ kind: "connecting", since: now, drops, attempt, until: now + DIAL_MS });
    }
  }

  /** What time alone changed. True if it changed anything. */
  advance(now: number): boolean {
    const state = this.#state;
    if (!("until" in state) || now < state.until) return false;
    const { drops, attempt } = state;
    if (state.kind === "waiting") {
      this.#enter({ kind: "connecting", since: now, drops, attempt, until: now + DIAL_MS });
    } else if (now >= this.#downUntil) {
      this.#enter({ kind: "live", since: now, drops });
    } else {
      this.#enter(this.#waiting(now, drops, attempt + 1));
    }
    return true;
  }

  history(): StepView[] {
    return [...this.#steps];
  }

  view(now: number, drill: DrillView | null): FeedView {
    const state = this.#state;
    return {
      feed: this.name,
      source: this.#isSimulated ? "simulated" : "live",
      state: state.kind,
      sinceMs: now - state.since,
      transport: "WebSocket",
      roundTripMs: state.kind === "live" ? 0.4 + (Math.floor(now / 2000) % 7) * 0.3 : null,
      why: sentence(state),
      drops: state.drops,
      attempt: "attempt" in state ? state.attempt : 0,
      retryInMs: state.kind === "waiting" ? Math.max(0, state.until - now) : null,
      phase: state.kind === "connecting" ? "dialing" : null,
      answers: null,
      climbsTo: null,
      next: null,
      asked: this.#isSimulated ? null : { words: "37 of 50 in an hour", nextInMs: null, spent: false },
      simulator: this.#isSimulated ? { drill } : null,
    };
  }

  #enter(state: State): void {
    this.#state = state;
    const step = { at: state.since, to: state.kind, transport: "WebSocket", cause: sentence(state) };
    this.#steps = [step, ...this.#steps].slice(0, STEPS_MAX);
  }

  #waiting(now: number, drops: number, attempt: number): State {
    const wait = WAIT_MS[Math.min(attempt, WAIT_MS.length) - 1] ?? 0;
    return { kind: "waiting", since: now, drops, attempt, until: now + wait };
  }
}

function sentence(state: State): string {
  switch (state.kind) {
    case "live":
      return "Connected and subscribed; the last pong came at once.";
    case "paused":
    case "refused":
      return state.why;
    case "waiting":
      return "The connection was refused by the server.";
    case "connecting":
      return "Waiting for the server to answer.";
  }
}
