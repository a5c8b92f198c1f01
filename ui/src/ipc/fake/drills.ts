/** The drills of the imitated simulator: few, and each with an effect that the imitation has. */
import type { DrillView } from "../bindings";

export interface FakeDrill extends DrillView {
  readonly lastsMs: number;
  readonly effect: "mute" | "drop";
}

export const DRILLS: readonly FakeDrill[] = [
  {
    name: "mute",
    title: "Connected and silent",
    sentence: "The connection stays and no prices come; each price turns quiet and then stale.",
    lastsMs: 46_000,
    effect: "mute",
  },
  {
    name: "drop",
    title: "The line is cut",
    sentence: "The connection ends without a goodbye; the feed says so and is back within seconds.",
    lastsMs: 12_000,
    effect: "drop",
  },
];
