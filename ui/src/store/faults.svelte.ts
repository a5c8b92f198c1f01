/**
 * Errors that nobody caught: told to the shell's log, and shown as one calm line.
 *
 * Bounded, because an error in a drawing comes back sixty times a second.
 */
import type { Backend } from "../ipc/backend";
import type { PageError } from "../ipc/bindings";

const REPORTS_MAX = 20;
const WINDOW_MS = 60_000;
/** A message is for a log line, not a dump. */
const MESSAGE_MAX = 500;

export class Faults {
  #newest = $state.raw<string | null>(null);
  readonly #report: Backend["reportPageError"];
  readonly #now: () => number;
  #reported: number[] = [];

  constructor(report: Backend["reportPageError"], now: () => number = () => performance.now()) {
    this.#report = report;
    this.#now = now;
  }

  get newest(): string | null {
    return this.#newest;
  }

  dismiss(): void {
    this.#newest = null;
  }

  take(error: PageError): void {
    this.#newest = error.message;
    this.#tell(error);
  }

  /** What the page noticed and shows in its own way: for the log alone. */
  log(reason: unknown): void {
    this.#tell(asError(reason));
  }

  /** What the page noticed and has no other place for. */
  takeReason(reason: unknown): void {
    this.take(asError(reason));
  }

  /** Hears the window's own complaints until the returned function is called. */
  watch(target: Window): () => void {
    const onError = (event: ErrorEvent) => {
      this.take({
        kind: "error",
        message: event.message === "" ? textOf(event.error) : event.message,
        source: event.filename === "" ? null : event.filename,
        line: event.lineno === 0 ? null : event.lineno,
      });
    };
    const onRejection = (event: PromiseRejectionEvent) => {
      this.take({ kind: "rejection", message: textOf(event.reason), source: null, line: null });
    };
    const onViolation = (event: SecurityPolicyViolationEvent) => {
      this.take({
        kind: "security_policy",
        message: `${event.effectiveDirective} blocked ${event.blockedURI}`,
        source: event.sourceFile === "" ? null : event.sourceFile,
        line: event.lineNumber === 0 ? null : event.lineNumber,
      });
    };
    target.addEventListener("error", onError);
    target.addEventListener("unhandledrejection", onRejection);
    target.addEventListener("securitypolicyviolation", onViolation);
    return () => {
      target.removeEventListener("error", onError);
      target.removeEventListener("unhandledrejection", onRejection);
      target.removeEventListener("securitypolicyviolation", onViolation);
    };
  }

  #tell(error: PageError): void {
    const now = this.#now();
    this.#reported = this.#reported.filter((at) => now - at < WINDOW_MS);
    if (this.#reported.length >= REPORTS_MAX) return;
    this.#reported.push(now);
    // An error in the reporting of errors has nowhere left to go.
    this.#report({ ...error, message: error.message.slice(0, MESSAGE_MAX) }).catch(() => undefined);
  }
}

function asError(reason: unknown): PageError {
  return { kind: "error", message: textOf(reason), source: null, line: null };
}

function textOf(reason: unknown): string {
  if (reason instanceof Error) return `${reason.name}: ${reason.message}`;
  if (typeof reason === "object" && reason !== null && "sentence" in reason) return String(reason.sentence);
  return String(reason);
}
