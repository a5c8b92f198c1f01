/**
 * What the page asks of whatever is behind it: the shell in the app, an imitation in a plain browser.
 *
 * The store calls these; components go through the store. Commands reject with a `CommandError`.
 */
import type {
  About,
  CommandError,
  Lifecycle,
  MarketView,
  Notice,
  Opening,
  PageError,
  RowView,
  SettingsView,
  SimulatorView,
  StepView,
  Timeframe,
} from "./bindings";

export interface Listener {
  frame: (bytes: ArrayBuffer) => void;
  lifecycle: (lifecycle: Lifecycle) => void;
  notice: (notice: Notice) => void;
}

export interface Backend {
  /** Begins to hear the lifecycle and notices. Once, before the first stream. */
  listen(listener: Pick<Listener, "lifecycle" | "notice">): Promise<void>;
  /** Begins a stream of frames; the one before ends. Frames may come before the answer does. */
  openStream(frame: Listener["frame"]): Promise<Opening>;
  /** The next frame is sent only after this. */
  acknowledge(stream: number, frame: number): Promise<void>;
  addSymbol(list: string, feed: string, symbol: string): Promise<RowView>;
  removeSymbol(list: string, row: number): Promise<void>;
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
