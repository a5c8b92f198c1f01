/**
 * What the window is about: the feeds, the row that is charted, and the stream that everything comes by.
 *
 * Components observe it and ask it; it asks the backend. The lists and their rows stand on its board.
 */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { FeedView, Lifecycle, Notice, Opening, RowView, SourceName, Timeframe } from "../ipc/bindings";
import type { Frame } from "../ipc/frame";
import { Board } from "./board.svelte";
import { ChartDesk } from "./chart.svelte";
import { Faults } from "./faults.svelte";
import { Look } from "./look.svelte";
import { Market } from "./market";
import { Pump } from "./pump";
import { Simulator } from "./simulator.svelte";
import { Stream } from "./stream";
import { Vitals } from "./vitals.svelte";

export type Phase =
  | { readonly kind: "opening" }
  | { readonly kind: "open" }
  /** What is on screen is from before; nothing new comes until the stream is open again. */
  | { readonly kind: "interrupted" }
  | { readonly kind: "failed"; readonly sentence: string; readonly next: string };

/** A feed, and when we heard it say so, for its countdown. */
export interface HeardFeed {
  readonly view: FeedView;
  readonly heardAt: number;
}

const BEAT_MS = 1_000;
const REOPEN_MS = 1_000;
const REOPEN_MS_MAX = 30_000;
/** More than fit on a screen help nobody. */
const NOTICES_MAX = 5;

