import { expect, test } from "vitest";

import { Pump } from "./pump";

test("draws once per refresh, however often it is woken", () => {
  const screen = new Screen();
  let drawn = 0;
  const pump = new Pump(() => (drawn += 1), screen);
  pump.wake();
  pump.wake();
  pump.wake();
  expect(screen.waiting).toBe(1);
  screen.refresh();
  expect(drawn).toBe(1);
  screen.refresh();
  expect(drawn).toBe(1);
});

test("asks for nothing while nothing changes", () => {
  const screen = new Screen();
  new Pump(() => undefined, screen).wake();
  screen.refresh();
  expect(screen.waiting).toBe(0);
});

test("goes on after a drawing that throws", () => {
  const screen = new Screen();
  let drawn = 0;
  const pump = new Pump(() => {
    drawn += 1;
    if (drawn === 1) throw new Error("one bad drawing");
  }, screen);
  pump.wake();
  expect(() => {
    screen.refresh();
  }).toThrow("one bad drawing");
  pump.wake();
  screen.refresh();
  expect(drawn).toBe(2);
});

test("can be woken while it draws", () => {
  const screen = new Screen();
  let drawn = 0;
  const pump: Pump = new Pump(() => {
    drawn += 1;
    if (drawn === 1) pump.wake();
  }, screen);
  pump.wake();
  screen.refresh();
  screen.refresh();
  expect(drawn).toBe(2);
});

test("draws nothing after it was stopped", () => {
  const screen = new Screen();
  let drawn = 0;
  const pump = new Pump(() => (drawn += 1), screen);
  pump.wake();
  pump.stop();
  screen.refresh();
  expect(drawn).toBe(0);
});

/** A screen that refreshes when it is told to. */
class Screen {
  #asked = new Map<number, (now: number) => void>();
  #next = 1;

  get waiting(): number {
    return this.#asked.size;
  }

  request(draw: (now: number) => void): number {
    this.#asked.set(this.#next, draw);
    return this.#next++;
  }

  cancel(handle: number): void {
    this.#asked.delete(handle);
  }

  refresh(): void {
    const asked = this.#asked;
    this.#asked = new Map();
    for (const draw of asked.values()) draw(0);
  }
}
