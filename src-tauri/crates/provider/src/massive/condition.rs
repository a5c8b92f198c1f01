//! What a deal moves, by the numbers that the venue gives the letters of the tapes.

use model::{Conditions, Side};
use serde_json::value::RawValue;

use crate::json::{each, parse};
use crate::sale::{
    APART, CLOSING, CORRECTED_CLOSE, EXTENDED, EXTENDED_LATE, LATE, ODD_LOT, OFFICIAL, OPENING, both,
};

/// Of a share. What cannot be read, and a number that nobody knows, takes nothing away from the price.
pub(super) fn of_share(list: Option<&RawValue>) -> Conditions {
    let mut conditions = Conditions::NONE;
    numbers(list, |number| conditions = both(conditions, of(number)));
    conditions
}

/// Who came, of a pair of coins: nothing else is told of it.
pub(super) fn side(list: Option<&RawValue>) -> Option<Side> {
    let mut side = None;
    numbers(list, |number| match number {
        1 => side = Some(Side::Sell),
        2 => side = Some(Side::Buy),
        _ => {}
    });
    side
}

/// `[0,12]`.
fn numbers(list: Option<&RawValue>, mut tell: impl FnMut(u32)) {
    if let Some(list) = list {
        let _unread = each(list.get(), |number| {
            tell(parse(number)?);
            Ok(())
        });
    }
}

fn of(number: u32) -> Conditions {
    match number {
        // Average price, cash, next day, price variation, seller, contingent in two ways.
        2 | 7 | 20 | 21 | 29 | 52 | 53 => APART,
        // Bunched and sold, derivatively priced, prior reference price, sold out of sequence.
        5 | 10 | 22 | 32 | 33 => LATE,
        // Of the whole market, and of one exchange.
        8 | 19 => CLOSING,
        17 | 25 => OPENING,
        12 => EXTENDED,
        13 => EXTENDED_LATE,
        15 | 16 => OFFICIAL,
        37 => ODD_LOT,
        38 => CORRECTED_CLOSE,
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
            ("[]", true, true, true),
            ("[0]", true, true, true),
            ("[0,12]", true, false, true),
            ("[14,41]", true, true, true),
            ("[37]", false, false, true),
            ("[2]", false, false, true),
            ("[10,41]", false, true, true),
            ("[15]", false, false, false),
            ("[38]", true, true, false),
            ("[8]", true, true, true),
            ("[999,null,\"37\",-1]", true, true, true),
            ("37", true, true, true),
        ] {
            let conditions = of_share(Some(parse(list).unwrap()));
            let moves = (
                !conditions.has(Condition::NotLast),
                !conditions.has(Condition::NotRange),
                !conditions.has(Condition::NotVolume),
            );
            assert_eq!(moves, (last, range, volume), "{list}");
        }
        assert_eq!(of_share(None), Conditions::NONE);
    }
}
