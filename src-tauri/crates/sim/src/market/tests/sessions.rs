//! Openings, closes, halts; and that no quote crosses in any of it.

use model::Condition;
use proptest::prelude::*;

use super::*;

fn sessions(tape: &[TapeEntry], listing: usize) -> Vec<(String, String)> {
    tape.iter()
        .filter(|entry| entry.listing == listing)
        .filter_map(|entry| match &entry.event {
            TapeEvent::Session(change) => Some((
                change.time.unwrap().format("%a %H:%M").to_string(),
                change.session.to_string(),
            )),
            TapeEvent::Tick(_) => None,
        })
        .collect()
}

fn played(scenario: &Scenario, lasts: TimeDelta) -> (Market, Vec<TapeEntry>) {
    let mut market = Market::new(scenario);
    let mut tape = Vec::new();
    market.advance(scenario.start + lasts, &mut tape);
    (market, tape)
}

fn quiet(start: &str) -> Scenario {
    let start = start.parse().unwrap();
    Scenario {
        start,
        rate: 1,
        ..Scenario::new(1, start)
    }
}

#[test]
fn a_day_has_its_phases_and_a_weekend_has_none() {
    // From Friday noon over the weekend to Monday evening, in winter.
    let (market, tape) = played(&quiet("2026-11-13T12:00:00Z"), TimeDelta::hours(83));
    let told = |symbol: &str| {
        sessions(&tape, market.find(symbol).unwrap())
            .iter()
            .map(|(time, session)| format!("{time} {session}"))
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("AXLR"),
        [
            "Fri 14:28 auction",
            "Fri 14:30 open",
            "Fri 21:00 auction",
            "Fri 21:02 post",
            "Sat 01:00 closed",
            "Mon 09:00 pre",
            "Mon 14:28 auction",
            "Mon 14:30 open",
            "Mon 21:00 auction",
            "Mon 21:02 post",
        ]
    );
    assert_eq!(
        told("HSKW"),
        [
            "Sun 23:50 auction",
            "Mon 00:00 open",
            "Mon 02:30 closed",
            "Mon 03:30 open",
            "Mon 06:25 auction",
            "Mon 06:30 closed",
        ]
    );
    assert_eq!(
        told("EUR/USD"),
        ["Fri 22:00 closed", "Sun 22:00 open", "Mon 22:00 open"]
    );
    assert_eq!(
        told("BTC-USD"),
        ["Sat 00:00 open", "Sun 00:00 open", "Mon 00:00 open"]
    );
}

#[test]
fn an_auction_collects_in_silence_and_clears_with_one_large_trade() {
    let (market, tape) = played(&quiet("2026-11-13T14:20:00Z"), TimeDelta::hours(8));
    let listing = market.find("NVX").unwrap();
    let mut session = Session::Pre;
    let (mut clearing, mut usual) = (Vec::new(), Vec::new());
    for entry in tape.iter().filter(|entry| entry.listing == listing) {
        match &entry.event {
            TapeEvent::Session(change) => session = change.session,
            TapeEvent::Tick(Tick::Trade(trade)) => {
                let auction = trade.conditions.has(Condition::OpeningAuction)
                    || trade.conditions.has(Condition::ClosingAuction);
                assert_eq!(auction, session == Session::Auction, "{trade:?}");
                let extended = [Session::Pre, Session::Post].contains(&session);
                assert_eq!(trade.conditions.has(Condition::Extended), extended);
                let size = trade.size.unwrap().decimal();
                if auction {
                    clearing.push((size, trade.side));
                } else {
                    usual.push(size);
                }
            }
            TapeEvent::Tick(Tick::Quote(_)) => {
                assert!([Session::Pre, Session::Open, Session::Post].contains(&session));
            }
        }
    }
    usual.sort_unstable();
    assert_eq!(clearing.len(), 2);
    for (size, side) in clearing {
        assert!(size > usual[usual.len() / 2] * Decimal::from(20));
        assert_eq!(side, None);
    }
}

