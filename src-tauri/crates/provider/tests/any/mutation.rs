//! A message of a venue, changed: as bytes, as pieces of JSON, with another one.

use crate::dice::Dice;
use crate::words::words;

/// Longer messages are cut. None that any venue sends to a list of prices is as long.
const LENGTH_MAX: usize = 64 << 10;
/// What stands in the place of a value: of another kind, too large, too small, odd.
const VALUES: [&str; 33] = [
    "null",
    "true",
    "false",
    "0",
    "-0",
    "-1",
    "1e3",
    "1E-28",
    "1e400",
    "6.517e-5",
    "00.10",
    "NaN",
    "9007199254740993",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775809",
    "79228162514264337593543950336",
    "0.00000000000000000000000000001",
    "123456789012345678901234567890.123456789012345678901234567890",
    "\"\"",
    "\" \"",
    "\"0\"",
    "\"-1.5\"",
    "\"1_000\"",
    "\"9999-12-31T23:59:60.9999999999Z\"",
    "\"1970-01-01T00:00:00Z\"",
    "\"\\u0000\"",
    "\"\\ud83d\\ude00\"",
    "\"\\u0031\\u002e5\"",
    "\"é😀\u{202e}\"",
    "[]",
    "{}",
    "[null,{},[]]",
];
const TELLING: [&str; 10] = ["\"", "\\", "{", "}", "[", "]", ",", ":", "\0", "\u{feff}"];

pub(crate) fn changed(line: &str, other: &str, dice: &mut Dice) -> String {
    let mut text = match dice.below(16) {
        // As it came: what a translator remembers moves on.
        0 => line.to_owned(),
        1 | 2 => bytes(line, dice),
        3 => spliced(line, other, dice),
        4 => line.chars().take(dice.below(line.len() + 1)).collect(),
        5 => nested(line, dice),
        _ => pieces(line, other, dice),
    };
    if text.len() > LENGTH_MAX {
        let end = (0..=LENGTH_MAX).rev().find(|end| text.is_char_boundary(*end));
        text.truncate(end.unwrap_or_default());
    }
    text
}

/// Turned, put in, taken out, repeated.
fn bytes(line: &str, dice: &mut Dice) -> String {
    let mut bytes = line.as_bytes().to_vec();
    for _ in 0..1 + dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + 1 + dice.below(24)).min(bytes.len());
        match dice.below(6) {
            0 | 1 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            2 if at < bytes.len() => bytes[at] = dice.byte(),
            3 => drop(bytes.drain(at..end)),
            4 => {
                let again = bytes[at..end].repeat(1 + dice.below(4));
                bytes.splice(at..at, again);
            }
            _ => {
                let telling = dice.one(&TELLING);
                bytes.splice(at..at, telling.bytes());
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The beginning of one and the end of another.
fn spliced(line: &str, other: &str, dice: &mut Dice) -> String {
    let (line, other) = (words(line), words(other));
    let (from, to) = (dice.below(line.len() + 1), dice.below(other.len() + 1));
    line[..from].iter().chain(&other[to..]).copied().collect()
}

/// Deeper than anything that is meant.
fn nested(line: &str, dice: &mut Dice) -> String {
    let depth = if dice.percent(2) { 16_000 } else { dice.below(300) };
    let (open, close) = if dice.percent(50) {
        ("[", "]")
    } else {
        (r#"{"a":"#, "}")
    };
    let core = if dice.percent(50) { "1" } else { line };
    let deep = format!("{}{core}{}", open.repeat(depth), close.repeat(depth));
    if dice.percent(50) {
        return deep;
    }
    let mut words = words(line);
    let at = dice.below(words.len());
    words[at] = &deep;
    words.concat()
}

/// Values of another kind, fields that are there twice or not at all, lists that are long.
fn pieces(line: &str, other: &str, dice: &mut Dice) -> String {
    let mut words = words(line);
    let number = dice.number().to_string();
    let character = format!("\"{}\"", dice.character());
    let changes = if dice.percent(70) { 1 } else { 2 + dice.below(3) };
    for _ in 0..changes {
        if words.is_empty() {
            break;
        }
        let at = dice.below(words.len());
        let end = (at + 1 + dice.below(12)).min(words.len());
        let value = value(&words, at);
        match dice.below(16) {
            0..=6 => words[value] = dice.one(&VALUES),
            7 => words[value] = &number,
            8 => words[value] = &character,
            9 => words[value] = of_another(other, dice),
            // A whole field once more, where it is one.
            10 | 11 if value >= 2 && value < words.len() => {
                let mut again = words[value - 2..=value].to_vec();
                again.push(",");
                words.splice(value - 2..value - 2, again);
            }
            12 if value >= 2 && words.get(value + 1) == Some(&",") => {
                drop(words.drain(value - 2..=value + 1));
            }
            13 => drop(words.drain(at..end)),
            14 => {
                let to = dice.below(words.len());
                words.swap(at, to);
            }
            _ => {
                let again = words[at..end].repeat(1 + dice.below(40));
                words.splice(at..at, again);
            }
        }
    }
    words.concat()
}

/// The next that may be a value: a field is worth more changed than a comma.
fn value(words: &[&str], from: usize) -> usize {
    let mut fields = words[from..].windows(2);
    let behind = fields.position(|two| matches!(two, [":", value] if !matches!(*value, "{" | "[" | " ")));
    behind.map_or(from, |behind| from + behind + 1)
}

fn of_another<'a>(other: &'a str, dice: &mut Dice) -> &'a str {
    let others = words(other);
    let at = dice.below(others.len());
    if others.is_empty() {
        ""
    } else {
        others[value(&others, at)]
    }
}
