/** What goes over the wires of one feed, for as long as somebody looks. */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { SightView, WireView } from "../ipc/bindings";
import { Tail } from "./tail.svelte";

const SIGHTS_MAX = 500;

/** What was not told stands where it would have been. */
export type WireLine =
  | (SightView & { readonly key: number })
  | {
      readonly key: number;
      readonly at: number;
      readonly line: null;
      readonly what: { readonly kind: "missed"; readonly count: number };
    };

export class Wire {
  readonly feed: string;
  readonly tail = new Tail<WireLine>(SIGHTS_MAX);
  readonly #backend: Backend;
  #problem = $state.raw<string | null>(null);
  #missed = $state.raw(0);
  #hush: (() => void) | null = null;
  #isOver = false;
  #keys = 0;

  constructor(feed: string, backend: Backend) {
    this.feed = feed;
    this.#backend = backend;
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** What came too fast to be told. */
  get missed(): number {
    return this.#missed;
  }

  async open(): Promise<void> {
    try {
      const hush = await this.#backend.hear("wire", (view) => {
        this.#heard(view);
      });
      if (this.#isOver) {
        hush();
        return;
      }
      this.#hush = hush;
      await this.#backend.openWire(this.feed);
    } catch (reason) {
      this.#problem = asCommandError(reason).sentence;
    }
  }

  close(): void {
    this.#isOver = true;
    this.#hush?.();
    void this.#backend.closeWire();
  }

  #heard(view: WireView): void {
    if (view.feed !== this.feed) return;
    const lines: WireLine[] = view.sights.map((sight) => ({ ...sight, key: this.#key() }));
    if (view.missed > 0) {
      this.#missed += view.missed;
      const at = view.sights.at(-1)?.at ?? Date.now();
      lines.push({ key: this.#key(), at, line: null, what: { kind: "missed", count: view.missed } });
    }
    this.tail.push(lines);
  }

  #key(): number {
    this.#keys += 1;
    return this.#keys;
  }
}
