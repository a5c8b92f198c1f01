import { expect, test } from "vitest";

import { CATALOGUE } from "../ipc/fake/catalogue";
import { search } from "./catalogue";
import { proposedId } from "./feeds.svelte";

const found = (text: string) =>
  search(CATALOGUE, text).flatMap(({ listings }) => listings.map(({ venue }) => venue));

test("all of it stands in groups, what asks least of a person first", () => {
  expect(search(CATALOGUE, "").map(({ name }) => name)).toEqual([
    "open",
    "key",
    "unofficial",
    "custom",
    "simulated",
  ]);
  expect(found("")).toHaveLength(CATALOGUE.length);
});

test("every word has to be found, in whatever place", () => {
  expect(found("finn")).toEqual(["finnhub"]);
  expect(found("ALPACA late")).toEqual(["alpaca:delayed"]);
  expect(found("sap.de")).toEqual(["yahoo"]);
  expect(found("alpaca coins")).toEqual([]);
});

test("a title that begins so comes before one that speaks of it", () => {
  const [group] = search(CATALOGUE, "k");
  expect(group?.listings[0]?.venue).toBe("kraken");
});

test("a name is proposed that no feed has", () => {
  expect(proposedId("finnhub", new Set(["sim"]))).toBe("finnhub");
  expect(proposedId("finnhub", new Set(["finnhub", "finnhub-2"]))).toBe("finnhub-3");
});
