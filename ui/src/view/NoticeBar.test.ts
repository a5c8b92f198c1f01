import { render, screen } from "@testing-library/svelte";
import { expect, test, vi } from "vitest";

import type { Notice } from "../ipc/bindings";
import NoticeBar from "./NoticeBar.svelte";

const NOTICE: Notice = {
  code: "profile_read_only",
  sentence: "The settings folder cannot be written.",
  next: "Changes last until Tickwire is closed.",
};

test("tells what happened and the next step", () => {
  render(NoticeBar, { notices: [NOTICE], ondismiss: () => undefined });
  const notice = screen.getByTestId("notice");
  expect(notice.textContent).toContain(`${NOTICE.sentence} ${NOTICE.next}`);
  expect(notice.dataset.code).toBe("profile_read_only");
});

test("can be dismissed", () => {
  const ondismiss = vi.fn();
  render(NoticeBar, { notices: [NOTICE], ondismiss });
  screen.getByRole("button", { name: "Dismiss" }).click();
  expect(ondismiss).toHaveBeenCalledExactlyOnceWith(NOTICE);
});
