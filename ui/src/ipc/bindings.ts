// Generated from src-tauri/src/ipc by `cargo xtask bindings`. Do not edit.

export type Opening = {
  stream: number;
  lists: Array<ListView>;
  rows: Array<RowView>;
  lifecycle: Lifecycle;
  notices: Array<Notice>;
};

export type ListView = {
  name: string;
  rows: Array<number>;
};

export type RowView = {
  row: number;
  feed: string;
  symbol: string;
  name: string | null;
  currency: string | null;
  tick: string | null;
  
/**
 * In the order in which a person prefers them.
 */
sources: Array<SourceView>;
  
/**
 * What came of asking for its past; null before anybody did.
 */
past: PastView | null;
};

export type PastView = {
  by: string;
  adjusted: "yes" | "no" | "not_needed";
  state: "asked" | "told" | "delayed" | "refused";
  
/**
 * What they have said instead.
 */
why: string | null;
};

export type SourceView = {
  
/**
 * As a frame names it; none while there is no such feed.
 */
row: number | null;
  feed: string;
  symbol: string;
};

export type SearchView = {
  found: Array<FoundView>;
  
/**
 * The feeds that had no answer;
  each with a sentence.
 */
unheard: Array<UnheardView>;
};

export type FoundView = {
  feed: string;
  symbol: string;
  name: string | null;
  exchange: string | null;
  currency: string | null;
};

export type UnheardView = {
  feed: string;
  why: string;
};

export type SourceName = {
  feed: string;
  symbol: string;
};

export type SourceState = {
  feed: string;
  symbol: string;
  
/**
 * Whether the row is of this one.
 */
shown: boolean;
  price: string | null;
  
/**
 * One sentence that says how it is.
 */
why: string;
};

export type Lifecycle = {
  stream: number;
  frame: number;
  feeds: Array<FeedView>;
  rows: Array<RowView>;
};

export type FeedView = {
  feed: string;
  source: "live" | "simulated" | "replay";
  state: "idle" | "offline" | "waiting" | "connecting" | "authenticating" | "subscribing" | "live" | "mute" | "climbing" | "suspended" | "closed" | "paused" | "locked" | "refused";
  
/**
 * How long it has been in this state.
 */
sinceMs: number;
  transport: string;
  roundTripMs: number | null;
  why: string;
  
/**
 * What a person can do about a feed that is refused.
 */
next: string | null;
  drops: number;
  attempt: number;
  
/**
 * When it tries again by itself.
 */
retryInMs: number | null;
  
/**
 * While it connects.
 */
phase: "resolving" | "dialing" | "proxy" | "securing" | "upgrading" | null;
  
/**
 * While it subscribes;
  as far as it is known.
 */
answers: AnswersView | null;
  
/**
 * The transport that a live feed tries to come to.
 */
climbsTo: string | null;
  
/**
 * What its account has asked; none where nothing is counted.
 */
asked: { 
/**
 * As `37 of 50 in an hour`.
 */
words: string;
  
/**
 * When the next question may go;
  where that is not now.
 */
nextInMs: number | null;
  
/**
 * Nothing is left until then.
 */
spent: boolean;
  } | null;
  
/**
 * None where the venue is none of ours.
 */
simulator: RehearsalView | null;
};

export type AnswersView = {
  acked: number;
  total: number;
};

export type StepView = {
  
/**
 * Milliseconds since 1970.
 */
at: number;
  to: "idle" | "offline" | "waiting" | "connecting" | "authenticating" | "subscribing" | "live" | "mute" | "climbing" | "suspended" | "closed" | "paused" | "locked" | "refused";
  transport: string;
  cause: string;
};

export type RehearsalView = {
  drill: DrillView | null;
};

export type Notice = {
  code: "settings_broken" | "profile_read_only" | "lists_broken" | "bookmarks_unread" | "budgets_unread" | "page_reloaded" | "task_failed" | "feed_refused" | "key_left" | "no_tray";
  sentence: string;
  next: string;
};

