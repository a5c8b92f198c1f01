/** Which key means what. The window asks for every key that no field, menu or dialog took. */
export type KeyCommand =
  | { readonly kind: "move"; readonly places: number }
  | { readonly kind: "add" }
  | { readonly kind: "remove" }
  | { readonly kind: "sources" }
  | { readonly kind: "timeframe" }
  | { readonly kind: "feeds" }
  | { readonly kind: "settings" }
  | { readonly kind: "help" };

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey">;

/** Further than any list is long. */
const FAR = 1_000_000;

export function keyCommand({ key, ctrlKey, metaKey, altKey }: Press): KeyCommand | null {
  if (altKey) return null;
  if (ctrlKey || metaKey) {
    if (key === ".") return { kind: "feeds" };
    return key === "," ? { kind: "settings" } : null;
  }
  switch (key) {
    case "ArrowDown":
    case "j":
      return { kind: "move", places: 1 };
    case "ArrowUp":
    case "k":
      return { kind: "move", places: -1 };
    case "Home":
      return { kind: "move", places: -FAR };
    case "End":
      return { kind: "move", places: FAR };
    case "+":
    case "Insert":
      return { kind: "add" };
    case "Delete":
      return { kind: "remove" };
    case "s":
      return { kind: "sources" };
    case ",":
      return { kind: "timeframe" };
    case "?":
      return { kind: "help" };
    default:
      return null;
  }
}

/** What the help shows, in the order a hand learns it. */
export const KEY_HELP: readonly { readonly keys: readonly string[]; readonly does: string }[] = [
  { keys: ["j", "↓"], does: "Next symbol" },
  { keys: ["k", "↑"], does: "Previous symbol" },
  { keys: ["Home", "End"], does: "First, last symbol" },
  { keys: ["+", "Insert"], does: "Add a symbol" },
  { keys: ["Delete"], does: "Remove the chosen symbol" },
  { keys: ["s"], does: "Sources of the chosen symbol" },
  { keys: [","], does: "Change the timeframe" },
  { keys: ["Ctrl", "."], does: "Feeds" },
  { keys: ["Ctrl", ","], does: "Settings" },
  { keys: ["?"], does: "This help" },
  { keys: ["Esc"], does: "Close what is open" },
];
