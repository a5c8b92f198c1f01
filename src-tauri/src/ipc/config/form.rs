//! A form that a person fills in: read into a feed of the settings, or told what
//! cannot be so, each fault in its field.

use engine::{FeedSpec, OpenError};
use model::{FeedId, TransportKind};
use profile::{
    BadFeedUrl, FeedKind, FeedSettings, FeedUrl, MarketSettings, NetworkSettings, Settings, TokenPlace,
    VenueSettings, read_feed_id,
};
use provider::custom::CUSTOM;
use provider::{Adapter, VenueName};
use transport::{BadTarget, Via};

use super::listing::{SIM, TICKWIRE};
use super::views::{Fault, FeedForm};
use crate::ipc::custom;
use crate::text::sentence;

/// The fields that a fault can be in.
mod field {
    pub(super) const ID: &str = "id";
    pub(super) const VENUE: &str = "venue";
    pub(super) const URL: &str = "url";
    pub(super) const REST: &str = "rest";
    pub(super) const TRANSPORTS: &str = "transports";
    pub(super) const PROXY: &str = "proxy";
}

impl From<&FeedSettings> for FeedForm {
    fn from(feed: &FeedSettings) -> Self {
        let form = Self {
            id: feed.id.to_string(),
            ..Self::default()
        };
        match &feed.kind {
            FeedKind::Sim(_) => Self {
                venue: SIM.to_owned(),
                ..form
            },
            FeedKind::Tickwire {
                url,
                token: _,
                transports,
                network,
            } => Self {
                venue: TICKWIRE.to_owned(),
                url: url.url().to_string(),
                transports: words(transports),
                proxy: way_out(network),
                plain: network.plain,
                ..form
            },
            FeedKind::Venue(settings) => {
                let written = |url: &Option<FeedUrl>| url.as_ref().map(FeedUrl::text);
                Self {
                    venue: settings.venue.as_str().to_owned(),
                    url: written(&settings.url).unwrap_or_default(),
                    rest: written(&settings.rest).unwrap_or_default(),
                    transports: words(&settings.transports),
                    proxy: way_out(&settings.network),
                    plain: settings.network.plain,
                    custom: match &settings.venue {
                        Adapter::Listed(_) => None,
                        Adapter::Custom(form) => Some(form.draft().into()),
                    },
                    ..form
                }
            }
            FeedKind::Unread { kind, .. } => Self {
                venue: kind.clone(),
                ..form
            },
        }
    }
}

/// The feed that the form describes. `original` is what it was called before, if
/// it was there; what no field is for stays as it was.
pub(crate) fn read(
    form: &FeedForm,
    known: &Settings,
    original: Option<&FeedId>,
) -> Result<FeedSettings, Vec<Fault>> {
    let before = original.and_then(|id| known.feed(id));
    let mut faults = Faults::default();
    let id = faults.of(field::ID, id(form, known, original));
    let kind = kind(form, before, &mut faults);
    match (id, kind) {
        (Some(id), Some(kind)) if faults.0.is_empty() => {
            let mut feed = before
                .cloned()
                .unwrap_or_else(|| FeedSettings::new(id.clone(), kind.clone()));
            feed.id = id;
            feed.kind = kind;
            Ok(feed)
        }
        (_, _) => Err(faults.0),
    }
}

/// What was found so far.
#[derive(Default)]
struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, field: &str, sentence: impl Into<String>) {
        self.0.push(Fault {
            field: field.to_owned(),
            sentence: sentence.into(),
        });
    }

    fn of<T>(&mut self, field: &str, read: Result<T, String>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err(sentence) => {
                self.add(field, sentence);
                None
            }
        }
    }
}

fn id(form: &FeedForm, known: &Settings, original: Option<&FeedId>) -> Result<FeedId, String> {
    let text = form.id.trim();
    if text.is_empty() {
        return Err("Give the feed a name.".to_owned());
    }
    let id = read_feed_id(text).map_err(|_| {
        "A feed's name is 1 to 40 letters, digits, hyphens or underscores; leave out everything else."
            .to_owned()
    })?;
    if original != Some(&id) && known.feed(&id).is_some() {
        return Err(format!("Another feed is called {id} already; take another name."));
    }
    Ok(id)
}

