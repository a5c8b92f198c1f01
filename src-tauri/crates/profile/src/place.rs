//! Where a venue is, when somebody says that it is elsewhere this time: a server
//! of one's own that speaks as it does, or a way to it through another house.

use provider::Adapter;
use url::Url;

/// Where a venue's stream is, and where things are fetched of it if not there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub stream: Url,
    pub rest: Option<Url>,
}

impl Place {
    /// `None` for a venue that has no address of its own and is given none. Who puts
    /// another server in the place of its stream is fetched from where that is
    /// named too: the venue itself is not asked beside it, and not shown the key.
    pub fn of(venue: &Adapter, stream: Option<&Url>, rest: Option<&Url>) -> Option<Self> {
        if let Adapter::Custom(_) = venue {
            // It is nowhere but where the person says who has described it.
            let stream = stream.or(rest)?.clone();
            let rest = rest.cloned();
            return Some(Self { stream, rest });
        }
        let own = |address: Option<&str>| address.and_then(|address| Url::parse(address).ok());
        let own_rest = own(venue.rest());
        Some(Self {
            stream: of_venue(stream, own(venue.stream()))?,
            rest: if stream.is_some() && rest.is_none() {
                None
            } else {
                of_venue(rest, own_rest)
            },
        })
    }
}

/// Another host for the same thing where an address has no path. The query stays
/// behind, as a key may stand in it.
pub fn moved(elsewhere: &Url, own: &Url) -> Url {
    let mut moved = elsewhere.clone();
    if moved.path() == "/" && moved.query().is_none() {
        moved.set_path(own.path());
    }
    moved
}

/// What a venue publishes is no secret, and its query goes along with its path.
fn of_venue(elsewhere: Option<&Url>, own: Option<Url>) -> Option<Url> {
    let (elsewhere, own) = match (elsewhere, own) {
        (None, own) => return own,
        (Some(elsewhere), None) => return Some(elsewhere.clone()),
        (Some(elsewhere), Some(own)) => (elsewhere, own),
    };
    let mut moved = moved(elsewhere, &own);
    if moved.path() == own.path() && moved.query().is_none() {
        moved.set_query(own.query());
    }
    Some(moved)
}

#[cfg(test)]
mod tests {
    use provider::VenueName;

    use super::*;

    #[test]
    fn a_host_alone_keeps_the_path_and_never_the_query_in_which_a_key_may_stand() {
        let own = "wss://ticks.example/v1/stream?token=hush".parse().unwrap();
        let moved = |to: &str| moved(&to.parse().unwrap(), &own).to_string();
        assert_eq!(moved("ws://127.0.0.1:4000"), "ws://127.0.0.1:4000/v1/stream");
        assert_eq!(moved("ws://127.0.0.1:4000/ws"), "ws://127.0.0.1:4000/ws");
    }

    #[test]
    fn what_a_venue_publishes_goes_along_with_its_path() {
        let own: Url = "wss://prices.example/?version=2".parse().unwrap();
        let moved = |to: &str| of_venue(Some(&to.parse().unwrap()), Some(own.clone())).unwrap();
        assert_eq!(moved("ws://127.0.0.1:1/").as_str(), "ws://127.0.0.1:1/?version=2");
        assert_eq!(moved("ws://127.0.0.1:1/?v=1").as_str(), "ws://127.0.0.1:1/?v=1");
        assert_eq!(moved("ws://127.0.0.1:1/own").as_str(), "ws://127.0.0.1:1/own");
    }

    #[test]
    fn a_venue_is_where_it_says_unless_somebody_says_otherwise() {
        let stream = "ws://127.0.0.1:4000".parse().unwrap();
        for venue in VenueName::all() {
            let home = Place::of(&venue.into(), None, None);
            assert_eq!(home.is_some(), venue.stream().is_some(), "{venue}");
            if let Some(home) = home {
                let own = venue.rest().map(|rest| rest.parse().unwrap());
                assert_eq!(home.rest, own, "{venue}");
                let moved = Place::of(&venue.into(), Some(&stream), None).unwrap();
                assert_eq!(moved.stream.path(), home.stream.path(), "{venue}");
                assert_eq!(moved.rest, None, "{venue}: itself is not asked beside it");
            }
        }
    }
}