export type SettingsView = {
  keepInTray: boolean;
  theme: "system" | "dark" | "light";
  updown: "green_up" | "red_up" | "blue_orange";
};

export type About = {
  version: string;
  commit: string;
  notices: string;
  logFolder: string;
  profileFolder: string;
};

export type PageError = {
  kind: "error" | "rejection" | "security_policy";
  message: string;
  source: string | null;
  line: number | null;
};

export type CommandError = {
  code: "no_such_row" | "no_such_feed" | "bad_symbol" | "bad_source" | "no_such_drill" | "bad_market" | "no_tray" | "not_open" | "bad_feed" | "bad_key" | "keyring" | "no_undo";
  sentence: string;
  next: string;
};

export type Timeframe = "1s" | "1m";

export type SimulatorView = {
  market: MarketView;
  drills: Array<DrillView>;
};

export type DrillView = {
  name: string;
  title: string;
  sentence: string;
};

export type MarketView = {
  seed: number;
  mood: "calm" | "normal" | "wild" | "crash" | "melt-up";
  speed: string;
};

export type TrialView = {
  number: number;
  steps: Array<TrialStepView>;
  symbols: Array<string>;
  
/**
 * Where it went.
 */
address: string | null;
  transport: string | null;
  
/**
 * These are the times of the connection that the feed has: the venue bears no other beside it.
 */
own: boolean;
  
/**
 * Why nothing was tried. What to do about it stands in `next`.
 */
why: string | null;
  next: string | null;
  ended: boolean;
};

export type TrialStepView = {
  step: "dns" | "tcp" | "proxy" | "tls" | "upgrade" | "login" | "subscribe" | "first_data";
  state: "waiting" | "running" | "good" | "not_needed" | "quiet" | "failed" | "not_reached";
  ms: number | null;
  why: string | null;
  next: string | null;
};

export type FeedLogView = {
  feed: string;
  
/**
 * Its entries are the first ones since the feed was opened.
 */
anew: boolean;
  
/**
 * Whether there is anything to look at. A paused feed has no log.
 */
open: boolean;
  entries: Array<LogEntryView>;
  
/**
 * All messages since it was opened.
 */
messages: number;
  bytes: number;
};

export type LogEntryView = {
  number: number;
  
/**
 * Milliseconds since 1970.
 */
at: number;
  
/**
 * Which of its connections it happened on.
 */
line: number | null;
  what: { "kind": "dialing";
  transport: string;
  address: string;
  attempt: number;
  } | { "kind": "opened";
  transport: string;
  dns: number;
  tcp: number;
  proxy: number;
  tls: number;
  upgrade: number;
  } | { "kind": "subscribed";
  took: number;
  } | { "kind": "first_price";
  took: number;
  } | { "kind": "messages";
  count: number;
  bytes: number;
  unreadable: number;
  within: number;
  } | { "kind": "failed";
  layer: string;
  why: string;
  next: string | null;
  } | { "kind": "closed";
  code: number | null;
  reason: string;
  next: string | null;
  } | { "kind": "left";
  code: number | null;
  } | { "kind": "rests";
  state: string;
  wait: number | null;
  why: string;
  };
};

export type WireView = {
  feed: string;
  sights: Array<SightView>;
  
/**
 * What came behind these and was too much to be told.
 */
missed: number;
};

export type SightView = {
  
/**
 * The connections are counted since the feed was opened.
 */
line: number;
  
/**
 * Milliseconds since 1970.
 */
at: number;
  what: { "kind": "asked";
  first: string;
  headers: Array<HeaderView>;
  } | { "kind": "answered";
  first: string;
  headers: Array<HeaderView>;
  } | { "kind": "frame";
  outgoing: boolean;
  opcode: string;
  final: boolean;
  compressed: boolean;
  length: number;
  overhead: number;
  
/**
 * How long the message is when it is inflated.
 */
inflated: number | null;
  
/**
 * Of a pong since its ping.
 */
roundTrip: number | null;
  start: string;
  
/**
 * Whether the start is hexadecimal digits.
 */
binary: boolean;
  } | { "kind": "piece";
  length: number;
  } | { "kind": "message";
  length: number;
  start: string;
  } | { "kind": "ended" };
};

