/** The words of the wire's inspector. */
import type { WireLine } from "../../store/wire.svelte";
import { bytes, count, millis, moment } from "./measures";

export type Way = "in" | "out" | null;

export interface Sight {
  readonly way: Way;
  readonly kind: string;
  /** What is told of a frame beside its kind. */
  readonly marks: string;
  readonly size: string;
  readonly text: string;
}

export function sight({ what }: WireLine): Sight {
  switch (what.kind) {
    case "asked":
      return { way: "out", kind: "request", marks: "", size: "", text: what.first };
    case "answered":
      return { way: "in", kind: "response", marks: "", size: "", text: what.first };
    case "frame": {
      const marks = [what.final ? "" : "goes on", what.compressed ? "deflate" : ""];
      const after = what.roundTrip === null ? "" : `${millis(what.roundTrip)} after its ping`;
      return {
        way: what.outgoing ? "out" : "in",
        kind: what.opcode,
        marks: marks.filter(Boolean).join(", "),
        size: `${count(what.length)} + ${what.overhead}`,
        text: [after, what.binary ? spaced(what.start) : what.start].filter(Boolean).join(" · "),
      };
    }
    case "piece":
      return { way: "in", kind: "piece", marks: "", size: count(what.length), text: "" };
    case "message":
      return { way: "in", kind: "message", marks: "", size: count(what.length), text: what.start };
    case "ended":
      return { way: null, kind: "ended", marks: "", size: "", text: "the connection is over" };
    case "missed":
      return {
        way: null,
        kind: "missed",
        marks: "",
        size: "",
        text: `${count(what.count)} more came too fast to be shown`,
      };
  }
}

/** All that is known of one, a line for each thing. */
export function details(line: WireLine): readonly (readonly [string, string])[] {
  const { what } = line;
  switch (what.kind) {
    case "asked":
    case "answered":
      return what.headers.map(({ name, value }) => [name, value] as const);
    case "frame":
      return [
        ["Opcode", what.opcode],
        ["Final", what.final ? "yes" : "no, the message goes on"],
        ["Compressed", what.compressed ? "yes" : "no"],
        ["Payload", what.length === 0 ? "none" : bytes(what.length)],
        ["Around it", bytes(what.overhead)],
        ...(what.inflated === null ? [] : [["Inflated", bytes(what.inflated)] as const]),
        ...(what.roundTrip === null ? [] : [["Round trip", millis(what.roundTrip)] as const]),
        ...(what.start === "" ? [] : [["Begins", what.binary ? spaced(what.start) : what.start] as const]),
      ];
    case "piece":
      return [["Length", bytes(what.length)]];
    case "message":
      return [
        ["Length", bytes(what.length)],
        ["Begins", what.start],
      ];
    case "ended":
    case "missed":
      return [];
  }
}

const ARROW: Readonly<Record<"in" | "out", string>> = { in: "<-", out: "->" };

/** As it is copied. */
export function asText(line: WireLine): string {
  const { way, kind, marks, size, text } = sight(line);
  const on = line.line === null ? "" : ` [${line.line}]`;
  const parts = [way === null ? "--" : ARROW[way], kind, marks, size === "" ? "" : `${size} B`, text];
  const head = `${moment(line.at)}${on} ${parts.filter(Boolean).join(" ")}`;
  if (line.what.kind !== "asked" && line.what.kind !== "answered") return head;
  return [head, ...line.what.headers.map(({ name, value }) => `    ${name}: ${value}`)].join("\n");
}

/** Bytes by their hexadecimal digits, two by two. */
function spaced(digits: string): string {
  return digits.replace(/(..)(?=.)/g, "$1 ");
}
