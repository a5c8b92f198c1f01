/**
 * The shell's imitation for a plain browser: `npm run dev` shows the whole window on invented prices.
 *
 * It keeps the shell's promises: binary frames, one at a time, each after the page acknowledged the one
 * before, lifecycle beside them. In the browser's console `tickwire` cuts the feed and mends it. Nothing
 * is stored: a reload begins anew.
 */
import type { Backend, CloseUp, Listener } from "./backend";
import type {
  FeedEntry,
  FeedForm,
  KeepView,
  MarketView,
  RowView,
  SearchView,
  SettingsView,
  SimulatorView,
  SourceName,
  StepView,
  Timeframe,
} from "./bindings";
import { FakeCloseUps } from "./fake/close-up";
import { controlsOf } from "./fake/controls";
import type { FakeControls } from "./fake/controls";
import { previewOf } from "./fake/custom";
import { DRILLS } from "./fake/drills";
import { FakeFeedBook } from "./fake/feed-book";
import { FakeFeeds, SIM } from "./fake/feeds";
import { INSTRUMENTS } from "./fake/instruments";
import { FakeList } from "./fake/list";
import { noSuchFeed, noSuchRow, refuse } from "./fake/refuse";
import { FakeStream } from "./fake/stream";

export interface FakeOptions {
  seed: number;
  symbols: readonly string[];
  /** Whether a keyring answers; it does unless it is said otherwise. */
  keyring?: boolean;
}

const BEAT_MS = 50;
const ROUND_TRIP_MS = 2_000;

export function fakeBackend(query: URLSearchParams): Backend {
  const fake = new FakeBackend({
    seed: Number(query.get("seed") ?? 1),
    symbols: query.get("symbols")?.split(",").filter(Boolean) ?? INSTRUMENTS.map(({ symbol }) => symbol),
    keyring: query.get("keyring") !== "silent",
  });
  Object.assign(globalThis, { tickwire: fake.controls });
  return fake;
}

export class FakeBackend implements Backend {
  readonly controls: FakeControls;
  readonly #feeds = new FakeFeeds();
  readonly #list: FakeList;
  readonly #stream = new FakeStream();
  readonly #book: FakeFeedBook;
  readonly #closeUps = new FakeCloseUps();
  #market: MarketView;
  #settings: SettingsView = { keepInTray: false, theme: "system", updown: "green_up" };
  #listener: Omit<Listener, "frame"> | null = null;
  #beat: ReturnType<typeof setInterval> | null = null;
  #pongAt = 0;

