//! One person's change to a feed, made to a file in which another may have been
//! made meanwhile.

use super::feed::{FeedKind, FeedSettings};
use super::market::MarketSettings;
use super::network::NetworkSettings;
use super::venue::VenueSettings;

/// What some kind of feed has words for. In a feed that becomes one of another kind
/// nothing of it may be left over.
const OWN_KEYS: &[&str] = &[
    "url",
    "rest",
    "token",
    "transports",
    "custom",
    "proxy",
    "proxy_login",
    "plain",
    "paused",
    "seed",
    "mood",
    "speed",
    "rate",
    "scenario",
];

impl FeedSettings {
    /// Takes over what is different between the feed as a person was shown it and
    /// as they want it. All else stays as it stands here, also what we know no
    /// word for.
    pub fn change(&mut self, shown: &Self, wanted: &Self) {
        adopt(&mut self.id, &shown.id, &wanted.id);
        adopt(&mut self.paused, &shown.paused, &wanted.paused);
        match (&mut self.kind, &shown.kind, &wanted.kind) {
            (FeedKind::Sim(kept), FeedKind::Sim(shown), FeedKind::Sim(wanted)) => {
                change_market(kept, shown, wanted);
            }
            (
                FeedKind::Tickwire {
                    url,
                    token,
                    transports,
                    network,
                },
                FeedKind::Tickwire {
                    url: shown_url,
                    token: shown_token,
                    transports: shown_transports,
                    network: shown_network,
                },
                FeedKind::Tickwire {
                    url: wanted_url,
                    token: wanted_token,
                    transports: wanted_transports,
                    network: wanted_network,
                },
            ) => {
                adopt(url, shown_url, wanted_url);
                adopt(token, shown_token, wanted_token);
                adopt(transports, shown_transports, wanted_transports);
                change_network(network, shown_network, wanted_network);
            }
            (FeedKind::Venue(kept), FeedKind::Venue(shown), FeedKind::Venue(wanted))
                if kept.venue == shown.venue && shown.venue == wanted.venue =>
            {
                change_venue(kept, shown, wanted);
            }
            (kept, shown, wanted) => {
                if shown != wanted {
                    kept.clone_from(wanted);
                    self.forget_keys(OWN_KEYS);
                }
            }
        }
    }
}

fn change_market(kept: &mut MarketSettings, shown: &MarketSettings, wanted: &MarketSettings) {
    adopt(&mut kept.seed, &shown.seed, &wanted.seed);
    adopt(&mut kept.mood, &shown.mood, &wanted.mood);
    adopt(&mut kept.speed, &shown.speed, &wanted.speed);
    adopt(&mut kept.rate, &shown.rate, &wanted.rate);
    adopt(&mut kept.scenario, &shown.scenario, &wanted.scenario);
}

fn change_venue(kept: &mut VenueSettings, shown: &VenueSettings, wanted: &VenueSettings) {
    adopt(&mut kept.url, &shown.url, &wanted.url);
    adopt(&mut kept.rest, &shown.rest, &wanted.rest);
    adopt(&mut kept.token, &shown.token, &wanted.token);
    adopt(&mut kept.transports, &shown.transports, &wanted.transports);
    change_network(&mut kept.network, &shown.network, &wanted.network);
}

fn change_network(kept: &mut NetworkSettings, shown: &NetworkSettings, wanted: &NetworkSettings) {
    adopt(&mut kept.proxy, &shown.proxy, &wanted.proxy);
    adopt(&mut kept.proxy_login, &shown.proxy_login, &wanted.proxy_login);
    adopt(&mut kept.plain, &shown.plain, &wanted.plain);
}

fn adopt<T: Clone + PartialEq>(kept: &mut T, shown: &T, wanted: &T) {
    if shown != wanted {
        kept.clone_from(wanted);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &str) -> FeedSettings {
        toml::from_str(lines).unwrap()
    }

    fn written(feed: &FeedSettings) -> String {
        toml::to_string(feed).unwrap()
    }

    #[test]
    fn what_was_edited_in_the_file_meanwhile_stays_beside_what_was_changed_in_the_window() {
        let shown = read("id = \"a\"\nkind = \"binance\"\n");
        let wanted = read("id = \"b\"\nkind = \"binance\"\ntransports = [\"poll\"]\n");
        let mut kept = read("id = \"a\"\nkind = \"binance\"\nproxy = \"none\"\ncolour = \"blue\"\n");
        kept.change(&shown, &wanted);
        assert_eq!(
            written(&kept),
            "id = \"b\"\nkind = \"binance\"\ntransports = [\"poll\"]\nproxy = \"none\"\ncolour = \"blue\"\n"
        );
    }

    #[test]
    fn each_kind_keeps_what_it_was_not_asked_to_change() {
        for (shown, wanted, kept, becomes) in [
            (
                "id = \"a\"\nkind = \"sim\"\nseed = 7\n",
                "id = \"a\"\nkind = \"sim\"\nseed = 8\n",
                "id = \"a\"\nkind = \"sim\"\nseed = 7\nmood = \"wild\"\n",
                "id = \"a\"\nkind = \"sim\"\nseed = 8\nmood = \"wild\"\n",
            ),
            (
                "id = \"a\"\nkind = \"tickwire\"\nurl = \"wss://one/\"\n",
                "id = \"a\"\nkind = \"tickwire\"\npaused = true\nurl = \"wss://one/\"\n",
                "id = \"a\"\nkind = \"tickwire\"\nurl = \"wss://two/\"\ntoken = \"keyring\"\n",
                "id = \"a\"\nkind = \"tickwire\"\npaused = true\nurl = \"wss://two/\"\ntoken = \"keyring\"\n",
            ),
        ] {
            let mut feed = read(kept);
            feed.change(&read(shown), &read(wanted));
            assert_eq!(written(&feed), becomes);
        }
    }

    #[test]
    fn a_feed_of_another_kind_has_nothing_left_of_the_one_before() {
        let shown = read("id = \"a\"\nkind = \"coinbsae\"\nurl = \"wss://one/\"\ncolour = \"blue\"\n");
        let wanted = read("id = \"a\"\nkind = \"coinbase\"\n");
        let mut kept = shown.clone();
        kept.change(&shown, &wanted);
        assert_eq!(
            written(&kept),
            "id = \"a\"\nkind = \"coinbase\"\ncolour = \"blue\"\n"
        );
    }
}
