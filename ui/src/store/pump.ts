/**
 * The page's one animation-frame loop.
 *
 * Whatever changes calls `wake`; everything that changed is drawn at the next refresh of the screen, once,
 * however many frames of the shell came between. A hidden window has no refresh and so draws nothing.
 */
export interface Screen {
  request(draw: (now: number) => void): number;
  cancel(handle: number): void;
}

export class Pump {
  readonly #draw: (now: number) => void;
  readonly #screen: Screen;
  #handle: number | null = null;

  constructor(draw: (now: number) => void, screen: Screen = browserScreen) {
    this.#draw = draw;
    this.#screen = screen;
  }

  wake(): void {
    this.#handle ??= this.#screen.request((now) => {
      // Freed first: a drawing that throws must not be the last one.
      this.#handle = null;
      this.#draw(now);
    });
  }

  stop(): void {
    if (this.#handle !== null) this.#screen.cancel(this.#handle);
    this.#handle = null;
  }
}

const browserScreen: Screen = {
  request: (draw) => requestAnimationFrame(draw),
  cancel: (handle) => {
    cancelAnimationFrame(handle);
  },
};