export type HeaderView = {
  name: string;
  value: string;
};

export type ListingView = {
  
/**
 * As a form names it: `coinbase`;
  `alpaca:iex`;
  `tickwire`;
  `sim`.
 */
venue: string;
  provider: string;
  providerTitle: string;
  title: string;
  covers: string;
  costs: string;
  needs: string;
  
/**
 * Its owner has not agreed to being read.
 */
unofficial: boolean;
  delayed: boolean;
  key: "none" | "perhaps" | "needed";
  
/**
 * Its key has two parts;
  written as ID:SECRET.
 */
keyIsPair: boolean;
  
/**
 * Where a key is made.
 */
keySite: string | null;
  
/**
 * How symbols are written there;
  by examples.
 */
symbols: string;
  
/**
 * The ways it can be talked to;
  the best one first.
 */
transports: Array<string>;
  
/**
 * Where it is;
  if there is only one of it.
 */
stream: string | null;
  
/**
 * Where things are fetched of it;
  if that is elsewhere.
 */
rest: string | null;
};

export type FeedForm = {
  id: string;
  venue: string;
  
/**
 * Another address for its stream; empty for the venue's own.
 */
url: string;
  
/**
 * Another address to fetch from; empty for the venue's own.
 */
rest: string;
  
/**
 * The ways of talking to it that are allowed;
  the best one first; empty for all.
 */
transports: Array<string>;
  
/**
 * Empty for the system's;
  `none`;
  or an address.
 */
proxy: string;
  
/**
 * A person has agreed to be overheard.
 */
plain: boolean;
  
/**
 * The description of a venue of kind `custom`.
 */
custom?: CustomForm | null;
};

export type CustomForm = {
  title: string;
  example: string;
  dialect: string;
  subprotocol: string;
  headers: Array<HeaderForm>;
  hello: Array<string>;
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
  messages: Array<MessageForm>;
};

export type HeaderForm = {
  name: string;
  value: string;
};

export type MessageForm = {
  kind: string;
  when: Array<WhenForm>;
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
};

export type WhenForm = {
  pointer: string;
  equals: string;
};

export type PreviewView = {
  faults: Array<Fault>;
  messages: Array<GlimpseView>;
};

export type GlimpseView = {
  
/**
 * How it begins.
 */
text: string;
  
/**
 * What would come of it;
  as a sentence.
 */
verdict: string;
  found: Array<SeenView>;
};

export type SeenView = {
  kind: string;
  
/**
 * Which of the description's messages it is.
 */
message: number;
  values: Array<ReadView>;
};

export type ReadView = {
  field: string;
  pointer: string;
  found: string | null;
  read: string | null;
  problem: string | null;
};

export type FeedEntry = {
  form: FeedForm;
  
/**
 * What its venue is called.
 */
title: string;
  paused: boolean;
  key: "none" | "keyring" | "session" | "session_over_keyring" | "missing";
  proxyLogin: "none" | "keyring" | "session" | "session_over_keyring" | "missing";
  
/**
 * Why it is not open;
  and the one next step.
 */
problem: string | null;
  next: string | null;
};

export type CheckView = {
  faults: Array<Fault>;
  
/**
 * What saving it takes away: a `key` or a `login` that was set for somebody else.
 */
leaves: Array<Fault>;
};

export type Fault = {
  
/**
 * As the field is called in the form.
 */
field: string;
  sentence: string;
};

export type Removal = {
  undo: number;
};

export type KeepView = "keyring" | "session";