export class Desk {
  readonly backend: Backend;
  readonly look: Look;
  readonly faults: Faults;
  readonly board: Board;
  readonly chart: ChartDesk;
  readonly vitals = new Vitals();
  #phase = $state.raw<Phase>({ kind: "opening" });
  #feeds = $state.raw<readonly HeardFeed[]>([]);
  #notices = $state.raw<readonly Notice[]>([]);
  #selected = $state.raw<number | null>(null);
  #feedChanges = $state.raw(0);
  readonly #market = new Market();
  readonly #pump = new Pump(() => {
    this.#draw();
  });
  #stream: Stream | null = null;
  #isListening = false;
  #beat: ReturnType<typeof setInterval> | null = null;
  #reopening: ReturnType<typeof setTimeout> | null = null;
  #reopenMs = REOPEN_MS;

  constructor(backend: Backend) {
    this.backend = backend;
    this.look = new Look(backend);
    this.faults = new Faults((error) => backend.reportPageError(error));
    this.board = new Board(this.#market, (row) => backend.explainRow(row));
    this.chart = new ChartDesk(backend, this.#market);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get feeds(): readonly HeardFeed[] {
    return this.#feeds;
  }

  /** How often feeds were opened or closed: what shows their settings asks anew with each. */
  get feedChanges(): number {
    return this.#feedChanges;
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  get selected(): RowView | undefined {
    return this.#selected === null ? undefined : this.board.row(this.#selected);
  }

  get newestAge(): number | null {
    // Read first, so that a component that asks is asked again at every beat.
    const now = this.vitals.wall;
    return this.#market.newest === null ? null : Math.max(0, now - this.#market.newest);
  }

  /** Also after it failed. */
  async start(): Promise<void> {
    this.#beat ??= setInterval(() => {
      this.vitals.beat(performance.now(), Date.now(), this.#market.ticks);
    }, BEAT_MS);
    try {
      await this.#listen();
    } catch (reason) {
      this.#fail(reason);
      return;
    }
    // Prices do not wait for the settings, nor fail with them.
    const look = this.look.load().catch((reason: unknown) => {
      this.#complain(reason);
    });
    await Promise.all([look, this.#open()]);
  }

  /** Ends every timer and stops hearing the stream. */
  stop(): void {
    this.#stream?.end();
    this.#pump.stop();
    this.look.close();
    if (this.#beat !== null) clearInterval(this.#beat);
    if (this.#reopening !== null) clearTimeout(this.#reopening);
  }

  select(row: number): void {
    if (row === this.#selected || this.board.row(row) === undefined) return;
    this.#selected = row;
    this.#showChart(row, this.chart.timeframe);
  }

  /** The row so many places down the list, or up; stops at the ends. */
  selectBy(places: number): void {
    const rows = this.board.list?.rows ?? [];
    const at = this.#selected === null ? -1 : rows.indexOf(this.#selected);
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + places))];
    if (row !== undefined) this.select(row);
  }

  setTimeframe(timeframe: Timeframe): void {
    if (this.#selected !== null) this.#showChart(this.#selected, timeframe);
  }

  /** Rejects with a `CommandError`, which the field shows. */
  async add(feed: string, symbol: string): Promise<RowView> {
    const list = this.board.listName;
    const row = await this.backend.addSymbol(list, feed, symbol);
    this.board.enter(list, row);
    this.select(row.row);
    return row;
  }

  async remove(row: number): Promise<void> {
    const list = this.board.list;
    if (list === undefined) return;
    try {
      await this.backend.removeSymbol(list.name, row);
    } catch (reason) {
      this.#complain(reason);
      return;
    }
    const at = list.rows.indexOf(row);
    this.board.strike(list.name, row);
    if (this.#selected !== row || this.board.row(row) !== undefined) return;
    this.#selected = null;
    this.chart.close(this.#stream?.number ?? null);
    const rows = this.board.list?.rows ?? [];
    const next = rows[Math.min(at, rows.length - 1)];
    if (next !== undefined) this.select(next);
  }

  /** How the sources of a row are, and what can be changed about them. Each rejects with a `CommandError`. */
  readonly sources = {
    now: (row: number) => this.backend.rowSources(row),
    suggested: (row: number) => this.backend.suggestSources(row),
    add: (row: number, source: SourceName) =>
      this.#changeSources((list) => this.backend.addSource(list, row, source)),
    remove: (row: number, source: SourceName) =>
      this.#changeSources((list) => this.backend.removeSource(list, row, source)),
    order: (row: number, order: readonly SourceName[]) =>
      this.#changeSources((list) => this.backend.orderSources(list, row, order)),
  };

  async #changeSources(change: (list: string) => Promise<RowView>): Promise<void> {
    this.board.know([await change(this.board.listName)]);
  }

  async retryFeed(feed: string): Promise<void> {
    try {
      await this.backend.retryFeed(feed);
    } catch (reason) {
      this.#complain(reason);
    }
  }

  /** The menu of a simulated feed. With another market its rows are new ones, and all is asked anew. */
  simulator(feed: string): Simulator {
    return new Simulator(feed, this.backend, () => this.#open());
  }

  dismiss(notice: Notice): void {
    this.#notices = this.#notices.filter((kept) => kept !== notice);
  }

  async #listen(): Promise<void> {
    if (this.#isListening) return;
    await this.backend.listen({
      lifecycle: (lifecycle) => this.#stream?.offer(lifecycle),
      notice: (notice) => {
        this.#addNotices([notice]);
      },
      feedsChanged: () => {
        this.#feedChanges += 1;
        void this.#open();
      },
    });
    this.#isListening = true;
  }

  async #open(): Promise<void> {
    this.#stream?.end();
    // What is on screen stays there until its successor comes.
    if (this.#phase.kind === "failed") this.#phase = { kind: "opening" };
    const stream = new Stream(this.backend, {
      opened: (opening) => {
        this.#onOpened(opening);
      },
      frame: (frame) => {
        this.#onFrame(frame);
      },
      lifecycle: (lifecycle) => {
        this.#onLifecycle(lifecycle);
      },
      broken: (reason) => {
        this.#onBroken(reason);
      },
    });
    this.#stream = stream;
    try {
      await stream.open();
    } catch (reason) {
      // Another opening has taken its place.
      if (this.#stream !== stream) return;
      this.#fail(reason);
    }
  }

  #onOpened(opening: Opening): void {
    const before = this.selected;
    this.#market.begin();
    this.board.begin(opening.lists, opening.rows);
    this.#onLifecycle(opening.lifecycle);
    this.#addNotices(opening.notices);
    this.#phase = { kind: "open" };
    this.#selected = null;
    // Under another number, maybe.
    const rows = this.board.list?.rows ?? [];
    const kept = rows.find((number) => {
      const row = this.board.row(number);
      return row !== undefined && row.feed === before?.feed && row.symbol === before.symbol;
    });
    const row = kept ?? rows[0];
    if (row === undefined) this.chart.close(null);
    else this.select(row);
  }

  #onFrame(frame: Frame): void {
    this.#reopenMs = REOPEN_MS;
    this.#market.apply(frame);
    this.vitals.frameMade(frame.madeAt, performance.now());
    this.#pump.wake();
  }

  #onLifecycle({ feeds, rows }: Lifecycle): void {
    const heardAt = performance.now();
    this.#feeds = feeds.map((view) => ({ view, heardAt }));
    this.board.know(rows);
  }

  #onBroken(reason: unknown): void {
    this.faults.log(reason);
    this.#phase = { kind: "interrupted" };
    this.#reopening ??= setTimeout(() => {
      this.#reopening = null;
      void this.#open();
    }, this.#reopenMs);
    // A shell that this page cannot read at all must not be asked for everything every second.
    this.#reopenMs = Math.min(this.#reopenMs * 2, REOPEN_MS_MAX);
  }

  #draw(): void {
    this.board.publish();
    this.chart.redraw();
  }

  #showChart(row: number, timeframe: Timeframe): void {
    const stream = this.#stream?.number ?? null;
    if (stream !== null) void this.chart.show(stream, { row, timeframe });
  }

  #addNotices(notices: readonly Notice[]): void {
    const isNew = (notice: Notice) => !this.#notices.some((known) => known.sentence === notice.sentence);
    this.#notices = [...this.#notices, ...notices.filter(isNew)].slice(-NOTICES_MAX);
  }

  /** A command that was asked in passing and failed. */
  #complain(reason: unknown): void {
    this.#addNotices([{ code: "task_failed", ...asCommandError(reason) }]);
  }

  #fail(reason: unknown): void {
    this.faults.log(reason);
    this.#phase = { kind: "failed", ...asCommandError(reason) };
  }
}
