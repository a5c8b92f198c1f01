import { expect, test } from "vitest";

import { Tempo } from "./tempo";

test("tells ticks per second over the last seconds only", () => {
  const tempo = new Tempo();
  expect(tempo.read(0, 0)).toBe(0);
  expect(tempo.read(1_000, 50)).toBe(50);
  expect(tempo.read(2_000, 100)).toBe(50);
  for (let second = 3; second <= 6; second += 1) tempo.read(second * 1_000, 100);
  expect(tempo.read(7_000, 100)).toBe(0);
});

test("a beat that came late does not look like a burst", () => {
  const tempo = new Tempo();
  tempo.read(0, 0);
  tempo.read(10_000, 200);
  expect(tempo.read(11_000, 220)).toBe(20);
});
