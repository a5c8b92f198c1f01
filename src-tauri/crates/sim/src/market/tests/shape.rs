//! Whether prices move as prices do. The figures are printed: `--nocapture` shows them.

use super::*;

/// Sixty days of trading, as returns of one minute, each day by itself.
fn returns(market: &Market, listing: usize) -> Vec<Vec<(i64, f64)>> {
    let history = market.history();
    let to = market.now();
    let bars = history.bars(
        listing,
        Interval::Minute,
        Some(to - TimeDelta::days(84)),
        to,
        usize::MAX,
    );
    let mut days: Vec<Vec<(i64, f64)>> = vec![Vec::new()];
    for pair in bars.windows(2) {
        let close = |at: usize| pair[at].close.to_string().parse::<f64>().unwrap();
        if pair[1].start - pair[0].start > 60 {
            days.push(Vec::new());
        } else if let Some(day) = days.last_mut() {
            day.push((pair[1].start, (close(1) / close(0)).ln()));
        }
    }
    days
}

fn correlation(days: &[Vec<f64>], lag: usize) -> f64 {
    let all: Vec<f64> = days.iter().flatten().copied().collect();
    let mean = all.iter().sum::<f64>() / all.len() as f64;
    let variance = all.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / all.len() as f64;
    let (mut sum, mut count) = (0.0, 0.0);
    for day in days {
        for (early, late) in day.iter().zip(day.iter().skip(lag)) {
            sum += (early - mean) * (late - mean);
            count += 1.0;
        }
    }
    sum / count / variance
}

fn kurtosis(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let moment = |power: i32| values.iter().map(|value| (value - mean).powi(power)).sum::<f64>() / count;
    moment(4) / moment(2).powi(2) - 3.0
}

/// Without the thin hours, which are a market of their own.
fn regular(market: &Market, listing: usize) -> Vec<Vec<(i64, f64)>> {
    let exchange = market.roll.listed[listing].listing.exchange();
    let mut days = returns(market, listing);
    for day in &mut days {
        day.retain(|(start, _)| {
            let minute = start / 60;
            let midnight = exchange.midnight(exchange.day_at(minute));
            exchange
                .regular()
                .any(|(open, end)| (i64::from(open) + 1..i64::from(end)).contains(&(minute - midnight)))
        });
    }
    days
}

#[test]
fn returns_have_fat_tails_and_come_in_clusters_and_have_no_memory() {
    println!("symbol    seed  kurtosis  |r| at lags 1, 5, 10    least   r at lags 1 to 10 within");
    for seed in [1, 2, 3] {
        let market = Market::new(&scenario(seed, "2026-11-10T15:00:00Z"));
        for symbol in ["NVX", "TW60", "BTC-USD", "HLQ", "ISAR", "HSKW", "EUR/USD", "PBH"] {
            let days = regular(&market, market.find(symbol).unwrap());
            let moves: Vec<Vec<f64>> = days
                .iter()
                .map(|day| day.iter().map(|(_, value)| *value).collect())
                .collect();
            let sizes: Vec<Vec<f64>> = moves
                .iter()
                .map(|day| day.iter().map(|value| value.abs()).collect())
                .collect();
            let all: Vec<f64> = moves.iter().flatten().copied().collect();
            let excess = kurtosis(&all);
            let clusters: Vec<f64> = (1..=10).map(|lag| correlation(&sizes, lag)).collect();
            let least = clusters.iter().copied().fold(f64::MAX, f64::min);
            let memory = (1..=10)
                .map(|lag| correlation(&moves, lag).abs())
                .fold(0.0, f64::max);
            println!(
                "{symbol:<9} {seed:>4} {excess:>9.2}  {:>6.3} {:>6.3} {:>6.3}  {least:>8.3}   {memory:>6.3}",
                clusters[0], clusters[4], clusters[9]
            );
            assert!(excess > 1.0, "{symbol}: excess kurtosis {excess}");
            assert!(
                least > 0.1,
                "{symbol}: absolute returns forget within ten minutes: {clusters:?}"
            );
            assert!(memory < 0.05, "{symbol}: returns remember: {memory}");
        }
    }
}

#[test]
fn a_sector_moves_together_and_everything_with_the_index() {
    let market = Market::new(&scenario(1, "2026-11-10T15:00:00Z"));
    let of = |symbol: &str| -> std::collections::BTreeMap<i64, f64> {
        regular(&market, market.find(symbol).unwrap())
            .into_iter()
            .flatten()
            .collect()
    };
    let correlated = |one: &str, other: &str| {
        let (one, other) = (of(one), of(other));
        let pairs: Vec<(f64, f64)> = one
            .iter()
            .filter_map(|(start, value)| Some((*value, *other.get(start)?)))
            .collect();
        let sum = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>();
        sum(|(a, b)| a * b) / (sum(|(a, _)| a * a) * sum(|(_, b)| b * b)).sqrt()
    };
    let pairs = [
        ("NVX", "AXLR", 0.25),
        ("NVX", "TW60", 0.3),
        ("TW60", "TWSX", 0.7),
        ("BTC-USD", "ETH-USD", 0.3),
    ];
    for (one, other, least) in pairs {
        let found = correlated(one, other);
        println!("{one} and {other}: {found:.2}");
        assert!(found > least, "{one} and {other}: {found}");
    }
    let strangers = correlated("HLQ", "BTC-USD");
    println!("HLQ and BTC-USD: {strangers:.2}");
    assert!(strangers < 0.3);
}

