/**
 * What the page asks of whatever is behind it: the shell in the app, an imitation in a plain browser.
 *
 * The store calls these; components go through the store. Commands reject with a `CommandError`.
 */
import type {
  About,
  CheckView,
  CommandError,
  FeedEntry,
  FeedForm,
  FeedLogView,
  KeepView,
  Lifecycle,
  ListingView,
  MarketView,
  Notice,
  Opening,
  PageError,
  PreviewView,
  Removal,
  RowView,
  SearchView,
  SettingsView,
  SimulatorView,
  SourceName,
  SourceState,
  StepView,
  Timeframe,
  TrialView,
  WireView,
} from "./bindings";

export interface Listener {
  frame: (bytes: ArrayBuffer) => void;
  lifecycle: (lifecycle: Lifecycle) => void;
  notice: (notice: Notice) => void;
  /** A feed was opened or closed: lists and rows are told anew by the next opening of the stream. */
  feedsChanged: () => void;
}

export interface Backend {
  /** Begins to hear everything but frames. Once, before the first stream. */
  listen(listener: Omit<Listener, "frame">): Promise<void>;
  /** Begins a stream of frames; the one before ends. Frames may come before the answer does. */
  openStream(frame: Listener["frame"]): Promise<Opening>;
  /** The next frame is sent only after this. */
  acknowledge(stream: number, frame: number): Promise<void>;
  addSymbol(list: string, feed: string, symbol: string): Promise<RowView>;
  /** What may be meant by some words, at one feed or all. Their venues are asked only where `ask` says so. */
  searchSymbols(words: string, feed: string | null, ask: boolean): Promise<SearchView>;
  removeSymbol(list: string, row: number): Promise<void>;
  /** Another feed of the same instrument behind a row, which stands in for those before it. */
  addSource(list: string, row: number, source: SourceName): Promise<RowView>;
  removeSource(list: string, row: number, source: SourceName): Promise<RowView>;
  /** All of them, the preferred one first. */
  orderSources(list: string, row: number, order: readonly SourceName[]): Promise<RowView>;
  /** How each of them is now. */
  rowSources(row: number): Promise<SourceState[]>;
  /** What the other feeds call the same instrument, where that is known. */
  suggestSources(row: number): Promise<SourceName[]>;
  /** The number of a series, which the next frame carries whole. */
  openChart(stream: number, row: number, timeframe: Timeframe): Promise<number>;
  closeChart(stream: number, series: number): Promise<void>;
  explainRow(row: number): Promise<string>;
  settings(): Promise<SettingsView>;
  changeSettings(change: SettingsView): Promise<SettingsView>;
  about(): Promise<About>;
  reportPageError(error: PageError): Promise<void>;
  retryFeed(feed: string): Promise<void>;
  /** What happened to a feed lately, the newest first. */
  feedHistory(feed: string): Promise<StepView[]>;
  /** All of it as a text that can be given to others: no key is in it. */
  reportFeed(feed: string): Promise<string>;
  /** What can be chosen for a feed whose simulator is the app's own. */
  simulator(feed: string): Promise<SimulatorView>;
  /** Begins a drill; one that runs on this feed is over. Lifecycle tells which one runs. */
  startDrill(feed: string, drill: string): Promise<void>;
  stopDrill(feed: string): Promise<void>;
  /** Opens another market behind a simulated feed, whose rows are new ones then: open the stream again. */
  openMarket(feed: string, market: MarketView): Promise<MarketView>;
  /** Every market of every provider that a feed can be made of. */
  catalogue(): Promise<ListingView[]>;
  /** The feeds as they are configured, in the person's order. */
  feedSettings(): Promise<FeedEntry[]>;
  /** What is wrong with a form as it is typed, and what saving it takes away. `original` is the id of the edited feed. */
  checkFeed(form: FeedForm, original: string | null): Promise<CheckView>;
  /** Adds a feed, or changes the one of that id; what it changes holds at once. */
  saveFeed(form: FeedForm, original: string | null): Promise<FeedEntry>;
  /** What a described venue's pointers find in messages that a person pastes. */
  previewCustom(form: FeedForm, sample: string): Promise<PreviewView>;
  pauseFeed(feed: string): Promise<void>;
  resumeFeed(feed: string): Promise<void>;
  /** Takes a feed away with its rows and its key. For a while the answer's number brings all of it back. */
  removeFeed(feed: string): Promise<Removal>;
  restoreFeed(undo: number): Promise<FeedEntry>;
  /** Hands a key in, and opens the feed with it. No command ever hands one out. */
  setKey(feed: string, key: string, keep: KeepView): Promise<void>;
  /** All of it, or only the older one that the keyring has beside that of this run. */
  forgetKey(feed: string, older: boolean): Promise<void>;
  /** The same for the user name and password of a feed's proxy, with a colon between them. */
  setProxyLogin(feed: string, login: string, keep: KeepView): Promise<void>;
  forgetProxyLogin(feed: string, older: boolean): Promise<void>;
  /** Tries the feed that a form describes, saved or not. The answer numbers the trial; what comes of it is heard. */
  testFeed(form: FeedForm, original: string | null, key: string | null): Promise<number>;
  stopTrial(number: number): Promise<void>;
  /** What happens to a feed is heard from now on, with what happened before. One feed at a time. */
  openLog(feed: string): Promise<void>;
  closeLog(): Promise<void>;
  /** What goes over a feed's wires is heard from now on. One feed at a time. */
  openWire(feed: string): Promise<void>;
  closeWire(): Promise<void>;
  /** Hears one kind of what is told while somebody looks. Whoever has enough calls what is returned. */
  hear<K extends keyof CloseUp>(kind: K, heard: (news: CloseUp[K]) => void): Promise<() => void>;
}

/** What is told only while somebody looks, by its event. */
export interface CloseUp {
  trial: TrialView;
  feed_log: FeedLogView;
  wire: WireView;
}

/** What a command rejected with, or a sentence for what nobody foresaw. */
export function asCommandError(reason: unknown): Pick<CommandError, "sentence" | "next"> {
  if (typeof reason === "object" && reason !== null && "sentence" in reason && "next" in reason) {
    return { sentence: String(reason.sentence), next: String(reason.next) };
  }
  return {
    sentence: "Tickwire could not do that.",
    next: reason instanceof Error ? reason.message : String(reason),
  };
}
