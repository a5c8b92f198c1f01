import { expect, test, vi } from "vitest";

import type { Backend } from "../ipc/backend";
import type { Lifecycle, Opening } from "../ipc/bindings";
import { writeFrame } from "../ipc/fake/frame-writer";
import { Stream } from "./stream";

test("acknowledges every frame after it was applied", async () => {
  const page = await opened();
  page.send(frame(1));
  page.send(frame(2));
  expect(page.heard).toEqual(["opened", "frame 1", "acknowledge 1", "frame 2", "acknowledge 2"]);
});

test("keeps frames and events that come before the answer", async () => {
  const page = begin();
  const opening = page.stream.open();
  page.send(frame(1));
  page.stream.offer(lifecycle(1));
  expect(page.heard).toEqual([]);
  page.answer(OPENING);
  await opening;
  expect(page.heard).toEqual(["opened", "frame 1", "lifecycle 1", "acknowledge 1"]);
});

test("holds an event back until its frame", async () => {
  const page = await opened();
  page.stream.offer(lifecycle(2));
  page.send(frame(1));
  expect(page.heard).not.toContain("lifecycle 2");
  page.send(frame(2));
  expect(page.heard).toContain("lifecycle 2");
});

test("ignores the frames of a stream that was replaced", async () => {
  const page = await opened();
  page.send(frame(1, 6));
  expect(page.heard).toEqual(["opened"]);
});

test("says once that a frame was no frame, and hears nothing more", async () => {
  const page = await opened();
  page.send(new ArrayBuffer(5));
  page.send(frame(1));
  expect(page.heard).toEqual(["opened", "broken: 5 bytes are no frame"]);
});

test("an error while applying never reaches the channel, which would stop for good", async () => {
  const page = await opened();
  page.failing = true;
  expect(() => {
    page.send(frame(1));
  }).not.toThrow();
  expect(page.heard).toEqual(["opened", "broken: cannot apply"]);
});

test("begins anew when the shell does not know the stream any more", async () => {
  const page = await opened();
  page.acknowledge.mockRejectedValue(new Error("not open"));
  page.send(frame(1));
  await vi.waitFor(() => {
    expect(page.heard).toContain("broken: not open");
  });
});

test("an answer that comes after its end opens nothing", async () => {
  const page = begin();
  const opening = page.stream.open();
  page.stream.end();
  page.answer(OPENING);
  await opening;
  page.send(frame(1));
  expect(page.heard).toEqual([]);
});

const OPENING: Opening = { stream: 7, lists: [], rows: [], lifecycle: lifecycle(0), notices: [] };

function begin() {
  const heard: string[] = [];
  let send: (bytes: ArrayBuffer) => void = () => undefined;
  let answer: (opening: Opening) => void = () => undefined;
  const acknowledge = vi.fn((_stream: number, number: number) => {
    heard.push(`acknowledge ${number}`);
    return Promise.resolve();
  });
  const backend = {
    openStream: (onFrame: typeof send) => {
      send = onFrame;
      return new Promise<Opening>((resolve) => {
        answer = resolve;
      });
    },
    acknowledge,
  } as Partial<Backend> as Backend;
  const page = {
    heard,
    acknowledge,
    failing: false,
    send: (bytes: ArrayBuffer) => {
      send(bytes);
    },
    answer: (opening: Opening) => {
      answer(opening);
    },
    stream: new Stream(backend, {
      opened: () => heard.push("opened"),
      frame: ({ number }) => {
        if (page.failing) throw new Error("cannot apply");
        heard.push(`frame ${number}`);
      },
      lifecycle: ({ frame: number }) => heard.push(`lifecycle ${number}`),
      broken: (reason) => heard.push(`broken: ${reason instanceof Error ? reason.message : ""}`),
    }),
  };
  return page;
}

async function opened() {
  const page = begin();
  const opening = page.stream.open();
  page.answer(OPENING);
  await opening;
  return page;
}

function frame(number: number, stream = 7): ArrayBuffer {
  return writeFrame({ stream, frame: number, madeAt: 0, rows: [], candles: [] });
}

function lifecycle(number: number): Lifecycle {
  return { stream: 7, frame: number, feeds: [], rows: [] };
}
