/** What goes over the wires of one feed, for as long as somebody looks. */
import type { Backend } from "../ipc/backend";
import type { SightView, WireView } from "../ipc/bindings";
import { Hearing } from "./hearing.svelte";
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
  readonly tail = new Tail<WireLine>(SIGHTS_MAX);
  readonly #backend: Backend;
  readonly #hearing: Hearing<"wire">;
  #missed = $state.raw(0);

  constructor(feed: string, backend: Backend) {
    this.#backend = backend;
    this.#hearing = new Hearing(feed, backend, "wire", (view) => {
      this.#heard(view);
    });
  }

  get problem(): string | null {
    return this.#hearing.problem;
  }

  /** What came too fast to be told. */
  get missed(): number {
    return this.#missed;
  }

  open(): Promise<void> {
    return this.#hearing.open(() => this.#backend.openWire(this.#hearing.feed));
  }

  close(): void {
    this.#hearing.close(() => this.#backend.closeWire());
  }

  #heard({ sights, missed }: WireView): void {
    const lines: WireLine[] = sights.map((sight) => ({ ...sight, key: this.#hearing.key() }));
    if (missed > 0) {
      this.#missed += missed;
      const at = sights.at(-1)?.at ?? Date.now();
      lines.push({ key: this.#hearing.key(), at, line: null, what: { kind: "missed", count: missed } });
    }
    this.tail.push(lines);
  }
}
