//! Who is shown the key of a feed, or the login of its proxy.
//!
//! A person sets it for somebody, and nobody else gets to see it: where a change of
//! the feed would show it to another host it stays behind and is forgotten. Pure.

use profile::{FeedKind, VenueSettings};
use transport::Via;
use url::Url;

use super::credentials::Slot;

/// One who is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Party {
    /// With the port, where that is not the usual one.
    host: String,
    /// It is where the venue itself is.
    own: bool,
}

/// Whether it goes along when the one becomes the other.
pub(super) fn stays(slot: Slot, one: &FeedKind, other: &FeedKind) -> bool {
    let others = parties(slot, other);
    is_same_house(slot, one, other) && !others.is_empty() && strangers(slot, one, others).is_empty()
}

/// As a sentence for who is about to make the change; nothing where it goes along.
pub(crate) fn left_behind(slot: Slot, one: &FeedKind, other: &FeedKind) -> Option<String> {
    if stays(slot, one, other) {
        return None;
    }
    let noun = match (slot, one) {
        (Slot::ProxyLogin, _) => "login",
        (Slot::Key, FeedKind::Tickwire { .. }) => "token",
        (Slot::Key, FeedKind::Sim(_) | FeedKind::Venue(_) | FeedKind::Unread { .. }) => "key",
    };
    let before = hosts(&parties(slot, one));
    let new = hosts(&strangers(slot, one, parties(slot, other)));
    Some(if new.is_empty() {
        format!("The {noun} was set for {before}. Saving forgets it.")
    } else {
        format!("The {noun} was set for {before}. It is not sent to {new}: saving forgets it.")
    })
}

/// Those who were not shown it before.
fn strangers(slot: Slot, one: &FeedKind, others: Vec<Party>) -> Vec<Party> {
    let known = parties(slot, one);
    let is_known = |party: &Party| {
        known
            .iter()
            .any(|seen| seen.host == party.host || (seen.own && party.own))
    };
    others.into_iter().filter(|party| !is_known(party)).collect()
}

fn parties(slot: Slot, kind: &FeedKind) -> Vec<Party> {
    let mut parties: Vec<Party> = match (slot, kind) {
        (Slot::Key, FeedKind::Tickwire { url, .. }) => vec![Party::at(url.url(), false)],
        (Slot::Key, FeedKind::Venue(settings)) => of_venue(settings),
        (Slot::ProxyLogin, FeedKind::Tickwire { network, .. }) => of_proxy(&network.proxy),
        (Slot::ProxyLogin, FeedKind::Venue(settings)) => of_proxy(&settings.network.proxy),
        (_, FeedKind::Sim(_) | FeedKind::Unread { .. }) => Vec::new(),
    };
    parties.dedup();
    parties
}

fn of_venue(settings: &VenueSettings) -> Vec<Party> {
    let Some(place) = settings.place() else {
        return Vec::new();
    };
    // Each is the venue's own unless a person has named another. (One who is described has a stream in
    // `place` even where it is only fetched from: that is then the same address twice.)
    let has_own = settings.venue.stream().is_some();
    let stream = Party::at(&place.stream, has_own && settings.url.is_none());
    let rest = place
        .rest
        .map(|rest| Party::at(&rest, has_own && settings.rest.is_none()));
    std::iter::once(stream).chain(rest).collect()
}

fn of_proxy(proxy: &Via) -> Vec<Party> {
    match proxy {
        Via::Proxy(proxy) => vec![Party {
            host: proxy.to_string(),
            own: false,
        }],
        Via::System | Via::Direct => Vec::new(),
    }
}

impl Party {
    fn at(url: &Url, own: bool) -> Self {
        let host = url.host_str().unwrap_or_default();
        let host = match url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        };
        Self { host, own }
    }
}

fn hosts(parties: &[Party]) -> String {
    let names: Vec<_> = parties.iter().map(|party| party.host.as_str()).collect();
    names.join(" and ")
}

