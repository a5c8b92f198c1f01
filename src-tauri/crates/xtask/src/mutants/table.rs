//! What is promised, the line that keeps the promise, and the test that guards it.

/// One promise that is switched off.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mutation {
    pub(super) promise: &'static str,
    /// Under `src-tauri/crates/`.
    pub(super) file: &'static str,
    /// Stands in the file once.
    pub(super) was: &'static str,
    pub(super) becomes: &'static str,
    pub(super) guard: Guard,
}

/// The test that must fail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Guard {
    pub(super) target: Target,
    /// With its modules.
    pub(super) test: &'static str,
}

/// Where a test stands, and in which crate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Unit(&'static str),
    Whole(&'static str, &'static str),
}

impl Target {
    pub(super) const fn package(self) -> &'static str {
        match self {
            Self::Unit(package) | Self::Whole(package, _) => package,
        }
    }
}

const fn feed(test: &'static str) -> Guard {
    Guard {
        target: Target::Unit("feed"),
        test,
    }
}

const fn market(test: &'static str) -> Guard {
    Guard {
        target: Target::Unit("market"),
        test,
    }
}

const fn transport(test: &'static str) -> Guard {
    Guard {
        target: Target::Unit("transport"),
        test,
    }
}

const fn whole(package: &'static str, name: &'static str, test: &'static str) -> Guard {
    Guard {
        target: Target::Whole(package, name),
        test,
    }
}

