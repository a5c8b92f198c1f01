import { expect, test } from "vitest";

import type { RowView } from "../ipc/bindings";
import { Board } from "./board.svelte";
import { Market } from "./market";

const ROW: RowView = {
  row: 4,
  feed: "coinbase",
  symbol: "SOL-USD",
  name: null,
  tick: null,
  currency: null,
  sources: [],
  past: null,
};

test("the first symbol of somebody who has no list stands in the one that is made for it", () => {
  const board = new Board(new Market(), () => Promise.resolve(""));
  board.begin([], []);
  expect(board.list).toBeUndefined();
  board.enter(board.listName, ROW);
  expect(board.list).toEqual({ name: "Watchlist", rows: [4] });
  board.enter(board.listName, ROW);
  expect(board.lists).toEqual([{ name: "Watchlist", rows: [4] }]);
});
