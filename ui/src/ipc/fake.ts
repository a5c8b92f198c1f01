/**
 * The shell's imitation for a plain browser: `npm run dev` shows the whole window on invented prices.
 *
 * It keeps the shell's promises: binary frames, one at a time, each after the page acknowledged the one
 * before, lifecycle beside them. In the browser's console `tickwire` cuts the feed and mends it. Nothing
 * is stored: a reload begins anew.
 */
import type { Backend, CloseUp, Listener } from "./backend";
import type {
  CommandError,
  FeedEntry,
  FeedForm,
  KeepView,
  MarketView,
  Notice,
  RowView,
  SearchView,
  SettingsView,
  SimulatorView,
  SourceName,
  SourceState,
  StepView,
  Timeframe,
} from "./bindings";
import { previewOf } from "./fake/custom";
import { FakeCloseUps } from "./fake/close-up";
import { DRILLS } from "./fake/drills";
import type { FakeDrill } from "./fake/drills";
import { FakeFeed } from "./fake/feed";
import { writeFrame } from "./fake/frame-writer";
import type { CandleDraft, RowDraft } from "./fake/frame-writer";
import { FakeFeedBook } from "./fake/feed-book";
import { INSTRUMENTS, instrumentOf } from "./fake/instruments";
import { FakeRow } from "./fake/row";
import type { Lack } from "./frame";

/** What a person at the browser's console can do to the imitation. */
export interface FakeControls {
  /** Cuts the feed; without a number of seconds it stays down until `recover`. */
  drop(seconds?: number): void;
  recover(): void;
  /** Lets one symbol fall silent while the feed lives. */
  mute(symbol: string): void;
  notice(): void;
}

export interface FakeOptions {
  seed: number;
  symbols: readonly string[];
  /** Whether a keyring answers; it does unless it is said otherwise. */
  keyring?: boolean;
}

interface Chart {
  series: number;
  row: FakeRow;
  timeframe: Timeframe;
  /** How far the page has it; null before the whole series was sent. */
  sent: { start: number; ticks: number } | null;
}

