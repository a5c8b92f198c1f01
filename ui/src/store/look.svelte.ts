/** The person's settings, and how they show on the page: its theme and the colours of up and down. */
import { asCommandError } from "../ipc/backend";
import type { Backend } from "../ipc/backend";
import type { SettingsView } from "../ipc/bindings";

const DEFAULTS: SettingsView = { keepInTray: false, theme: "system", updown: "green_up" };

export class Look {
  #settings = $state.raw<SettingsView>(DEFAULTS);
  #shade = $state.raw<"dark" | "light">("dark");
  #problem = $state.raw<string | null>(null);
  readonly #backend: Backend;
  readonly #prefersLight = window.matchMedia("(prefers-color-scheme: light)");

  constructor(backend: Backend) {
    this.#backend = backend;
    this.#prefersLight.addEventListener("change", this.#apply);
    this.#apply();
  }

  get settings(): SettingsView {
    return this.#settings;
  }

  /** What is on screen now, whoever chose it. */
  get shade(): "dark" | "light" {
    return this.#shade;
  }

  /** Why the last change was not kept. */
  get problem(): string | null {
    return this.#problem;
  }

  async load(): Promise<void> {
    this.#take(await this.#backend.settings());
  }

  /** Shows the change at once and takes it back if it could not be kept. */
  async change(part: Partial<SettingsView>): Promise<void> {
    const before = this.#settings;
    this.#take({ ...before, ...part });
    try {
      this.#take(await this.#backend.changeSettings({ ...before, ...part }));
      this.#problem = null;
    } catch (reason) {
      this.#take(before);
      const { sentence, next } = asCommandError(reason);
      this.#problem = `${sentence} ${next}`;
    }
  }

  close(): void {
    this.#prefersLight.removeEventListener("change", this.#apply);
  }

  #take(settings: SettingsView): void {
    this.#settings = settings;
    this.#apply();
  }

  readonly #apply = (): void => {
    const { theme, updown } = this.#settings;
    const shade = theme === "system" ? (this.#prefersLight.matches ? "light" : "dark") : theme;
    const { dataset } = document.documentElement;
    dataset.theme = shade;
    dataset.updown = updown;
    this.#shade = shade;
  };
}
