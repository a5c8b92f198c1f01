/** One row as the imitated shell keeps it: what is asked for, what came, how fresh that is. */
import type { RowView, SourceName } from "../bindings";
import type { Freshness, Lack, Subscription } from "../frame";
import type { RowDraft } from "./frame-writer";
import type { Instrument } from "./instruments";
import { Walk } from "./walk";

/** Longer than this many usual gaps without a trade, and the price counts as quiet. */
const QUIET_GAPS = 8;
const STALE_AFTER_MS = 6_000;

export class FakeRow {
  readonly number: number;
  readonly symbol: string;
  readonly walk: Walk | null;
  readonly feed: string;
  readonly #isSimulated: boolean;
  #subscription: Subscription;
  #freshness: Freshness = "unknown";
  #since: number;
  #muted = false;
  #changed = true;
  /** The preferred one first; all of them walk alike. */
  sources: readonly SourceName[];
  #shown = 0;
  #because: Lack | null = null;
  #shownSince: number | null = null;

  constructor(
    number: number,
    feed: string,
    symbol: string,
    instrument: Instrument | undefined,
    seed: number,
    now: number,
    isSimulated = true,
  ) {
    this.number = number;
    this.symbol = symbol;
    this.walk = instrument === undefined ? null : new Walk(instrument, seed * 1_000 + number, now);
    this.feed = feed;
    this.#isSimulated = isSimulated;
    this.#subscription = instrument === undefined ? "wanted" : "accepted";
    this.#since = now;
    this.sources = [{ feed, symbol }];
  }

  /** The first source that is good, at once: the imitation has no patience. */
  choose(now: number, lackOf: (feed: string) => Lack | null): void {
    const place = Math.max(
      this.sources.findIndex((source) => lackOf(source.feed) === null),
      0,
    );
    if (place === this.#shown) return;
    this.#shown = place;
    this.#because = place === 0 ? null : lackOf(this.sources[0]?.feed ?? "");
    this.#shownSince = now;
    this.touch();
  }

  /** The feed of the source that is shown. */
  get shownFeed(): string {
    return this.sources[this.#shown]?.feed ?? this.feed;
  }

  #sourceRow(place: number): number {
    return this.number * 100 + place;
  }

  refuse(): void {
    this.#subscription = "refused";
    this.touch();
  }

  mute(isMuted = true): void {
    this.#muted = isMuted;
  }

  /** The next frame carries it, changed or not. */
  touch(): void {
    this.#changed = true;
  }

  advance(now: number, isLive: boolean): void {
    const { walk } = this;
    if (walk === null) return;
    if (isLive && !this.#muted && walk.advance(now)) this.touch();
    const freshness = freshnessOf(walk, now, isLive, this.#muted);
    if (freshness === this.#freshness) return;
    this.#freshness = freshness;
    this.#since = now;
    this.touch();
  }

  view(): RowView {
    const instrument = this.walk?.instrument;
    return {
      row: this.number,
      feed: this.sources[0]?.feed ?? this.feed,
      symbol: this.sources[0]?.symbol ?? this.symbol,
      name: instrument?.name ?? null,
      currency: instrument?.currency ?? null,
      tick: instrument === undefined ? null : this.#tick(instrument.decimals),
      sources: this.sources.map((source, place) => ({ row: this.#sourceRow(place), ...source })),
      past: { by: "the simulator", adjusted: "not_needed", state: "told", why: null },
    };
  }

  explain(now: number, isLive: boolean): string {
    const { walk } = this;
    if (walk === null) return `The simulator does not know ${this.symbol}.`;
    if (walk.instrument.halted) return "Trading is halted by the venue; the price is from before that.";
    const silent = Math.round((now - walk.at) / 1000);
    if (!isLive) return `The feed is not connected; the last trade is ${silent} s old.`;
    return `The last trade was ${silent} s ago; the connection is alive.`;
  }

  /** Its present state if that changed since the last frame. */
  takeChange(): RowDraft | null {
    if (!this.#changed) return null;
    this.#changed = false;
    const { walk } = this;
    const text = (units: (from: Walk) => number) => (walk === null ? null : walk.text(units(walk)));
    return {
      row: this.number,
      freshness: this.#freshness,
      labels: this.#isSimulated ? ["SIM"] : [],
      subscription: this.#subscription,
      basis: walk === null ? null : "previous_close",
      span: walk === null ? null : "session",
      session: walk === null ? null : walk.instrument.halted ? "halted" : "open",
      last: text((from) => from.price),
      lastSize: walk?.size.toString() ?? null,
      bid: text((from) => Math.max(1, from.price - from.spread)),
      ask: text((from) => from.price + from.spread),
      reference: text((from) => from.reference),
      high: text((from) => from.high),
      low: text((from) => from.low),
      volume: walk?.volume.toString() ?? null,
      time: walk?.at ?? null,
      received: walk?.at ?? null,
      since: this.#since,
      ticks: walk?.ticks ?? 0,
      merged: 0,
      source: this.#sourceRow(this.#shown),
      because: this.#because,
      shownSince: this.#shownSince,
    };
  }

  #tick(decimals: number): string {
    return decimals === 0 ? "1" : `0.${"1".padStart(decimals, "0")}`;
  }
}

function freshnessOf(walk: Walk, now: number, isLive: boolean, muted: boolean): Freshness {
  if (!isLive) return "disconnected";
  if (walk.instrument.halted) return "halted";
  const silent = now - walk.at;
  if (muted && silent > STALE_AFTER_MS) return "stale";
  return silent > Math.min(walk.instrument.gapMs * QUIET_GAPS, 10_000) ? "quiet" : "live";
}
