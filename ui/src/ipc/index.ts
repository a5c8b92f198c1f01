/** Picks what the page talks to. The imitation is loaded only where there is no shell. */
import type { Backend } from "./backend";
import { tauriBackend } from "./tauri";

export async function connectBackend(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return tauriBackend();
  const { fakeBackend } = await import("./fake");
  return fakeBackend(new URLSearchParams(window.location.search));
}