#[test]
fn a_halt_is_told_with_its_reason_and_ends_with_an_auction() {
    let wall = "2026-11-18T16:00:00Z".parse().unwrap();
    let scenario = Scenario::named("halted", wall).unwrap();
    let (market, tape) = played(&scenario, TimeDelta::minutes(15));
    let told = |symbol: &str| {
        let listing = market.find(symbol).unwrap();
        tape.iter()
            .filter(|entry| entry.listing == listing)
            .filter_map(|entry| match &entry.event {
                TapeEvent::Session(change) => Some(format!(
                    "{} {} {}",
                    change.time.unwrap().format("%H:%M"),
                    change.session,
                    change.reason.as_deref().unwrap_or("-")
                )),
                TapeEvent::Tick(_) => None,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        told("NVX"),
        [
            "15:01 halted news pending",
            "15:04 auction opening auction",
            "15:05 open -"
        ]
    );
    assert_eq!(
        told("HLQ"),
        [
            "15:04 halted volatility halt",
            "15:09 auction opening auction",
            "15:10 open -"
        ]
    );
    assert_eq!(
        told("BTC-USD"),
        ["15:05 halted maintenance of the venue", "15:07 open -"]
    );
    for (symbol, from, to) in [("NVX", "15:01", "15:04"), ("BTC-USD", "15:05", "15:07")] {
        let listing = market.find(symbol).unwrap();
        let ticks = tape
            .iter()
            .filter(|entry| entry.listing == listing)
            .filter(|entry| match &entry.event {
                TapeEvent::Tick(tick) => {
                    let time = tick.time().unwrap().format("%H:%M").to_string();
                    (from..to).contains(&&*time)
                }
                TapeEvent::Session(_) => false,
            });
        assert_eq!(ticks.count(), 0, "{symbol}");
    }
}

#[test]
fn a_crash_falls_and_stops_at_the_limit() {
    let wall = "2026-11-18T16:00:00Z".parse().unwrap();
    let scenario = Scenario {
        mood: Mood::Crash,
        turns: Vec::new(),
        ..Scenario::named("crash-monday", wall).unwrap()
    };
    let market = Market::new(&scenario);
    let history = market.history();
    let end = "2026-10-20T00:00:00Z".parse().unwrap();
    let (mut falls, mut limits) = (0, 0);
    for listing in 0..market.len() {
        let instrument = market.instrument(listing);
        if !instrument
            .exchange
            .as_deref()
            .is_some_and(|code| code.starts_with("XN"))
        {
            continue;
        }
        let day = history.bars(listing, Interval::Day, None, end, 1)[0];
        let before = instrument.previous_close.unwrap().decimal();
        falls += usize::from(day.close.decimal() < before);
        let fallen = day.low.decimal() / before;
        assert!(
            fallen >= Decimal::new(79, 2),
            "{} fell to {fallen}",
            market.symbol(listing)
        );
        limits += usize::from(fallen < Decimal::new(81, 2));
    }
    assert!(falls >= 20, "only {falls} fell");
    println!("{falls} of New York fell, {limits} of them to the limit");
}

#[test]
fn a_rest_tells_nothing_but_the_session_that_has_begun_meanwhile() {
    let scenario = scenario(9, "2026-11-10T20:00:00Z");
    let mut market = Market::new(&scenario);
    let mut tape = Vec::new();
    market.advance(scenario.start + TimeDelta::seconds(5), &mut tape);
    let before = tape.len();
    let night = scenario.start + TimeDelta::hours(9);
    market.rest(night);
    assert_eq!(market.now(), night);
    market.advance(night + TimeDelta::seconds(5), &mut tape);
    assert!(
        tape[before..]
            .iter()
            .all(|entry| entry.event.time() > Some(night))
    );
    assert_numbers_have_no_hole(&market, &tape);
    let told: Vec<_> = tape[before..]
        .iter()
        .filter_map(|entry| match &entry.event {
            TapeEvent::Session(change) => Some((market.symbol(entry.listing), change.session)),
            TapeEvent::Tick(_) => None,
        })
        .collect();
    assert!(told.contains(&("NVX", Session::Closed)) && told.contains(&("HSKW", Session::Open)));
    assert!(!told.iter().any(|(symbol, _)| *symbol == "BTC-USD"));
    assert_eq!(market.session(0), Session::Closed);
}

fn assert_numbers_have_no_hole(market: &Market, tape: &[TapeEntry]) {
    let mut last = vec![0; market.len()];
    let mut time = None;
    for entry in tape {
        assert_eq!(entry.seq, last[entry.listing] + 1, "{entry:?}");
        last[entry.listing] = entry.seq;
        assert!(entry.event.time() >= time, "{entry:?} is out of order");
        time = entry.event.time();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn quotes_never_cross_and_everything_is_on_the_grid(
        seed: u64,
        minute in 0..20_160_i64,
        mood in prop::sample::select(Mood::ALL.to_vec()),
        rate in prop::sample::select(vec![160, 20_000]),
    ) {
        let start = "2026-11-02T00:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute);
        let scenario = Scenario { start, mood, rate, ..Scenario::new(seed, start) };
        let (market, tape) = played(&scenario, TimeDelta::seconds(if rate > 160 { 4 } else { 130 }));
        assert_numbers_have_no_hole(&market, &tape);
        let fresh = Market::new(&scenario);
        let mut books: Vec<_> = (0..market.len()).map(|listing| {
            let snapshot = fresh.snapshot(listing).1;
            (snapshot.bid, snapshot.ask)
        }).collect();
        for entry in &tape {
            let step = market.instrument(entry.listing).tick.unwrap().decimal();
            let on_grid = |price: Decimal| price > Decimal::ZERO && (price % step).is_zero();
            match &entry.event {
                TapeEvent::Tick(Tick::Quote(quote)) => {
                    let ask = quote.ask.unwrap();
                    prop_assert!(on_grid(ask.0.decimal()) && ask.1.unwrap().decimal() > Decimal::ZERO);
                    if let Some(bid) = quote.bid {
                        prop_assert!(bid.0 < ask.0, "{entry:?}");
                        prop_assert!(on_grid(bid.0.decimal()) && bid.1.unwrap().decimal() > Decimal::ZERO);
                    }
                    books[entry.listing] = (quote.bid, quote.ask);
                }
                TapeEvent::Tick(Tick::Trade(trade)) => {
                    prop_assert!(on_grid(trade.price.decimal()), "{entry:?}");
                    let (bid, ask) = books[entry.listing];
                    prop_assert!(bid.is_none_or(|bid| bid.0 <= trade.price), "{entry:?} below {bid:?}");
                    prop_assert!(ask.is_none_or(|ask| ask.0 >= trade.price), "{entry:?} above {ask:?}");
                }
                TapeEvent::Session(_) => books[entry.listing] = (None, None),
            }
        }
    }
}
