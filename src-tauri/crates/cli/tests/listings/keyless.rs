//! The venues that want no key.

use crate::Step::{Hear, Say};
use crate::{Fetched, Prints, Row, Stream};

const fn trade(price: &'static str) -> Prints {
    Prints {
        kind: "trade",
        field: "price",
        value: price,
    }
}

const fn latest(price: &'static str) -> Prints {
    Prints {
        kind: "snapshot",
        field: "price",
        value: price,
    }
}

const fn binance(feed: &'static str) -> Row {
    Row {
        feed,
        key: None,
        symbol: "BTCUSDT",
        stream: Stream {
            path: "/stream",
            steps: &[
                Hear(&[r#""method":"SUBSCRIBE""#, "btcusdt@trade", r#""id":1"#]),
                Say(r#"{"result":null,"id":1}"#),
                Say(
                    r#"{"stream":"btcusdt@trade","data":{"e":"trade","E":1764000000138,"s":"BTCUSDT","t":12345,"p":"77100.10000000","q":"0.5","T":1764000000136,"m":true,"M":true}}"#,
                ),
            ],
            prints: trade("77100.10000000"),
        },
        fetched: Some(Fetched {
            path: "/api/v3/ticker/24hr?symbol=BTCUSDT",
            body: r#"{"symbol":"BTCUSDT","lastPrice":"77100.50000000","lastQty":"0.2","bidPrice":"77100.4","bidQty":"1.5","askPrice":"77100.6","askQty":"2.5","openPrice":"76000.0","highPrice":"78000.0","lowPrice":"75000.1","volume":"8913.3","openTime":1763913600000,"closeTime":1764000000000}"#,
            prints: latest("77100.50000000"),
        }),
    }
}

const fn okx(feed: &'static str) -> Row {
    Row {
        feed,
        key: None,
        symbol: "BTC-USDT",
        stream: Stream {
            path: "/ws/v5/public",
            steps: &[
                Hear(&[
                    r#""op":"subscribe""#,
                    r#""channel":"trades""#,
                    r#""instId":"BTC-USDT""#,
                ]),
                Say(
                    r#"{"id":"1","event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"},"connId":"accb8e21"}"#,
                ),
                Say(
                    r#"{"id":"1","event":"subscribe","arg":{"channel":"tickers","instId":"BTC-USDT"},"connId":"accb8e21"}"#,
                ),
                Say(
                    r#"{"arg":{"channel":"trades","instId":"BTC-USDT"},"data":[{"instId":"BTC-USDT","tradeId":"130639474","px":"42219.90","sz":"0.12060306","side":"buy","ts":"1764000000897","count":"3"}]}"#,
                ),
            ],
            prints: trade("42219.90"),
        },
        fetched: Some(Fetched {
            path: "/api/v5/market/ticker?instId=BTC-USDT",
            body: r#"{"code":"0","msg":"","data":[{"instType":"SPOT","instId":"BTC-USDT","last":"9998.50","lastSz":"0.1","askPx":"9999.99","askSz":"11","bidPx":"8888.88","bidSz":"5","open24h":"9000","high24h":"10000","low24h":"8888.88","volCcy24h":"2222","vol24h":"2222","ts":"1764000000385","sodUtc0":"0.1","sodUtc8":"0.1"}]}"#,
            prints: latest("9998.50"),
        }),
    }
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        feed: "coinbase",
        key: None,
        symbol: "BTC-USD",
        stream: Stream {
            path: "/",
            steps: &[
                Hear(&[r#""type":"subscribe""#, "matches", "BTC-USD"]),
                Say(
                    r#"{"type":"subscriptions","channels":[{"name":"ticker","product_ids":["BTC-USD"]},{"name":"matches","product_ids":["BTC-USD"]},{"name":"heartbeat","product_ids":["BTC-USD"]}]}"#,
                ),
                Say(
                    r#"{"type":"match","trade_id":280232,"maker_order_id":"a","taker_order_id":"b","side":"sell","size":"0.001","price":"37210.10","product_id":"BTC-USD","sequence":177100030,"time":"2026-11-20T10:00:00.089723Z"}"#,
                ),
            ],
            prints: trade("37210.10"),
        },
        fetched: Some(Fetched {
            path: "/products/BTC-USD/ticker",
            body: r#"{"ask":"37212.77","bid":"37209.96","volume":"94381.28","trade_id":280240,"price":"37211.10","size":"0.04","time":"2026-11-20T10:00:00.089723Z"}"#,
            prints: latest("37211.10"),
        }),
    },
    Row {
        feed: "coinbase-advanced",
        key: None,
        symbol: "BTC-USD",
        stream: Stream {
            path: "/",
            steps: &[
                Hear(&[r#""type":"subscribe""#, r#""channel":"market_trades""#, "BTC-USD"]),
                Say(
                    r#"{"channel":"subscriptions","client_id":"","timestamp":"2026-11-20T10:00:00.000000Z","sequence_num":0,"events":[{"subscriptions":{"ticker":["BTC-USD"],"market_trades":["BTC-USD"],"heartbeats":["heartbeats"]}}]}"#,
                ),
                Say(
                    r#"{"channel":"market_trades","client_id":"","timestamp":"2026-11-20T10:00:01.000000Z","sequence_num":1,"events":[{"type":"update","trades":[{"trade_id":"995098700","product_id":"BTC-USD","price":"68900.50","size":"0.0015","side":"BUY","time":"2026-11-20T10:00:00.789012Z"}]}]}"#,
                ),
            ],
            prints: trade("68900.50"),
        },
        fetched: Some(Fetched {
            path: "/api/v3/brokerage/market/products/BTC-USD/ticker",
            body: r#"{"trades":[{"trade_id":"995098701","product_id":"BTC-USD","price":"68900.70","size":"4","time":"2026-11-20T10:00:00.789012Z","side":"BUY"}],"best_bid":"68900.60","best_ask":"68900.80"}"#,
            prints: latest("68900.70"),
        }),
    },
    binance("binance"),
    binance("binance-us"),
    Row {
        feed: "kraken",
        key: None,
        symbol: "BTC/USD",
        stream: Stream {
            path: "/v2",
            steps: &[
                Say(
                    r#"{"channel":"status","type":"update","data":[{"api_version":"v2","connection_id":18239578009413566319,"system":"online","version":"2.0.10"}]}"#,
                ),
                Hear(&[r#""method":"subscribe""#, r#""channel":"ticker""#, "BTC/USD"]),
                Say(
                    r#"{"method":"subscribe","req_id":1,"result":{"channel":"trade","symbol":"BTC/USD","snapshot":true},"success":true}"#,
                ),
                Say(
                    r#"{"method":"subscribe","req_id":2,"result":{"channel":"ticker","symbol":"BTC/USD","snapshot":true},"success":true}"#,
                ),
                Say(
                    r#"{"channel":"trade","type":"update","data":[{"symbol":"BTC/USD","side":"buy","price":105944.20,"qty":0.00027625,"ord_type":"limit","trade_id":10218208,"timestamp":"2026-11-20T10:00:00.440295Z"}]}"#,
                ),
            ],
            prints: trade("105944.20"),
        },
        fetched: Some(Fetched {
            path: "/0/public/Ticker?pair=XBTUSD",
            body: r#"{"error":[],"result":{"XXBTZUSD":{"a":["77100.60000","1","1.000"],"b":["77100.50000","2","2.000"],"c":["77100.55000","0.00027625"],"v":["163.28","2163.5"],"p":["76900.1","76000.2"],"t":[100,2000],"l":["76000.0","75000.1"],"h":["77200.0","78000.9"],"o":"76500.1"}}}"#,
            prints: latest("77100.55000"),
        }),
    },
    Row {
        feed: "bybit",
        key: None,
        symbol: "BTCUSDT",
        stream: Stream {
            path: "/v5/public/spot",
            steps: &[
                Hear(&[r#""op":"subscribe""#, "publicTrade.BTCUSDT", r#""req_id":"1""#]),
                Say(
                    r#"{"success":true,"ret_msg":"","conn_id":"cejreaspqfm9se7usbrg-2xh","req_id":"1","op":"subscribe"}"#,
                ),
                Say(
                    r#"{"topic":"publicTrade.BTCUSDT","ts":1764000000868,"type":"snapshot","data":[{"T":1764000000865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","i":"20f43950-d8dd-5b31-9112-a178eb6023af","BT":false,"RPI":false,"seq":1783284617}]}"#,
                ),
            ],
            prints: trade("16578.50"),
        },
        fetched: Some(Fetched {
            path: "/v5/market/tickers?category=spot&symbol=BTCUSDT",
            body: r#"{"retCode":0,"retMsg":"OK","result":{"category":"spot","list":[{"symbol":"BTCUSDT","bid1Price":"20517.96","bid1Size":"2","ask1Price":"20527.77","ask1Size":"1.86","lastPrice":"20533.10","prevPrice24h":"20393.48","price24hPcnt":"0.0068","highPrice24h":"21128.12","lowPrice24h":"20318.89","volume24h":"11801.27","usdIndexPrice":""}]},"retExtInfo":{},"time":1764000000947}"#,
            prints: latest("20533.10"),
        }),
    },
    okx("okx"),
    okx("okx:eea"),
    okx("okx:us"),
    Row {
        feed: "bitstamp",
        key: None,
        symbol: "btcusd",
        stream: Stream {
            path: "/",
            steps: &[
                Hear(&["bts:subscribe", "live_trades_btcusd"]),
                Say(r#"{"event":"bts:subscription_succeeded","channel":"live_trades_btcusd","data":{}}"#),
                Say(
                    r#"{"data":{"id":216000477,"timestamp":"1764000000","amount":0.0792,"amount_str":"0.07920000","price":3805.4,"price_str":"3805.40","type":0,"microtimestamp":"1764000000596000","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_btcusd","event":"trade"}"#,
                ),
            ],
            prints: trade("3805.40"),
        },
        fetched: Some(Fetched {
            path: "/api/v2/ticker/btcusd/",
            body: r#"{"timestamp":"1764000000","open":"63900","high":"64990","low":"62500","last":"64120","volume":"1650.11","vwap":"63711","bid":"64119","ask":"64121","side":"0","open_24":"63010","percent_change_24":"1.76"}"#,
            prints: latest("64120"),
        }),
    },
];
