/** The chart's colours, read from the tokens of the page: a canvas knows no CSS variables. */
export interface Palette {
  readonly text: string;
  readonly grid: string;
  readonly edge: string;
  readonly crosshair: string;
  readonly label: string;
  readonly up: string;
  readonly down: string;
  readonly upVolume: string;
  readonly downVolume: string;
  /** Of what came out of a history, and of what is not whole. */
  readonly filled: string;
  readonly torn: string;
}

export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    text: token("text-muted"),
    grid: token("chart-grid"),
    edge: token("line"),
    crosshair: token("text-faint"),
    label: token("chart-label"),
    up: token("up"),
    down: token("down"),
    upVolume: token("up-soft"),
    downVolume: token("down-soft"),
    filled: token("line-strong"),
    torn: token("warn"),
  };
}
