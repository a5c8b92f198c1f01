import { expect, test } from "vitest";

import { Tail } from "./tail.svelte";

test("keeps the newest and counts what it has no room for", () => {
  const tail = new Tail<number>(3);
  tail.push([1, 2]);
  tail.push([3, 4, 5]);
  expect(tail.items).toEqual([3, 4, 5]);
  expect(tail.dropped).toBe(2);
});

test("what comes during a pause is held back, in bounds, and shown afterwards", () => {
  const tail = new Tail<number>(3);
  tail.push([1]);
  tail.pause();
  tail.push([2, 3, 4, 5]);
  expect(tail.items).toEqual([1]);
  expect(tail.held).toBe(3);
  tail.resume();
  expect(tail.items).toEqual([3, 4, 5]);
  expect(tail.held).toBe(0);
  expect(tail.dropped).toBe(2);
});
