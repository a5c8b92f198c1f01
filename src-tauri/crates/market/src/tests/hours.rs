//! The part of the trading day where the venue does not say it, and what is told of a silent symbol.

use model::{InstrumentKind, SessionChange};

use super::freshness::pong;
use super::*;

/// Milliseconds since Friday, 20 November 2026, 14:00 in UTC: nine in the morning in New York.
fn friday(millis: u64) -> Received {
    let start = DateTime::parse_from_rfc3339("2026-11-20T14:00:00Z")
        .unwrap()
        .to_utc();
    Received {
        wall: start + TimeDelta::milliseconds(millis.try_into().unwrap()),
        at: moment(millis),
    }
}

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;
/// 9:30, 16:00 and 20:00 in New York.
const OPENS: u64 = 30 * MINUTE;
const CLOSES: u64 = 7 * HOUR;
const ENDS: u64 = 11 * HOUR;

fn share() -> Instrument {
    Instrument {
        kind: Some(InstrumentKind::Stock),
        exchange: Some("XNAS".into()),
        ..Instrument::default()
    }
}

fn listed(source: Source, instrument: Instrument) -> Market {
    let mut market = Market::new();
    market.open_feed(feed(), source);
    market.open_row(&feed(), Symbol::new("NVX"), moment(0));
    market.link(&status(LIVE, moment(0), "connected and subscribed"));
    market.accepted(NVX, instrument, None, friday(0));
    market
}

fn session(market: &Market) -> Option<Session> {
    market.row(NVX).unwrap().present_session()
}

fn traded(market: &mut Market, now: u64) {
    let tick = Tick::Trade(Trade {
        price: price("10"),
        size: None,
        time: Some(friday(now).wall),
        id: None,
        side: None,
        conditions: Conditions::NONE,
    });
    market.tick(NVX, &tick, friday(now));
}

#[test]
fn a_share_whose_venue_says_nothing_keeps_the_hours_of_its_exchange() {
    let mut market = listed(Source::Live, share());
    let mut now = 0;
    let mut seen = vec![(0, session(&market))];
    while let Some(next) = market.next_change(moment(now)) {
        now = u64::try_from(next.since_start().as_millis()).unwrap();
        if now > 72 * HOUR {
            break;
        }
        let before = market.revision();
        market.refresh(friday(now));
        assert_eq!(market.changed_since(before).count(), 1, "a reader has to be told");
        seen.push((now, session(&market)));
    }
    assert_eq!(
        seen,
        [
            (0, Some(Session::Pre)),
            (OPENS, Some(Session::Open)),
            (CLOSES, Some(Session::Post)),
            (ENDS, Some(Session::Closed)),
            (67 * HOUR, Some(Session::Pre)),
        ]
    );
}

#[test]
fn only_real_prices_of_shares_have_a_calendar() {
    for source in [Source::Simulated, Source::Replay] {
        assert_eq!(session(&listed(source, share())), None);
    }
    let of = |kind, exchange: Option<&str>, currency: Option<&str>| Instrument {
        kind,
        exchange: exchange.map(Arc::from),
        currency: currency.map(Arc::from),
        ..Instrument::default()
    };
    for (instrument, expected) in [
        (of(Some(InstrumentKind::Crypto), None, Some("USD")), None),
        (of(Some(InstrumentKind::Index), Some("XNAS"), Some("USD")), None),
        (of(Some(InstrumentKind::Stock), Some("XXXX"), Some("USD")), None),
        (of(Some(InstrumentKind::Stock), None, Some("EUR")), None),
        (of(None, None, Some("USD")), Some(Session::Pre)),
        (
            of(Some(InstrumentKind::Etf), Some("XLON"), Some("USD")),
            Some(Session::Open),
        ),
        (
            of(Some(InstrumentKind::Stock), Some("XTKS"), None),
            Some(Session::Closed),
        ),
    ] {
        assert_eq!(
            session(&listed(Source::Live, instrument.clone())),
            expected,
            "{instrument:?}"
        );
    }
}

#[test]
fn what_the_venue_says_holds_until_the_calendar_goes_on() {
    let mut market = listed(Source::Live, share());
    market.session(NVX, change_to(Session::Auction), friday(MINUTE));
    market.refresh(friday(OPENS - 1));
    assert_eq!(session(&market), Some(Session::Auction));
    market.refresh(friday(OPENS));
    assert_eq!(session(&market), Some(Session::Open));
    // Said again, it holds for as long again.
    market.session(NVX, change_to(Session::Closed), friday(CLOSES + MINUTE));
    market.refresh(friday(ENDS - 1));
    assert_eq!(session(&market), Some(Session::Closed));
}

