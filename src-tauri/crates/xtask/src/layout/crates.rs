//! Who may use whom, read from what `cargo tree` prints.

/// The rooms in the order of the plan: a crate may use only those before it.
const ORDER: &[&str] = &[
    "model",
    "transport",
    "recording",
    "provider",
    "feed",
    "history",
    "market",
    "profile",
    "sim",
    "engine",
    "cli",
];

/// Crates outside the order, and why: the shell and the tests stand above all rooms, xtask beside the house.
const ABOVE: &[&str] = &["tickwire", "tests"];

/// What only the shell may use: the window, and the types that cross to the page.
const ONLY_THE_SHELL: &[&str] = &["tauri", "tauri-build", "ts-rs", "wry", "tao"];

/// What brings tasks or sockets with it.
const IMPURE: &[&str] = &[
    "tokio",
    "mio",
    "socket2",
    "async-io",
    "smol",
    "async-std",
    "reqwest",
    "hyper",
];

pub(super) struct Trees {
    /// Each workspace crate at depth 0, what it uses directly at depth 1.
    pub(super) direct: String,
    /// All that the pure crates use, at any depth.
    pub(super) pure: String,
}

pub(super) fn upward_uses(direct: &str) -> Vec<String> {
    let place = |name: &str| ORDER.iter().position(|room| *room == name);
    let known = |name: &str| place(name).is_some() || ABOVE.contains(&name);
    let mut complaints = Vec::new();
    for (user, used) in uses(direct).filter(|(_, used)| known(used)) {
        let allowed = match (place(user), place(used)) {
            (Some(user), Some(used)) => used < user,
            (Some(_), None) => false,
            (None, Some(_)) => ABOVE.contains(&user),
            (None, None) => user == "tests",
        };
        if !allowed {
            complaints.push(format!("{user} uses {used}"));
        }
    }
    complaints
}

pub(super) fn foreign(direct: &str) -> Vec<String> {
    uses(direct)
        .filter(|(user, used)| *user != "tickwire" && ONLY_THE_SHELL.contains(used))
        .map(|(user, used)| format!("{user} uses {used}"))
        .collect()
}

pub(super) fn impure(pure: &str) -> Vec<String> {
    let mut found: Vec<String> = pure
        .lines()
        .map(name)
        .filter(|name| IMPURE.contains(name))
        .map(|name| format!("they reach {name}"))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// Pairs of (user, used) in a tree printed with depth as prefix.
fn uses(direct: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut user = "";
    direct
        .lines()
        .filter_map(move |line| match line.split_at_checked(1)? {
            ("0", rest) => {
                user = name(rest);
                None
            }
            ("1", rest) => Some((user, name(rest))),
            (_, _) => None,
        })
}

fn name(line: &str) -> &str {
    line.split(' ').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn complains_of_a_crate_that_uses_one_below_it() {
        let tree = "0market v0.1.0 (/x)\n1model v0.1.0 (/x)\n1chrono v0.4.45\n\n0model v0.1.0 (/x)\n1market v0.1.0 (/x)\n";
        assert_eq!(upward_uses(tree), ["model uses market"]);
    }

    #[test]
    fn the_shell_uses_every_room_and_no_room_uses_the_shell() {
        assert!(upward_uses("0tickwire v0.1.0 (/x)\n1engine v0.1.0 (/x)\n1sim v0.1.0 (/x)\n").is_empty());
        assert_eq!(
            upward_uses("0engine v0.1.0 (/x)\n1tickwire v0.1.0 (/x)\n"),
            ["engine uses tickwire"]
        );
    }

    #[test]
    fn nothing_of_the_house_is_used_by_xtask() {
        assert_eq!(
            upward_uses("0xtask v0.1.0 (/x)\n1model v0.1.0 (/x)\n"),
            ["xtask uses model"]
        );
    }

    #[test]
    fn only_the_shell_knows_tauri() {
        let tree = "0tickwire v0.1.0 (/x)\n1tauri v2.12.5\n0engine v0.1.0 (/x)\n1ts-rs v12.0.1\n";
        assert_eq!(foreign(tree), ["engine uses ts-rs"]);
    }

    #[test]
    fn finds_tokio_however_deep_it_hides() {
        assert_eq!(
            impure("model v0.1.0 (/x)\nchrono v0.4.45\ntokio v1.54.1 (*)\ntokio v1.54.1\n"),
            ["they reach tokio"]
        );
        assert!(impure("model v0.1.0 (/x)\ntokio-macros-of-another-name v1.0.0\n").is_empty());
    }
}
