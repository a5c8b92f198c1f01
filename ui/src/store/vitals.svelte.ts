/**
 * What is counted once a second: the time that ages are told from, and how many ticks come.
 *
 * The wall clock is the shell's, carried on by the page's monotonic one: ages stay right when someone sets
 * the computer's clock.
 */
import { Tempo } from "./tempo";

export class Vitals {
  #wall = $state.raw(0);
  #monotonic = $state.raw(0);
  #ticksPerSecond = $state.raw(0);
  readonly #tempo = new Tempo();
  #frame: { madeAt: number; heardAt: number } | null = null;

  /** Milliseconds since 1970, as of the last beat. */
  get wall(): number {
    return this.#wall;
  }

  /** Of the page's own clock, for countdowns. */
  get monotonic(): number {
    return this.#monotonic;
  }

  get ticksPerSecond(): number {
    return this.#ticksPerSecond;
  }

  frameMade(madeAt: number, heardAt: number): void {
    const first = this.#frame === null;
    this.#frame = { madeAt, heardAt };
    if (first) this.#wall = madeAt;
  }

  beat(monotonic: number, wall: number, ticks: number): void {
    this.#monotonic = monotonic;
    this.#wall = this.#frame === null ? wall : this.#frame.madeAt + (monotonic - this.#frame.heardAt);
    this.#ticksPerSecond = this.#tempo.read(monotonic, ticks);
  }
}
