/**
 * What is told of one feed for as long as somebody looks: heard before it is asked for, so that nothing of
 * it is missed, and no longer than it is wanted.
 */
import { asCommandError } from "../ipc/backend";
import type { Backend, CloseUp } from "../ipc/backend";

type Kind = { [K in keyof CloseUp]: CloseUp[K] extends { feed: string } ? K : never }[keyof CloseUp];

export class Hearing<K extends Kind> {
  readonly feed: string;
  readonly #backend: Backend;
  readonly #kind: K;
  readonly #heard: (news: CloseUp[K]) => void;
  #problem = $state.raw<string | null>(null);
  #hush: (() => void) | null = null;
  #isOver = false;
  #keys = 0;

  constructor(feed: string, backend: Backend, kind: K, heard: (news: CloseUp[K]) => void) {
    this.feed = feed;
    this.#backend = backend;
    this.#kind = kind;
    this.#heard = heard;
  }

  /** Why there is nothing to hear. */
  get problem(): string | null {
    return this.#problem;
  }

  /** A name for one thing that was heard: a feed that is opened anew numbers its own anew. */
  key(): number {
    this.#keys += 1;
    return this.#keys;
  }

  async open(ask: () => Promise<void>): Promise<void> {
    try {
      const hush = await this.#backend.hear(this.#kind, (news) => {
        if (news.feed === this.feed) this.#heard(news);
      });
      if (this.#isOver) {
        hush();
        return;
      }
      this.#hush = hush;
      await ask();
    } catch (reason) {
      this.#problem = asCommandError(reason).sentence;
    }
  }

  close(end: () => Promise<void>): void {
    this.#isOver = true;
    this.#hush?.();
    void end();
  }
}
