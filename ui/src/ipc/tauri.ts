/** The backend in the app: every command and event of the shell, and the only import of Tauri. */
import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";

import type { Backend, CloseUp } from "./backend";
import type { Lifecycle, Notice } from "./bindings";

export function tauriBackend(): Backend {
  return {
    async listen({ lifecycle, notice, feedsChanged }) {
      await Promise.all([
        listen<Lifecycle>("lifecycle", ({ payload }) => {
          lifecycle(payload);
        }),
        listen<Notice>("notice", ({ payload }) => {
          notice(payload);
        }),
        listen<null>("feeds_changed", feedsChanged),
      ]);
    },
    openStream(frame) {
      const frames = new Channel<ArrayBuffer | number[]>((message) => {
        frame(asBuffer(message));
      });
      return invoke("open_stream", { frames });
    },
    acknowledge: (stream, frame) => invoke("acknowledge", { stream, frame }),
    addSymbol: (list, feed, symbol) => invoke("add_symbol", { list, feed, symbol }),
    searchSymbols: (words, feed, ask) => invoke("search_symbols", { words, feed, ask }),
    removeSymbol: (list, row) => invoke("remove_symbol", { list, row }),
    addSource: (list, row, { feed, symbol }) => invoke("add_source", { list, row, feed, symbol }),
    removeSource: (list, row, { feed, symbol }) => invoke("remove_source", { list, row, feed, symbol }),
    orderSources: (list, row, order) => invoke("order_sources", { list, row, order }),
    rowSources: (row) => invoke("row_sources", { row }),
    suggestSources: (row) => invoke("suggest_sources", { row }),
    openChart: (stream, row, timeframe) => invoke("open_chart", { stream, row, timeframe }),
    closeChart: (stream, series) => invoke("close_chart", { stream, series }),
    explainRow: (row) => invoke("explain_row", { row }),
    settings: () => invoke("settings"),
    changeSettings: (change) => invoke("change_settings", { change }),
    about: () => invoke("about"),
    reportPageError: (error) => invoke("report_page_error", { error }),
    retryFeed: (feed) => invoke("retry_feed", { feed }),
    feedHistory: (feed) => invoke("feed_history", { feed }),
    reportFeed: (feed) => invoke("report_feed", { feed }),
    simulator: (feed) => invoke("simulator", { feed }),
    startDrill: (feed, drill) => invoke("start_drill", { feed, drill }),
    stopDrill: (feed) => invoke("stop_drill", { feed }),
    openMarket: (feed, market) => invoke("open_market", { feed, market }),
    catalogue: () => invoke("catalogue"),
    feedSettings: () => invoke("feed_settings"),
    checkFeed: (form, original) => invoke("check_feed", { form, original }),
    saveFeed: (form, original) => invoke("save_feed", { form, original }),
    previewCustom: (form, sample) => invoke("preview_custom", { form, sample }),
    pauseFeed: (feed) => invoke("pause_feed", { feed }),
    resumeFeed: (feed) => invoke("resume_feed", { feed }),
    removeFeed: (feed) => invoke("remove_feed", { feed }),
    restoreFeed: (undo) => invoke("restore_feed", { undo }),
    setKey: (feed, key, keep) => invoke("set_key", { feed, key, keep }),
    forgetKey: (feed, older) => invoke("forget_key", { feed, older }),
    setProxyLogin: (feed, login, keep) => invoke("set_proxy_login", { feed, login, keep }),
    forgetProxyLogin: (feed, older) => invoke("forget_proxy_login", { feed, older }),
    testFeed: (form, original, key) => invoke("test_feed", { form, original, key }),
    stopTrial: (number) => invoke("stop_trial", { number }),
    openLog: (feed) => invoke("open_log", { feed }),
    closeLog: () => invoke("close_log"),
    openWire: (feed) => invoke("open_wire", { feed }),
    closeWire: () => invoke("close_wire"),
    hear: (kind, heard) =>
      listen<CloseUp[typeof kind]>(kind, ({ payload }) => {
        heard(payload);
      }),
  };
}

/** Where Tauri cannot use its own protocol it sends bytes as a list of numbers. */
function asBuffer(message: ArrayBuffer | number[]): ArrayBuffer {
  return message instanceof ArrayBuffer ? message : new Uint8Array(message).buffer;
}
