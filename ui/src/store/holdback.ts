/**
 * Keeps lifecycle events until the frame they follow was applied.
 *
 * Tauri keeps no order between an event and a channel, so "the feed is live again" may come before the
 * frame whose prices it speaks of. Events leave in the order they came.
 */
import type { Lifecycle } from "../ipc/bindings";

/** More than this are merged: each tells the whole state of the feeds, so only rows must be kept. */
const HELD_MAX = 32;

export class Holdback {
  readonly #stream: number;
  readonly #deliver: (lifecycle: Lifecycle) => void;
  #held: Lifecycle[] = [];
  #applied = 0;

  constructor(stream: number, deliver: (lifecycle: Lifecycle) => void) {
    this.#stream = stream;
    this.#deliver = deliver;
  }

  /** Takes an event; those of another stream are not ours. */
  offer(lifecycle: Lifecycle): void {
    if (lifecycle.stream !== this.#stream) return;
    this.#held.push(lifecycle);
    const [oldest, next] = this.#held;
    if (this.#held.length > HELD_MAX && oldest !== undefined && next !== undefined) {
      this.#held.splice(0, 2, merged(oldest, next));
    }
    this.#release();
  }

  frameApplied(frame: number): void {
    this.#applied = Math.max(this.#applied, frame);
    this.#release();
  }

  #release(): void {
    for (let first = this.#held[0]; first && first.frame <= this.#applied; first = this.#held[0]) {
      this.#held.shift();
      this.#deliver(first);
    }
  }
}

function merged(older: Lifecycle, newer: Lifecycle): Lifecycle {
  const rows = new Map([...older.rows, ...newer.rows].map((row) => [row.row, row]));
  return { ...newer, rows: [...rows.values()] };
}
