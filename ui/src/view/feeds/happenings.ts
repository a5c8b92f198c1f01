/** The words of a feed's log: one line for each thing that happened. */
import { age, clock, countdown } from "../../format";
import { PHASES, bytes, count, millis } from "./measures";
import type { LogLine } from "../../store/log.svelte";

export type Tone = "plain" | "good" | "bad" | "quiet";

export interface Told {
  readonly kind: string;
  readonly tone: Tone;
  readonly text: string;
  /** What to do about it. */
  readonly next: string | null;
}

export function told({ what }: LogLine): Told {
  switch (what.kind) {
    case "dialing": {
      const again = what.attempt > 1 ? `, attempt ${what.attempt}` : "";
      return line("dial", "plain", `${what.address} by ${what.transport}${again}`);
    }
    case "opened": {
      const phases = PHASES.filter(({ name }) => what[name] > 0);
      const took = phases.map(({ name, title }) => `${title} ${millis(what[name])}`).join(" · ");
      return line("opened", "good", took === "" ? `by ${what.transport}` : `by ${what.transport} · ${took}`);
    }
    case "subscribed":
      return line("subscribed", "good", `everything was answered ${millis(what.took)} after it was open`);
    case "first_price":
      return line("first price", "good", `${millis(what.took)} after the dial began`);
    case "messages": {
      const odd = what.unreadable > 0 ? `, ${count(what.unreadable)} of them unreadable` : "";
      const within = what.within < 1000 ? "" : ` in ${age(what.within)}`;
      const noun = what.count === 1 ? "message" : "messages";
      const tone = what.unreadable > 0 ? "bad" : "quiet";
      return line("messages", tone, `${count(what.count)} ${noun}, ${bytes(what.bytes)}${within}${odd}`);
    }
    case "failed":
      return line("error", "bad", `${what.why} (${what.layer})`, what.next);
    case "closed": {
      const code = what.code === null ? "without a code" : `code ${what.code}`;
      return line("closed", "bad", what.reason === "" ? code : `${code}: ${what.reason}`, what.next);
    }
    case "left":
      return line("left", "plain", what.code === null ? "by us" : `by us, code ${what.code}`);
    case "rests": {
      const wait = what.wait === null ? "" : `, again in ${countdown(what.wait)}`;
      return line(what.state, what.state === "suspended" ? "bad" : "plain", `${what.why}${wait}`);
    }
  }
}

function line(kind: string, tone: Tone, text: string, next: string | null = null): Told {
  return { kind, tone, text, next };
}

/** As it is copied. */
export function asText(entry: LogLine): string {
  const { kind, text, next } = told(entry);
  const on = entry.line === null ? "" : ` [${entry.line}]`;
  return `${clock(entry.at)}${on} ${kind}: ${text}${next === null ? "" : ` ${next}`}`;
}
