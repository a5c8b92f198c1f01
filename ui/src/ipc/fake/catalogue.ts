/** A few listings of each group, in the shape of the shell's. */
import type { ListingView } from "../bindings";

type Draft = Pick<ListingView, "venue" | "title" | "covers"> & Partial<ListingView>;

const NO_KEY = { costs: "Free.", needs: "Nothing: no account and no key." };
const KEY = { key: "needed", costs: "Free with limits; more with a plan." } as const;

function listing(draft: Draft): ListingView {
  const [provider = draft.venue] = draft.venue.split(":");
  return {
    provider,
    providerTitle: draft.title,
    costs: "Nothing.",
    needs: "Nothing.",
    unofficial: false,
    delayed: false,
    key: "none",
    keyIsPair: false,
    keySite: null,
    symbols: "BTC-USD, ETH-USD",
    transports: ["ws", "poll"],
    stream: `wss://stream.${provider}.example`,
    rest: `https://api.${provider}.example`,
    ...draft,
  };
}

export const CATALOGUE: readonly ListingView[] = [
  listing({
    venue: "coinbase",
    title: "Coinbase Exchange",
    covers: "Coins against dollars, euros and pounds: every trade and the best prices.",
    stream: "wss://ws-feed.exchange.coinbase.com",
    rest: "https://api.exchange.coinbase.com",
    ...NO_KEY,
  }),
  listing({
    venue: "kraken",
    title: "Kraken",
    covers: "Coins against dollars and euros: every trade and the best prices.",
    symbols: "BTC/USD, ETH/EUR",
    stream: "wss://ws.kraken.com/v2",
    rest: "https://api.kraken.com",
    ...NO_KEY,
  }),
  listing({
    venue: "okx",
    title: "OKX",
    covers: "Coins, mostly against tether: every trade and the best prices.",
    symbols: "BTC-USDT, ETH-USDT",
    stream: "wss://ws.okx.com:8443/ws/v5/public",
    rest: "https://www.okx.com",
    ...NO_KEY,
  }),
  listing({
    venue: "finnhub",
    title: "Finnhub",
    covers: "US shares, currencies and coins: trades as they happen.",
    needs: "A free account and its API key.",
    keySite: "https://finnhub.io/dashboard",
    symbols: "AAPL, BINANCE:BTCUSDT",
    stream: "wss://ws.finnhub.io",
    rest: "https://finnhub.io",
    ...KEY,
  }),
  listing({
    venue: "alpaca:iex",
    title: "Alpaca (IEX)",
    providerTitle: "Alpaca",
    covers: "US shares as they trade on IEX, which is a few percent of all trades.",
    needs: "An account and its pair of key and secret.",
    keySite: "https://app.alpaca.markets",
    keyIsPair: true,
    symbols: "AAPL, SPY",
    stream: "wss://stream.data.alpaca.markets/v2/iex",
    rest: "https://data.alpaca.markets",
    ...KEY,
  }),
  listing({
    venue: "alpaca:delayed",
    title: "Alpaca (all exchanges, 15 minutes late)",
    providerTitle: "Alpaca",
    covers: "US shares of all exchanges, a quarter of an hour late.",
    needs: "An account and its pair of key and secret.",
    keySite: "https://app.alpaca.markets",
    keyIsPair: true,
    delayed: true,
    symbols: "AAPL, SPY",
    stream: "wss://stream.data.alpaca.markets/v2/delayed_sip",
    rest: "https://data.alpaca.markets",
    ...KEY,
  }),
  listing({
    venue: "twelvedata",
    title: "Twelve Data",
    covers: "Shares, funds, currencies and coins of many countries.",
    needs: "An account and its API key; the stream wants a plan.",
    symbols: "AAPL, EUR/USD",
    ...KEY,
  }),
  listing({
    venue: "yahoo",
    title: "Yahoo Finance (unofficial)",
    providerTitle: "Yahoo Finance",
    covers: "Shares, indices, currencies and coins of most of the world.",
    costs: "Free.",
    needs: "Nothing. Yahoo has published no such stream, and may end it on any day.",
    unofficial: true,
    transports: ["ws"],
    symbols: "AAPL, SAP.DE, ^GSPC",
    rest: null,
  }),
  listing({
    venue: "tickwire",
    title: "A server that speaks tickwire.v1",
    providerTitle: "Tickwire",
    covers: "Whatever that server has.",
    needs: "Its address, and a token if it wants one.",
    key: "perhaps",
    transports: ["ws", "sse", "longpoll"],
    stream: null,
    rest: null,
  }),
  listing({
    venue: "sim",
    title: "Simulator",
    covers: "A market that is made up, on this computer, for trying things out.",
    transports: ["ws", "sse", "longpoll"],
    symbols: "NOVA, ATLS",
    stream: null,
    rest: null,
  }),
];
