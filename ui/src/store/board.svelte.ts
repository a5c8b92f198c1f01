/**
 * The person's lists and what is known of each row in them. The desk fills it; components read it.
 *
 * Market values stand in one `QuoteCell` per row, so that a price that moves redraws its own digits and
 * nothing else. Which row is chosen is not known here.
 */
import type { ListView, RowView } from "../ipc/bindings";
import type { Market } from "./market";
import { QuoteCell } from "./quote.svelte";

/** Where a symbol is added while there is no list: the shell makes one of this name. */
const FIRST_LIST = "Watchlist";

/** Of a row that is not known. */
const NOBODY = new QuoteCell();

export class Board {
  #lists = $state.raw<readonly ListView[]>([]);
  #listName = $state.raw("");
  #rows = $state.raw<ReadonlyMap<number, RowView>>(new Map());
  #cells = $state.raw<ReadonlyMap<number, QuoteCell>>(new Map());
  #refusals = $state.raw<ReadonlyMap<number, string>>(new Map());
  readonly #market: Market;
  readonly #explain: (row: number) => Promise<string>;

  constructor(market: Market, explain: (row: number) => Promise<string>) {
    this.#market = market;
    this.#explain = explain;
  }

  get lists(): readonly ListView[] {
    return this.#lists;
  }

  /** The list that is shown. */
  get list(): ListView | undefined {
    return this.#lists.find(({ name }) => name === this.#listName) ?? this.#lists[0];
  }

  /** The name of the list that a symbol is added to. */
  get listName(): string {
    return this.list?.name ?? FIRST_LIST;
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

  showList(name: string): void {
    this.#listName = name;
  }

  /** A new stream: its row numbers may mean other rows. What is the same row goes on showing what it showed. */
  begin(lists: readonly ListView[], rows: readonly RowView[]): void {
    const before = { rows: this.#rows, cells: this.#cells, refusals: this.#refusals };
    const isSame = (row: number) => {
      const [was, is] = [before.rows.get(row), rows.find((known) => known.row === row)];
      return is !== undefined && was?.feed === is.feed && was.symbol === is.symbol;
    };
    this.#lists = lists;
    this.#rows = new Map();
    this.#cells = new Map([...before.cells].filter(([row]) => isSame(row)));
    this.#refusals = new Map([...before.refusals].filter(([row]) => isSame(row)));
    this.know(rows);
  }

  /** The cells are made here and not where they are asked for: nothing observes what it made itself. */
  know(rows: readonly RowView[]): void {
    if (rows.length === 0) return;
    this.#rows = new Map([...this.#rows, ...rows.map((row) => [row.row, row] as const)]);
    const isNew = ({ row }: RowView) => !this.#cells.has(row);
    const made = rows.filter(isNew).map(({ row }) => [row, new QuoteCell(this.#market.quote(row))] as const);
    if (made.length > 0) this.#cells = new Map([...this.#cells, ...made]);
  }

  /** Puts a row at the end of a list, once. A list that is not there was made for it. */
  enter(name: string, row: RowView): void {
    this.know([row]);
    const isThere = this.#lists.some((list) => list.name === name);
    const lists = isThere ? this.#lists : [...this.#lists, { name, rows: [] }];
    this.#lists = lists.map((list) =>
      list.name === name && !list.rows.includes(row.row) ? { ...list, rows: [...list.rows, row.row] } : list,
    );
  }

  /** Takes a row out of a list, and forgets it if it stands in no other. */
  strike(name: string, row: number): void {
    this.#lists = this.#lists.map((list) =>
      list.name === name ? { ...list, rows: list.rows.filter((kept) => kept !== row) } : list,
    );
    if (this.#lists.some(({ rows }) => rows.includes(row))) return;
    this.#market.forgetRow(row);
    this.#rows = without(this.#rows, row);
    this.#cells = without(this.#cells, row);
    this.#refusals = without(this.#refusals, row);
  }

  /** Shows what changed since it was last asked to. */
  publish(): void {
    for (const row of this.#market.takeChanged()) {
      const quote = this.#market.quote(row);
      if (quote === undefined) continue;
      this.#cells.get(row)?.publish(quote);
      if (quote.subscription === "refused") this.#learnRefusal(row);
    }
  }

  #learnRefusal(row: number): void {
    if (this.#refusals.has(row)) return;
    this.#explain(row).then(
      (answer) => {
        this.#refusals = new Map(this.#refusals).set(row, answer);
      },
      // The row is gone, and nobody needs to know why it was refused.
      () => undefined,
    );
  }
}

function without<T>(map: ReadonlyMap<number, T>, row: number): ReadonlyMap<number, T> {
  return new Map([...map].filter(([known]) => known !== row));
}
