//! What a deal moves, by the letters that its tape puts on it.

use model::Conditions;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::sale::{
    APART, CLOSING, CORRECTED_CLOSE, EXTENDED, EXTENDED_LATE, LATE, ODD_LOT, OFFICIAL, OPENING, both,
};

/// The tape of Nasdaq; A and B are those of New York.
const NASDAQ: &str = "C";

/// Of a list of letters: `["@","F","T","I"]`. What cannot be read as one, and a
/// letter that nobody knows, takes nothing away from the price beside it.
pub(super) fn read(list: Option<&RawValue>, tape: Option<&str>) -> Conditions {
    let mut conditions = Conditions::NONE;
    if let Some(list) = list {
        let _unread = each(list.get(), |letter| {
            let letter: Text<'_> = parse(letter)?;
            conditions = both(conditions, of(&letter, tape));
            Ok(())
        });
    }
    conditions
}

fn of(letter: &str, tape: Option<&str>) -> Conditions {
    match letter {
        // New York calls an average price so, Nasdaq several deals told as one.
        "B" if tape != Some(NASDAQ) => APART,
        "C" | "H" | "N" | "R" | "V" | "W" | "7" => APART,
        "G" | "P" | "Z" | "4" => LATE,
        "I" => ODD_LOT,
        "M" | "Q" => OFFICIAL,
        "O" => OPENING,
        "T" => EXTENDED,
        "U" => EXTENDED_LATE,
        "6" => CLOSING,
        "9" => CORRECTED_CLOSE,
        _ => Conditions::NONE,
    }
}

#[cfg(test)]
mod tests {
    use model::Condition;

    use super::*;

    fn moves(list: &str, tape: &str) -> (bool, bool, bool) {
        let list: &RawValue = parse(list).unwrap();
        let conditions = read(Some(list), Some(tape));
        (
            !conditions.has(Condition::NotLast),
            !conditions.has(Condition::NotRange),
            !conditions.has(Condition::NotVolume),
        )
    }

    #[test]
    fn a_deal_moves_what_the_guidelines_of_its_tape_let_it_move() {
        for (list, tape, last, range, volume) in [
            (r#"["@"]"#, "C", true, true, true),
            (r#"[" ","F"]"#, "A", true, true, true),
            (r#"["@","I"]"#, "C", false, false, true),
            (r#"["@","F","T","I"]"#, "C", false, false, true),
            (r#"["@","T"]"#, "C", true, false, true),
            (r#"["@","U"]"#, "C", false, false, true),
            (r#"["B"]"#, "A", false, false, true),
            (r#"["B"]"#, "C", true, true, true),
            (r#"["W"]"#, "C", false, false, true),
            (r#"["4"]"#, "B", false, true, true),
            (r#"["Z"]"#, "A", false, true, true),
            (r#"["L"]"#, "A", true, true, true),
            (r#"["M"]"#, "C", false, false, false),
            (r#"["Q"]"#, "A", false, false, false),
            (r#"["9"]"#, "C", true, true, false),
            (r#"["O","X"]"#, "C", true, true, true),
            (r#"["unheard of",7,null]"#, "C", true, true, true),
            (r#""I""#, "C", true, true, true),
        ] {
            assert_eq!(moves(list, tape), (last, range, volume), "{list} {tape}");
        }
    }

    #[test]
    fn auctions_and_late_hours_are_known() {
        let conditions = |list: &str| read(Some(parse(list).unwrap()), Some("C"));
        assert!(conditions(r#"["O"]"#).has(Condition::OpeningAuction));
        assert!(conditions(r#"["6"]"#).has(Condition::ClosingAuction));
        assert!(conditions(r#"["T"]"#).has(Condition::Extended));
        assert!(conditions(r#"["I"]"#).has(Condition::OddLot));
        assert_eq!(read(None, None), Conditions::NONE);
    }
}
