//! A fault as a person writes it.
//!
//! ```toml
//! fault = "mute"
//! for = "20s"
//! symbols = ["NVX"]
//! ```

use std::time::Duration;

use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{AtDoor, Fault, Junk, Kind, Moment, OnFloor, OnLane, OnWire, Scope, Spell};
use crate::server::Way;

/// What may be said of a fault; which of it belongs to which is told when it is read.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default, rename_all = "snake_case")]
pub struct FaultWords {
    pub fault: String,
    /// How long, as `"20s"`.
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    pub lasts: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub symbols: Vec<String>,
    /// `ws`, `sse`, `longpoll`, `poll`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub places: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_per_second: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what: Option<String>,
}

/// What is wrong with the words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAFault {
    #[error(
        "there is no fault called `{0}`: it is one of drop, reset, close, notice, garbage, oversize, bomb, new-epoch, half-open, stall, drip, unreachable, refuse, block-upgrade, flap, expired-certificate, mute, duplicate, reorder, lose, skew, backwards, burst, restart, sleep"
    )]
    Unknown(String),
    #[error("`{0}` is no time: write it as 500ms, 20s or 3m")]
    Time(String),
    #[error("there is no way called `{0}`: it is one of ws, sse, longpoll, poll")]
    Way(String),
    #[error("`what` is one of text, json, bytes, frame")]
    Junk,
    #[error("{fault} needs `{key}`")]
    Missing { fault: &'static str, key: &'static str },
    #[error("{fault} knows no `{key}`")]
    TooMuch { fault: &'static str, key: &'static str },
    #[error("`{key}` must be {must}")]
    Value { key: &'static str, must: &'static str },
}

/// A client of ours stops reading far below; the venue has to hold all of it.
const BYTES_MAX: usize = 64 << 20;

impl FaultWords {
    pub fn read(&self) -> Result<Fault, NotAFault> {
        let kind = self.kind()?;
        self.nothing_left_over(&kind)?;
        let lasts = self.lasts.as_deref().map(time).transpose()?;
        // Whoever began it could not reach the venue to end it.
        if let Kind::Spell(Spell::Door(AtDoor::Unreachable) | Spell::Restart | Spell::Sleep) = kind {
            needed(kind.name(), "for", lasts)?;
        }
        let ways = self
            .ways
            .iter()
            .map(|word| Way::from_word(word).ok_or_else(|| NotAFault::Way(word.clone())))
            .collect::<Result<_, _>>()?;
        let scope = Scope {
            symbols: self.symbols.clone(),
            ways,
            client: self.client,
        };
        Ok(Fault { kind, scope, lasts })
    }

    fn kind(&self) -> Result<Kind, NotAFault> {
        Ok(match self.fault.as_str() {
            "drop" => Kind::Moment(Moment::Drop),
            "reset" => Kind::Moment(Moment::Reset),
            "close" => Kind::Moment(Moment::Close {
                code: within(
                    "code",
                    needed("close", "code", self.code)?,
                    1000,
                    4999,
                    "a Close code from 1000 to 4999",
                )?,
            }),
            "notice" => Kind::Moment(Moment::Notice {
                ahead: time(needed("notice", "after", self.after.as_deref())?)?,
            }),
            "garbage" => Kind::Moment(Moment::Garbage(
                match needed("garbage", "what", self.what.as_deref())? {
                    "text" => Junk::Text,
                    "json" => Junk::Json,
                    "bytes" => Junk::Bytes,
                    "frame" => Junk::Frame,
                    _ => return Err(NotAFault::Junk),
                },
            )),
            "oversize" => Kind::Moment(Moment::Oversize {
                bytes: within(
                    "bytes",
                    needed("oversize", "bytes", self.bytes)?,
                    1,
                    BYTES_MAX,
                    "from 1 to 67108864, which is 64 MiB",
                )?,
            }),
            "bomb" => Kind::Moment(Moment::Bomb {
                bytes: within(
                    "bytes",
                    needed("bomb", "bytes", self.bytes)?,
                    1,
                    BYTES_MAX,
                    "from 1 to 67108864, which is 64 MiB",
                )?,
            }),
            "new-epoch" => Kind::Moment(Moment::NewEpoch),
            "half-open" => Kind::Spell(Spell::Wire(OnWire::HalfOpen)),
            "stall" => Kind::Spell(Spell::Wire(OnWire::Stall)),
            "drip" => Kind::Spell(Spell::Wire(OnWire::Drip {
                bytes_per_second: positive(
                    "bytes_per_second",
                    needed("drip", "bytes_per_second", self.bytes_per_second)?,
                )?,
            })),
            "unreachable" => Kind::Spell(Spell::Door(AtDoor::Unreachable)),
            "refuse" => Kind::Spell(Spell::Door(AtDoor::Refuse {
                status: status(needed("refuse", "status", self.status)?)?,
                retry_after: self.retry_after,
            })),
            "block-upgrade" => Kind::Spell(Spell::Door(AtDoor::BlockUpgrade {
                status: status(needed("block-upgrade", "status", self.status)?)?,
            })),
            "flap" => Kind::Spell(Spell::Wire(OnWire::Flap {
                after: time(needed("flap", "after", self.after.as_deref())?)?,
            })),
            "expired-certificate" => Kind::Spell(Spell::Door(AtDoor::ExpiredCertificate)),
            "mute" => Kind::Spell(Spell::Lane(OnLane::Mute)),
            "duplicate" => Kind::Spell(Spell::Lane(OnLane::Duplicate {
                every: self.every("duplicate")?,
            })),
            "reorder" => Kind::Spell(Spell::Lane(OnLane::Reorder {
                every: self.every("reorder")?,
                by: positive("places", needed("reorder", "places", self.places)?)?,
            })),
            "lose" => Kind::Spell(Spell::Lane(OnLane::Lose {
                every: self.every("lose")?,
            })),
            "skew" => Kind::Spell(Spell::Floor(OnFloor::Skew {
                by: span(needed("skew", "by", self.by.as_deref())?)?,
            })),
            "backwards" => Kind::Spell(Spell::Floor(OnFloor::Backwards {
                every: self.every("backwards")?,
                by: time(needed("backwards", "by", self.by.as_deref())?)?,
            })),
            "burst" => Kind::Spell(Spell::Floor(OnFloor::Burst {
                factor: within(
                    "factor",
                    needed("burst", "factor", self.factor)?,
                    2,
                    1_000,
                    "from 2 to 1000",
                )?,
            })),
            "restart" => Kind::Spell(Spell::Restart),
            "sleep" => Kind::Spell(Spell::Sleep),
            other => return Err(NotAFault::Unknown(other.to_owned())),
        })
    }

