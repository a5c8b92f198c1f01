/**
 * The newest of what goes on and on, as many as a person can look through. Whoever pauses it reads in peace:
 * what comes meanwhile is held back, and shown when it goes on.
 */
export class Tail<T> {
  readonly #max: number;
  #items = $state.raw<readonly T[]>([]);
  #held = $state.raw<readonly T[]>([]);
  #isPaused = $state.raw(false);
  #dropped = $state.raw(0);

  constructor(max: number) {
    this.#max = max;
  }

  /** The oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** How many wait to be shown. */
  get held(): number {
    return this.#held.length;
  }

  /** How many there is no room for any more. */
  get dropped(): number {
    return this.#dropped;
  }

  push(items: readonly T[]): void {
    if (items.length === 0) return;
    if (this.#isPaused) this.#held = this.#newest(this.#held, items);
    else this.#items = this.#newest(this.#items, items);
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    const held = this.#held;
    this.#held = [];
    this.push(held);
  }

  clear(): void {
    this.#items = this.#held = [];
    this.#dropped = 0;
  }

  #newest(known: readonly T[], items: readonly T[]): readonly T[] {
    const all = [...known, ...items];
    const spare = Math.max(0, all.length - this.#max);
    this.#dropped += spare;
    return spare === 0 ? all : all.slice(spare);
  }
}
