/** The imitated connections by their names, in the order of the settings, and the drill that runs on one. */
import type { FeedEntry, FeedView } from "../bindings";
import type { Lack } from "../frame";
import { DRILLS } from "./drills";
import type { FakeDrill } from "./drills";
import { FakeFeed } from "./feed";

/** The one whose venue is the imitation's own. */
export const SIM = "sim";

export class FakeFeeds {
  readonly #feeds = new Map([[SIM, new FakeFeed(SIM, Date.now())]]);
  #drill: { drill: FakeDrill; until: number } | null = null;

  get names(): string[] {
    return [...this.#feeds.keys()];
  }

  get sim(): FakeFeed | undefined {
    return this.#feeds.get(SIM);
  }

  /** Whether a drill makes all prices fall silent. */
  mutes(): boolean {
    return this.#drill?.drill.effect === "mute";
  }

  feed(name: string): FakeFeed | undefined {
    return this.#feeds.get(name);
  }

  lackOf(name: string): Lack | null {
    const known = this.#feeds.get(name);
    if (known === undefined) return "not_open";
    return known.isLive ? null : "disconnected";
  }

  views(now: number): FeedView[] {
    const playing = this.#drill?.drill;
    const drill = playing && { name: playing.name, title: playing.title, sentence: playing.sentence };
    return [...this.#feeds.values()].map((feed) => feed.view(now, drill ?? null));
  }

  /** Opened, or opened anew under another name maybe. */
  open({ form, paused, problem, next }: FeedEntry, was: string): void {
    const now = Date.now();
    const feed = new FakeFeed(form.id, now, form.venue === "sim");
    if (paused) feed.hold(now, "paused", "paused by you");
    else if (problem !== null) feed.hold(now, "refused", `${problem} ${next ?? ""}`.trim());
    else feed.connect(now);
    const feeds = [...this.#feeds].map(([id, known]) =>
      id === was ? ([form.id, feed] as const) : ([id, known] as const),
    );
    if (!this.#feeds.has(was)) feeds.push([form.id, feed]);
    this.#replace(feeds);
  }

  close(name: string): void {
    this.#feeds.delete(name);
  }

  sort(order: readonly string[]): void {
    this.#replace([...this.#feeds].sort(([one], [other]) => order.indexOf(one) - order.indexOf(other)));
  }

  /** False where there is no such drill. */
  startDrill(name: string): boolean {
    const drill = DRILLS.find((known) => known.name === name);
    if (drill === undefined) return false;
    this.endDrill();
    this.#drill = { drill, until: Date.now() + drill.lastsMs };
    if (drill.effect === "drop") this.sim?.drop(Date.now(), drill.lastsMs / 3);
    return true;
  }

  endDrill(): void {
    if (this.#drill?.drill.effect === "drop") this.sim?.recover(Date.now());
    this.#drill = null;
  }

  /** True where time alone has changed anything. */
  advance(now: number): boolean {
    const isOver = this.#drill !== null && now >= this.#drill.until;
    if (isOver) this.endDrill();
    let turned = isOver;
    for (const feed of this.#feeds.values()) turned = feed.advance(now) || turned;
    return turned;
  }

  #replace(feeds: readonly (readonly [string, FakeFeed])[]): void {
    this.#feeds.clear();
    for (const [id, feed] of feeds) this.#feeds.set(id, feed);
  }
}
