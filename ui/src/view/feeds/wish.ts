/** What the feeds' place is opened for. Known to the window before the place is loaded. */
export type FeedsWish =
  { readonly kind: "list" } | { readonly kind: "add" } | { readonly kind: "feed"; readonly feed: string };
