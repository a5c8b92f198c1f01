//! The venues that want a key, and Yahoo.

use crate::Step::{Hear, Say};
use crate::{Fetched, Prints, Row, Stream};

const PAIR: &str = "PKTEST:planted-secret";
const WORD: &str = "planted-secret";

const fn prints(kind: &'static str, field: &'static str, value: &'static str) -> Prints {
    Prints { kind, field, value }
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        feed: "tiingo:iex",
        key: Some(WORD),
        symbol: "SPY",
        stream: Stream {
            path: "/iex",
            steps: &[
                Hear(&[r#""eventName":"subscribe""#, r#"spy"#]),
                Say(
                    r#"{"messageType":"I","data":{"subscriptionId":49792869},"response":{"code":200,"message":"Success"}}"#,
                ),
                Say(
                    r#"{"messageType":"I","data":{"tickers":["spy"],"thresholdLevel":"6"},"response":{"code":200,"message":"Success"}}"#,
                ),
                Say(
                    r#"{"messageType":"A","service":"iex","data":["2026-11-20T12:17:19.342553795-05:00","spy",274.595]}"#,
                ),
            ],
            prints: prints("trade", "price", "274.595"),
        },
        fetched: None,
    },
    Row {
        feed: "tiingo:crypto",
        key: Some(WORD),
        symbol: "btcusd",
        stream: Stream {
            path: "/crypto",
            steps: &[
                Hear(&[r#""eventName":"subscribe""#, r#"btcusd"#]),
                Say(
                    r#"{"messageType":"I","data":{"subscriptionId":49792869},"response":{"code":200,"message":"Success"}}"#,
                ),
                Say(
                    r#"{"messageType":"I","data":{"tickers":["btcusd"],"thresholdLevel":"6"},"response":{"code":200,"message":"Success"}}"#,
                ),
                Say(
                    r#"{"service":"crypto_data","messageType":"A","data":["T","btcusd","2026-11-20T03:55:54.366000+00:00","bitfinex",0.0002,80132.0]}"#,
                ),
            ],
            prints: prints("trade", "price", "80132.0"),
        },
        fetched: None,
    },
    Row {
        feed: "tiingo:fx",
        key: Some(WORD),
        symbol: "eurnok",
        stream: Stream {
            path: "/fx",
            steps: &[
                Hear(&[r#""eventName":"subscribe""#, r#"eurnok"#]),
                Say(
                    r#"{"messageType":"I","data":{"subscriptionId":49792869},"response":{"code":200,"message":"Success"}}"#,
                ),
                Say(
                    r#"{"messageType":"I","data":{"tickers":["eurnok"],"thresholdLevel":"6"},"response":{"code":200,"message":"Success"}}"#,
                ),
                Say(
                    r#"{"service":"fx","messageType":"A","data":["Q","eurnok","2026-11-20T15:49:15.157000+00:00",5000000.0,9.6764,9.678135,4000000.0,9.67987]}"#,
                ),
            ],
            prints: prints("quote", "bid", "9.6764"),
        },
        fetched: None,
    },
    Row {
        feed: "twelvedata",
        key: Some(WORD),
        symbol: "AAPL",
        stream: Stream {
            path: "/v1/quotes/price",
            steps: &[
                Hear(&[r#""action":"subscribe""#, r#"AAPL"#]),
                Say(
                    r#"{"event":"subscribe-status","status":"ok","success":[{"symbol":"AAPL","exchange":"NASDAQ","country":"United States","type":"Common Stock"}],"fails":null}"#,
                ),
                Say(
                    r#"{"event":"price","symbol":"AAPL","currency":"USD","exchange":"NASDAQ","type":"Common Stock","timestamp":1763650800,"price":172.8700}"#,
                ),
            ],
            prints: prints("trade", "price", "172.8700"),
        },
        fetched: None,
    },
    Row {
        feed: "eodhd:us",
        key: Some(WORD),
        symbol: "AAPL",
        stream: Stream {
            path: "/ws/us?api_token=planted-secret",
            steps: &[
                Say(r#"{"status_code":200,"message":"Authorized"}"#),
                Hear(&[r#""action":"subscribe""#, r#"AAPL"#]),
                Say(r#"{"s":"AAPL","p":309.190,"c":[],"v":2,"dp":false,"ms":"open","t":1763650801001}"#),
            ],
            prints: prints("trade", "price", "309.190"),
        },
        fetched: None,
    },
    Row {
        feed: "eodhd:us-quote",
        key: Some(WORD),
        symbol: "AAPL",
        stream: Stream {
            path: "/ws/us-quote?api_token=planted-secret",
            steps: &[
                Say(r#"{"status_code":200,"message":"Authorized"}"#),
                Hear(&[r#""action":"subscribe""#, r#"AAPL"#]),
                Say(r#"{"s":"AAPL","ap":227.33,"as":200,"bp":227.30,"bs":100,"t":1763650801165}"#),
            ],
            prints: prints("quote", "bid", "227.30"),
        },
        fetched: None,
    },
    Row {
        feed: "eodhd:forex",
        key: Some(WORD),
        symbol: "AUDUSD",
        stream: Stream {
            path: "/ws/forex?api_token=planted-secret",
            steps: &[
                Say(r#"{"status_code":200,"message":"Authorized"}"#),
                Hear(&[r#""action":"subscribe""#, r#"AUDUSD"#]),
                // What was there before, however old it is.
                Say(
                    r#"{"s":"AUDUSD","a":0.7075,"b":0.7071,"dc":"0.552","dd":"0.0039","ppms":false,"t":1763650740000}"#,
                ),
                Say(
                    r#"{"s":"AUDUSD","a":0.70743161,"b":0.70722340,"dc":"0.552","dd":"0.0039","ppms":false,"t":1763650801063}"#,
                ),
            ],
            prints: prints("quote", "bid", "0.70722340"),
        },
        fetched: None,
    },
    Row {
        feed: "eodhd:crypto",
        key: Some(WORD),
        symbol: "BTC-USD",
        stream: Stream {
            path: "/ws/crypto?api_token=planted-secret",
            steps: &[
                Say(r#"{"status_code":200,"message":"Authorized"}"#),
                Hear(&[r#""action":"subscribe""#, r#"BTC-USD"#]),
                Say(r#"{"s":"BTC-USD","p":"82986.0","q":"0.1","t":1763650801826}"#),
            ],
            prints: prints("trade", "price", "82986.0"),
        },
        fetched: None,
    },
    Row {
        feed: "yahoo",
        key: None,
        symbol: "AAPL",
        stream: Stream {
            path: "/?version=2",
            steps: &[
                Hear(&[r#"subscribe"#, r#"AAPL"#]),
                Say(
                    r#"{"type":"pricing","message":"CgRBQVBMFZqZmUMYgKa8nNRmKgNOTVMwCDgBRQAAAD9I9PGVBWUAAMA/2AEE"}"#,
                ),
                Say(
                    r#"{"type":"pricing","message":"CgRBQVBMFbiemUMYwOS8nNRmKgNOTVMwCDgBRQAAAD9IkPiVBWUAAMA/2AEE"}"#,
                ),
            ],
            prints: prints("trade", "price", "307.24"),
        },
        fetched: None,
    },
    Row {
        feed: "alpaca:iex",
        key: Some(PAIR),
        symbol: "AAPL",
        stream: Stream {
            path: "/v2/iex",
            steps: &[
                Say(r#"[{"T":"success","msg":"connected"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"T":"success","msg":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"AAPL"#]),
                Say(
                    r#"[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":[],"updatedBars":[],"dailyBars":[],"statuses":["AAPL"],"lulds":[],"corrections":["AAPL"],"cancelErrors":["AAPL"]}]"#,
                ),
                Say(
                    r#"[{"T":"t","S":"AAPL","i":628,"x":"V","p":162.920,"s":300,"c":["@"],"z":"C","t":"2026-11-20T15:00:01.838232225Z"}]"#,
                ),
            ],
            prints: prints("trade", "price", "162.920"),
        },
        fetched: Some(Fetched {
            path: "/v2/stocks/snapshots",
            body: r#"{"AAPL":{"latestTrade":{"t":"2026-11-20T15:00:01.5Z","x":"V","p":162.930,"s":300,"c":["@"],"i":628,"z":"C"},"latestQuote":{"t":"2026-11-20T15:00:01.6Z","ax":"V","ap":162.95,"as":3,"bx":"V","bp":162.91,"bs":2,"c":["R"],"z":"C"}}}"#,
            prints: prints("snapshot", "price", "162.930"),
        }),
    },
    Row {
        feed: "alpaca:sip",
        key: Some(PAIR),
        symbol: "AAPL",
        stream: Stream {
            path: "/v2/sip",
            steps: &[
                Say(r#"[{"T":"success","msg":"connected"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"T":"success","msg":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"AAPL"#]),
                Say(
                    r#"[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":[],"updatedBars":[],"dailyBars":[],"statuses":["AAPL"],"lulds":[],"corrections":["AAPL"],"cancelErrors":["AAPL"]}]"#,
                ),
                Say(
                    r#"[{"T":"t","S":"AAPL","i":628,"x":"V","p":162.920,"s":300,"c":["@"],"z":"C","t":"2026-11-20T15:00:01.838232225Z"}]"#,
                ),
            ],
            prints: prints("trade", "price", "162.920"),
        },
        fetched: Some(Fetched {
            path: "/v2/stocks/snapshots",
            body: r#"{"AAPL":{"latestTrade":{"t":"2026-11-20T15:00:01.5Z","x":"V","p":162.930,"s":300,"c":["@"],"i":628,"z":"C"},"latestQuote":{"t":"2026-11-20T15:00:01.6Z","ax":"V","ap":162.95,"as":3,"bx":"V","bp":162.91,"bs":2,"c":["R"],"z":"C"}}}"#,
            prints: prints("snapshot", "price", "162.930"),
        }),
    },
    Row {
        feed: "alpaca:delayed",
        key: Some(PAIR),
        symbol: "AAPL",
        stream: Stream {
            path: "/v2/delayed_sip",
            steps: &[
                Say(r#"[{"T":"success","msg":"connected"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"T":"success","msg":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"AAPL"#]),
                Say(
                    r#"[{"T":"subscription","trades":["AAPL"],"quotes":["AAPL"],"bars":[],"updatedBars":[],"dailyBars":[],"statuses":["AAPL"],"lulds":[],"corrections":["AAPL"],"cancelErrors":["AAPL"]}]"#,
                ),
                Say(
                    r#"[{"T":"t","S":"AAPL","i":628,"x":"V","p":162.920,"s":300,"c":["@"],"z":"C","t":"2026-11-20T15:00:01.838232225Z"}]"#,
                ),
            ],
            prints: prints("trade", "price", "162.920"),
        },
        fetched: Some(Fetched {
            path: "/v2/stocks/snapshots",
            body: r#"{"AAPL":{"latestTrade":{"t":"2026-11-20T15:00:01.5Z","x":"V","p":162.930,"s":300,"c":["@"],"i":628,"z":"C"},"latestQuote":{"t":"2026-11-20T15:00:01.6Z","ax":"V","ap":162.95,"as":3,"bx":"V","bp":162.91,"bs":2,"c":["R"],"z":"C"}}}"#,
            prints: prints("snapshot", "price", "162.930"),
        }),
    },
    Row {
        feed: "alpaca:test",
        key: Some(PAIR),
        symbol: "FAKEPACA",
        stream: Stream {
            path: "/v2/test",
            steps: &[
                Say(r#"[{"T":"success","msg":"connected"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"T":"success","msg":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"FAKEPACA"#]),
                Say(
                    r#"[{"T":"subscription","trades":["FAKEPACA"],"quotes":["FAKEPACA"],"bars":[],"updatedBars":[],"dailyBars":[],"statuses":["FAKEPACA"],"lulds":[],"corrections":["FAKEPACA"],"cancelErrors":["FAKEPACA"]}]"#,
                ),
                Say(
                    r#"[{"T":"t","S":"FAKEPACA","i":628,"x":"V","p":162.920,"s":300,"c":["@"],"z":"C","t":"2026-11-20T15:00:01.838232225Z"}]"#,
                ),
            ],
            prints: prints("trade", "price", "162.920"),
        },
        fetched: None,
    },
    Row {
        feed: "alpaca:crypto",
        key: Some(PAIR),
        symbol: "BTC/USD",
        stream: Stream {
            path: "/v1beta3/crypto/us",
            steps: &[
                Say(r#"[{"T":"success","msg":"connected"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"T":"success","msg":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"BTC/USD"#]),
                Say(
                    r#"[{"T":"subscription","trades":["BTC/USD"],"quotes":["BTC/USD"],"bars":[],"updatedBars":[],"dailyBars":[],"statuses":["BTC/USD"],"lulds":[],"corrections":["BTC/USD"],"cancelErrors":["BTC/USD"]}]"#,
                ),
                Say(
                    r#"[{"T":"t","S":"BTC/USD","p":41853.0,"s":0.01,"t":"2026-11-20T23:36:23.17799008Z","i":8102483281662395354,"tks":"B"}]"#,
                ),
            ],
            prints: prints("trade", "price", "41853.0"),
        },
        fetched: None,
    },
    Row {
        feed: "finnhub",
        key: Some(WORD),
        symbol: "AAPL",
        stream: Stream {
            path: "/?token=planted-secret",
            steps: &[
                Hear(&[r#""type":"subscribe""#, r#"AAPL"#]),
                Say(
                    r#"{"type":"trade","data":[{"c":["1"],"p":129.580,"s":"AAPL","t":1763650800666,"v":100}]}"#,
                ),
            ],
            prints: prints("trade", "price", "129.580"),
        },
        fetched: Some(Fetched {
            path: "/api/v1/quote?symbol=AAPL",
            body: r#"{"c":129.590,"d":1.2,"dp":0.9,"h":131.1,"l":127.3,"o":128.0,"pc":128.39,"t":1763650800}"#,
            prints: prints("snapshot", "price", "129.590"),
        }),
    },
    Row {
        feed: "massive:stocks",
        key: Some(WORD),
        symbol: "AAPL",
        stream: Stream {
            path: "/stocks",
            steps: &[
                Say(r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"T.AAPL"#]),
                Say(r#"[{"ev":"status","status":"success","message":"subscribed to: T.AAPL"}]"#),
                Say(
                    r#"[{"ev":"T","sym":"AAPL","x":4,"i":"12345","z":3,"p":114.1250,"s":100,"c":[0],"t":1763650801784,"q":3681328}]"#,
                ),
            ],
            prints: prints("trade", "price", "114.1250"),
        },
        fetched: None,
    },
    Row {
        feed: "massive:stocks-delayed",
        key: Some(WORD),
        symbol: "AAPL",
        stream: Stream {
            path: "/stocks",
            steps: &[
                Say(r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"T.AAPL"#]),
                Say(r#"[{"ev":"status","status":"success","message":"subscribed to: T.AAPL"}]"#),
                Say(
                    r#"[{"ev":"T","sym":"AAPL","x":4,"i":"12345","z":3,"p":114.1250,"s":100,"c":[0],"t":1763650801784,"q":3681328}]"#,
                ),
            ],
            prints: prints("trade", "price", "114.1250"),
        },
        fetched: None,
    },
    Row {
        feed: "massive:crypto",
        key: Some(WORD),
        symbol: "BTC-USD",
        stream: Stream {
            path: "/crypto",
            steps: &[
                Say(r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"XT.BTC-USD"#]),
                Say(r#"[{"ev":"status","status":"success","message":"subscribed to: XT.BTC-USD"}]"#),
                Say(
                    r#"[{"ev":"XT","pair":"BTC-USD","p":33021.90,"t":1763650801425,"s":0.01616617,"c":[2],"i":14272084,"x":3,"r":1763650801576}]"#,
                ),
            ],
            prints: prints("trade", "price", "33021.90"),
        },
        fetched: None,
    },
    Row {
        feed: "massive:forex",
        key: Some(WORD),
        symbol: "EUR/USD",
        stream: Stream {
            path: "/forex",
            steps: &[
                Say(r#"[{"ev":"status","status":"connected","message":"Connected Successfully"}]"#),
                Hear(&[r#""action":"auth""#]),
                Say(r#"[{"ev":"status","status":"auth_success","message":"authenticated"}]"#),
                Hear(&[r#""action":"subscribe""#, r#"C.EUR/USD"#]),
                Say(r#"[{"ev":"status","status":"success","message":"subscribed to: C.EUR/USD"}]"#),
                Say(r#"[{"ev":"C","p":"EUR/USD","x":44,"a":1.11815,"b":1.11810,"t":1763650801425}]"#),
            ],
            prints: prints("quote", "bid", "1.11810"),
        },
        fetched: None,
    },
];