fn kind(form: &FeedForm, before: Option<&FeedSettings>, faults: &mut Faults) -> Option<FeedKind> {
    let before = before.map(|feed| &feed.kind);
    match form.venue.as_str() {
        "" => {
            faults.add(field::VENUE, "Choose where the prices shall come from.");
            None
        }
        SIM => simulator(form, before, faults),
        TICKWIRE => server(form, before, faults),
        CUSTOM => described(form, before, faults),
        word => match VenueName::from_word(word) {
            Some(venue) => {
                let url = faults.of(field::URL, optional(&form.url, FeedUrl::parse));
                let rest = faults.of(field::REST, optional(&form.rest, FeedUrl::parse_rest));
                of_venue(form, &venue.into(), (url, rest), before, faults)
            }
            None => {
                faults.add(
                    field::VENUE,
                    "This version of Tickwire knows no such venue; choose one of the list.",
                );
                None
            }
        },
    }
}

fn simulator(form: &FeedForm, before: Option<&FeedKind>, faults: &mut Faults) -> Option<FeedKind> {
    for (name, is_empty) in [
        (field::URL, form.url.is_empty()),
        (field::REST, form.rest.is_empty()),
        (field::TRANSPORTS, form.transports.is_empty()),
        (field::PROXY, form.proxy.is_empty()),
    ] {
        if !is_empty {
            faults.add(name, "The simulator runs on this computer: leave this empty.");
        }
    }
    let market = match before {
        Some(FeedKind::Sim(market)) => market.clone(),
        Some(FeedKind::Tickwire { .. } | FeedKind::Venue(_) | FeedKind::Unread { .. }) | None => {
            MarketSettings::default()
        }
    };
    faults.0.is_empty().then_some(FeedKind::Sim(market))
}

/// A server that speaks our protocol, wherever it is.
fn server(form: &FeedForm, before: Option<&FeedKind>, faults: &mut Faults) -> Option<FeedKind> {
    if !form.rest.is_empty() {
        faults.add(
            field::REST,
            "Such a server is asked where its stream is: leave this empty.",
        );
    }
    let url = if form.url.trim().is_empty() {
        Err("Say where the server is; it looks like wss://host/path.".to_owned())
    } else {
        address(&form.url, FeedUrl::parse)
    };
    let url = faults.of(field::URL, url);
    let transports = ways(form, &VenueName::SIM.into(), faults);
    let login = login_of(before);
    let network = network(form, login, faults)?;
    let (url, transports) = (url?, transports?);
    let mut spec = FeedSpec::new(FeedId::new(&form.id), VenueName::SIM, url.url().clone(), None);
    spec.transports.clone_from(&transports);
    spec.plain = network.plain;
    check(&spec, faults)?;
    let token = match before {
        Some(FeedKind::Tickwire { token, .. }) => *token,
        Some(FeedKind::Sim(_) | FeedKind::Venue(_) | FeedKind::Unread { .. }) | None => TokenPlace::None,
    };
    Some(FeedKind::Tickwire {
        url,
        token,
        transports,
        network,
    })
}

/// A venue that the form describes.
fn described(form: &FeedForm, before: Option<&FeedKind>, faults: &mut Faults) -> Option<FeedKind> {
    let address = |is_stream| move |text: &str| FeedUrl::parse_custom(text, is_stream);
    let url = faults.of(field::URL, optional(&form.url, address(true)));
    let rest = faults.of(field::REST, optional(&form.rest, address(false)));
    let (url, rest) = (url?, rest?);
    match custom::described(form.custom.as_ref(), url.as_ref(), rest.as_ref()) {
        Ok(described) => of_venue(form, &described.into(), (Some(url), Some(rest)), before, faults),
        Err(more) => {
            faults.0.extend(more);
            None
        }
    }
}

/// The addresses are none where they could not be read, and none inside where none was given.
fn of_venue(
    form: &FeedForm,
    venue: &Adapter,
    (url, rest): (Option<Option<FeedUrl>>, Option<Option<FeedUrl>>),
    before: Option<&FeedKind>,
    faults: &mut Faults,
) -> Option<FeedKind> {
    let transports = ways(form, venue, faults);
    let network = network(form, login_of(before), faults)?;
    let settings = VenueSettings {
        venue: venue.clone(),
        url: url?,
        rest: rest?,
        token: token_of(before, venue),
        transports: transports?,
        network,
    };
    let Some(place) = settings.place() else {
        faults.add(
            field::URL,
            "Say where it is; an address looks like wss://host/path.",
        );
        return None;
    };
    let mut spec = FeedSpec::new(FeedId::new(&form.id), venue.clone(), place.stream, None);
    spec.rest = place.rest;
    spec.transports.clone_from(&settings.transports);
    spec.plain = settings.network.plain;
    check(&spec, faults)?;
    Some(FeedKind::Venue(settings))
}

