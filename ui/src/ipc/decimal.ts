/**
 * A number of the market as it came: never through a float on its way to the screen.
 *
 * The frame reader makes these, the store subtracts them, `format.ts` writes them. There is no
 * multiplication and no rounding here: the page shows prices, it does not compute with them.
 */

const HALF = 2 ** 32;
const SAFE_HIGH = 2 ** 21;

// The nearest doubles: `10 ** n` may be off by one bit, a literal may not.
const POWERS = Array.from({ length: 29 }, (_, exponent) => Number(`1e${exponent}`));

function power(exponent: number): number {
  return POWERS[exponent] ?? Number(`1e${exponent}`);
}

export class Decimal {
  /** Low half of the two's-complement mantissa; 0 where the number came as text. */
  readonly low: number;
  readonly high: number;
  readonly scale: number;
  /** What came, where the mantissa does not fit 64 bits. */
  readonly #wide: string | null;
  #text: string | null;

  private constructor(low: number, high: number, scale: number, wide: string | null) {
    this.low = low;
    this.high = high;
    this.scale = scale;
    this.#wide = wide;
    this.#text = wide;
  }

  static ofHalves(low: number, high: number, scale: number): Decimal {
    return new Decimal(low, high, scale, null);
  }

  static ofText(text: string): Decimal {
    const point = text.indexOf(".");
    return new Decimal(0, 0, point === -1 ? 0 : text.length - point - 1, text);
  }

  /** Plain digits with a hyphen and a point, every digit that came and no other. */
  get text(): string {
    this.#text ??= withPoint(this.low, this.high, this.scale);
    return this.#text;
  }

  /** Where it lies on the chart. */
  get float(): number {
    return this.#wide === null ? this.#mantissa() / power(this.scale) : Number(this.#wide);
  }

  get sign(): -1 | 0 | 1 {
    const value = this.float;
    return value > 0 ? 1 : value < 0 ? -1 : 0;
  }

  /** Whether these halves are this very number, so that what did not change keeps its identity. */
  isHalves(low: number, high: number, scale: number): boolean {
    return this.low === low && this.high === high && this.scale === scale && this.#wide === null;
  }

  /** The exact difference. */
  minus(other: Decimal): Decimal {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.#mantissaAt(scale) - other.#mantissaAt(scale);
    if (Number.isSafeInteger(difference)) return ofSafe(difference, scale);
    return Decimal.ofText(written(bigMantissa(this.text, scale) - bigMantissa(other.text, scale), scale));
  }

  /** Exact below 2^53 only. */
  #mantissa(): number {
    return (this.high | 0) * HALF + this.low;
  }

  /** The mantissa at a larger scale, or NaN where a float cannot hold it exactly. */
  #mantissaAt(scale: number): number {
    const mantissa = this.#mantissa() * power(scale - this.scale);
    return this.#wide === null && Number.isSafeInteger(mantissa) ? mantissa : NaN;
  }
}

function ofSafe(value: number, scale: number): Decimal {
  const high = Math.floor(value / HALF);
  return Decimal.ofHalves(value - high * HALF, high >>> 0, scale);
}

function bigMantissa(text: string, scale: number): bigint {
  const at = text.indexOf(".");
  const fraction = at === -1 ? "" : text.slice(at + 1);
  return BigInt((at === -1 ? text : text.slice(0, at)) + fraction.padEnd(scale, "0"));
}

function written(mantissa: bigint, scale: number): string {
  const negative = mantissa < 0n;
  return place((negative ? -mantissa : mantissa).toString(), scale, negative);
}

function withPoint(low: number, high: number, scale: number): string {
  const negative = high >= 2 ** 31;
  if (!negative) return place(digitsOf(low, high), scale, false);
  const flipped = (~low + 1) >>> 0;
  return place(digitsOf(flipped, (~high + (flipped === 0 ? 1 : 0)) >>> 0), scale, true);
}

function place(digits: string, scale: number, negative: boolean): string {
  const sign = negative ? "-" : "";
  if (scale === 0) return sign + digits;
  const padded = digits.padStart(scale + 1, "0");
  const at = padded.length - scale;
  return `${sign}${padded.slice(0, at)}.${padded.slice(at)}`;
}

/**
 * The digits of an unsigned 64-bit number.
 *
 * A float holds nearly every price's mantissa. For the rest, three limbs of nine digits take the
 * number sixteen bits at a time; no step passes 2^53, and no BigInt is made, since a page makes
 * thousands of these a second.
 */
function digitsOf(low: number, high: number): string {
  if (high < SAFE_HIGH) return (high * HALF + low).toString();
  const limb = 1_000_000_000;
  let [top, middle, bottom] = [0, 0, 0];
  for (const part of [high >>> 16, high & 0xffff, low >>> 16, low & 0xffff]) {
    const carriedBottom = bottom * 65_536 + part;
    bottom = carriedBottom % limb;
    const carriedMiddle = middle * 65_536 + Math.floor(carriedBottom / limb);
    middle = carriedMiddle % limb;
    top = top * 65_536 + Math.floor(carriedMiddle / limb);
  }
  const tail = bottom.toString().padStart(9, "0");
  return top === 0 ? `${middle}${tail}` : `${top}${middle.toString().padStart(9, "0")}${tail}`;
}
