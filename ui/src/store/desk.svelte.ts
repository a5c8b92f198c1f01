/**
 * What the window is about: the lists, the feeds, the row that is charted, and the stream they come by.
 *
 * Components observe it and ask it; it asks the backend. Market values do not live here but in one
 * `QuoteCell` per row, so that a price that moves redraws its own digits and nothing else.
 */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { FeedView, Lifecycle, ListView, Notice, Opening, RowView, Timeframe } from "../ipc/bindings";
import type { Frame } from "../ipc/frame";
import { ChartDesk } from "./chart.svelte";
import { Faults } from "./faults.svelte";
import { Look } from "./look.svelte";
import { Market } from "./market";
import { Pump } from "./pump";
import { QuoteCell } from "./quote.svelte";
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

/** Of a row that is not known. */
const NOBODY = new QuoteCell();

export class Desk {
  readonly backend: Backend;
  readonly look: Look;
  readonly faults: Faults;
  readonly chart: ChartDesk;
  readonly vitals = new Vitals();
  #phase = $state.raw<Phase>({ kind: "opening" });
  #lists = $state.raw<readonly ListView[]>([]);
  #listName = $state.raw("");
  #rows = $state.raw<ReadonlyMap<number, RowView>>(new Map());
  #feeds = $state.raw<readonly HeardFeed[]>([]);
  #notices = $state.raw<readonly Notice[]>([]);
  #selected = $state.raw<number | null>(null);
  #refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
  #cells = $state.raw<ReadonlyMap<number, QuoteCell>>(new Map());
  readonly #market = new Market();
  readonly #pump = new Pump(() => {
    this.#draw();
  });
  #stream: Stream | null = null;
  #beat: ReturnType<typeof setInterval> | null = null;
  #reopening: ReturnType<typeof setTimeout> | null = null;
  #reopenMs = REOPEN_MS;

  constructor(backend: Backend) {
    this.backend = backend;
    this.look = new Look(backend);
    this.faults = new Faults((error) => backend.reportPageError(error));
    this.chart = new ChartDesk(backend, this.#market);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get lists(): readonly ListView[] {
    return this.#lists;
  }

  get list(): ListView | undefined {
    return this.#lists.find(({ name }) => name === this.#listName) ?? this.#lists[0];
  }

  get feeds(): readonly HeardFeed[] {
    return this.#feeds;
  }

  get notices(): readonly Notice[] {
    return this.#notices;
  }

  get selected(): RowView | undefined {
    return this.#selected === null ? undefined : this.#rows.get(this.#selected);
  }

  get newestAge(): number | null {
    // Read first, so that a component that asks is asked again at every beat.
    const now = this.vitals.wall;
    return this.#market.newest === null ? null : Math.max(0, now - this.#market.newest);
  }

  row(number: number): RowView | undefined {
    return this.#rows.get(number);
  }

  cell(row: number): QuoteCell {
    return this.#cells.get(row) ?? NOBODY;
  }

  /** Why a row was refused: null unless it was. */
  refusal(row: number): string | null {
    if (this.cell(row).shown?.quote.subscription !== "refused") return null;
    return this.#refusals.get(row) ?? "The feed does not take this symbol.";
  }

  async start(): Promise<void> {
    this.#beat = setInterval(() => {
      this.vitals.beat(performance.now(), Date.now(), this.#market.ticks);
    }, BEAT_MS);
    try {
      await this.backend.listen({
        lifecycle: (lifecycle) => this.#stream?.offer(lifecycle),
        notice: (notice) => {
          this.#addNotices([notice]);
        },
      });
      await Promise.all([this.look.load(), this.open()]);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  /** Ends every timer and stops hearing the stream. */
  stop(): void {
    this.#stream?.end();
    this.#pump.stop();
    this.look.close();
    if (this.#beat !== null) clearInterval(this.#beat);
    if (this.#reopening !== null) clearTimeout(this.#reopening);
  }

  async open(): Promise<void> {
    this.#stream?.end();
    if (this.#phase.kind !== "interrupted") this.#phase = { kind: "opening" };
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
      this.#fail(reason);
    }
  }

  select(row: number): void {
    if (row === this.#selected || !this.#rows.has(row)) return;
    this.#selected = row;
    this.#showChart(row, this.chart.timeframe);
  }

  /** The row so many places down the list, or up; stops at the ends. */
  selectBy(places: number): void {
    const rows = this.list?.rows ?? [];
    const at = this.#selected === null ? -1 : rows.indexOf(this.#selected);
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + places))];
    if (row !== undefined) this.select(row);
  }

  selectList(name: string): void {
    this.#listName = name;
  }

  setTimeframe(timeframe: Timeframe): void {
    if (this.#selected !== null) this.#showChart(this.#selected, timeframe);
  }

  /** Rejects with a `CommandError`, which the field shows. */
  async add(feed: string, symbol: string): Promise<RowView> {
    const list = this.list?.name ?? "";
    const row = await this.backend.addSymbol(list, feed, symbol);
    this.#know([row]);
    this.#lists = this.#lists.map((known) =>
      known.name === list && !known.rows.includes(row.row)
        ? { ...known, rows: [...known.rows, row.row] }
        : known,
    );
    this.select(row.row);
    return row;
  }

  async remove(row: number): Promise<void> {
    const list = this.list;
    if (list === undefined) return;
    try {
      await this.backend.removeSymbol(list.name, row);
    } catch (reason) {
      this.#complain(reason);
      return;
    }
    const at = list.rows.indexOf(row);
    const rows = list.rows.filter((kept) => kept !== row);
    this.#lists = this.#lists.map((known) => (known.name === list.name ? { ...known, rows } : known));
    if (this.#lists.some((known) => known.rows.includes(row))) return;
    this.#forget(row);
    if (this.#selected !== row) return;
    this.#selected = null;
    this.chart.close(this.#stream?.number ?? null);
    const next = rows[Math.min(at, rows.length - 1)];
    if (next !== undefined) this.select(next);
  }

  async retryFeed(feed: string): Promise<void> {
    try {
      await this.backend.retryFeed(feed);
    } catch (reason) {
      this.#complain(reason);
    }
  }

  dismiss(notice: Notice): void {
    this.#notices = this.#notices.filter((kept) => kept !== notice);
  }

  #onOpened(opening: Opening): void {
    this.#market.clear();
    this.#cells = new Map();
    this.#refusals = new Map();
    this.#lists = opening.lists;
    this.#rows = new Map();
    this.#know(opening.rows);
    this.#onLifecycle(opening.lifecycle);
    this.#addNotices(opening.notices);
    this.#phase = { kind: "open" };
    const kept = this.#selected !== null && this.#rows.has(this.#selected) ? this.#selected : null;
    this.#selected = null;
    const row = kept ?? this.list?.rows[0];
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
    this.#know(rows);
  }

  #onBroken(reason: unknown): void {
    this.faults.takeReason(reason);
    this.#phase = { kind: "interrupted" };
    this.#reopening ??= setTimeout(() => {
      this.#reopening = null;
      void this.open();
    }, this.#reopenMs);
    // A shell that this page cannot read at all must not be asked for everything every second.
    this.#reopenMs = Math.min(this.#reopenMs * 2, REOPEN_MS_MAX);
  }

  #draw(): void {
    for (const row of this.#market.takeChanged()) {
      const quote = this.#market.quote(row);
      if (quote === undefined) continue;
      this.#cells.get(row)?.publish(quote);
      if (quote.subscription === "refused") this.#learnRefusal(row);
    }
    this.chart.redraw();
  }

  #learnRefusal(row: number): void {
    if (this.#refusals.has(row)) return;
    this.backend.explainRow(row).then(
      (sentence) => {
        this.#refusals = new Map(this.#refusals).set(row, sentence);
      },
      // The row is gone, and nobody needs to know why it was refused.
      () => undefined,
    );
  }

  #showChart(row: number, timeframe: Timeframe): void {
    const stream = this.#stream?.number ?? null;
    if (stream !== null) void this.chart.show(stream, { row, timeframe });
  }

  /** The cells are made here and not where they are asked for: nothing observes what it made itself. */
  #know(rows: readonly RowView[]): void {
    if (rows.length === 0) return;
    this.#rows = new Map([...this.#rows, ...rows.map((row) => [row.row, row] as const)]);
    const isNew = ({ row }: RowView) => !this.#cells.has(row);
    const made = rows.filter(isNew).map(({ row }) => [row, new QuoteCell(this.#market.quote(row))] as const);
    if (made.length > 0) this.#cells = new Map([...this.#cells, ...made]);
  }

  #forget(row: number): void {
    this.#market.forgetRow(row);
    this.#rows = new Map([...this.#rows].filter(([known]) => known !== row));
    this.#cells = new Map([...this.#cells].filter(([known]) => known !== row));
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
    this.faults.takeReason(reason);
    this.#phase = { kind: "failed", ...asCommandError(reason) };
  }
}