    fn every(&self, fault: &'static str) -> Result<u32, NotAFault> {
        positive("every", needed(fault, "every", self.every)?)
    }

    /// A key that does nothing was meant to do something.
    fn nothing_left_over(&self, kind: &Kind) -> Result<(), NotAFault> {
        let fault = kind.name();
        let known = keys(kind);
        let said = [
            ("status", self.status.is_some()),
            ("retry_after", self.retry_after.is_some()),
            ("code", self.code.is_some()),
            ("after", self.after.is_some()),
            ("every", self.every.is_some()),
            ("by", self.by.is_some()),
            ("places", self.places.is_some()),
            ("factor", self.factor.is_some()),
            ("bytes", self.bytes.is_some()),
            ("bytes_per_second", self.bytes_per_second.is_some()),
            ("what", self.what.is_some()),
            ("for", self.lasts.is_some()),
            ("symbols", !self.symbols.is_empty()),
            ("ways", !self.ways.is_empty()),
            ("client", self.client.is_some()),
        ];
        match said.into_iter().find(|(key, said)| *said && !known.contains(key)) {
            Some((key, _)) => Err(NotAFault::TooMuch { fault, key }),
            None => Ok(()),
        }
    }
}

/// What may be said of a fault.
const fn keys(kind: &Kind) -> &'static [&'static str] {
    match kind {
        Kind::Moment(moment) => match moment {
            Moment::Drop | Moment::Reset => &["ways", "client"],
            Moment::Close { .. } => &["code", "ways", "client"],
            Moment::Notice { .. } => &["after", "ways", "client"],
            Moment::Garbage(_) => &["what", "ways", "client"],
            Moment::Oversize { .. } | Moment::Bomb { .. } => &["bytes", "ways", "client"],
            // The whole venue or nobody.
            Moment::NewEpoch => &[],
        },
        Kind::Spell(spell) => match spell {
            Spell::Wire(OnWire::HalfOpen | OnWire::Stall) => &["for", "ways", "client"],
            Spell::Wire(OnWire::Drip { .. }) => &["bytes_per_second", "for", "ways", "client"],
            Spell::Wire(OnWire::Flap { .. }) => &["after", "for", "ways", "client"],
            Spell::Door(AtDoor::Refuse { .. }) => &["status", "retry_after", "for", "ways"],
            Spell::Door(AtDoor::BlockUpgrade { .. }) => &["status", "for"],
            Spell::Door(AtDoor::Unreachable | AtDoor::ExpiredCertificate) | Spell::Restart | Spell::Sleep => {
                &["for"]
            }
            Spell::Lane(OnLane::Mute) => &["for", "symbols", "ways", "client"],
            Spell::Lane(OnLane::Duplicate { .. } | OnLane::Lose { .. }) => {
                &["every", "for", "symbols", "ways", "client"]
            }
            Spell::Lane(OnLane::Reorder { .. }) => &["every", "places", "for", "symbols", "ways", "client"],
            Spell::Floor(OnFloor::Skew { .. }) => &["by", "for"],
            Spell::Floor(OnFloor::Backwards { .. }) => &["every", "by", "for"],
            Spell::Floor(OnFloor::Burst { .. }) => &["factor", "for"],
        },
    }
}

