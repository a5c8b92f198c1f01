//! A venue of the registry: where it is, and which key goes there.

use engine::FeedSpec;
use model::{FeedId, Secret};
use profile::Place;
use provider::{Adapter, KeyNeed, KeyPlace};

use super::elsewhere::Elsewhere;
use super::{NotAFeed, key};
use crate::args::KeyArgs;

/// Where it is, or where somebody says that it is this time. Without a key so far.
pub(super) fn placed(id: &FeedId, venue: &Adapter, elsewhere: &Elsewhere) -> Result<FeedSpec, NotAFeed> {
    let place = Place::of(venue, elsewhere.stream.as_ref(), elsewhere.rest.as_ref());
    let Place { stream, rest } = place.ok_or_else(|| NotAFeed::Nowhere(venue.as_str().to_owned()))?;
    let mut spec = FeedSpec::new(id.clone(), venue.clone(), stream, None);
    spec.rest = rest;
    Ok(spec)
}

/// The key that a person hands over for this once, for all that this feed talks to.
pub(super) async fn key_given(spec: &FeedSpec, wanted: &KeyArgs) -> anyhow::Result<Option<Secret>> {
    if spec.venue.key_need() == KeyNeed::None && wanted.is_given() {
        return Err(NotAFeed::WantsNoKey(spec.venue.title().to_owned()).into());
    }
    let addresses: Vec<_> = std::iter::once(&spec.endpoint).chain(&spec.rest).collect();
    let given = key::given(wanted, &addresses).await?;
    if let Some(key) = &given {
        fits(&spec.venue, key)?;
    }
    Ok(given)
}

/// Whether a key has the parts that this venue's keys have.
pub(crate) fn fits(venue: &Adapter, key: &Secret) -> Result<(), NotAFeed> {
    match venue.card().key {
        KeyPlace::Pair { .. } => {
            let parts = key.reveal().split_once(':');
            let both = parts.is_some_and(|(id, secret)| !id.is_empty() && !secret.is_empty());
            if both {
                Ok(())
            } else {
                Err(NotAFeed::HalfAKey(venue.title().to_owned()))
            }
        }
        KeyPlace::None
        | KeyPlace::Bearer { .. }
        | KeyPlace::Query(_)
        | KeyPlace::Header { .. }
        | KeyPlace::Heads { .. }
        | KeyPlace::Written
        | KeyPlace::Messages { .. } => Ok(()),
    }
}

/// A venue that wants a key is not dialed without one.
pub(super) fn has_key(spec: &FeedSpec, is_moved: bool) -> Result<(), NotAFeed> {
    match spec.venue.key_need() {
        KeyNeed::Needed if spec.token.is_none() && is_moved => {
            Err(NotAFeed::KeyStaysHome(spec.venue.title().to_owned()))
        }
        KeyNeed::Needed if spec.token.is_none() => Err(NotAFeed::WantsKey {
            title: spec.venue.title().to_owned(),
            id: spec.id.clone(),
        }),
        KeyNeed::Needed | KeyNeed::Perhaps | KeyNeed::None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use provider::VenueName;

    use super::*;

    fn placed_at(elsewhere: &[&str]) -> FeedSpec {
        let elsewhere: Vec<_> = elsewhere.iter().map(|text| text.parse().unwrap()).collect();
        let elsewhere = Elsewhere::of(&elsewhere).unwrap();
        placed(&FeedId::new("binance"), &VenueName::BINANCE.into(), &elsewhere).unwrap()
    }

    #[test]
    fn a_venue_keeps_its_path_at_another_host() {
        let home = placed_at(&[]).endpoint;
        assert!(home.scheme() == "wss" && home.path() == "/stream");
        let moved = placed_at(&["ws://127.0.0.1:4000", "http://127.0.0.1:4001/api"]);
        assert_eq!(moved.endpoint.as_str(), "ws://127.0.0.1:4000/stream");
        assert_eq!(moved.rest.unwrap().as_str(), "http://127.0.0.1:4001/api");
    }

    #[test]
    fn every_venue_with_an_address_can_be_placed_and_the_others_say_what_they_need() {
        for venue in VenueName::all() {
            let id = FeedId::new(venue.as_str());
            let found = placed(&id, &venue.into(), &Elsewhere::default());
            match venue.stream() {
                Some(own) => assert_eq!(found.unwrap().endpoint, own.parse().unwrap(), "{venue}"),
                None => assert!(found.unwrap_err().to_string().contains("--endpoint"), "{venue}"),
            }
        }
    }

    #[tokio::test]
    async fn a_venue_that_wants_no_key_says_so_and_one_that_wants_one_says_how() {
        let given = KeyArgs {
            token: Some("hush".to_owned()),
            ..KeyArgs::default()
        };
        let told = key_given(&placed_at(&[]), &given).await.unwrap_err().to_string();
        assert!(
            told.contains("Binance wants no key") && !told.contains("hush"),
            "{told}"
        );
        let wanting = VenueName::all().filter(|venue| venue.key_need() == KeyNeed::Needed);
        for venue in wanting {
            let spec = placed(&FeedId::new("mine"), &venue.into(), &Elsewhere::default()).unwrap();
            let told = has_key(&spec, false).unwrap_err().to_string();
            assert!(
                told.contains("--key-stdin") && told.contains("tickwire-cli token set"),
                "{told}"
            );
        }
    }
}
