//! What a deal moves, by the numbers that stand beside it.

use model::Conditions;
use serde_json::value::RawValue;

use crate::json::{Text, each, parse};
use crate::sale::{EXTENDED, ODD_LOT, both};

/// Of a list of numbers in quotes: `["1","8","24","12"]`. The venue explains
/// them outside of its papers; two of them are beyond doubt by the deals that
/// they stand beside. All others take nothing away from the price.
pub(super) fn read(list: Option<&RawValue>) -> Conditions {
    let mut conditions = Conditions::NONE;
    if let Some(list) = list {
        let _unread = each(list.get(), |code| {
            let code: Text<'_> = parse(code)?;
            conditions = both(
                conditions,
                match &*code {
                    "12" => ODD_LOT,
                    "24" => EXTENDED,
                    _ => Conditions::NONE,
                },
            );
            Ok(())
        });
    }
    conditions
}
