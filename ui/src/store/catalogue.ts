/** How the catalogue is grouped and searched. Pure. */
import type { ListingView } from "../ipc/bindings";

export type GroupName = "open" | "key" | "unofficial" | "custom" | "simulated";

export interface Group {
  readonly name: GroupName;
  readonly listings: readonly ListingView[];
}

const ORDER: readonly GroupName[] = ["open", "key", "unofficial", "custom", "simulated"];

export function groupOf({ venue, key, unofficial }: ListingView): GroupName {
  if (venue === "sim") return "simulated";
  if (venue === "custom" || venue === "tickwire") return "custom";
  if (unofficial) return "unofficial";
  return key === "none" ? "open" : "key";
}

/** Every word has to be found somewhere; titles that begin with the first one come first. */
export function search(catalogue: readonly ListingView[], text: string): readonly Group[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = catalogue.filter((listing) => {
    const { title, providerTitle, venue, covers, symbols } = listing;
    const told = [title, providerTitle, venue, covers, symbols].join(" ").toLowerCase();
    return words.every((word) => told.includes(word));
  });
  const [first = ""] = words;
  const begins = ({ title }: ListingView) => title.toLowerCase().startsWith(first);
  const ranked = [...found.filter(begins), ...found.filter((listing) => !begins(listing))];
  return ORDER.map((name) => ({
    name,
    listings: ranked.filter((listing) => groupOf(listing) === name),
  })).filter(({ listings }) => listings.length > 0);
}
