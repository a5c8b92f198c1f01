/** One row's market values as a component observes them, published once per screen refresh. */
import type { Decimal } from "../ipc/decimal";
import type { Quote } from "../ipc/frame";

export interface ShownQuote {
  readonly quote: Quote;
  /** From the reference to the last price, exact. */
  readonly change: Decimal | null;
  /** The same as a part of the reference, in hundredths. For reading, not for reckoning: a float will do. */
  readonly percent: number | null;
}

/** The last price's latest step. `count` grows with each, so that two equal steps flash twice. */
export interface Step {
  readonly direction: -1 | 0 | 1;
  readonly count: number;
}

export class QuoteCell {
  #shown: ShownQuote | null;
  #step = $state.raw<Step>({ direction: 0, count: 0 });

  constructor(quote?: Quote) {
    this.#shown = $state.raw(quote === undefined ? null : shownOf(quote));
  }

  get shown(): ShownQuote | null {
    return this.#shown;
  }

  get step(): Step {
    return this.#step;
  }

  publish(quote: Quote): void {
    const known = this.#shown?.quote;
    const before = known?.last ?? null;
    this.#shown = shownOf(quote);
    if (quote.last === null || before === null || quote.last === before) return;
    // Another source may see it a cent apart, which is no step of the price.
    if (quote.source !== known?.source) return;
    const direction = quote.last.minus(before).sign;
    if (direction !== 0) this.#step = { direction, count: this.#step.count + 1 };
  }
}

function shownOf(quote: Quote): ShownQuote {
  const { last, reference } = quote;
  const change = last && reference && last.minus(reference);
  const base = reference?.float ?? 0;
  return { quote, change, percent: change && base !== 0 ? (change.float / base) * 100 : null };
}
