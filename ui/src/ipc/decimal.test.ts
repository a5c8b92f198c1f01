import { expect, test } from "vitest";

import { Decimal } from "./decimal";
import { seeded } from "./fake/walk";

test.each([
  [0n, 0, "0"],
  [0n, 2, "0.00"],
  [18_724n, 2, "187.24"],
  [-3_763n, 2, "-37.63"],
  [7n, 28, "0.0000000000000000000000000007"],
  [2n ** 53n - 1n, 0, "9007199254740991"],
  [2n ** 53n, 0, "9007199254740992"],
  [2n ** 53n + 1n, 3, "9007199254740.993"],
  [2n ** 63n - 1n, 0, "9223372036854775807"],
  [-(2n ** 63n), 0, "-9223372036854775808"],
  [-(2n ** 63n), 28, "-0.0000000009223372036854775808"],
  [1_000_000_000_000_000_000n, 18, "1.000000000000000000"],
])("writes the mantissa %s at scale %s as %s", (mantissa, scale, text) => {
  expect(of(mantissa, scale).text).toBe(text);
});

test("writes every 64-bit number as BigInt does", () => {
  const random = seeded(20_26);
  const word = () => Math.floor(random() * 2 ** 32);
  for (let round = 0; round < 20_000; round += 1) {
    const [low, high] = [word(), word() >>> Math.floor(random() * 32)];
    const expected = BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low));
    expect(Decimal.ofHalves(low, high, 0).text).toBe(expected.toString());
  }
});

test("keeps all 28 digits of what came as text", () => {
  const text = "7.9228162514264337593543950335";
  expect(Decimal.ofText(text).text).toBe(text);
  expect(Decimal.ofText(text).scale).toBe(28);
});

test.each([
  ["187.24", "185.00", "2.24"],
  ["185.00", "187.24", "-2.24"],
  ["0.3", "0.1", "0.2"],
  ["1", "0.00000001", "0.99999999"],
  ["9223372036854775807", "-1", "9223372036854775808"],
  ["7.9228162514264337593543950335", "0.0000000000000000000000000001", "7.9228162514264337593543950334"],
  ["0.0000000000000000000000000001", "1", "-0.9999999999999999999999999999"],
  ["-0.05", "0.05", "-0.10"],
  ["92233720368547.75807", "92233720368547.75806", "0.00001"],
])("%s minus %s is exactly %s", (left, right, difference) => {
  expect(read(left).minus(read(right)).text).toBe(difference);
});

test("lies on the chart where its value is", () => {
  expect(read("187.24").float).toBe(187.24);
  expect(read("-0.00000001").float).toBe(-1e-8);
  expect(of(-(2n ** 63n), 0).float).toBe(-(2 ** 63));
  expect(Decimal.ofText("79228162514264337593543950335").float).toBe(7.922816251426434e28);
});

test("knows itself by its halves, but not what came as text", () => {
  expect(of(5n, 1).isHalves(5, 0, 1)).toBe(true);
  expect(of(5n, 1).isHalves(5, 0, 2)).toBe(false);
  expect(Decimal.ofText("79228162514264337593543950335").isHalves(0, 0, 0)).toBe(false);
});

function of(mantissa: bigint, scale: number): Decimal {
  const bits = BigInt.asUintN(64, mantissa);
  return Decimal.ofHalves(Number(bits & 0xffff_ffffn), Number(bits >> 32n), scale);
}

function read(text: string): Decimal {
  const scale = (text.split(".")[1] ?? "").length;
  const mantissa = BigInt(text.replace(".", ""));
  return BigInt.asIntN(64, mantissa) === mantissa ? of(mantissa, scale) : Decimal.ofText(text);
}
