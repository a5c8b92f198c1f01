/**
 * The configured feeds: the list, the catalogue that new ones are made from, and what is being edited.
 *
 * Loaded with the place that shows it, not with the window. Every change is asked of the shell and holds
 * at once; the list is then read anew, so it never says what was not kept.
 */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { FeedEntry, FeedForm, KeepView, ListingView } from "../ipc/bindings";
import { emptyCustom } from "./custom";
import { FeedDraft, told } from "./feed-draft.svelte";

/** The shell keeps a removed feed for 30 s; who presses at the last moment should still find it. */
const UNDO_MS = 29_000;

export type Shown =
  | { readonly kind: "nothing" }
  | { readonly kind: "catalogue" }
  | { readonly kind: "draft"; readonly draft: FeedDraft };

export interface Removed {
  readonly undo: number;
  readonly feed: string;
  /** Why it could not be brought back. */
  readonly problem: string | null;
}

/** Why a key was not kept, and whether it could be kept until the app ends instead. */
export interface KeyProblem {
  readonly sentence: string;
  readonly next: string;
  readonly isKeyring: boolean;
}

export class Feeds {
  readonly backend: Backend;
  #entries = $state.raw<readonly FeedEntry[] | null>(null);
  #catalogue = $state.raw<readonly ListingView[]>([]);
  #shown = $state.raw<Shown>({ kind: "nothing" });
  #removed = $state.raw<Removed | null>(null);
  #problem = $state.raw<string | null>(null);
  #drafts = $state.raw<ReadonlyMap<string, FeedDraft>>(new Map());
  #loads = 0;
  #lapse: ReturnType<typeof setTimeout> | undefined;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Null until they are known. */
  get entries(): readonly FeedEntry[] | null {
    return this.#entries;
  }

  get catalogue(): readonly ListingView[] {
    return this.#catalogue;
  }

  get shown(): Shown {
    return this.#shown;
  }

  /** The feed that was removed last and can be brought back. */
  get removed(): Removed | null {
    return this.#removed;
  }

  /** Why the last thing that was asked was not done. */
  get problem(): string | null {
    return this.#problem;
  }

  entry(feed: string | null): FeedEntry | undefined {
    return this.#entries?.find(({ form }) => form.id === feed);
  }

  listing(venue: string): ListingView | undefined {
    return this.#catalogue.find((listing) => listing.venue === venue);
  }

  isEdited(feed: string): boolean {
    return this.#drafts.get(feed)?.isEdited ?? false;
  }

