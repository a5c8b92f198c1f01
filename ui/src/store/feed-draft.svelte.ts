/**
 * One feed's form as it is typed, and what is wrong with it. The shell says so; the newest answer counts.
 *
 * `Feeds` keeps it while the window lives, so nothing that was typed is lost by looking elsewhere. A key is
 * never in it: the field that a key is typed into hands it on and forgets it.
 */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { CheckView, FeedEntry, ListingView } from "../ipc/bindings";
import type { FeedForm, CustomForm } from "../ipc/bindings";

/** Shorter than a pause between two words, longer than one between two letters. */
const CHECK_AFTER_MS = 200;

export type DraftBackend = Pick<Backend, "checkFeed" | "saveFeed">;

export class FeedDraft {
  readonly listing: ListingView;
  form: FeedForm = $state.raw(NO_FORM);
  #saved = $state.raw<FeedForm | null>(null);
  #found = $state.raw<CheckView>(NOTHING);
  #touched = $state.raw<ReadonlySet<string>>(new Set());
  #isSaving = $state.raw(false);
  #problem = $state.raw<string | null>(null);
  readonly #backend: DraftBackend;
  #checks = 0;
  #later: ReturnType<typeof setTimeout> | undefined;

  /** `saved` is the feed as it is configured; null where it is to be added. */
  constructor(backend: DraftBackend, listing: ListingView, form: FeedForm, saved: FeedForm | null) {
    this.#backend = backend;
    this.listing = listing;
    this.form = form;
    this.#saved = saved;
  }

  /** The id it is configured under; null where it is to be added. */
  get original(): string | null {
    return this.#saved?.id ?? null;
  }

  get isEdited(): boolean {
    return this.#saved !== null && JSON.stringify(this.#saved) !== JSON.stringify(this.form);
  }

  get isSaving(): boolean {
    return this.#isSaving;
  }

  /** Why it could not be saved, where no field is to blame. */
  get problem(): string | null {
    return this.#problem;
  }

  /** What is wrong with a field that was touched. */
  fault(field: string): string | null {
    if (!this.#touched.has(field)) return null;
    return this.#found.faults.find((fault) => fault.field === field)?.sentence ?? null;
  }

  /** What saving it takes away: a `key` or a `login` that was set for somebody else. */
  get leaves(): CheckView["leaves"] {
    return this.#found.leaves;
  }

  change(part: Partial<FeedForm>): void {
    this.form = { ...this.form, ...part };
    this.touch(...Object.keys(part));
    // One address may be forbidden by another field of the form.
    if (part.plain !== undefined) this.touch("url", "rest");
    this.#problem = null;
    clearTimeout(this.#later);
    this.#later = setTimeout(() => void this.check(), CHECK_AFTER_MS);
  }

  /** From now on a fault of these is said. */
  touch(...fields: readonly string[]): void {
    this.#touched = new Set([...this.#touched, ...fields]);
  }

  /** The description of a venue of one's own; `path` is the part of it that was touched. */
  describe(custom: CustomForm, path: string): void {
    this.change({ custom });
    this.touch(`custom.${path}`);
  }

  /** Asks what is wrong with it now. True when nothing is. */
  async check(): Promise<boolean> {
    clearTimeout(this.#later);
    this.#checks += 1;
    const number = this.#checks;
    try {
      const found = await this.#backend.checkFeed(this.form, this.original);
      if (number === this.#checks) this.#found = found;
      return found.faults.length === 0;
    } catch (reason) {
      if (number === this.#checks) this.#problem = told(reason);
      return false;
    }
  }

  /** Null when it was not saved; then a fault, the problem or what it leaves says why. */
  async save(): Promise<FeedEntry | null> {
    if (this.#isSaving) return null;
    this.#isSaving = true;
    this.#problem = null;
    const known = this.leaves.length;
    const isGood = await this.check();
    this.touch(...this.#found.faults.map(({ field }) => field));
    try {
      // A quick hand has not been told yet what it takes away.
      if (!isGood || this.leaves.length > known) return null;
      const entry = await this.#backend.saveFeed(this.form, this.original);
      this.take(entry.form);
      return entry;
    } catch (reason) {
      this.#problem = told(reason);
      return null;
    } finally {
      this.#isSaving = false;
    }
  }

  /** As it is configured, whatever was typed. */
  revert(): void {
    if (this.#saved !== null) this.take(this.#saved);
  }

  /** This is how it is configured now. */
  take(saved: FeedForm): void {
    clearTimeout(this.#later);
    this.#checks += 1;
    this.#saved = saved;
    this.form = saved;
    this.#found = NOTHING;
    this.#touched = new Set();
    this.#problem = null;
  }

  /** The same, unless a person has begun to change it. */
  learn(saved: FeedForm): void {
    if (this.isEdited) this.#saved = saved;
    else this.take(saved);
  }

  stop(): void {
    clearTimeout(this.#later);
  }
}

const NOTHING: CheckView = { faults: [], leaves: [] };

const NO_FORM: FeedForm = {
  id: "",
  venue: "",
  url: "",
  rest: "",
  transports: [],
  proxy: "",
  plain: false,
  custom: null,
};

export function told(reason: unknown): string {
  const { sentence, next } = asCommandError(reason);
  return `${sentence} ${next}`;
}