pub(super) const MUTATIONS: &[Mutation] = &[
    Mutation {
        promise: "waits are random",
        file: "feed/src/backoff.rs",
        was: "Duration::from_millis(self.rng.u64(0..=most))",
        becomes: "Duration::from_millis(most)",
        guard: feed("session::tests::herd::a_herd_comes_back_bit_by_bit"),
    },
    Mutation {
        promise: "who dies young is dialed less often",
        file: "feed/src/backoff.rs",
        was: "Came::Up => self.flaps = self.flaps.saturating_add(1),",
        becomes: "Came::Up => {}",
        guard: feed(
            "backoff::tests::a_server_that_accepts_and_then_drops_is_dialed_at_most_eight_times_in_a_minute",
        ),
    },
    Mutation {
        promise: "only ten good seconds make up for the past",
        file: "feed/src/session/connected.rs",
        was: "&& now.since(self.since) >= self.healthy_age",
        becomes: "",
        guard: feed("session::tests::only_a_connection_that_works_for_ten_seconds_makes_up_for_the_past"),
    },
    Mutation {
        promise: "what a server asks for is a floor",
        file: "feed/src/backoff.rs",
        was: "return Some(wait.saturating_add(self.up_to(wait / 10)))",
        becomes: "return Some(self.up_to(wait))",
        guard: feed("backoff::tests::what_a_server_asks_for_is_never_cut_short"),
    },
    Mutation {
        promise: "a wake does not cut short what a server asks for",
        file: "feed/src/session/disturbed.rs",
        was: "asked_for: false,",
        becomes: "asked_for: _,",
        guard: feed(
            "session::tests::ways::asked_for::a_wake_does_not_cut_short_what_a_line_has_asked_for_before_its_end",
        ),
    },
    Mutation {
        promise: "who is asked to wait does not climb or follow either",
        file: "feed/src/session/dials.rs",
        was: "free_at.max(until)",
        becomes: "free_at.max(until.min(now))",
        guard: feed(
            "session::tests::ways::asked_for::a_successor_that_is_refused_waits_as_long_as_the_venue_has_asked_for",
        ),
    },
    Mutation {
        promise: "one line beside the main one",
        file: "feed/src/session/weigh.rs",
        was: "let may = active.beside.is_none() && self.terms.overlaps();",
        becomes: "let may = self.terms.overlaps();",
        guard: feed(
            "session::tests::orders::no_order_of_events_makes_two_dials_leaks_a_line_or_forgets_a_timer",
        ),
    },
    Mutation {
        promise: "a venue that bears one session has one",
        file: "feed/src/session.rs",
        was: "self.card.sessions_max > 1",
        becomes: "self.card.sessions_max > 0",
        guard: feed("session::tests::ways::with_one_session_alone_nothing_is_begun_beside_it"),
    },
    Mutation {
        promise: "a climb waits for what only the lower way has brought",
        file: "feed/src/session/connected.rs",
        was: "self.joined && self.has_data()",
        becomes: "self.has_data()",
        guard: feed("session::tests::ways::a_climb_waits_for_what_only_the_lower_way_has_brought"),
    },
    Mutation {
        promise: "the lower way finishes what it was saying",
        file: "feed/src/session/weigh.rs",
        was: "until: now + DRAIN,",
        becomes: "until: now,",
        guard: feed(
            "session::tests::ways::climbs_while_the_lower_way_goes_on_and_lets_it_finish_what_it_was_saying",
        ),
    },
    Mutation {
        promise: "a line that will be ended for its age has a successor",
        file: "feed/src/session/weigh.rs",
        was: "self.terms.card.age_max.map(",
        becomes: "self.terms.card.age_max.filter(|_| false).map(",
        guard: feed("session::tests::ways::a_connection_is_renewed_before_the_venue_ends_it_for_its_age"),
    },
    Mutation {
        promise: "no way is left for ever",
        file: "feed/src/ladder.rs",
        was: "if self.at > 0 && now.since(self.moved) >= REMEMBERED {",
        becomes: "if self.at > 0 && now < self.moved {",
        guard: feed("ladder::tests::nothing_is_remembered_for_ever"),
    },
    Mutation {
        promise: "a dead line is given up in time",
        file: "feed/src/health.rs",
        was: "self.clocks.bytes.max(at) + self.pong_wait(wait) + grace",
        becomes: "self.clocks.bytes.max(at) + self.pong_wait(wait) * 10 + grace",
        guard: feed(
            "health::tests::a_dead_connection_is_found_seven_and_a_half_seconds_after_its_last_byte_at_most",
        ),
    },
    Mutation {
        promise: "a timer that is late gives the answer one second more",
        file: "feed/src/health.rs",
        was: "if now.since(deadline) < LATE {",
        becomes: "if now >= deadline {",
        guard: feed("health::tests::a_timer_that_is_late_by_a_second_gives_the_answer_one_more"),
    },
    Mutation {
        promise: "a late timer lets the socket speak first",
        file: "feed/src/supervisor.rs",
        was: "if now.since(due) >= LATE && !std::mem::replace(&mut self.drained, true) {",
        becomes: "if now < due && !std::mem::replace(&mut self.drained, true) {",
        guard: whole(
            "feed",
            "exchange",
            "disturbance::a_word_that_comes_a_turn_behind_a_timer_that_is_late_is_heard_before_it",
        ),
    },
    Mutation {
        promise: "a line that died of silence is asked sooner",
        file: "feed/src/rhythm.rs",
        was: "let borne = (silence / 2).max(QUIET_MIN);",
        becomes: "let borne = silence.max(QUIET_MIN);",
        guard: feed("rhythm::tests::a_line_that_dies_of_silence_teaches_half_of_it"),
    },
    Mutation {
        promise: "nothing is told twice",
        file: "feed/src/sequence/place.rs",
        was: "self.behind(seq, update, around, burst);",
        becomes: "burst.updates.push(update);",
        guard: feed("reader::tests::accounts::a_server_that_replays_loses_nothing_and_doubles_nothing"),
    },
    Mutation {
        promise: "what came before its turn waits for it",
        file: "feed/src/sequence/place.rs",
        was: "self.hold(seq, update, around, burst);",
        becomes: "self.lose_to(seq - 1, around.key, burst);\n            self.pass(seq, update, around.key, burst);",
        guard: feed("sequence::tests::a_message_that_overtook_another_is_put_back_in_its_place"),
    },
    Mutation {
        promise: "what is lost is told",
        file: "feed/src/sequence/place.rs",
        was: "burst.updates.push(Update::Gap { key, gap });",
        becomes: "",
        guard: feed("reader::tests::accounts::every_gap_is_told_where_nothing_can_be_sent_again"),
    },
    Mutation {
        promise: "a silent symbol is asked about before anything is torn down",
        file: "feed/src/mute.rs",
        was: "if !self.means.can_ask {",
        becomes: "if self.next_look.is_some() {",
        guard: feed(
            "mute::tests::a_single_mute_symbol_is_asked_about_and_subscribed_anew_alone_within_fifteen_seconds",
        ),
    },
    Mutation {
        promise: "a mute stream is not left again and again",
        file: "feed/src/mute.rs",
        was: "&& self.reconnects.spend(now)",
        becomes: "",
        guard: feed("mute::tests::stale_reconnects_are_five_minutes_apart_and_further_when_they_do_not_help"),
    },
    Mutation {
        promise: "a closed market owes no word",
        file: "feed/src/mute/voice.rs",
        was: "Trading::Untold | Trading::Closed | Trading::Paused => false,",
        becomes: "Trading::Untold | Trading::Closed | Trading::Paused => true,",
        guard: feed(
            "mute::tests::hours::in_72_hours_of_a_closed_market_nothing_is_asked_and_nothing_is_left",
        ),
    },
    Mutation {
        promise: "few bytes do not become many",
        file: "transport/src/density.rs",
        was: "if limit > FREE { limit } else { FREE }",
        becomes: "limit.saturating_mul(1_000).saturating_add(FREE)",
        guard: transport(
            "websocket::tests::what_is_denser_than_any_market_is_refused_long_before_it_is_too_long",
        ),
    },
    Mutation {
        promise: "no message is longer than the limit",
        file: "transport/src/websocket.rs",
        was: ".max_message_size(Some(target.message_limit()))\n        .max_frame_size(Some(target.message_limit()))",
        becomes: ".max_message_size(None)\n        .max_frame_size(None)",
        guard: whole(
            "transport",
            "websocket",
            "a_message_that_claims_more_than_the_limit_is_refused_by_its_header_alone",
        ),
    },
    Mutation {
        promise: "an extension that was not offered ends the handshake",
        file: "transport/src/websocket/negotiation.rs",
        was: "return Err(\"it chose an extension that was not offered\".to_owned());",
        becomes: "return Ok(None);",
        guard: transport("websocket::negotiation::tests::every_other_answer_ends_the_handshake"),
    },
    Mutation {
        promise: "a message that has begun comes to its end",
        file: "transport/src/progress.rs",
        was: "if came.saturating_sub(before) < PROGRESS_MIN {",
        becomes: "if came < before {",
        guard: whole(
            "transport",
            "limits",
            "a_message_that_drips_is_given_up_and_one_that_flows_slowly_is_not",
        ),
    },
    Mutation {
        promise: "a price on a silent line is stale",
        file: "market/src/freshness.rs",
        was: "} else if !proven {",
        becomes: "} else if silence == Duration::MAX {",
        guard: market("tests::freshness::silence_on_a_silent_connection_is_stale_at_once"),
    },
    Mutation {
        promise: "a price on a lost line is grey",
        file: "market/src/freshness.rs",
        was: "if line.down_since(Some(heard)).is_some() {",
        becomes: "if line.down_since(Some(heard)).is_some_and(|since| since > now) {",
        guard: market("tests::freshness::a_lost_connection_greys_every_price_and_keeps_it"),
    },
    Mutation {
        promise: "a price from before a drop is not live",
        file: "market/src/freshness.rs",
        was: "let spoke_since = heard >= began;",
        becomes: "let spoke_since = true;",
        guard: market("tests::freshness::a_price_from_before_a_drop_is_not_live_until_something_comes"),
    },
];
