//! What each minute of a day adds to the path, before it is made to end where the day does.

use super::super::super::climate::{Climate, KNOT, Shock};
use super::super::super::listed::Listed;
use super::super::super::listing::Shares;
use super::super::super::noise::{Key, Slow};
use super::super::{Day, Extent, Kind};

/// Thin hours: how little they move, how rarely, and how far bid and ask stand apart.
const EXTENDED_MOVES: f64 = 0.35;
const EXTENDED_TRADES: f64 = 0.05;
const EXTENDED_SPREAD: f64 = 2.0;
/// How agitated the minute of a shock is beyond the usual, and what is left of it a minute later.
const HEAT: f64 = 2.5;
const COOLING: f64 = 0.88;
const SECONDS: f64 = 7.745_966_692_414_834; // the root of 60

#[derive(Clone, Copy, Default)]
pub(super) struct Step {
    /// Of the logarithm, by chance.
    pub(super) chance: f64,
    /// And by mood and news.
    pub(super) drift: f64,
    /// The deviation that `chance` was drawn with.
    pub(super) deviation: f64,
    /// How lively trading is, of what is usual.
    pub(super) bustle: f64,
    /// How far bid and ask stand apart, of what is usual.
    pub(super) spread: f32,
}

/// Of every minute of the day; those without trading add nothing.
pub(super) fn all(
    day: &Day,
    listed: &Listed,
    climate: &Climate,
    level: f64,
    shocks: &[Shock],
    extent: Extent,
) -> Vec<Step> {
    let listing = listed.listing;
    let usual = listing.volatility * 1e-4 * SECONDS * level;
    let Shares { market, sector, own } = listing.sector.shares();
    let round_the_clock = !listing.exchange().regulated;
    let beta = listing.sector.beta();
    let mut steps = vec![Step::default(); day.minutes.len()];
    let mut heat = 0.0;
    for stretch in stretches(day) {
        if !stretch.hours && extent == Extent::Official {
            continue;
        }
        let (from, to) = (stretch.from, stretch.to);
        let knots = Knots::of(listed, climate, day.first + from as i64, day.first + to as i64);
        let length = (to - from) as f64;
        for (at, slot) in steps.iter_mut().enumerate().take(to).skip(from) {
            let minute = day.first + at as i64;
            let mood = climate.mood(minute);
            let mut drift = 0.0;
            if stretch.hours {
                heat *= COOLING;
                drift = mood.drift() * beta;
                for shock in shocks.iter().filter(|shock| shock.minute == minute) {
                    drift += shock.size;
                    heat += HEAT;
                }
            }
            let mut turmoil = knots.at(minute) * mood.turmoil() * (1.0 + heat);
            let mut bustle = 1.0 + 0.6 * heat;
            if stretch.hours {
                if !round_the_clock {
                    // Most happens soon after the opening and shortly before the close.
                    let from_noon = 2.0 * ((at - from) as f64 + 0.5) / length - 1.0;
                    bustle *= 0.6 + 1.2 * from_noon * from_noon;
                    turmoil *= 0.8 + 0.6 * from_noon * from_noon;
                }
            } else {
                turmoil *= EXTENDED_MOVES;
                bustle *= EXTENDED_TRADES;
            }
            let deviation = usual * turmoil;
            let shared = market * climate.market(minute) + sector * listed.keys.sector.bell(minute);
            let wide = (turmoil * level).sqrt();
            *slot = Step {
                chance: deviation * (shared + own * listed.keys.minute.bell(minute)),
                drift,
                deviation,
                bustle,
                spread: if stretch.hours {
                    wide
                } else {
                    wide / EXTENDED_MOVES * EXTENDED_SPREAD
                } as f32,
            };
        }
    }
    steps
}

/// Minutes of one sort, one after the other.
struct Stretch {
    from: usize,
    to: usize,
    hours: bool,
}

fn stretches(day: &Day) -> Vec<Stretch> {
    let mut stretches = Vec::with_capacity(4);
    let walked = |kind: Kind| kind.is_in_hours() || kind == Kind::Extended;
    let mut from = 0;
    while from < day.minutes.len() {
        let kind = day.minutes[from].kind;
        let hours = kind.is_in_hours();
        let mut to = from + 1;
        if walked(kind) {
            let same = |kind: Kind| walked(kind) && kind.is_in_hours() == hours;
            while day.minutes.get(to).is_some_and(|minute| same(minute.kind)) {
                to += 1;
            }
            stretches.push(Stretch { from, to, hours });
        }
        from = to;
    }
    stretches
}

/// How agitated an instrument is: its own part and the market's, at knots.
struct Knots {
    first: i64,
    values: Vec<f64>,
}

impl Knots {
    fn of(listed: &Listed, climate: &Climate, from: i64, to: i64) -> Self {
        let first = from.div_euclid(KNOT);
        let last = to.div_euclid(KNOT) + 1;
        let slow =
            |[minutes, hour, hours]: [Key; 3]| [Slow::of(minutes, 2), Slow::of(hour, 8), Slow::of(hours, 30)];
        let (mut own, mut market) = (slow(listed.keys.agitation), slow(climate.agitation()));
        let values = (first..=last)
            .map(|knot| {
                let [minutes, hour, hours] = own.each_mut().map(|slow| slow.at(knot));
                let own = 0.32 * minutes + 0.32 * hour + 0.32 * hours;
                let [minutes, hour, hours] = market.each_mut().map(|slow| slow.at(knot));
                let market = 0.22 * minutes + 0.22 * hour + 0.22 * hours;
                libm::exp(own + market)
            })
            .collect();
        Self { first, values }
    }

    fn at(&self, minute: i64) -> f64 {
        let knot = (minute.div_euclid(KNOT) - self.first) as usize;
        let part = minute.rem_euclid(KNOT) as f64 / KNOT as f64;
        self.values[knot] + (self.values[knot + 1] - self.values[knot]) * part
    }
}