/// The key of one market of a provider opens the others too, and nobody else's.
fn token_of(before: Option<&FeedKind>, venue: &Adapter) -> TokenPlace {
    match before {
        Some(FeedKind::Venue(settings)) if settings.venue.provider() == venue.provider() => settings.token,
        Some(FeedKind::Venue(_) | FeedKind::Sim(_) | FeedKind::Tickwire { .. } | FeedKind::Unread { .. })
        | None => TokenPlace::None,
    }
}

fn login_of(before: Option<&FeedKind>) -> TokenPlace {
    match before {
        Some(FeedKind::Tickwire { network, .. }) => network.proxy_login,
        Some(FeedKind::Venue(settings)) => settings.network.proxy_login,
        Some(FeedKind::Sim(_) | FeedKind::Unread { .. }) | None => TokenPlace::None,
    }
}

fn network(form: &FeedForm, proxy_login: TokenPlace, faults: &mut Faults) -> Option<NetworkSettings> {
    let proxy = match form.proxy.trim() {
        "" => Ok(Via::System),
        text => text.parse().map_err(|bad| sentence(&bad)),
    };
    let proxy = faults.of(field::PROXY, proxy)?;
    // A login belongs to a proxy that a person has named.
    let named = matches!(proxy, Via::Proxy(_));
    Some(NetworkSettings {
        proxy,
        proxy_login: if named { proxy_login } else { TokenPlace::None },
        plain: form.plain,
    })
}

fn ways(form: &FeedForm, venue: &Adapter, faults: &mut Faults) -> Option<Vec<TransportKind>> {
    let mut ways = Vec::new();
    let known = venue.card().transports;
    for word in &form.transports {
        let Some(way) = TransportKind::from_word(word) else {
            faults.add(
                field::TRANSPORTS,
                "A way of talking is one of ws, sse, longpoll and poll.",
            );
            return None;
        };
        if !known.contains(&way) {
            let title = venue.title();
            faults.add(
                field::TRANSPORTS,
                format!("{title} cannot be talked to by {way}; leave it out."),
            );
            return None;
        }
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    Some(ways)
}

/// What only the whole of it shows.
fn check(spec: &FeedSpec, faults: &mut Faults) -> Option<()> {
    let refused = [
        (field::URL, spec.check_stream()),
        (field::REST, spec.check_rest()),
    ];
    let mut is_good = true;
    for (name, refused) in refused {
        if let Err(error) = refused {
            is_good = false;
            match error {
                OpenError::Target(BadTarget::Plain) => faults.add(
                    name,
                    "Everybody on the way could read this: use an encrypted address, or agree to an unencrypted one.",
                ),
                OpenError::NoRest => faults.add(
                    field::REST,
                    "Say where things are fetched as well, since the stream is not where the venue has it.",
                ),
                OpenError::Transport(_) => faults.add(field::TRANSPORTS, sentence(&error)),
                OpenError::Target(_) | OpenError::AlreadyOpen => faults.add(name, sentence(&error)),
            }
        }
    }
    is_good.then_some(())
}

fn optional(
    text: &str,
    parse: impl Fn(&str) -> Result<FeedUrl, BadFeedUrl>,
) -> Result<Option<FeedUrl>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    address(text, parse).map(Some)
}

/// Never repeats what stands there: it may be a key in the wrong place.
fn address(text: &str, parse: impl Fn(&str) -> Result<FeedUrl, BadFeedUrl>) -> Result<FeedUrl, String> {
    parse(text.trim()).map_err(|bad| match bad {
        BadFeedUrl::Malformed => "That is not an address; one looks like wss://host/path.".to_owned(),
        BadFeedUrl::Scheme => "The address of a stream begins with wss:// or ws://.".to_owned(),
        BadFeedUrl::RestScheme => "Where things are fetched begins with https:// or http://.".to_owned(),
        BadFeedUrl::Key => {
            "A key does not belong into an address: write {key} in its place, and set the key apart.".to_owned()
        }
        BadFeedUrl::Secret => {
            "An address is no place for a user name, a password or a query: take it out, and set the key apart."
                .to_owned()
        }
    })
}

fn words(ways: &[TransportKind]) -> Vec<String> {
    ways.iter().map(|way| way.as_str().to_owned()).collect()
}

fn way_out(network: &NetworkSettings) -> String {
    match &network.proxy {
        Via::System => String::new(),
        named @ (Via::Direct | Via::Proxy(_)) => named.to_string(),
    }
}

#[cfg(test)]
mod tests;
