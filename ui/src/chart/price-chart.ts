/**
 * lightweight-charts behind our own small face: candles, the volume below them, a thin band under what was
 * not heard from trades as they came, a crosshair.
 *
 * The chart pane makes one and hands it what the store says changed. Which row that is, and what its
 * numbers mean, is not known here. Floats are allowed from here on: they only become pixels.
 */
import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  HistogramSeries,
  createChart,
} from "lightweight-charts";
import type { CandlestickData, HistogramData, Time, UTCTimestamp, WhitespaceData } from "lightweight-charts";

import { axisPrice } from "../format";
import type { Candle } from "../ipc/frame";
import { LOCALE } from "../locale";
import type { Redraw } from "../store/series";
import type { Palette } from "./palette";
import { fullTime, tickMark } from "./time";

export interface PriceChart {
  draw(redraw: Redraw): void;
  /** How many decimals the axis has. */
  setDecimals(decimals: number): void;
  setPalette(palette: Palette): void;
  showNewest(): void;
  remove(): void;
}

export interface ChartEvents {
  /** The start of the candle under the pointer. */
  pointed: (start: number | null) => void;
  /** Whether the newest candle was scrolled out of sight. */
  scrolledAway: (away: boolean) => void;
}

const BAR_SPACING = 9;
const RIGHT_OFFSET = 6;

export function createPriceChart(element: HTMLElement, palette: Palette, events: ChartEvents): PriceChart {
  const chart = createChart(element, {
    autoSize: true,
    localization: { locale: LOCALE, timeFormatter: (time: Time) => fullTime(Number(time)) },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: {
      timeVisible: true,
      secondsVisible: true,
      rightOffset: RIGHT_OFFSET,
      barSpacing: BAR_SPACING,
      tickMarkFormatter: (time: Time, kind: Parameters<typeof tickMark>[1]) => tickMark(Number(time), kind),
    },
  });
  const candles = chart.addSeries(CandlestickSeries, { borderVisible: false });
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  const origin = chart.addSeries(HistogramSeries, {
    priceScaleId: "origin",
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale("origin").applyOptions({ scaleMargins: { top: 0.993, bottom: 0 } });
  chart.priceScale("right").applyOptions({ scaleMargins: { top: 0.12, bottom: 0.24 } });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });

  let shown = palette;
  let drawn: readonly Candle[] = [];
  let drawnTo = 0;
  setPalette(palette);
  chart.subscribeCrosshairMove(({ time }) => {
    events.pointed(time === undefined ? null : Number(time));
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange(() => {
    events.scrolledAway(drawn.length > 0 && chart.timeScale().scrollPosition() < -1);
  });

  function showNewest(): void {
    chart.timeScale().applyOptions({ barSpacing: BAR_SPACING, rightOffset: RIGHT_OFFSET });
    chart.timeScale().scrollToRealTime();
  }

  function setPalette(next: Palette): void {
    shown = next;
    chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: "transparent" },
        textColor: next.text,
        fontFamily: getComputedStyle(element).fontFamily,
        fontSize: 11,
        attributionLogo: true,
      },
      grid: { vertLines: { color: next.grid }, horzLines: { color: next.grid } },
      rightPriceScale: { borderColor: next.edge },
      timeScale: { borderColor: next.edge },
      crosshair: {
        vertLine: { color: next.crosshair, labelBackgroundColor: next.label },
        horzLine: { color: next.crosshair, labelBackgroundColor: next.label },
      },
    });
    candles.applyOptions({
      upColor: next.up,
      downColor: next.down,
      wickUpColor: next.up,
      wickDownColor: next.down,
    });
    volume.setData(drawn.map((candle) => volumeBar(candle, next)));
    origin.setData(drawn.map((candle) => originBar(candle, next)));
  }

  return {
    draw(redraw) {
      switch (redraw.kind) {
        case "nothing":
          break;
        case "whole": {
          const isFresh = drawn.length === 0;
          drawn = redraw.candles;
          candles.setData(drawn.map(bar));
          volume.setData(drawn.map((candle) => volumeBar(candle, shown)));
          origin.setData(drawn.map((candle) => originBar(candle, shown)));
          // A series that was only trimmed stays where the person scrolled it.
          if (isFresh) showNewest();
          break;
        }
        case "changes":
          drawn = redraw.all;
          for (const candle of redraw.candles) {
            const isPast = candle.start < drawnTo;
            candles.update(bar(candle), isPast);
            volume.update(volumeBar(candle, shown), isPast);
            origin.update(originBar(candle, shown), isPast);
          }
          break;
      }
      drawnTo = drawn.at(-1)?.start ?? 0;
    },
    setDecimals(decimals) {
      candles.applyOptions({
        priceFormat: {
          type: "custom",
          minMove: Number(`1e-${decimals}`),
          formatter: (value: number) => axisPrice(value, decimals),
        },
      });
    },
    setPalette,
    showNewest,
    remove() {
      chart.remove();
    },
  };
}

function bar(candle: Candle): CandlestickData<UTCTimestamp> {
  return {
    time: candle.start as UTCTimestamp,
    open: candle.open.float,
    high: candle.high.float,
    low: candle.low.float,
    close: candle.close.float,
  };
}

function volumeBar(candle: Candle, palette: Palette): HistogramData<UTCTimestamp> {
  return {
    time: candle.start as UTCTimestamp,
    value: candle.volume?.float ?? 0,
    color: candle.close.float < candle.open.float ? palette.downVolume : palette.upVolume,
  };
}

/** Nothing under a candle that was heard whole. */
function originBar(
  candle: Candle,
  palette: Palette,
): HistogramData<UTCTimestamp> | WhitespaceData<UTCTimestamp> {
  const time = candle.start as UTCTimestamp;
  switch (candle.origin) {
    case "heard":
      return { time };
    case "filled":
      return { time, value: 1, color: palette.filled };
    case "torn":
      return { time, value: 1, color: palette.torn };
  }
}
