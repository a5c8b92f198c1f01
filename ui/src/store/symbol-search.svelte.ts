/**
 * What a person may mean by what is typed: the well-known at once, what the venues find a moment later.
 *
 * The field that adds a symbol owns one. A quick hand types on: an answer to older letters is not shown.
 */
import type { Backend } from "../ipc/backend";
import type { FoundView, SearchView, UnheardView } from "../ipc/bindings";

/** Venues are asked when a hand rests, and not with each letter. */
const REST_MS = 250;

type State = "resting" | "asking" | "told";

export class SymbolSearch {
  #found = $state.raw<readonly FoundView[]>([]);
  #unheard = $state.raw<readonly UnheardView[]>([]);
  #state = $state.raw<State>("resting");
  readonly #backend: Backend;
  #wanted = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** The likeliest to be meant first. */
  get found(): readonly FoundView[] {
    return this.#found;
  }

  /** Feeds that had no answer, and why. */
  get unheard(): readonly UnheardView[] {
    return this.#unheard;
  }

  /** Whether the venues were asked, and have answered. */
  get state(): State {
    return this.#state;
  }

  look(words: string): void {
    this.stop();
    const typed = words.trim();
    if (typed === "") return;
    const wanted = this.#wanted;
    this.#state = "asking";
    const show = ({ found, unheard }: SearchView) => {
      if (wanted !== this.#wanted) return;
      this.#found = found;
      this.#unheard = unheard;
    };
    // What cannot be searched can be typed all the same.
    this.#backend.searchSymbols(typed, null, false).then(show, () => undefined);
    this.#rest = setTimeout(() => {
      const told = () => {
        if (wanted === this.#wanted) this.#state = "told";
      };
      this.#backend
        .searchSymbols(typed, null, true)
        .then(show, () => undefined)
        .then(told, told);
    }, REST_MS);
  }

  /** Nothing is looked for any more. */
  stop(): void {
    clearTimeout(this.#rest);
    this.#wanted += 1;
    this.#found = [];
    this.#unheard = [];
    this.#state = "resting";
  }
}
