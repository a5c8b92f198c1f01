//! What only a kernel can do to a connection: the shipped command line against
//! the simulated venue, in network namespaces of this test's own.
//!
//! Between the two stands a third namespace that is their router, so that
//! packets can vanish without a sign on either side. Run by `cargo xtask
//! kernel`, as root on Linux; anywhere else each test says that it was not run.

#![expect(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails by panicking, and its figure is for a person"
)]

mod net;
mod scene;

use std::time::Duration;

use net::Net;
use scene::Scene;

/// The bars of a quiet machine, and what a busy one is given on top.
const SLACK: Duration = Duration::from_secs(4);

#[test]
fn a_line_that_swallows_everything_is_found_and_replaced_when_it_is_whole_again() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.swallow(true);
    let found = scene.until_state(|state| state != "live");
    scene.tell("a half-open line was found after", found);
    assert!(found <= Duration::from_millis(7_500) + SLACK, "{found:?}");
    scene.net.swallow(false);
    let back = scene.until_state(|state| state == "live");
    scene.tell("and live again after", back);
    assert_eq!(scene.end().lost, 0);
}

#[test]
fn a_line_that_swallows_only_what_we_say_is_found_too() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.swallow_to_venue(true);
    // The venue hears nothing, so what it has to say stops at its full buffers or its own patience.
    let found = scene.until_state(|state| state != "live");
    scene.tell("a line that is dead one way was found after", found);
    assert!(found <= Duration::from_secs(20) + SLACK, "{found:?}");
    scene.net.swallow_to_venue(false);
    scene.until_state(|state| state == "live");
    assert_eq!(scene.end().lost, 0);
}

#[test]
fn a_server_that_has_forgotten_us_is_dialed_anew_at_the_first_word() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.swallow(true);
    scene.forget_lines();
    scene.net.swallow(false);
    let back = scene.until_reconnect();
    scene.tell(
        "a server that had forgotten us was found and dialed anew after",
        back,
    );
    assert!(back <= Duration::from_millis(7_500) + SLACK, "{back:?}");
    assert_eq!(scene.end().lost, 0);
}

#[test]
fn a_reset_by_the_kernel_is_mended_at_once() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.reset();
    let back = scene.until_reconnect();
    scene.tell("after a reset, live again after", back);
    assert!(back <= Duration::from_millis(750) + SLACK, "{back:?}");
    assert_eq!(scene.end().lost, 0);
}

#[test]
fn without_a_route_it_is_offline_and_back_as_soon_as_there_is_one() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.unplug();
    let found = scene.until_state(|state| state == "offline");
    scene.tell("the lost route was told after", found);
    assert!(found <= Duration::from_millis(10_000) + SLACK, "{found:?}");
    scene.net.plug();
    let back = scene.until_state(|state| state == "live");
    scene.tell("and live again after", back);
    assert!(back <= Duration::from_secs(1) + SLACK, "{back:?}");
    assert_eq!(scene.end().lost, 0);
}

#[test]
fn another_address_of_ours_is_noticed_and_dialed_from() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.move_client();
    let back = scene.until_reconnect();
    scene.tell("from another address, live again after", back);
    assert!(back <= Duration::from_millis(2_500) + SLACK, "{back:?}");
    assert_eq!(scene.end().lost, 0);
}

#[test]
fn an_address_that_never_answers_does_not_hold_up_the_one_that_does() {
    let Some(plain) = Scene::open() else { return };
    let without = plain.until_first_price();
    drop(plain);
    // The resolver names it first, since it is one of IPv6.
    let Some(dead) = Scene::open_behind(&[Net::DEAD]) else {
        return;
    };
    let with = dead.until_first_price();
    let cost = with.saturating_sub(without);
    dead.tell("first price with a dead address before the right one after", with);
    dead.tell("and without it after", without);
    assert!(cost <= Duration::from_millis(350) + SLACK / 2, "{cost:?}");
}

#[test]
fn a_slow_line_is_not_taken_for_a_dead_one() {
    let Some(mut scene) = Scene::open() else { return };
    scene.until_price();
    scene.net.narrow("64kbit");
    scene.listen_for(Duration::from_secs(25));
    let end = scene.end();
    eprintln!("figure: at 64 kbit/s for 25 s: {} reconnects", end.reconnects);
    assert_eq!(end.reconnects, 0);
}
