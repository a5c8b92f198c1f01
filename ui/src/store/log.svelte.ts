/** The log of one feed, for as long as somebody looks at it. */
import type { Backend } from "../ipc/backend";
import type { FeedLogView, LogEntryView } from "../ipc/bindings";
import { Hearing } from "./hearing.svelte";
import { Tail } from "./tail.svelte";

const ENTRIES_MAX = 500;

export type LogLine = LogEntryView & { readonly key: number };

type Sum = Pick<FeedLogView, "open" | "messages" | "bytes">;

export class FeedLog {
  readonly tail = new Tail<LogLine>(ENTRIES_MAX);
  readonly #backend: Backend;
  readonly #hearing: Hearing<"feed_log">;
  #sum = $state.raw<Sum | null>(null);

  constructor(feed: string, backend: Backend) {
    this.#backend = backend;
    this.#hearing = new Hearing(feed, backend, "feed_log", (view) => {
      this.#sum = view;
      this.tail.push(view.entries.map((entry) => ({ ...entry, key: this.#hearing.key() })));
    });
  }

  /** What came since the feed was opened; null until it is known. */
  get sum(): Sum | null {
    return this.#sum;
  }

  get problem(): string | null {
    return this.#hearing.problem;
  }

  open(): Promise<void> {
    return this.#hearing.open(() => this.#backend.openLog(this.#hearing.feed));
  }

  close(): void {
    this.#hearing.close(() => this.#backend.closeLog());
  }
}