/// Whether the key of the one opens the other. A proxy does not mind what is behind it.
fn is_same_house(slot: Slot, one: &FeedKind, other: &FeedKind) -> bool {
    match (slot, one, other) {
        (Slot::ProxyLogin, _, _) | (Slot::Key, FeedKind::Tickwire { .. }, FeedKind::Tickwire { .. }) => true,
        (Slot::Key, FeedKind::Venue(one), FeedKind::Venue(other)) => {
            one.venue.provider() == other.venue.provider()
        }
        (
            Slot::Key,
            FeedKind::Sim(_) | FeedKind::Tickwire { .. } | FeedKind::Venue(_) | FeedKind::Unread { .. },
            _,
        ) => false,
    }
}

#[cfg(test)]
mod tests {
    use profile::{FeedUrl, TokenPlace};
    use provider::VenueName;

    use super::*;

    fn venue(word: &str, url: &str, rest: &str) -> FeedKind {
        let venue = VenueName::from_word(word).unwrap();
        let mut settings = VenueSettings::new(venue, TokenPlace::Keyring);
        settings.url = (!url.is_empty()).then(|| FeedUrl::parse(url).unwrap());
        settings.rest = (!rest.is_empty()).then(|| FeedUrl::parse_rest(rest).unwrap());
        FeedKind::Venue(settings)
    }

    fn behind(proxy: &str) -> FeedKind {
        let FeedKind::Venue(mut settings) = venue("finnhub", "", "") else {
            unreachable!("it was made above")
        };
        settings.network.proxy = proxy.parse().unwrap();
        FeedKind::Venue(settings)
    }

    #[test]
    fn a_key_goes_along_to_nobody_but_those_whom_it_was_set_for() {
        let home = venue("finnhub", "", "");
        let own = venue("finnhub", "wss://ticks.example/", "https://ticks.example");
        let cases = [
            (&home, &home, true),
            (&home, &own, false),
            // A key of one's own server is none of the vendor's business.
            (&own, &home, false),
            (&own, &venue("finnhub", "wss://ticks.example/other", ""), true),
            (&own, &venue("finnhub", "wss://ticks.example:4443/", ""), false),
            (
                &own,
                &venue("finnhub", "wss://ticks.example/", "https://rest.example"),
                false,
            ),
            // Where things are fetched it is shown, too.
            (&home, &venue("finnhub", "", "https://rest.example"), false),
            // Markets of one provider stand at different hosts, and have one key.
            (
                &venue("massive:stocks", "", ""),
                &venue("massive:crypto", "", ""),
                true,
            ),
            (&home, &venue("tiingo", "", ""), false),
        ];
        for (one, other, stays_there) in cases {
            assert_eq!(stays(Slot::Key, one, other), stays_there, "{one:?} {other:?}");
            assert_eq!(left_behind(Slot::Key, one, other).is_none(), stays_there);
        }
        let told = left_behind(Slot::Key, &home, &own).unwrap();
        assert!(
            told.starts_with("The key was set for ws.finnhub.io and "),
            "{told}"
        );
        assert!(
            told.contains("not sent to ticks.example: saving forgets it"),
            "{told}"
        );
    }

    #[test]
    fn a_login_stays_with_its_proxy() {
        let one = behind("http://proxy.example:3128");
        for (other, stays_there) in [
            ("http://proxy.example:3128", true),
            ("http://other.example:3128", false),
            ("http://proxy.example:3129", false),
            ("none", false),
        ] {
            assert_eq!(
                stays(Slot::ProxyLogin, &one, &behind(other)),
                stays_there,
                "{other}"
            );
        }
        let gone = left_behind(Slot::ProxyLogin, &one, &behind("system")).unwrap();
        assert_eq!(
            gone,
            "The login was set for proxy.example:3128. Saving forgets it."
        );
    }
}