fn needed<T>(fault: &'static str, key: &'static str, value: Option<T>) -> Result<T, NotAFault> {
    value.ok_or(NotAFault::Missing { fault, key })
}

fn positive(key: &'static str, value: u32) -> Result<u32, NotAFault> {
    within(key, value, 1, u32::MAX, "at least 1")
}

fn status(value: u16) -> Result<u16, NotAFault> {
    within("status", value, 200, 599, "a status from 200 to 599")
}

fn within<T: PartialOrd>(
    key: &'static str,
    value: T,
    min: T,
    max: T,
    must: &'static str,
) -> Result<T, NotAFault> {
    if value < min || value > max {
        return Err(NotAFault::Value { key, must });
    }
    Ok(value)
}

/// `500ms`, `20s`, `3m`.
pub(crate) fn time(text: &str) -> Result<Duration, NotAFault> {
    let wrong = || NotAFault::Time(text.to_owned());
    let unit = text.find(|c: char| c.is_ascii_alphabetic()).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(unit);
    let number: u32 = number.parse().map_err(|_| wrong())?;
    let number = u64::from(number);
    match unit {
        "ms" => Ok(Duration::from_millis(number)),
        "s" => Ok(Duration::from_secs(number)),
        "m" => Ok(Duration::from_secs(60 * number)),
        _ => Err(wrong()),
    }
}

fn span(text: &str) -> Result<TimeDelta, NotAFault> {
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let span = TimeDelta::from_std(time(rest)?).map_err(|_| NotAFault::Time(text.to_owned()))?;
    Ok(span * sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_from_toml_and_from_json() {
        let written: FaultWords =
            toml::from_str("fault = 'mute'\nfor = '20s'\nsymbols = ['NVX']\nways = ['ws']").unwrap();
        let sent: FaultWords =
            serde_json::from_str(r#"{"fault":"mute","for":"20s","symbols":["NVX"],"ways":["ws"]}"#).unwrap();
        assert_eq!(written, sent);
        let fault = written.read().unwrap();
        assert_eq!(fault.kind, Kind::Spell(Spell::Lane(OnLane::Mute)));
        assert_eq!(fault.lasts, Some(Duration::from_secs(20)));
        assert_eq!(fault.scope.ways, [Way::WebSocket]);
    }

    #[test]
    fn what_is_wrong_is_said_by_its_name() {
        let say = |text: &str| {
            let words: FaultWords = serde_json::from_str(text).unwrap();
            words.read().unwrap_err().to_string()
        };
        assert!(say(r#"{"fault":"mut"}"#).starts_with("there is no fault called `mut`"));
        assert_eq!(say(r#"{"fault":"close"}"#), "close needs `code`");
        assert_eq!(
            say(r#"{"fault":"close","code":7}"#),
            "`code` must be a Close code from 1000 to 4999"
        );
        assert_eq!(say(r#"{"fault":"mute","code":1000}"#), "mute knows no `code`");
        assert_eq!(say(r#"{"fault":"drop","for":"3s"}"#), "drop knows no `for`");
        assert_eq!(
            say(r#"{"fault":"stall","symbols":["NVX"]}"#),
            "stall knows no `symbols`"
        );
        assert_eq!(
            say(r#"{"fault":"burst","factor":2,"client":1}"#),
            "burst knows no `client`"
        );
        assert_eq!(
            say(r#"{"fault":"mute","for":"soon"}"#),
            "`soon` is no time: write it as 500ms, 20s or 3m"
        );
        assert!(say(r#"{"fault":"mute","ways":["pigeon"]}"#).starts_with("there is no way called `pigeon`"));
        assert!(serde_json::from_str::<FaultWords>(r#"{"fault":"mute","sybols":[]}"#).is_err());
    }

    #[test]
    fn times_are_read_with_their_unit() {
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("3m"), Ok(Duration::from_secs(180)));
        assert_eq!(span("-2s"), Ok(TimeDelta::seconds(-2)));
        for text in ["", "5", "s", "-1s", "1h", "1.5s", "99999999999s"] {
            assert!(time(text).is_err(), "{text}");
        }
    }
}
