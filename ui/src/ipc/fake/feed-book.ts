/**
 * The imitated settings of feeds: what is configured, what is wrong with a form, keys that are kept until
 * the reload. It tells its owner which feeds to open and close, and keeps no connection itself.
 */
import type { CheckView, Fault, FeedEntry, FeedForm, KeepView, ListingView, Removal } from "../bindings";
import { faultsOf } from "./custom";
import { CATALOGUE } from "./catalogue";
import { noSuchFeed, refuse } from "./refuse";

export interface FeedBookOwner {
  /** Opens it, or opens it anew. */
  opened(entry: FeedEntry, was: string): void;
  closed(feed: string): void;
  /** With the rows that `closed` took away. */
  restored(entry: FeedEntry): void;
}

interface Kept {
  form: FeedForm;
  paused: boolean;
  /** A key with this word in it is refused. */
  key: { text: string; keep: KeepView } | null;
  /** The keyring has another beside that of this run. */
  hasOlder: boolean;
  login: KeepView | null;
}

const WRONG = "wrong";

export class FakeFeedBook {
  readonly #owner: FeedBookOwner;
  /** Whether a keyring answers. */
  readonly #keyring: boolean;
  #kept: Kept[];
  #removed: { number: number; kept: Kept; place: number } | null = null;
  #numbers = 0;

