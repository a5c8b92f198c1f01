import { expect, test } from "vitest";

import {
  age,
  axisPrice,
  change,
  countdown,
  decimalsOf,
  percent,
  perSecond,
  price,
  roundTrip,
  sentence,
  separatorsOf,
  volume,
} from "./format";
import { Decimal } from "./ipc/decimal";
import { soundLocale } from "./locale";

const english = separatorsOf("en-US");
const german = separatorsOf("de-DE");
const of = (text: string) => Decimal.ofText(text);

test.each([
  ["187.2", 2, "187.20"],
  ["187.2400", 2, "187.24"],
  ["187.245", 2, "187.245"],
  ["115735.99", 2, "115,735.99"],
  ["1000", 0, "1,000"],
  ["1000.00", 0, "1,000"],
  ["-37.63", 2, "\u221237.63"],
  ["0.00001942", 8, "0.00001942"],
  ["7.9228162514264337593543950335", 2, "7.9228162514264337593543950335"],
  ["79228162514264337593543950335", null, "79,228,162,514,264,337,593,543,950,335"],
  ["10.50", null, "10.50"],
])("writes the price %s with %s decimals as %s", (text, decimals, written) => {
  expect(price(of(text), decimals, english)).toBe(written);
});

test("writes the separators of the person's locale, in Latin digits", () => {
  expect(price(of("115735.99"), 2, german)).toBe("115.735,99");
  expect(price(of("1234.5"), 1, separatorsOf("ar-EG"))).toMatch(/^1.234.5$/);
});

test("unknown is a dash and never a zero", () => {
  for (const written of [price(null, 2), change(null, 2), percent(null), percent(NaN), volume(null)]) {
    expect(written).toBe("\u2014");
  }
});

test("a change says its direction with a sign", () => {
  expect(change(of("1.32"), 2, english)).toBe("+1.32");
  expect(change(of("-0.4"), 2, english)).toBe("\u22120.40");
  expect(change(of("0.00"), 2, english)).toBe("0.00");
  expect(percent(0.706, english)).toBe("+0.71%");
  expect(percent(-0.004, english)).toBe("0.00%");
  expect(percent(-12.345, english)).toBe("\u221212.35%");
});

test.each([
  ["0", "0"],
  ["7.5", "7.50"],
  ["982", "982"],
  ["999.6", "1.00K"],
  ["12345", "12.3K"],
  ["999600", "1.00M"],
  ["1240000", "1.24M"],
  ["5600000000", "5.60B"],
])("writes the volume %s as %s", (text, written) => {
  expect(volume(of(text), english)).toBe(written);
});

test("an age has the unit that says enough", () => {
  const plain = (milliseconds: number) => age(milliseconds).replace("\u202f", " ");
  expect(plain(-5)).toBe("0 s");
  expect(plain(41_900)).toBe("41 s");
  expect(plain(61_000)).toBe("1 min");
  expect(plain(7_200_000)).toBe("2 h");
  expect(plain(4 * 86_400_000)).toBe("4 d");
});

test("a countdown is not over before it is", () => {
  expect(countdown(1)).toBe("1\u202fs");
  expect(countdown(0)).toBe("0\u202fs");
  expect(countdown(2_001)).toBe("3\u202fs");
});

test("rates and round trips are short", () => {
  expect(roundTrip(0.4)).toBe("<1\u202fms");
  expect(roundTrip(22.6)).toBe("23\u202fms");
  expect(perSecond(0)).toBe("0/s");
  expect(perSecond(3.25)).toMatch(/^3.[23]\/s$/);
});

test("the axis has the instrument's decimals", () => {
  expect(axisPrice(187.2, 2, english)).toBe("187.20");
  expect(axisPrice(0.00001942, 8, english)).toBe("0.00001942");
  expect(axisPrice(-3, 1, english)).toBe("\u22123.0");
});

test("the decimals come from the instrument's tick", () => {
  expect(decimalsOf("0.05")).toBe(2);
  expect(decimalsOf("1")).toBe(0);
  expect(decimalsOf(null)).toBeNull();
  expect(decimalsOf("a tick")).toBeNull();
});

test("a web view that calls its language C is answered in English", () => {
  expect(soundLocale("C")).toBe("en-US");
  expect(soundLocale("")).toBe("en-US");
  expect(soundLocale(undefined)).toBe("en-US");
  expect(soundLocale("de-de")).toBe("de-DE");
});

test("a sentence begins with a capital and ends", () => {
  expect(sentence("last news 2 ms ago; usual gap 159 ms")).toBe("Last news 2 ms ago; usual gap 159 ms.");
  expect(sentence("Nothing is wrong.")).toBe("Nothing is wrong.");
  expect(sentence("")).toBe("");
});