#[test]
fn a_mood_is_seen_in_the_moves_and_in_the_way_they_lead() {
    let played = |mood| {
        let market = Market::new(&Scenario {
            mood,
            ..scenario(6, "2026-11-10T14:30:00Z")
        });
        let until = "2026-11-10T21:00:00Z".parse().unwrap();
        let bars = |symbol: &str| {
            let listing = market.find(symbol).unwrap();
            market
                .history()
                .bars(listing, Interval::Minute, Some(market.now()), until, usize::MAX)
        };
        let (mut size, mut way) = (0.0, 0.0);
        for symbol in ["NVX", "HLQ", "TW60", "MRLN", "OAKM", "PTRX"] {
            let closes: Vec<f64> = bars(symbol)
                .iter()
                .map(|bar| bar.close.to_string().parse().unwrap())
                .collect();
            size += closes
                .windows(2)
                .map(|pair| (pair[1] / pair[0]).ln().abs())
                .sum::<f64>();
            way += (closes[closes.len() - 1] / closes[0]).ln();
        }
        (size, way)
    };
    let [calm, normal, wild, crash, melt_up] = Mood::ALL.map(played);
    println!("moves and way: {calm:?} {normal:?} {wild:?} {crash:?} {melt_up:?}");
    assert!(calm.0 * 1.5 < normal.0 && normal.0 * 1.5 < wild.0);
    assert!(crash.1 < -0.3 && melt_up.1 > 0.1);
    assert!(crash.1 < calm.1 && crash.1 < normal.1 && crash.1 < melt_up.1);
}

#[test]
fn prices_stay_where_somebody_would_believe_them() {
    for seed in 1..=5 {
        let market = Market::new(&scenario(seed, "2026-11-10T15:00:00Z"));
        let history = market.history();
        for listing in 0..market.len() {
            let home = market.roll.listed[listing].listing.home;
            let tick = market.instrument(listing).tick.unwrap().decimal();
            let bars = history.bars(listing, Interval::Day, None, market.now(), 250);
            for bar in bars {
                let ticks: f64 = (bar.close.decimal() / tick).to_string().parse().unwrap();
                let apart = ticks / home;
                let symbol = market.symbol(listing);
                assert!((0.1..10.0).contains(&apart), "{symbol} is {apart} times its home");
            }
        }
    }
}

#[test]
fn at_the_usual_rate_a_symbol_ticks_about_as_often_as_its_listing_says() {
    let start = "2026-11-10T17:00:00Z".parse().unwrap();
    let usual: f64 = LISTINGS.iter().map(|listing| listing.activity).sum();
    assert!(
        (usual - f64::from(RATE_DEFAULT)).abs() < 5.0,
        "all together make {usual}"
    );
    let mut market = Market::new(&Scenario::new(1, start));
    let mut tape = Vec::new();
    market.advance(start + TimeDelta::minutes(20), &mut tape);
    let (mut made, mut expected) = (0.0, 0.0);
    for (place, listing) in LISTINGS.iter().enumerate() {
        if market.session(place) == Session::Open && listing.activity >= 1.0 {
            let count = tape.iter().filter(|entry| entry.listing == place).count() as f64;
            let of_usual = count / 1_200.0 / listing.activity;
            // Noon is quiet, and one of them may have been halted for a while.
            assert!(
                (0.2..1.8).contains(&of_usual),
                "{} has {of_usual} of its ticks",
                listing.symbol
            );
            made += count / 1_200.0;
            expected += listing.activity;
        }
    }
    println!("{made} ticks a second of {expected} on the mean of a day");
    assert!((0.6..1.1).contains(&(made / expected)));
}

#[test]
fn a_session_is_busiest_at_its_ends() {
    let market = Market::new(&scenario(1, "2026-11-10T15:00:00Z"));
    let history = market.history();
    let listing = market.find("NVX").unwrap();
    let bars = history.bars(listing, Interval::Minute, None, market.now(), 30_000);
    let mut hours = [0_u64; 24];
    for bar in bars {
        hours[(bar.start.rem_euclid(86_400) / 3_600) as usize] += u64::from(bar.trades);
    }
    // The days before the change of clocks are in it: 13:30 or 14:30 to 20 or 21.
    assert!(hours[14] > hours[17] && hours[19] > hours[17], "{hours:?}");
    assert!(hours[10] < hours[17] / 5, "{hours:?}");
}
