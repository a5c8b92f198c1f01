/** The menu of one simulated feed: what can be rehearsed on it, and the market that stands behind it. */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { DrillView, MarketView } from "../ipc/bindings";

export class Simulator {
  readonly feed: string;
  #drills = $state.raw<readonly DrillView[]>([]);
  #market = $state.raw<MarketView | null>(null);
  #problem = $state.raw<string | null>(null);
  #isOpening = $state.raw(false);
  readonly #backend: Backend;
  readonly #opened: () => Promise<void>;

  /** `opened` is called after another market was opened, when the rows of the feed are new ones. */
  constructor(feed: string, backend: Backend, opened: () => Promise<void>) {
    this.feed = feed;
    this.#backend = backend;
    this.#opened = opened;
  }

  get drills(): readonly DrillView[] {
    return this.#drills;
  }

  /** The market that is open; null until it is known. */
  get market(): MarketView | null {
    return this.#market;
  }

  /** Why the last thing that was asked was not done. */
  get problem(): string | null {
    return this.#problem;
  }

  get isOpening(): boolean {
    return this.#isOpening;
  }

  load(): Promise<void> {
    return this.#ask(async () => {
      const { market, drills } = await this.#backend.simulator(this.feed);
      this.#market = market;
      this.#drills = drills;
    });
  }

  start(drill: string): Promise<void> {
    return this.#ask(() => this.#backend.startDrill(this.feed, drill));
  }

  stop(): Promise<void> {
    return this.#ask(() => this.#backend.stopDrill(this.feed));
  }

  async openMarket(market: MarketView): Promise<void> {
    this.#isOpening = true;
    await this.#ask(async () => {
      this.#market = await this.#backend.openMarket(this.feed, market);
      await this.#opened();
    });
    this.#isOpening = false;
  }

  async #ask(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.#problem = null;
    } catch (reason) {
      const { sentence, next } = asCommandError(reason);
      this.#problem = `${sentence} ${next}`;
    }
  }
}
