/** What a description finds in pasted messages, asked for while both are typed; the newest answer counts. */
import type { Backend } from "../ipc/backend";
import type { FeedForm, PreviewView } from "../ipc/bindings";
import { told } from "./feed-draft.svelte";

const ASK_AFTER_MS = 300;

export class Preview {
  #view = $state.raw<PreviewView | null>(null);
  #problem = $state.raw<string | null>(null);
  readonly #backend: Pick<Backend, "previewCustom">;
  #number = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Pick<Backend, "previewCustom">) {
    this.#backend = backend;
  }

  /** Null where nothing was pasted. */
  get view(): PreviewView | null {
    return this.#view;
  }

  /** Why nothing can be told. */
  get problem(): string | null {
    return this.#problem;
  }

  ask(form: FeedForm, sample: string): void {
    clearTimeout(this.#later);
    this.#number += 1;
    if (sample.trim() === "") this.#view = this.#problem = null;
    else this.#later = setTimeout(() => void this.#askNow(form, sample), ASK_AFTER_MS);
  }

  stop(): void {
    clearTimeout(this.#later);
    this.#number += 1;
  }

  async #askNow(form: FeedForm, sample: string): Promise<void> {
    const number = this.#number;
    try {
      const view = await this.#backend.previewCustom(form, sample);
      if (number !== this.#number) return;
      this.#view = view;
      this.#problem = null;
    } catch (reason) {
      if (number === this.#number) this.#problem = told(reason);
    }
  }
}