const FEED = "sim";
const LIST = "Watchlist";
const BEAT_MS = 50;
const ROUND_TRIP_MS = 2_000;
const REFUSED_AFTER_MS = 300;

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
  #market: MarketView;
  #drill: { drill: FakeDrill; until: number } | null = null;
  /** By their names, in the order of the settings. */
  readonly #feeds = new Map<string, FakeFeed>();
  readonly #book: FakeFeedBook;
  readonly #closeUps = new FakeCloseUps();
  readonly #rows = new Map<number, FakeRow>();
  #listed: number[] = [];
  /** What stood in the list when a feed was removed, for who brings it back. */
  #struck: readonly { feed: string; symbol: string; place: number }[] = [];
  #charts: Chart[] = [];
  #settings: SettingsView = { keepInTray: false, theme: "system", updown: "green_up" };
  #listener: Omit<Listener, "frame"> | null = null;
  #send: Listener["frame"] | null = null;
  #beat: ReturnType<typeof setInterval> | null = null;
  #stream = 0;
  #frame = 0;
  #acknowledged = 0;
  #numbers = 0;
  #pongAt = 0;

  constructor({ seed, symbols, keyring = true }: FakeOptions) {
    this.#market = { seed, mood: "normal", speed: "1" };
    this.#feeds.set(FEED, new FakeFeed(FEED, Date.now()));
    const owner = {
      opened: (entry: FeedEntry, was: string) => {
        this.#openFeed(entry, was);
      },
      closed: (feed: string) => {
        this.#closeFeed(feed);
      },
      restored: (entry: FeedEntry) => {
        this.#restoreFeed(entry);
      },
    };
    this.#book = new FakeFeedBook(owner, keyring, [FEED]);
    for (const symbol of symbols) this.#list(FEED, symbol);
    this.controls = {
      drop: (seconds = Number.POSITIVE_INFINITY) => {
        this.#sim?.drop(Date.now(), seconds * 1000);
        this.#tellLifecycle();
      },
      recover: () => {
        this.#sim?.recover(Date.now());
        this.#tellLifecycle();
      },
      mute: (symbol) => {
        for (const row of this.#rows.values()) if (row.symbol === symbol) row.mute();
      },
      notice: () => this.#listener?.notice(BROKEN_SETTINGS),
    };
  }

  listen(listener: Omit<Listener, "frame">): Promise<void> {
    this.#listener = listener;
    return Promise.resolve();
  }

  openStream(frame: Listener["frame"]) {
    this.#send = frame;
    this.#stream += 1;
    this.#frame = this.#acknowledged = 0;
    this.#charts = [];
    for (const row of this.#rows.values()) row.touch();
    this.#beat ??= setInterval(() => {
      this.#onBeat(Date.now());
    }, BEAT_MS);
    return Promise.resolve({
      stream: this.#stream,
      lists: [{ name: LIST, rows: [...this.#listed] }],
      rows: this.#views(),
      lifecycle: this.#lifecycle([]),
      notices: [],
    });
  }

  acknowledge(stream: number, frame: number): Promise<void> {
    if (stream === this.#stream) this.#acknowledged = Math.max(this.#acknowledged, frame);
    return Promise.resolve();
  }

  addSymbol(_list: string, feed: string, symbol: string): Promise<RowView> {
    if (!this.#feeds.has(feed)) return noSuchFeed(feed);
    if (!/^[A-Z0-9][A-Z0-9./:-]{0,23}$/.test(symbol)) {
      return refuse("bad_symbol", `“${symbol}” is not how a symbol is written.`, "Use letters and digits.");
    }
    const known = [...this.#rows.values()].find((row) => row.feed === feed && row.symbol === symbol);
    return Promise.resolve((known ?? this.#list(feed, symbol)).view());
  }

  searchSymbols(words: string, feed: string | null): Promise<SearchView> {
    const begins = (text: string) => text.toLowerCase().startsWith(words.toLowerCase());
    const meant = INSTRUMENTS.filter(({ symbol, name }) => begins(symbol) || name.split(" ").some(begins));
    const feeds = [...this.#feeds.keys()].filter((known) => feed === null || known === feed);
    const found = meant.flatMap(({ symbol, name, currency }) =>
      feeds.map((of) => ({ feed: of, symbol, name, exchange: null, currency })),
    );
    return Promise.resolve({ found, unheard: [] });
  }

  removeSymbol(_list: string, row: number): Promise<void> {
    if (!this.#rows.delete(row)) return refuse("no_such_row", "That row is gone already.", "Nothing to do.");
    this.#listed.splice(this.#listed.indexOf(row), 1);
    this.#charts = this.#charts.filter((chart) => chart.row.number !== row);
    return Promise.resolve();
  }

  addSource(_list: string, row: number, source: SourceName): Promise<RowView> {
    if (!this.#feeds.has(source.feed)) return noSuchFeed(source.feed);
    return this.#changeSources(row, (sources) => [...without(sources, source), source]);
  }

  removeSource(_list: string, row: number, source: SourceName): Promise<RowView> {
    const left = without(this.#rows.get(row)?.sources ?? [], source);
    if (left.length === 0) {
      const why = "The sources stay as they are: a row has one source at least.";
      return refuse("bad_source", why, "Remove the row instead.");
    }
    return this.#changeSources(row, () => left);
  }

  orderSources(_list: string, row: number, order: readonly SourceName[]): Promise<RowView> {
    return this.#changeSources(row, () => [...order]);
  }

  rowSources(row: number): Promise<SourceState[]> {
    const found = this.#rows.get(row);
    if (found === undefined) return refuse("no_such_row", "That row is gone.", "Choose another.");
    const states = found.sources.map(({ feed, symbol }) => ({
      feed,
      symbol,
      shown: feed === found.shownFeed,
      price: found.walk?.text(found.walk.price) ?? null,
      why: found.explain(Date.now(), this.#feeds.get(feed)?.isLive === true),
    }));
    return Promise.resolve(states);
  }

  suggestSources(row: number): Promise<SourceName[]> {
    const found = this.#rows.get(row);
    if (found === undefined) return refuse("no_such_row", "That row is gone.", "Choose another.");
    const others = [...this.#feeds.keys()].filter((feed) =>
      found.sources.every((known) => known.feed !== feed),
    );
    return Promise.resolve(others.map((feed) => ({ feed, symbol: found.symbol })));
  }

  openChart(_stream: number, row: number, timeframe: Timeframe): Promise<number> {
    const found = this.#rows.get(row);
    if (found === undefined) return refuse("no_such_row", "That row is gone.", "Choose another.");
    this.#numbers += 1;
    this.#charts.push({ series: this.#numbers, row: found, timeframe, sent: null });
    return Promise.resolve(this.#numbers);
  }

  closeChart(_stream: number, series: number): Promise<void> {
    this.#charts = this.#charts.filter((chart) => chart.series !== series);
    return Promise.resolve();
  }

  explainRow(row: number): Promise<string> {
    const found = this.#rows.get(row);
    if (found === undefined) return refuse("no_such_row", "That row is gone.", "Choose another.");
    return Promise.resolve(found.explain(Date.now(), this.#isLive(found)));
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
    const found = this.#feeds.get(feed);
    if (found === undefined) return noSuchFeed(feed);
    found.retry(Date.now());
    this.#tellLifecycle();
    return Promise.resolve();
  }

  feedHistory(feed: string): Promise<StepView[]> {
    const found = this.#feeds.get(feed);
    return found === undefined ? noSuchFeed(feed) : Promise.resolve(found.history());
  }

  async reportFeed(feed: string): Promise<string> {
    const steps = await this.feedHistory(feed);
    const lines = steps.map(({ at, to, cause }) => `${new Date(at).toISOString()} ${to}: ${cause}`);
    return ["Tickwire in a browser", ...lines].join("\n");
  }

  simulator(feed: string): Promise<SimulatorView> {
    if (feed !== FEED) return noSuchFeed(feed);
    const drills = DRILLS.map(({ name, title, sentence }) => ({ name, title, sentence }));
    return Promise.resolve({ market: this.#market, drills });
  }

  startDrill(_feed: string, name: string): Promise<void> {
    const drill = DRILLS.find((known) => known.name === name);
    if (drill === undefined) return refuse("no_such_drill", "There is no such drill.", "Choose another.");
    this.#endDrill();
    this.#drill = { drill, until: Date.now() + drill.lastsMs };
    if (drill.effect === "mute") for (const row of this.#rows.values()) row.mute();
    else this.#sim?.drop(Date.now(), drill.lastsMs / 3);
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
    this.#relist((row) => row.feed === FEED, FEED);
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

  get #sim(): FakeFeed | undefined {
    return this.#feeds.get(FEED);
  }

  #isLive(row: FakeRow): boolean {
    return this.#feeds.get(row.shownFeed)?.isLive === true;
  }

  #lackOf(feed: string): Lack | null {
    const known = this.#feeds.get(feed);
    if (known === undefined) return "not_open";
    return known.isLive ? null : "disconnected";
  }

  #changeSources(row: number, change: (sources: readonly SourceName[]) => SourceName[]): Promise<RowView> {
    const found = this.#rows.get(row);
    if (found === undefined) return refuse("no_such_row", "That row is gone.", "Choose another.");
    found.sources = change(found.sources);
    found.choose(Date.now(), (feed) => this.#lackOf(feed));
    found.touch();
    return Promise.resolve(found.view());
  }

  /** Its rows are kept, under its new name if it has one. */
  #openFeed({ form, paused, problem, next }: FeedEntry, was: string): void {
    const now = Date.now();
    const feed = new FakeFeed(form.id, now, form.venue === "sim");
    if (paused) feed.hold(now, "paused", "paused by you");
    else if (problem !== null) feed.hold(now, "refused", `${problem} ${next ?? ""}`.trim());
    else feed.connect(now);
    const feeds = [...this.#feeds].map(([id, known]) =>
      id === was ? ([form.id, feed] as const) : ([id, known] as const),
    );
    if (!this.#feeds.has(was)) feeds.push([form.id, feed]);
    this.#replaceFeeds(feeds);
    if (was !== form.id) this.#relist((row) => row.feed === was, form.id);
    this.#tellChange();
  }

  #closeFeed(feed: string): void {
    const rows = this.#listed.map((number) => this.#rows.get(number));
    this.#struck = rows.flatMap((row, place) =>
      row?.feed === feed ? [{ feed, symbol: row.symbol, place }] : [],
    );
    for (const row of rows) if (row?.feed === feed) void this.removeSymbol(LIST, row.number);
    this.#feeds.delete(feed);
    this.#tellChange();
  }

  #restoreFeed(entry: FeedEntry): void {
    const order = this.#book.entries().map(({ form }) => form.id);
    this.#openFeed(entry, entry.form.id);
    this.#replaceFeeds([...this.#feeds].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other)));
    for (const { feed, symbol, place } of this.#struck) {
      const row = this.#list(feed, symbol);
      this.#listed = this.#listed.filter((number) => number !== row.number);
      this.#listed.splice(place, 0, row.number);
    }
    this.#struck = [];
    this.#tellChange();
  }

  #replaceFeeds(feeds: readonly (readonly [string, FakeFeed])[]): void {
    this.#feeds.clear();
    for (const [id, feed] of feeds) this.#feeds.set(id, feed);
  }

  /** New rows for the same symbols, in the same places. */
  #relist(isMeant: (row: FakeRow) => boolean, feed: string): void {
    for (const [place, number] of [...this.#listed].entries()) {
      const row = this.#rows.get(number);
      if (row === undefined || !isMeant(row)) continue;
      this.#rows.delete(number);
      this.#charts = this.#charts.filter((chart) => chart.row !== row);
      const made = this.#list(feed, row.symbol);
      this.#listed.pop();
      this.#listed[place] = made.number;
    }
  }

  #tellChange(): void {
    this.#tellLifecycle();
    this.#listener?.feedsChanged();
  }

  #list(feed: string, symbol: string): FakeRow {
    this.#numbers += 1;
    const isSimulated = this.#book.entries().some(({ form }) => form.id === feed && form.venue === "sim");
    const known = INSTRUMENTS.find((instrument) => instrument.symbol === symbol);
    const instrument = isSimulated ? known : instrumentOf(symbol);
    const row = new FakeRow(
      this.#numbers,
      feed,
      symbol,
      instrument,
      this.#market.seed,
      Date.now(),
      isSimulated,
    );
    this.#rows.set(row.number, row);
    this.#listed.push(row.number);
    if (instrument === undefined)
      setTimeout(() => {
        row.refuse();
      }, REFUSED_AFTER_MS);
    return row;
  }

  #endDrill(): void {
    if (this.#drill?.drill.effect === "mute") for (const row of this.#rows.values()) row.mute(false);
    if (this.#drill?.drill.effect === "drop") this.#sim?.recover(Date.now());
    this.#drill = null;
  }

  #onBeat(now: number): void {
    const ended = this.#drill !== null && now >= this.#drill.until;
    if (ended) this.#endDrill();
    let turned = ended;
    for (const feed of this.#feeds.values()) turned = feed.advance(now) || turned;
    const ponged = now - this.#pongAt >= ROUND_TRIP_MS;
    if (ponged) this.#pongAt = now;
    for (const row of this.#rows.values()) {
      row.choose(now, (feed) => this.#lackOf(feed));
      row.advance(now, this.#isLive(row));
    }
    if (this.#acknowledged === this.#frame) this.#sendFrame(now);
    if (turned || ponged) this.#tellLifecycle();
  }

  #sendFrame(now: number): void {
    const rows: RowDraft[] = [];
    for (const row of this.#rows.values()) {
      const draft = row.takeChange();
      if (draft !== null) rows.push(draft);
    }
    const candles = this.#charts.flatMap((chart) => candlesOf(chart));
    if (rows.length === 0 && candles.length === 0) return;
    this.#frame += 1;
    this.#send?.(writeFrame({ stream: this.#stream, frame: this.#frame, madeAt: now, rows, candles }));
  }

  #tellLifecycle(): void {
    this.#listener?.lifecycle(this.#lifecycle([]));
  }

  #lifecycle(rows: RowView[]) {
    const playing = this.#drill?.drill;
    const drill = playing && { name: playing.name, title: playing.title, sentence: playing.sentence };
    const feeds = [...this.#feeds.values()].map((feed) => feed.view(Date.now(), drill ?? null));
    return { stream: this.#stream, frame: this.#frame, feeds, rows };
  }

  #views(): RowView[] {
    return [...this.#rows.values()].map((row) => row.view());
  }
}

/** All of a series at first, then whatever may have changed since. */
function candlesOf(chart: Chart): CandleDraft[] {
  const { series, timeframe, sent } = chart;
  const { walk } = chart.row;
  if (walk === null || walk.ticks === sent?.ticks) return [];
  const bars = walk.bars[timeframe].filter((bar) => sent === null || bar.start >= sent.start);
  chart.sent = { start: bars.at(-1)?.start ?? 0, ticks: walk.ticks };
  return bars.map((bar, index) => ({
    series,
    reset: sent === null && index === 0,
    trades: bar.trades,
    origin: bar.origin,
    start: bar.start,
    open: walk.text(bar.open),
    high: walk.text(bar.high),
    low: walk.text(bar.low),
    close: walk.text(bar.close),
    volume: bar.volume.toString(),
  }));
}

function without(sources: readonly SourceName[], { feed, symbol }: SourceName): SourceName[] {
  return sources.filter((known) => known.feed !== feed || known.symbol !== symbol);
}

function noSuchFeed(feed: string): Promise<never> {
  return refuse("no_such_feed", `There is no feed called ${feed}.`, "Choose another.");
}

function refuse(code: CommandError["code"], sentence: string, next: string): Promise<never> {
  // The shell rejects with plain data; so does its imitation.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  return Promise.reject({ code, sentence, next } satisfies CommandError);
}

const BROKEN_SETTINGS: Notice = {
  code: "settings_broken",
  sentence: "The settings file could not be read, so the defaults are used.",
  next: "The old file was kept aside in the profile folder.",
};
