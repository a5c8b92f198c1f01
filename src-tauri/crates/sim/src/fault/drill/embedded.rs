//! The drills that come with the program.

/// Name and text of each script that comes with the program.
pub(super) const EMBEDDED: &[(&str, &str)] = &[
    ("backwards", include_str!("../../../drills/backwards.toml")),
    (
        "blocked-upgrade",
        include_str!("../../../drills/blocked-upgrade.toml"),
    ),
    ("bomb", include_str!("../../../drills/bomb.toml")),
    ("broken-frame", include_str!("../../../drills/broken-frame.toml")),
    ("burst", include_str!("../../../drills/burst.toml")),
    ("close-codes", include_str!("../../../drills/close-codes.toml")),
    ("crowded", include_str!("../../../drills/crowded.toml")),
    ("drip", include_str!("../../../drills/drip.toml")),
    ("drop", include_str!("../../../drills/drop.toml")),
    ("drop-events", include_str!("../../../drills/drop-events.toml")),
    ("drop-polls", include_str!("../../../drills/drop-polls.toml")),
    ("duplicates", include_str!("../../../drills/duplicates.toml")),
    (
        "expired-certificate",
        include_str!("../../../drills/expired-certificate.toml"),
    ),
    ("flap", include_str!("../../../drills/flap.toml")),
    ("gaps", include_str!("../../../drills/gaps.toml")),
    ("garbage", include_str!("../../../drills/garbage.toml")),
    ("half-open", include_str!("../../../drills/half-open.toml")),
    ("mute", include_str!("../../../drills/mute.toml")),
    ("mute-symbol", include_str!("../../../drills/mute-symbol.toml")),
    ("new-epoch", include_str!("../../../drills/new-epoch.toml")),
    ("not-utf8", include_str!("../../../drills/not-utf8.toml")),
    ("notice", include_str!("../../../drills/notice.toml")),
    ("oversize", include_str!("../../../drills/oversize.toml")),
    ("refuse", include_str!("../../../drills/refuse.toml")),
    ("reorder", include_str!("../../../drills/reorder.toml")),
    ("reset", include_str!("../../../drills/reset.toml")),
    (
        "restart-storm",
        include_str!("../../../drills/restart-storm.toml"),
    ),
    ("skew", include_str!("../../../drills/skew.toml")),
    ("sleep", include_str!("../../../drills/sleep.toml")),
    ("stall", include_str!("../../../drills/stall.toml")),
    (
        "too-many-requests",
        include_str!("../../../drills/too-many-requests.toml"),
    ),
];
