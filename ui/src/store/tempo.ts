/** Ticks per second over the last few seconds, from a counter that only grows. */

/** Long enough to be readable, short enough to show a burst end. */
const WINDOW_MS = 3_000;

export class Tempo {
  #readings: { at: number; ticks: number }[] = [];

  /** Takes the counter's reading at a monotonic time and tells the rate. */
  read(at: number, ticks: number): number {
    this.#readings.push({ at, ticks });
    // The last reading before the window stays: the rate is counted from it.
    while (this.#readings.length > 2 && at - (this.#readings[1]?.at ?? at) >= WINDOW_MS) {
      this.#readings.shift();
    }
    const first = this.#readings[0];
    if (first === undefined || at <= first.at) return 0;
    return ((ticks - first.ticks) * 1000) / (at - first.at);
  }
}