  constructor({ seed, symbols, keyring = true }: FakeOptions) {
    this.#market = { seed, mood: "normal", speed: "1" };
    const owner = {
      opened: (entry: FeedEntry, was: string) => {
        this.#openFeed(entry, was);
      },
      closed: (feed: string) => {
        this.#list.takeOut(feed);
        this.#feeds.close(feed);
        this.#tellChange();
      },
      restored: (entry: FeedEntry) => {
        this.#openFeed(entry, entry.form.id);
        this.#feeds.sort(this.#book.entries().map(({ form }) => form.id));
        this.#list.putBack();
        this.#tellChange();
      },
    };
    this.#book = new FakeFeedBook(owner, keyring, [SIM]);
    this.#list = new FakeList({
      seed: () => this.#market.seed,
      isSimulated: (feed) =>
        this.#book.entries().some(({ form }) => form.id === feed && form.venue === "sim"),
      lackOf: (feed) => this.#feeds.lackOf(feed),
    });
    for (const symbol of symbols) this.#list.add(SIM, symbol);
    this.controls = controlsOf(this.#feeds, this.#list, {
      lifecycle: () => {
        this.#tellLifecycle();
      },
      notice: (notice) => this.#listener?.notice(notice),
    });
  }

  listen(listener: Omit<Listener, "frame">): Promise<void> {
    this.#listener = listener;
    return Promise.resolve();
  }

  openStream(frame: Listener["frame"]) {
    const stream = this.#stream.open(frame);
    for (const row of this.#list.rows) row.touch();
    this.#beat ??= setInterval(() => {
      this.#onBeat(Date.now());
    }, BEAT_MS);
    return Promise.resolve({
      stream,
      lists: [{ name: this.#list.name, rows: this.#list.order }],
      rows: this.#list.views(),
      lifecycle: this.#lifecycle([]),
      notices: [],
    });
  }

  acknowledge(stream: number, frame: number): Promise<void> {
    this.#stream.acknowledge(stream, frame);
    return Promise.resolve();
  }

  addSymbol(_list: string, feed: string, symbol: string): Promise<RowView> {
    if (this.#feeds.feed(feed) === undefined) return noSuchFeed(feed);
    if (!/^[A-Z0-9][A-Z0-9./:-]{0,23}$/.test(symbol)) {
      return refuse("bad_symbol", `“${symbol}” is not how a symbol is written.`, "Use letters and digits.");
    }
    return Promise.resolve(this.#list.add(feed, symbol).view());
  }

  searchSymbols(words: string, feed: string | null): Promise<SearchView> {
    const begins = (text: string) => text.toLowerCase().startsWith(words.toLowerCase());
    const meant = INSTRUMENTS.filter(({ symbol, name }) => begins(symbol) || name.split(" ").some(begins));
    const feeds = this.#feeds.names.filter((known) => feed === null || known === feed);
    const found = meant.flatMap(({ symbol, name, currency }) =>
      feeds.map((of) => ({ feed: of, symbol, name, exchange: null, currency })),
    );
    return Promise.resolve({ found, unheard: [] });
  }

  removeSymbol(_list: string, row: number): Promise<void> {
    if (this.#list.remove(row)) return Promise.resolve();
    return refuse("no_such_row", "That row is gone already.", "Nothing to do.");
  }

  addSource(_list: string, row: number, source: SourceName): Promise<RowView> {
    if (this.#feeds.feed(source.feed) === undefined) return noSuchFeed(source.feed);
    return this.#list.addSource(row, source);
  }

  removeSource(_list: string, row: number, source: SourceName): Promise<RowView> {
    return this.#list.removeSource(row, source);
  }

  orderSources(_list: string, row: number, order: readonly SourceName[]): Promise<RowView> {
    return this.#list.changeSources(row, () => [...order]);
  }

  rowSources(row: number) {
    return this.#list.sourceStates(row);
  }

  suggestSources(row: number) {
    return this.#list.suggestSources(row, this.#feeds.names);
  }

  openChart(_stream: number, row: number, timeframe: Timeframe): Promise<number> {
    const found = this.#list.row(row);
    return found === undefined ? noSuchRow() : Promise.resolve(this.#stream.openChart(found, timeframe));
  }

  closeChart(_stream: number, series: number): Promise<void> {
    this.#stream.closeChart(series);
    return Promise.resolve();
  }

  explainRow(row: number): Promise<string> {
    return this.#list.explain(row);
  }

  settings(): Promise<SettingsView> {
    return Promise.resolve(this.#settings);
  }

  changeSettings(change: SettingsView): Promise<SettingsView> {
    this.#settings = { ...change };
    return Promise.resolve(this.#settings);
  }

  about() {
    return Promise.resolve({
      version: "0.1.0",
      commit: "in a browser",
      notices: "The notices of what is bundled are part of the installed app.",
      logFolder: "none: a browser keeps no log",
      profileFolder: "none: a browser keeps no profile",
    });
  }

  reportPageError(): Promise<void> {
    // The browser's own console has it already.
    return Promise.resolve();
  }

  retryFeed(feed: string): Promise<void> {
    const found = this.#feeds.feed(feed);
    if (found === undefined) return noSuchFeed(feed);
    found.retry(Date.now());
    this.#tellLifecycle();
    return Promise.resolve();
  }

  feedHistory(feed: string): Promise<StepView[]> {
    const found = this.#feeds.feed(feed);
    return found === undefined ? noSuchFeed(feed) : Promise.resolve(found.history());
  }

  async reportFeed(feed: string): Promise<string> {
    const steps = await this.feedHistory(feed);
    const lines = steps.map(({ at, to, cause }) => `${new Date(at).toISOString()} ${to}: ${cause}`);
    return ["Tickwire in a browser", ...lines].join("\n");
  }

  simulator(feed: string): Promise<SimulatorView> {
    if (feed !== SIM) return noSuchFeed(feed);
    const drills = DRILLS.map(({ name, title, sentence }) => ({ name, title, sentence }));
    return Promise.resolve({ market: this.#market, drills });
  }

  startDrill(_feed: string, name: string): Promise<void> {
    this.#endDrill();
    if (!this.#feeds.startDrill(name))
      return refuse("no_such_drill", "There is no such drill.", "Choose another.");
    if (this.#feeds.mutes()) for (const row of this.#list.rows) row.mute();
    this.#tellLifecycle();
    return Promise.resolve();
  }

  stopDrill(): Promise<void> {
    this.#endDrill();
    this.#tellLifecycle();
    return Promise.resolve();
  }

  /** Mood and speed are kept and change nothing here. */
  openMarket(_feed: string, market: MarketView): Promise<MarketView> {
    this.#endDrill();
    this.#market = market;
    this.#list.relist((row) => row.feed === SIM, SIM);
    return Promise.resolve(market);
  }

  catalogue() {
    return Promise.resolve(this.#book.catalogue());
  }

  feedSettings() {
    return Promise.resolve(this.#book.entries());
  }

  checkFeed(form: FeedForm, original: string | null) {
    return Promise.resolve(this.#book.check(form, original));
  }

  saveFeed(form: FeedForm, original: string | null) {
    return this.#book.save(form, original);
  }

  previewCustom(form: FeedForm, sample: string) {
    return Promise.resolve(previewOf(form.custom ?? null, sample));
  }

  pauseFeed(feed: string): Promise<void> {
    return this.#book.pause(feed, true);
  }

  resumeFeed(feed: string): Promise<void> {
    return this.#book.pause(feed, false);
  }

  removeFeed(feed: string) {
    return this.#book.remove(feed);
  }

  restoreFeed(undo: number) {
    return this.#book.restore(undo);
  }

  setKey(feed: string, key: string, keep: KeepView): Promise<void> {
    return this.#book.setKey(feed, key, keep);
  }

  forgetKey(feed: string, older: boolean): Promise<void> {
    return this.#book.forgetKey(feed, older);
  }

  setProxyLogin(feed: string, _login: string, keep: KeepView): Promise<void> {
    return this.#book.setLogin(feed, keep);
  }

  forgetProxyLogin(feed: string): Promise<void> {
    return this.#book.setLogin(feed, null);
  }

  testFeed(form: FeedForm, _original: string | null, key: string | null): Promise<number> {
    return Promise.resolve(this.#closeUps.test(form, key));
  }

  stopTrial(): Promise<void> {
    this.#closeUps.stopTrial();
    return Promise.resolve();
  }

  openLog(feed: string): Promise<void> {
    this.#closeUps.openLog(feed);
    return Promise.resolve();
  }

  closeLog(): Promise<void> {
    this.#closeUps.closeLog();
    return Promise.resolve();
  }

  openWire(feed: string): Promise<void> {
    this.#closeUps.openWire(feed);
    return Promise.resolve();
  }

  closeWire(): Promise<void> {
    this.#closeUps.closeWire();
    return Promise.resolve();
  }

  hear<K extends keyof CloseUp>(kind: K, heard: (news: CloseUp[K]) => void): Promise<() => void> {
    return this.#closeUps.hear(kind, heard);
  }

  /** Ends its timers. */
  close(): void {
    this.#closeUps.close();
    if (this.#beat !== null) clearInterval(this.#beat);
    this.#beat = null;
  }

  /** Its rows are kept, under its new name if it has one. */
  #openFeed(entry: FeedEntry, was: string): void {
    this.#feeds.open(entry, was);
    const { id } = entry.form;
    if (was !== id) this.#list.relist((row) => row.feed === was, id);
    this.#tellChange();
  }

  #endDrill(): void {
    if (this.#feeds.mutes()) for (const row of this.#list.rows) row.mute(false);
    this.#feeds.endDrill();
  }

  #onBeat(now: number): void {
    const wasMuted = this.#feeds.mutes();
    const turned = this.#feeds.advance(now);
    if (wasMuted && !this.#feeds.mutes()) for (const row of this.#list.rows) row.mute(false);
    const ponged = now - this.#pongAt >= ROUND_TRIP_MS;
    if (ponged) this.#pongAt = now;
    this.#list.advance(now);
    this.#stream.send(
      now,
      (row) => this.#list.row(row.number) === row,
      () => this.#list.takeChanges(),
    );
    if (turned || ponged) this.#tellLifecycle();
  }

  #tellLifecycle(): void {
    this.#listener?.lifecycle(this.#lifecycle([]));
  }

  #tellChange(): void {
    this.#tellLifecycle();
    this.#listener?.feedsChanged();
  }

  #lifecycle(rows: RowView[]) {
    return { ...this.#stream.place, feeds: this.#feeds.views(Date.now()), rows };
  }
}
