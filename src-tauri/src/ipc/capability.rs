//! The window may do what its page needs, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use super::names::COMMANDS;

#[test]
fn the_window_may_call_our_commands_and_hear_events_and_no_more() {
    let capability: Value = serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
    let granted: BTreeSet<_> = capability["permissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let needed = COMMANDS
        .iter()
        .map(|command| format!("allow-{}", command.replace('_', "-")));
    let needed = needed.chain(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned));
    assert_eq!(granted, needed.collect());
    assert!(capability.get("remote").is_none(), "no other origin has a say");
}

#[test]
fn every_command_that_can_be_called_has_a_permission() {
    let listed = include_str!("../ipc.rs");
    let (_, handled) = listed.split_once("generate_handler![").unwrap();
    let (handled, _) = handled.split_once(']').unwrap();
    let bodies: BTreeSet<_> = handled
        .split(',')
        .filter_map(|path| path.trim().rsplit("::").next())
        .filter(|name| !name.is_empty())
        .collect();
    assert_eq!(bodies, COMMANDS.iter().copied().collect());
}

#[test]
fn the_page_may_load_nothing_from_elsewhere() {
    let config: Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
    let security = &config["app"]["security"];
    let policy = security["csp"].as_str().unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    for directive in policy.split(';') {
        let mut words = directive.split_whitespace();
        let name = words.next().unwrap();
        for source in words {
            let ours = ["'none'", "'self'", "data:", "ipc:", "http://ipc.localhost"].contains(&source);
            let inline_style = name == "style-src" && source == "'unsafe-inline'";
            assert!(ours || inline_style, "{directive}");
        }
    }
    assert!(config["app"].get("withGlobalTauri").is_none());
}
