/**
 * One opening of the shell's stream: frames in, acknowledgements out, lifecycle in its place between
 * them. What arrives before the answer to the opening waits; what belongs to another opening is ignored.
 *
 * `desk` owns it. It ends when the desk opens the next one, or with the page.
 */
import type { Backend } from "../ipc/backend";
import type { Lifecycle, Opening } from "../ipc/bindings";
import { Frame } from "../ipc/frame";
import { Holdback } from "./holdback";

export interface StreamOwner {
  opened(opening: Opening): void;
  frame(frame: Frame): void;
  lifecycle(lifecycle: Lifecycle): void;
  /** Bytes that are no frame: nothing more can be trusted to be whole, a new opening is needed. */
  broken(reason: unknown): void;
}

type State =
  | { kind: "opening"; frames: ArrayBuffer[]; lifecycles: Lifecycle[] }
  | { kind: "open"; stream: number; holdback: Holdback }
  | { kind: "ended" };

/** The shell sends one frame and waits, so more than a few here belong to a stream that was replaced. */
const EARLY_MAX = 16;

export class Stream {
  readonly #backend: Backend;
  readonly #owner: StreamOwner;
  #state: State = { kind: "opening", frames: [], lifecycles: [] };

  constructor(backend: Backend, owner: StreamOwner) {
    this.#backend = backend;
    this.#owner = owner;
  }

  /** Resolves when it is open; rejects with what the shell said. */
  async open(): Promise<void> {
    const opening = await this.#backend.openStream((bytes) => {
      this.#onFrame(bytes);
    });
    if (this.#state.kind !== "opening") return;
    const { frames, lifecycles } = this.#state;
    const holdback = new Holdback(opening.stream, (lifecycle) => {
      this.#owner.lifecycle(lifecycle);
    });
    this.#state = { kind: "open", stream: opening.stream, holdback };
    this.#owner.opened(opening);
    for (const lifecycle of lifecycles) holdback.offer(lifecycle);
    for (const bytes of frames) this.#onFrame(bytes);
  }

  get number(): number | null {
    return this.#state.kind === "open" ? this.#state.stream : null;
  }

  offer(lifecycle: Lifecycle): void {
    switch (this.#state.kind) {
      case "opening":
        this.#state.lifecycles.push(lifecycle);
        this.#state.lifecycles.splice(0, this.#state.lifecycles.length - EARLY_MAX);
        break;
      case "open":
        this.#state.holdback.offer(lifecycle);
        break;
      case "ended":
        break;
    }
  }

  end(): void {
    this.#state = { kind: "ended" };
  }

  /** Never throws: Tauri's channel would not deliver another message after it. */
  #onFrame(bytes: ArrayBuffer): void {
    switch (this.#state.kind) {
      case "opening":
        this.#state.frames.push(bytes);
        this.#state.frames.splice(0, this.#state.frames.length - EARLY_MAX);
        break;
      case "open":
        this.#apply(bytes, this.#state.stream, this.#state.holdback);
        break;
      case "ended":
        break;
    }
  }

  #apply(bytes: ArrayBuffer, stream: number, holdback: Holdback): void {
    let frame: Frame;
    try {
      frame = new Frame(bytes);
      if (frame.stream !== stream) return;
      this.#owner.frame(frame);
      holdback.frameApplied(frame.number);
    } catch (reason) {
      this.end();
      this.#owner.broken(reason);
      return;
    }
    this.#backend.acknowledge(stream, frame.number).catch((reason: unknown) => {
      // The shell has no such stream any more, or never heard of it: begin anew.
      if (this.#state.kind !== "open") return;
      this.end();
      this.#owner.broken(reason);
    });
  }
}
