//! Two rows of bars as SVG, readable on light and on dark paper.

use std::fmt::Write;

use crate::measure::Cost;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 170.0;
const BAR: f64 = 18.0;
const ROW: f64 = 30.0;
/// Room for the figure behind the longest bar.
const FIGURE: f64 = 120.0;

struct Bar {
    name: &'static str,
    value: f64,
    text: String,
}

pub(crate) fn of(costs: &[Cost], made: &str) -> String {
    let bars = |value: fn(&Cost) -> f64, unit: &str| -> Vec<Bar> {
        costs
            .iter()
            .map(|cost| Bar {
                name: cost.way.name(),
                value: value(cost),
                text: format!("{} {unit}", rounded(value(cost))),
            })
            .collect()
    };
    let charts = [
        (
            "Bytes on the wire for each tick, both directions",
            bars(|cost| cost.bytes_per_tick, "B"),
        ),
        (
            "Bytes beside the message itself, for each message; of those that ask, for each answer",
            bars(
                |cost| cost.overhead_per_exchange.unwrap_or(cost.overhead_per_message),
                "B",
            ),
        ),
        (
            "Half of all ticks are known within, after they happened",
            bars(|cost| cost.latency_ms.p50, "ms"),
        ),
        (
            "99 of 100 ticks are known within",
            bars(|cost| cost.latency_ms.p99, "ms"),
        ),
    ];
    let mut drawn = String::new();
    let mut top = 20.0;
    for (title, bars) in &charts {
        chart(&mut drawn, title, bars, &mut top);
    }
    let height = top + 24.0;
    // Writing to a string cannot fail.
    let _never = writeln!(
        drawn,
        "<text class=\"made\" x=\"12\" y=\"{:.0}\">Bars are logarithmic. {}</text>",
        top + 8.0,
        escaped(made)
    );
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"img\" \
         aria-label=\"Ways of carrying the same stream, compared\">\n<style>\n\
         text {{ font: 13px system-ui, sans-serif; fill: #1f2328 }}\n\
         .title {{ font-weight: 600 }}\n.made {{ font-size: 9px; fill: #59636e }}\nrect {{ fill: #0969da }}\n\
         @media (prefers-color-scheme: dark) {{\n  text {{ fill: #f0f6fc }}\n  .made {{ fill: #9198a1 }}\n  \
         rect {{ fill: #4493f8 }}\n}}\n</style>\n{drawn}</svg>\n"
    )
}

fn chart(drawn: &mut String, title: &str, bars: &[Bar], top: &mut f64) {
    let _never = writeln!(
        drawn,
        "<text class=\"title\" x=\"12\" y=\"{top:.0}\">{title}</text>"
    );
    *top += 12.0;
    let values = bars.iter().map(|bar| bar.value.max(0.01));
    let (least, most) = values.fold((f64::MAX, 0.0_f64), |(least, most), value| {
        (least.min(value), most.max(value))
    });
    // A decade before the shortest, so that it has a length too.
    let begin = least.log10() - 1.0;
    let scale = (WIDTH - LEFT - FIGURE) / (most.log10() - begin).max(1.0);
    for bar in bars {
        let length = (bar.value.max(0.01).log10() - begin) * scale;
        let middle = *top + BAR / 2.0 + 4.5;
        let _never = writeln!(
            drawn,
            "<text x=\"12\" y=\"{middle:.1}\">{}</text><rect x=\"{LEFT}\" y=\"{top:.1}\" width=\"{length:.1}\" \
             height=\"{BAR}\" rx=\"2\"/><text x=\"{:.1}\" y=\"{middle:.1}\">{}</text>",
            bar.name,
            LEFT + length + 8.0,
            bar.text
        );
        *top += ROW;
    }
    *top += 24.0;
}

fn rounded(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
