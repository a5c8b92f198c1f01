/** What the page hands to the shell about feeds, beside what is generated. */
/** How long a key is kept. */
export type Keep = "keyring" | "session";

export interface Removal {
  /** What brings it back. */
  undo: number;
}
