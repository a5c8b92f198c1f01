/** How the imitated shell says no. */
import type { CommandError } from "../bindings";

export function refuse(code: CommandError["code"], sentence: string, next: string): Promise<never> {
  // The shell rejects with plain data; so does its imitation.
  // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
  return Promise.reject({ code, sentence, next } satisfies CommandError);
}

export function noSuchFeed(feed: string): Promise<never> {
  return refuse("no_such_feed", `There is no feed called ${feed}.`, "Choose another.");
}

export function noSuchRow(): Promise<never> {
  return refuse("no_such_row", "That row is gone.", "Choose another.");
}
