/** A test of a feed: what has become of each step on the way to a first price. */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { TrialView } from "../ipc/bindings";
import type { FeedForm } from "../ipc/bindings";

export class Trial {
  readonly #backend: Backend;
  #view = $state.raw<TrialView | null>(null);
  #isRunning = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  /** Trials up to this number are over for us. */
  #over = 0;
  #newest = 0;
  #hush: (() => void) | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get view(): TrialView | null {
    return this.#view;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Why nothing was tried. */
  get problem(): string | null {
    return this.#problem;
  }

  /** The key is handed on and not kept. */
  async run(form: FeedForm, original: string | null, key: string | null): Promise<void> {
    this.#over = this.#newest;
    this.#view = null;
    this.#problem = null;
    this.#isRunning = true;
    try {
      this.#hush ??= await this.#backend.hear("trial", (view) => {
        this.#heard(view);
      });
      this.#newest = Math.max(this.#newest, await this.#backend.testFeed(form, original, key));
    } catch (reason) {
      const { sentence, next } = asCommandError(reason);
      this.#problem = `${sentence} ${next}`;
      this.#isRunning = false;
    }
  }

  async stop(): Promise<void> {
    const number = this.#newest;
    this.#over = number;
    this.#isRunning = false;
    this.#view = null;
    await this.#backend.stopTrial(number);
  }

  /** Nobody looks any more. */
  end(): void {
    this.#hush?.();
    this.#hush = null;
    if (this.#isRunning) void this.stop();
  }

  #heard(view: TrialView): void {
    // Its first words may come before the answer that numbers it.
    if (view.number <= this.#over) return;
    this.#newest = Math.max(this.#newest, view.number);
    this.#view = view;
    this.#isRunning = !view.ended;
  }
}
