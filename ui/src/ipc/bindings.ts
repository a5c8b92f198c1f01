export type Opening = { stream: number, lists: Array<ListView>, rows: Array<RowView>, lifecycle: Lifecycle, notices: Array<Notice>, };

export type ListView = { name: string, rows: Array<number>, };

export type RowView = { row: number, feed: string, symbol: string, name: string | null, currency: string | null, tick: string | null, };

export type Lifecycle = { stream: number, frame: number, feeds: Array<FeedView>, rows: Array<RowView>, };

export type FeedSource = "live" | "simulated";

export type FeedState = "idle" | "connecting" | "live" | "waiting" | "suspended" | "closed";

export type FeedView = { feed: string, source: FeedSource, state: FeedState, transport: string, roundTripMs: number | null, why: string, drops: number, attempt: number, retryInMs: number | null, };

export type NoticeCode = "settings_broken" | "profile_read_only" | "lists_broken" | "page_reloaded" | "task_failed" | "feed_refused";

export type Notice = { code: NoticeCode, sentence: string, next: string, };

export type Theme = "system" | "dark" | "light";

export type UpDown = "green_up" | "red_up" | "blue_orange";

export type SettingsView = { keepInTray: boolean, theme: Theme, updown: UpDown, };

export type Timeframe = "1s" | "1m";

export type About = { version: string, commit: string, notices: string, logFolder: string, profileFolder: string, };

export type PageErrorKind = "error" | "rejection" | "security_policy";

export type PageError = { kind: PageErrorKind, message: string, source: string | null, line: number | null, };

export type CommandErrorCode = "no_such_row" | "no_such_feed" | "bad_symbol" | "profile_not_written" | "not_open";

export type CommandError = { code: CommandErrorCode, sentence: string, next: string, };
