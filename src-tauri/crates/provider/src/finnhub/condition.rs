//! What a deal moves, by the numbers that stand beside it.

use model::Conditions;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::sale::{
    APART, CLOSING, CORRECTED_CLOSE, EXTENDED, EXTENDED_LATE, LATE, ODD_LOT, OFFICIAL, OPENING, both,
};

/// Of a list of numbers in quotes: `["1","8","24","12"]`. What cannot be read as
/// one, and a number that nobody knows, takes nothing away from the price.
pub(super) fn read(list: Option<&RawValue>) -> Conditions {
    let mut conditions = Conditions::NONE;
    if let Some(list) = list {
        let _unread = each(list.get(), |code| {
            let code: Text<'_> = parse(code)?;
            conditions = both(conditions, of(&code));
            Ok(())
        });
    }
    conditions
}

/// Its own numbers for the letters of the tapes, from a sheet that its papers only point to.
fn of(code: &str) -> Conditions {
    match code {
        // Average price, cash, price variation, next day, seller, contingent in two ways.
        "3" | "5" | "10" | "17" | "22" | "26" | "37" => APART,
        // Bunched and sold, prior reference price, sold out of sequence, derivatively priced.
        "9" | "21" | "30" | "32" => LATE,
        "12" => ODD_LOT,
        "16" | "20" => OFFICIAL,
        // Of one exchange, and of the whole market.
        "18" | "19" => OPENING,
        "35" | "36" => CLOSING,
        "24" => EXTENDED,
        "25" => EXTENDED_LATE,
        "39" => CORRECTED_CLOSE,
        _ => Conditions::NONE,
    }
}

#[cfg(test)]
mod tests {
    use model::Condition;

    use super::*;

    #[test]
    fn a_deal_moves_what_the_guidelines_let_it_move() {
        for (list, last, range, volume) in [
            (r#"["1"]"#, true, true, true),
            (r#"["1","8","41"]"#, true, true, true),
            (r#"["1","24"]"#, true, false, true),
            (r#"["1","8","24","12"]"#, false, false, true),
            (r#"["25"]"#, false, false, true),
            (r#"["3"]"#, false, false, true),
            (r#"["37"]"#, false, false, true),
            (r#"["30"]"#, false, true, true),
            (r#"["32","41"]"#, false, true, true),
            (r#"["16"]"#, false, false, false),
            (r#"["39"]"#, true, true, false),
            (r#"["15"]"#, true, true, true),
            (r#"["36"]"#, true, true, true),
            (r#"["99",null,12]"#, true, true, true),
        ] {
            let conditions = read(Some(parse(list).unwrap()));
            let moves = (
                !conditions.has(Condition::NotLast),
                !conditions.has(Condition::NotRange),
                !conditions.has(Condition::NotVolume),
            );
            assert_eq!(moves, (last, range, volume), "{list}");
        }
        assert_eq!(read(None), Conditions::NONE);
    }
}
