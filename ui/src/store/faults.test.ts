import { expect, test, vi } from "vitest";

import type { PageError } from "../ipc/bindings";
import { Faults } from "./faults.svelte";

test("tells the shell of an error, a rejection and a violation of the policy", () => {
  const { faults, reported } = begin();
  const target = new EventTarget() as Window;
  const unwatch = faults.watch(target);
  target.dispatchEvent(
    Object.assign(new Event("error"), { message: "it broke", filename: "tickwire://app.js", lineno: 12 }),
  );
  target.dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason: new TypeError("no such") }));
  target.dispatchEvent(
    Object.assign(new Event("securitypolicyviolation"), {
      effectiveDirective: "img-src",
      blockedURI: "https://example.invalid",
      sourceFile: "",
      lineNumber: 0,
    }),
  );
  unwatch();
  target.dispatchEvent(Object.assign(new Event("error"), { message: "unheard", filename: "", lineno: 0 }));
  expect(reported).toEqual<PageError[]>([
    { kind: "error", message: "it broke", source: "tickwire://app.js", line: 12 },
    { kind: "rejection", message: "TypeError: no such", source: null, line: null },
    { kind: "security_policy", message: "img-src blocked https://example.invalid", source: null, line: null },
  ]);
  expect(faults.newest).toContain("img-src");
});

test("reports at most twenty errors a minute, and goes on after it", () => {
  const { faults, reported, clock } = begin();
  for (let count = 0; count < 1_000; count += 1) faults.takeReason(new Error(`drawing ${count}`));
  expect(reported).toHaveLength(20);
  clock.now = 60_001;
  faults.takeReason(new Error("later"));
  expect(reported).toHaveLength(21);
});

test("cuts a message that is no message", () => {
  const { faults, reported } = begin();
  faults.takeReason(new Error("x".repeat(100_000)));
  expect(reported[0]?.message).toHaveLength(500);
});

test("an error in the reporting of errors ends there", async () => {
  const report = vi.fn(() => Promise.reject(new Error("no shell")));
  const faults = new Faults(report);
  faults.takeReason(new Error("first"));
  await vi.waitFor(() => {
    expect(report).toHaveBeenCalledOnce();
  });
  expect(faults.newest).toBe("Error: first");
});

function begin() {
  const reported: PageError[] = [];
  const clock = { now: 0 };
  const faults = new Faults(
    (error) => {
      reported.push(error);
      return Promise.resolve();
    },
    () => clock.now,
  );
  return { faults, reported, clock };
}