  constructor(owner: FeedBookOwner, keyring: boolean, feeds: readonly string[]) {
    this.#owner = owner;
    this.#keyring = keyring;
    this.#kept = feeds.map((id) => ({
      form: emptyForm(id, "sim"),
      paused: false,
      key: null,
      hasOlder: false,
      login: null,
    }));
  }

  catalogue(): ListingView[] {
    return [...CATALOGUE];
  }

  entries(): FeedEntry[] {
    return this.#kept.map(asEntry);
  }

  check(form: FeedForm, original: string | null): CheckView {
    const faults = this.#faults(form, original);
    const before = this.#kept.find((kept) => kept.form.id === original);
    const isLeft = before !== undefined && before.key !== null && hostOf(before.form) !== hostOf(form);
    if (faults.length > 0 || !isLeft) return { faults, leaves: [] };
    const sentence = `The key was set for ${hostOf(before.form)}. It is not sent to ${hostOf(form)}: saving forgets it.`;
    return { faults, leaves: [{ field: "key", sentence }] };
  }

  #faults(form: FeedForm, original: string | null): Fault[] {
    const faults: Fault[] = [];
    const say = (field: string, sentence: string) => faults.push({ field, sentence });
    const listing = listingOf(form.venue);
    if (form.id === "") say("id", "A feed needs a name.");
    else if (!/^[a-z0-9][a-z0-9._-]{0,31}$/.test(form.id))
      say("id", "A name is made of small letters, digits, points and dashes.");
    else if (form.id !== original && this.#kept.some((kept) => kept.form.id === form.id))
      say("id", `There is a feed called ${form.id} already.`);
    if (listing === undefined) say("venue", "There is no such listing.");
    faults.push(...faultsOf(form.custom ?? null));
    const isFetched = form.venue === "custom" && form.rest !== "";
    if (form.url === "" && listing?.stream === null && form.venue !== "sim" && !isFetched)
      say("url", "This feed needs an address, like wss://host/path.");
    const addresses = [
      ["url", form.url, /^wss?:$/, "A feed’s address begins with ws:// or wss://."],
      ["rest", form.rest, /^https?:$/, "Where things are fetched begins with http:// or https://."],
    ] as const;
    for (const [field, text, scheme, sentence] of addresses) {
      if (text === "") continue;
      const url = URL.canParse(text) ? new URL(text) : null;
      if (url === null) say(field, "This is not an address; it looks like wss://host/path.");
      else if (!scheme.test(url.protocol)) say(field, sentence);
      else if (url.search !== "" || url.username !== "")
        say(
          field,
          "An address must not hold a user name, password or query: settings are no place for keys.",
        );
      else if (url.protocol === "ws:" && !form.plain && !["localhost", "127.0.0.1"].includes(url.hostname))
        say(field, "Everybody on the way can read this connection. Use wss://, or allow it below.");
    }
    if (form.transports.some((transport) => listing?.transports.includes(transport) === false))
      say("transports", "This venue does not speak that way.");
    if (!["", "none"].includes(form.proxy) && !/^(https?|socks5h?):\/\/[^@]+$/.test(form.proxy))
      say("proxy", "A proxy looks like http://host:3128 or socks5://host:1080, without a user name.");
    return faults;
  }

  save(form: FeedForm, original: string | null): Promise<FeedEntry> {
    const { faults, leaves } = this.check(form, original);
    const [fault] = faults;
    if (fault !== undefined) return refuse("bad_feed", fault.sentence, "Correct it and save again.");
    const kept: Kept = { form: { ...form }, paused: false, key: null, hasOlder: false, login: null };
    const place = this.#kept.findIndex((known) => known.form.id === original);
    if (place === -1) this.#kept.push(kept);
    else {
      const before = this.#kept[place] ?? kept;
      const left = leaves.length > 0 ? { key: null, hasOlder: false } : {};
      this.#kept[place] = { ...before, ...left, form: { ...form } };
    }
    return this.#reopen(form.id, original ?? form.id);
  }

  async pause(feed: string, paused: boolean): Promise<void> {
    const kept = await this.#find(feed);
    kept.paused = paused;
    await this.#reopen(feed);
  }

  async remove(feed: string): Promise<Removal> {
    const kept = await this.#find(feed);
    this.#numbers += 1;
    this.#removed = { number: this.#numbers, kept, place: this.#kept.indexOf(kept) };
    this.#kept = this.#kept.filter((known) => known !== kept);
    this.#owner.closed(feed);
    return { undo: this.#numbers };
  }

  restore(undo: number): Promise<FeedEntry> {
    if (this.#removed?.number !== undo)
      return refuse("no_undo", "That feed cannot be brought back any more.", "Add it anew.");
    const { kept, place } = this.#removed;
    this.#removed = null;
    this.#kept.splice(place, 0, kept);
    const entry = asEntry(kept);
    this.#owner.restored(entry);
    return Promise.resolve(entry);
  }

  async setKey(feed: string, text: string, keep: KeepView): Promise<void> {
    const kept = await this.#find(feed);
    if (keep === "keyring") await this.#askKeyring();
    kept.hasOlder = keep === "session" && (kept.hasOlder || kept.key?.keep === "keyring");
    kept.key = { text, keep };
    await this.#reopen(feed);
  }

  async forgetKey(feed: string, older: boolean): Promise<void> {
    const kept = await this.#find(feed);
    kept.hasOlder = false;
    if (!older) kept.key = null;
    await this.#reopen(feed);
  }

  async setLogin(feed: string, keep: KeepView | null): Promise<void> {
    const kept = await this.#find(feed);
    if (keep === "keyring") await this.#askKeyring();
    kept.login = keep;
    await this.#reopen(feed);
  }

  #askKeyring(): Promise<void> {
    if (this.#keyring) return Promise.resolve();
    return refuse(
      "keyring",
      "The keyring of this computer does not answer.",
      "Unlock it and try again, or keep the key only until you quit.",
    );
  }

  async #reopen(feed: string, was = feed): Promise<FeedEntry> {
    const entry = asEntry(await this.#find(feed));
    this.#owner.opened(entry, was);
    return entry;
  }

  #find(feed: string): Promise<Kept> {
    const kept = this.#kept.find(({ form }) => form.id === feed);
    if (kept !== undefined) return Promise.resolve(kept);
    return noSuchFeed(feed);
  }
}

export function emptyForm(id: string, venue: string): FeedForm {
  return { id, venue, url: "", rest: "", transports: [], proxy: "", plain: false, custom: null };
}

function listingOf(venue: string): ListingView | undefined {
  return CATALOGUE.find((listing) => listing.venue === venue);
}

function hostOf({ url, venue }: FeedForm): string {
  const at = url === "" ? (listingOf(venue)?.stream ?? "") : url;
  return URL.canParse(at) ? new URL(at).host : "";
}

function asEntry({ form, paused, key, hasOlder, login }: Kept): FeedEntry {
  const listing = listingOf(form.venue);
  const title = listing?.title ?? form.venue;
  const isMissing = key === null && listing?.key === "needed";
  const isWrong = key?.text.includes(WRONG) === true;
  return {
    form: { ...form },
    title,
    paused,
    key: hasOlder ? "session_over_keyring" : (key?.keep ?? (isMissing ? "missing" : "none")),
    proxyLogin: login ?? "none",
    problem: isMissing
      ? `${title} wants a key and none is set.`
      : isWrong
        ? `${title} does not take this key.`
        : null,
    next: isMissing ? "Set the key below." : isWrong ? "Set the right one." : null,
  };
}
