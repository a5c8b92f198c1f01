/** The imitated list: its rows in their order, and the sources behind each. */
import type { RowView, SourceName, SourceState } from "../bindings";
import type { Lack } from "../frame";
import type { RowDraft } from "./frame-writer";
import { INSTRUMENTS, instrumentOf } from "./instruments";
import { noSuchRow, refuse } from "./refuse";
import { FakeRow } from "./row";

const REFUSED_AFTER_MS = 300;

export interface ListSurroundings {
  readonly seed: () => number;
  readonly isSimulated: (feed: string) => boolean;
  /** What a feed has not, that would make its prices good. */
  readonly lackOf: (feed: string) => Lack | null;
}

export class FakeList {
  readonly name = "Watchlist";
  readonly #around: ListSurroundings;
  readonly #rows = new Map<number, FakeRow>();
  #order: number[] = [];
  /** What stood in it when a feed was removed, for who brings it back. */
  #struck: readonly { feed: string; symbol: string; place: number }[] = [];
  #numbers = 0;

  constructor(around: ListSurroundings) {
    this.#around = around;
  }

  get order(): number[] {
    return [...this.#order];
  }

  get rows(): IterableIterator<FakeRow> {
    return this.#rows.values();
  }

  row(number: number): FakeRow | undefined {
    return this.#rows.get(number);
  }

  views(): RowView[] {
    return [...this.rows].map((row) => row.view());
  }

  /** The row of this symbol, which is made if there is none. */
  add(feed: string, symbol: string): FakeRow {
    return (
      [...this.rows].find((row) => row.feed === feed && row.symbol === symbol) ?? this.#make(feed, symbol)
    );
  }

  remove(number: number): boolean {
    if (!this.#rows.delete(number)) return false;
    this.#order.splice(this.#order.indexOf(number), 1);
    return true;
  }

  /** New rows for the same symbols, in the same places. */
  relist(isMeant: (row: FakeRow) => boolean, feed: string): void {
    for (const [place, number] of [...this.#order].entries()) {
      const row = this.#rows.get(number);
      if (row === undefined || !isMeant(row)) continue;
      this.#rows.delete(number);
      const made = this.#make(feed, row.symbol);
      this.#order.pop();
      this.#order[place] = made.number;
    }
  }

  takeOut(feed: string): void {
    const rows = this.#order.map((number) => this.#rows.get(number));
    this.#struck = rows.flatMap((row, place) =>
      row?.feed === feed ? [{ feed, symbol: row.symbol, place }] : [],
    );
    for (const row of rows) if (row?.feed === feed) this.remove(row.number);
  }

  putBack(): void {
    for (const { feed, symbol, place } of this.#struck) {
      const row = this.#make(feed, symbol);
      this.#order = this.#order.filter((number) => number !== row.number);
      this.#order.splice(place, 0, row.number);
    }
    this.#struck = [];
  }

  advance(now: number): void {
    for (const row of this.rows) {
      row.choose(now, this.#around.lackOf);
      row.advance(now, this.#isGood(row.shownFeed));
    }
  }

  /** What the next frame carries. */
  takeChanges(): RowDraft[] {
    return [...this.rows].flatMap((row) => row.takeChange() ?? []);
  }

  explain(number: number): Promise<string> {
    const found = this.row(number);
    if (found === undefined) return noSuchRow();
    return Promise.resolve(found.explain(Date.now(), this.#isGood(found.shownFeed)));
  }

  addSource(number: number, source: SourceName): Promise<RowView> {
    return this.changeSources(number, (sources) => [...without(sources, source), source]);
  }

  removeSource(number: number, source: SourceName): Promise<RowView> {
    const left = without(this.row(number)?.sources ?? [], source);
    if (left.length === 0) {
      const why = "The sources stay as they are: a row has one source at least.";
      return refuse("bad_source", why, "Remove the row instead.");
    }
    return this.changeSources(number, () => left);
  }

  changeSources(number: number, change: (sources: readonly SourceName[]) => SourceName[]): Promise<RowView> {
    const found = this.row(number);
    if (found === undefined) return noSuchRow();
    found.sources = change(found.sources);
    found.choose(Date.now(), this.#around.lackOf);
    found.touch();
    return Promise.resolve(found.view());
  }

  sourceStates(number: number): Promise<SourceState[]> {
    const found = this.row(number);
    if (found === undefined) return noSuchRow();
    const states = found.sources.map(({ feed, symbol }) => ({
      feed,
      symbol,
      shown: feed === found.shownFeed,
      price: found.walk?.text(found.walk.price) ?? null,
      why: found.explain(Date.now(), this.#isGood(feed)),
    }));
    return Promise.resolve(states);
  }

  /** The same symbol at those of these feeds that the row has not. */
  suggestSources(number: number, feeds: readonly string[]): Promise<SourceName[]> {
    const found = this.row(number);
    if (found === undefined) return noSuchRow();
    const others = feeds.filter((feed) => found.sources.every((known) => known.feed !== feed));
    return Promise.resolve(others.map((feed) => ({ feed, symbol: found.symbol })));
  }

  #isGood(feed: string): boolean {
    return this.#around.lackOf(feed) === null;
  }

  #make(feed: string, symbol: string): FakeRow {
    this.#numbers += 1;
    const isSimulated = this.#around.isSimulated(feed);
    const known = INSTRUMENTS.find((instrument) => instrument.symbol === symbol);
    const instrument = isSimulated ? known : instrumentOf(symbol);
    const seed = this.#around.seed();
    const row = new FakeRow(this.#numbers, feed, symbol, instrument, seed, Date.now(), isSimulated);
    this.#rows.set(row.number, row);
    this.#order.push(row.number);
    if (instrument === undefined)
      setTimeout(() => {
        row.refuse();
      }, REFUSED_AFTER_MS);
    return row;
  }
}

function without(sources: readonly SourceName[], { feed, symbol }: SourceName): SourceName[] {
  return sources.filter((known) => known.feed !== feed || known.symbol !== symbol);
}
