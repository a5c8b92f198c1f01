/** What the page hands to the shell about feeds, beside what is generated. */
import type { Fault, FeedForm } from "./bindings";

/** A form of any venue; one that a person describes has a description. */
export type AnyFeedForm = FeedForm & { custom?: CustomForm | null };

/** A venue as a person describes it. What is empty is left out. */
export interface CustomForm {
  title: string;
  /** A symbol to try it with. */
  example: string;
  dialect: string;
  subprotocol: string;
  headers: { name: string; value: string }[];
  /** What is said first. */
  hello: string[];
  subscribe: string;
  unsubscribe: string;
  query: string;
  variables: string;
  events: string;
  poll: string;
  pollsPerMinute: number | null;
  beat: string;
  beatSeconds: number | null;
  symbolsMax: number | null;
  alwaysOpen: boolean;
  gapless: boolean;
  messages: MessageForm[];
}

/** How one kind of message is known, and where in it things stand. */
export interface MessageForm {
  kind: string;
  when: { pointer: string; equals: string }[];
  symbol: string;
  price: string;
  size: string;
  time: string;
  unit: string;
  sequence: string;
  side: string;
  buy: string;
  bid: string;
  bidSize: string;
  ask: string;
  askSize: string;
  text: string;
  means: string;
  answer: string;
}

export interface PreviewView {
  faults: Fault[];
  messages: {
    text: string;
    verdict: string;
    found: { kind: string; message: number; values: FoundView[] }[];
  }[];
}

export interface FoundView {
  field: string;
  pointer: string;
  found: string | null;
  read: string | null;
  problem: string | null;
}
