/** Picks what the page talks to. The imitation is loaded only where there is no shell, and is in no app. */
import type { Backend } from "./backend";
import { tauriBackend } from "./tauri";

export async function connectBackend(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return tauriBackend();
  if (import.meta.env.MODE === "production")
    throw new Error("there is no shell; `npm run preview` shows the page in a plain browser");
  const { fakeBackend } = await import("./fake");
  return fakeBackend(new URLSearchParams(window.location.search));
}
