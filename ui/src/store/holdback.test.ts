import { expect, test } from "vitest";

import type { Lifecycle, RowView } from "../ipc/bindings";
import { Holdback } from "./holdback";

test("holds an event until the frame it follows was applied", () => {
  const { holdback, heard } = begin();
  holdback.offer(lifecycle(2));
  expect(heard).toEqual([]);
  holdback.frameApplied(1);
  expect(heard).toEqual([]);
  holdback.frameApplied(2);
  expect(heard).toEqual([2]);
});

test("lets an event through whose frame was applied already", () => {
  const { holdback, heard } = begin();
  holdback.frameApplied(5);
  holdback.offer(lifecycle(0));
  holdback.offer(lifecycle(5));
  expect(heard).toEqual([0, 5]);
});

test("keeps the order the events came in", () => {
  const { holdback, heard } = begin();
  holdback.offer(lifecycle(3));
  holdback.offer(lifecycle(1));
  holdback.frameApplied(2);
  expect(heard).toEqual([]);
  holdback.frameApplied(3);
  expect(heard).toEqual([3, 1]);
});

test("does not hear another stream", () => {
  const { holdback, heard } = begin();
  holdback.offer({ ...lifecycle(0), stream: 8 });
  expect(heard).toEqual([]);
});

test("merges what it cannot hold and loses no row", () => {
  const heard: Lifecycle[] = [];
  const holdback = new Holdback(7, (event) => heard.push(event));
  for (let row = 0; row < 100; row += 1) holdback.offer({ ...lifecycle(row + 1), rows: [rowView(row)] });
  holdback.frameApplied(100);
  expect(heard.length).toBeLessThanOrEqual(32);
  expect(heard.flatMap(({ rows }) => rows.map(({ row }) => row))).toEqual([...Array(100).keys()]);
});

function begin() {
  const heard: number[] = [];
  const holdback = new Holdback(7, ({ frame }) => heard.push(frame));
  return { holdback, heard };
}

function lifecycle(frame: number): Lifecycle {
  return { stream: 7, frame, feeds: [], rows: [] };
}

function rowView(row: number): RowView {
  return {
    row,
    feed: "sim",
    symbol: `S${row}`,
    name: null,
    currency: null,
    tick: null,
    sources: [],
    past: null,
  };
}
