/** Starts the window: errors are heard first, then the desk is set up, then it is shown. */
import { mount } from "svelte";

import App from "./App.svelte";
import { connectBackend } from "./ipc";
import { Desk } from "./store/desk.svelte";
import "./style/tokens.css";
import "./style/base.css";

async function begin(): Promise<void> {
  const target = document.getElementById("app");
  if (target === null) throw new Error("the page has no #app");
  const desk = new Desk(await connectBackend());
  const unwatch = desk.faults.watch(window);
  window.addEventListener("pagehide", () => {
    unwatch();
    desk.stop();
  });
  const started = desk.start();
  mount(App, { target, props: { desk } });
  await started;
}

void begin();
