import { expect, test } from "vitest";

import { KEY_HELP, keyCommand } from "./keys";

const press = (key: string, held: Partial<KeyboardEvent> = {}) =>
  keyCommand({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

test("j and k move as the arrows do", () => {
  expect(press("j")).toEqual(press("ArrowDown"));
  expect(press("k")).toEqual(press("ArrowUp"));
});

test("keys that belong to the system or the browser are left alone", () => {
  expect(press("j", { ctrlKey: true })).toBeNull();
  expect(press("ArrowDown", { metaKey: true })).toBeNull();
  expect(press("?", { altKey: true })).toBeNull();
  expect(press("Tab")).toBeNull();
});

test("settings open with the comma and Ctrl or Cmd", () => {
  expect(press(",", { ctrlKey: true })).toEqual({ kind: "settings" });
  expect(press(",", { metaKey: true })).toEqual({ kind: "settings" });
  expect(press(",")).toEqual({ kind: "timeframe" });
});

test("feeds open with the point beside the comma", () => {
  expect(press(".", { ctrlKey: true })).toEqual({ kind: "feeds" });
  expect(press(".", { metaKey: true })).toEqual({ kind: "feeds" });
  expect(press(".")).toBeNull();
});

test("the help names no key that does nothing", () => {
  const names: Record<string, string> = { "↓": "ArrowDown", "↑": "ArrowUp" };
  for (const { keys } of KEY_HELP) {
    const held = keys[0] === "Ctrl";
    if (keys[0] === "Esc") continue;
    for (const key of held ? keys.slice(1) : keys) {
      expect(press(names[key] ?? key, { ctrlKey: held }), key).not.toBeNull();
    }
  }
});