#[test]
fn only_the_venue_ends_a_halt_and_then_the_calendar_goes_on() {
    let mut market = listed(Source::Live, share());
    let halt = SessionChange {
        session: Session::Halted,
        reason: Some("news pending".into()),
        time: None,
    };
    market.session(NVX, halt, friday(2 * HOUR));
    market.refresh(friday(CLOSES + HOUR));
    assert_eq!(session(&market), Some(Session::Halted));
    market.session(NVX, change_to(Session::Open), friday(CLOSES + HOUR));
    market.refresh(friday(ENDS));
    assert_eq!(session(&market), Some(Session::Closed));
}

#[test]
fn a_price_of_friday_is_no_stale_one_on_saturday_and_says_until_when() {
    let mut market = listed(Source::Live, share());
    traded(&mut market, ENDS - MINUTE);
    let saturday = 24 * HOUR;
    pong(&mut market, moment(saturday));
    market.refresh(friday(saturday));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Closed);
    assert_eq!(
        market.explain(NVX, friday(saturday)).unwrap(),
        "the market for it is closed, by the calendar of its exchange until 23 November 09:00 UTC; \
         connection alive, pong 0 ms ago, round trip 18 ms"
    );
}

#[test]
fn what_trades_at_night_is_live_whatever_the_calendar_says() {
    let mut market = listed(Source::Live, share());
    traded(&mut market, ENDS + HOUR);
    market.refresh(friday(ENDS + HOUR + 5_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Live);
    pong(&mut market, moment(ENDS + HOUR + 11_000));
    market.refresh(friday(ENDS + HOUR + 11_000));
    assert_eq!(market.row(NVX).unwrap().freshness, Freshness::Closed);
}

#[test]
fn trading_outside_the_official_hours_is_told_in_words() {
    let mut market = listed(Source::Live, share());
    for (now, word) in [
        (MINUTE, "; trading before the official opening"),
        (CLOSES, "; trading after the official close"),
    ] {
        traded(&mut market, now);
        market.refresh(friday(now));
        let why = market.explain(NVX, friday(now)).unwrap();
        assert!(why.ends_with(word), "{why}");
    }
    market.session(NVX, change_to(Session::Overnight), friday(ENDS + HOUR));
    traded(&mut market, ENDS + HOUR);
    let why = market.explain(NVX, friday(ENDS + HOUR)).unwrap();
    assert!(why.ends_with("; overnight trading"), "{why}");
}

#[test]
fn a_subscription_of_which_nothing_comes_is_doubted_after_fifteen_seconds() {
    let mut market = live();
    market.accepted(NVX, Instrument::default(), None, at(1_000));
    pong(&mut market, moment(15_900));
    assert_eq!(
        market.explain(NVX, at(15_900)).unwrap(),
        "no price yet: the feed accepted this symbol and sent nothing since; \
         connection alive, pong 0 ms ago, round trip 18 ms"
    );
    pong(&mut market, moment(16_000));
    assert_eq!(
        market.explain(NVX, at(16_000)).unwrap(),
        "no price yet: sim took the subscription and has sent nothing for it for 15 s: the symbol may not exist \
         there, or nobody trades it now; check how the venue writes it, or wait for its first trade; \
         connection alive, pong 0 ms ago, round trip 18 ms"
    );
    // Said again it is the same subscription; on another connection it is another one.
    market.accepted(NVX, Instrument::default(), None, at(20_000));
    assert!(
        market
            .explain(NVX, at(21_000))
            .unwrap()
            .contains("for 20 s: the symbol")
    );
    market.link(&status(CONNECTING, moment(22_000), "connecting"));
    market.link(&status(LIVE, moment(23_000), "connected and subscribed"));
    market.accepted(NVX, Instrument::default(), None, at(23_000));
    assert!(
        market
            .explain(NVX, at(30_000))
            .unwrap()
            .contains("sent nothing since")
    );
}

#[test]
fn a_symbol_whose_market_is_closed_is_not_accused() {
    let mut market = listed(Source::Live, share());
    let saturday = 24 * HOUR;
    pong(&mut market, moment(saturday));
    market.refresh(friday(saturday));
    let why = market.explain(NVX, friday(saturday)).unwrap();
    assert!(
        why.starts_with("no price yet: the market for it is closed, by the calendar"),
        "{why}"
    );
}