  /** Again with every change that the shell tells of; the newest answer counts. */
  async load(): Promise<void> {
    this.#loads += 1;
    const number = this.#loads;
    try {
      const [catalogue, entries] = await Promise.all([
        this.#catalogue.length === 0 ? this.backend.catalogue() : this.#catalogue,
        this.backend.feedSettings(),
      ]);
      if (number !== this.#loads) return;
      this.#catalogue = catalogue;
      this.#entries = entries;
      for (const { form } of entries) this.#drafts.get(form.id)?.learn(form);
      this.#leaveWhatIsGone();
    } catch (reason) {
      if (number === this.#loads) this.#problem = told(reason);
    }
  }

  showCatalogue(): void {
    this.#problem = null;
    this.#shown = { kind: "catalogue" };
  }

  showNothing(): void {
    this.#shown = { kind: "nothing" };
  }

  /** A feed's form, as it was left. */
  edit(feed: string): void {
    const entry = this.entry(feed);
    if (entry === undefined) return;
    this.#problem = null;
    const { form, title } = entry;
    const listing = this.listing(form.venue) ?? unknownListing(form, title);
    const draft = this.#drafts.get(feed) ?? new FeedDraft(this.backend, listing, form, form);
    this.#keepDraft(null, feed, draft);
    this.#shown = { kind: "draft", draft };
  }

  /** The form of a new feed of this listing, with a name that no feed has. */
  begin(listing: ListingView): void {
    const ids = new Set(this.#entries?.map(({ form }) => form.id));
    const form: FeedForm = {
      id: proposedId(listing.provider, ids),
      venue: listing.venue,
      url: "",
      rest: "",
      transports: [],
      proxy: "",
      plain: false,
      custom: listing.venue === "custom" ? emptyCustom() : null,
    };
    const draft = new FeedDraft(this.backend, listing, form, null);
    this.#shown = { kind: "draft", draft };
    void draft.check();
  }

  /** False when it was not saved; the draft says why. */
  async save(draft: FeedDraft): Promise<FeedEntry | null> {
    const was = draft.original;
    const entry = await draft.save();
    if (entry === null) return null;
    this.#keepDraft(was, entry.form.id, draft);
    await this.load();
    return entry;
  }

  pause(feed: string): Promise<boolean> {
    return this.#ask(() => this.backend.pauseFeed(feed));
  }

  resume(feed: string): Promise<boolean> {
    return this.#ask(() => this.backend.resumeFeed(feed));
  }

  remove(feed: string): Promise<boolean> {
    return this.#ask(async () => {
      const { undo } = await this.backend.removeFeed(feed);
      this.#drafts.get(feed)?.stop();
      this.#drafts = new Map([...this.#drafts].filter(([known]) => known !== feed));
      this.#removed = { undo, feed, problem: null };
      clearTimeout(this.#lapse);
      this.#lapse = setTimeout(() => (this.#removed = null), UNDO_MS);
    });
  }

  /** The feed that is back; null where it is not. */
  async restore(): Promise<string | null> {
    const removed = this.#removed;
    if (removed === null) return null;
    clearTimeout(this.#lapse);
    try {
      const { form } = await this.backend.restoreFeed(removed.undo);
      this.#removed = null;
      await this.load();
      return form.id;
    } catch (reason) {
      this.#removed = { ...removed, problem: told(reason) };
      return null;
    }
  }

  forgetRemoved(): void {
    clearTimeout(this.#lapse);
    this.#removed = null;
  }

  setKey(feed: string, key: string, keep: KeepView): Promise<KeyProblem | null> {
    return this.#keep(() => this.backend.setKey(feed, key, keep));
  }

  /** All of it, or only what the keyring has beside that of this run. */
  forgetKey(feed: string, older: boolean): Promise<KeyProblem | null> {
    return this.#keep(() => this.backend.forgetKey(feed, older));
  }

  setProxyLogin(feed: string, login: string, keep: KeepView): Promise<KeyProblem | null> {
    return this.#keep(() => this.backend.setProxyLogin(feed, login, keep));
  }

  forgetProxyLogin(feed: string, older: boolean): Promise<KeyProblem | null> {
    return this.#keep(() => this.backend.forgetProxyLogin(feed, older));
  }

  stop(): void {
    clearTimeout(this.#lapse);
    for (const draft of this.#drafts.values()) draft.stop();
  }

  async #ask(act: () => Promise<void>): Promise<boolean> {
    let isDone = true;
    this.#problem = null;
    try {
      await act();
    } catch (reason) {
      isDone = false;
      this.#problem = told(reason);
    }
    await this.load();
    return isDone;
  }

  async #keep(act: () => Promise<void>): Promise<KeyProblem | null> {
    try {
      await act();
      return null;
    } catch (reason) {
      const isKeyring =
        typeof reason === "object" && reason !== null && "code" in reason && reason.code === "keyring";
      return { ...asCommandError(reason), isKeyring };
    } finally {
      await this.load();
    }
  }

  #keepDraft(was: string | null, feed: string, draft: FeedDraft): void {
    this.#drafts = new Map([...this.#drafts].filter(([known]) => known !== was)).set(feed, draft);
  }

  #leaveWhatIsGone(): void {
    if (this.#shown.kind !== "draft") return;
    const { original } = this.#shown.draft;
    if (original !== null && this.entry(original) === undefined) this.#shown = { kind: "nothing" };
  }
}

/** The provider's own word, and a number behind it where that is taken. */
export function proposedId(provider: string, taken: ReadonlySet<string>): string {
  let id = provider;
  for (let number = 2; taken.has(id); number += 1) id = `${provider}-${number}`;
  return id;
}

/** Of a feed that a newer version may know. It can be looked at, paused and removed. */
function unknownListing({ venue }: FeedForm, title: string): ListingView {
  return {
    venue,
    provider: venue,
    providerTitle: title,
    title,
    covers: "This version of Tickwire does not know it.",
    costs: "",
    needs: "",
    unofficial: false,
    delayed: false,
    key: "perhaps",
    keyIsPair: false,
    keySite: null,
    symbols: "",
    transports: [],
    stream: null,
    rest: null,
  };
}
