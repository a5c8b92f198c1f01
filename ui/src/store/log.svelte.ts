/** The log of one feed, for as long as somebody looks at it. */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { FeedLogView, LogEntryView } from "../ipc/bindings";
import { Tail } from "./tail.svelte";

const ENTRIES_MAX = 500;

/** A feed that is opened anew numbers its entries anew, so each has a name of its own here. */
export type LogLine = LogEntryView & { readonly key: number };

export class FeedLog {
  readonly feed: string;
  readonly tail = new Tail<LogLine>(ENTRIES_MAX);
  readonly #backend: Backend;
  #sum = $state.raw<Pick<FeedLogView, "open" | "messages" | "bytes"> | null>(null);
  #problem = $state.raw<string | null>(null);
  #hush: (() => void) | null = null;
  #isOver = false;
  #keys = 0;

  constructor(feed: string, backend: Backend) {
    this.feed = feed;
    this.#backend = backend;
  }

  /** What came since the feed was opened; null until it is known. */
  get sum(): Pick<FeedLogView, "open" | "messages" | "bytes"> | null {
    return this.#sum;
  }

  get problem(): string | null {
    return this.#problem;
  }

  async open(): Promise<void> {
    try {
      const hush = await this.#backend.hear("feed_log", (view) => {
        this.#heard(view);
      });
      if (this.#isOver) {
        hush();
        return;
      }
      this.#hush = hush;
      await this.#backend.openLog(this.feed);
    } catch (reason) {
      this.#problem = asCommandError(reason).sentence;
    }
  }

  close(): void {
    this.#isOver = true;
    this.#hush?.();
    void this.#backend.closeLog();
  }

  #heard(view: FeedLogView): void {
    if (view.feed !== this.feed) return;
    this.#sum = view;
    this.tail.push(
      view.entries.map((entry) => {
        this.#keys += 1;
        return { ...entry, key: this.#keys };
      }),
    );
  }
}
