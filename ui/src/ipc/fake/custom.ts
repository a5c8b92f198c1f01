/** The imitated reading of messages by a person's own description: its pointers, and little else. */
import type { CustomForm, Fault, MessageForm, PreviewView, ReadView } from "../bindings";

const POINTERS = [
  "symbol",
  "price",
  "size",
  "time",
  "sequence",
  "side",
  "bid",
  "bidSize",
  "ask",
  "askSize",
  "text",
] as const;

export function faultsOf(form: CustomForm | null): Fault[] {
  if (form === null) return [];
  const pointers = form.messages.flatMap((message, index) =>
    POINTERS.map((field) => ({ field: `custom.messages.${index}.${field}`, pointer: message[field] })),
  );
  const faults = pointers
    .filter(({ pointer }) => pointer !== "" && !pointer.startsWith("/"))
    .map(({ field }) => ({ field, sentence: "A pointer begins with a slash, like /data/price." }));
  if (form.subscribe !== "" && parsed(form.subscribe.replace(/\{\w+(:\w+)?\}/g, "0")) === undefined)
    faults.push({ field: "custom.subscribe", sentence: "This is no JSON." });
  return faults;
}

export function previewOf(form: CustomForm | null, sample: string): PreviewView {
  const lines = sample.split("\n").filter((line) => line.trim() !== "");
  return { faults: faultsOf(form), messages: lines.map((line) => readMessage(form, line)) };
}

function readMessage(form: CustomForm | null, text: string): PreviewView["messages"][number] {
  const value = parsed(text);
  if (value === undefined) return { text, verdict: "This is no JSON.", found: [] };
  const found = (form?.messages ?? []).flatMap((message, index) =>
    message.when.every(({ pointer, equals }) => at(value, pointer) === equals)
      ? [{ kind: message.kind, message: index, values: valuesOf(message, value) }]
      : [],
  );
  const verdict = found.length === 0 ? "No description fits this message." : "Read.";
  return { text, verdict, found };
}

function valuesOf(message: MessageForm, value: unknown): ReadView[] {
  return POINTERS.filter((field) => message[field] !== "").map((field) => {
    const found = at(value, message[field]) ?? null;
    const problem = found === null ? "Nothing stands there." : null;
    return { field, pointer: message[field], found, read: found, problem };
  });
}

function at(value: unknown, pointer: string): string | undefined {
  let place: unknown = value;
  for (const name of pointer.split("/").slice(1)) {
    if (typeof place !== "object" || place === null) return undefined;
    place = Object.entries(place).find(([known]) => known === name)?.[1];
  }
  if (place === undefined) return undefined;
  return typeof place === "string" ? place : JSON.stringify(place);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
