use super::*;

fn at(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

fn ping(health: &mut Health, now: Moment) -> Bytes {
    match health.verdict(now) {
        Verdict::Ping(payload) => payload,
        other @ (Verdict::Fine | Verdict::Dead { .. }) => panic!("no ping at {now:?}: {other:?}"),
    }
}

/// Connected at 1,000 ms, and the first ping answered within 20 ms.
fn proven() -> Health {
    let mut health = Health::new(at(1_000));
    let payload = ping(&mut health, at(1_000));
    health.heard(at(1_020));
    assert_eq!(health.pong(&payload, at(1_020)), Some(Duration::from_millis(20)));
    health
}

#[test]
fn a_dead_connection_is_found_seven_and_a_half_seconds_after_its_last_byte_at_most() {
    let mut health = proven();
    assert_eq!(health.deadline(), at(6_020));
    assert_eq!(health.verdict(at(6_019)), Verdict::Fine);
    let _unanswered = ping(&mut health, at(6_020));
    assert_eq!(health.deadline(), at(8_020));
    let found = health.verdict(at(8_020));
    assert_eq!(
        found,
        Verdict::Dead {
            silent: Duration::from_secs(7)
        }
    );
}

#[test]
fn a_ping_that_is_answered_in_the_programs_first_moment_is_not_sent_again() {
    let mut health = Health::new(Moment::START);
    let payload = ping(&mut health, Moment::START);
    health.pong(&payload, Moment::START);
    assert_eq!(health.verdict(Moment::START), Verdict::Fine);
}

#[test]
fn data_is_a_sign_of_life_even_when_the_pong_is_lost() {
    let mut health = proven();
    let _lost = ping(&mut health, at(6_020));
    health.heard(at(7_000));
    assert_eq!(health.verdict(at(8_020)), Verdict::Fine);
    let _second = ping(&mut health, at(9_000));
}

#[test]
fn a_busy_connection_is_still_asked_for_its_round_trip() {
    let mut health = proven();
    for second in 2..16 {
        health.heard(at(second * 1_000));
        assert_eq!(
            health.verdict(at(second * 1_000)),
            Verdict::Fine,
            "second {second}"
        );
    }
    health.heard(at(16_020));
    let _asked = ping(&mut health, at(16_020));
}

#[test]
fn an_answer_to_an_older_ping_tells_no_round_trip() {
    let mut health = proven();
    let old = ping(&mut health, at(6_020));
    health.heard(at(6_500));
    let new = ping(&mut health, at(8_500));
    assert_eq!(health.pong(&old, at(8_510)), None);
    assert_eq!(health.pong(&new, at(8_520)), Some(Duration::from_millis(20)));
    assert_eq!(health.pong(&new, at(8_530)), None, "one ping has one answer");
}

#[test]
fn what_may_have_killed_it_is_answered_by_a_question_at_once_and_two_seconds() {
    for under_way in [false, true] {
        let mut health = proven();
        let disturbed = if under_way { 6_100 } else { 3_000 };
        if under_way {
            let _unanswered = ping(&mut health, at(6_020));
        }
        health.disturbed(at(disturbed));
        assert_eq!(health.deadline(), at(disturbed));
        let _asked = ping(&mut health, at(disturbed));
        assert!(health.is_probing());
        let found = disturbed + 2_000;
        assert_eq!(health.verdict(at(found - 1)), Verdict::Fine);
        let dead = health.verdict(at(found));
        assert!(matches!(dead, Verdict::Dead { .. }), "{dead:?}");
    }
}

#[test]
fn a_slow_line_is_not_asked_for_more_patience_after_a_disturbance() {
    let mut health = Health::new(at(0));
    let _first = ping(&mut health, at(0));
    health.disturbed(at(100));
    let _asked = ping(&mut health, at(100));
    assert_eq!(
        health.deadline(),
        at(2_100),
        "not the five seconds of an unknown line"
    );
}

#[test]
fn a_living_line_survives_every_disturbance() {
    let mut health = proven();
    for second in 2..60 {
        health.disturbed(at(second * 1_000));
        let asked = ping(&mut health, at(second * 1_000));
        health.heard(at(second * 1_000 + 30));
        assert!(health.pong(&asked, at(second * 1_000 + 30)).is_some());
        assert!(!health.is_probing());
    }
}

#[test]
fn disturbances_without_end_do_not_put_off_the_verdict() {
    let mut health = proven();
    health.disturbed(at(3_000));
    let _asked = ping(&mut health, at(3_000));
    for millis in (3_250..5_000).step_by(250) {
        health.disturbed(at(millis));
        assert_eq!(health.verdict(at(millis)), Verdict::Fine);
    }
    assert!(matches!(health.verdict(at(5_000)), Verdict::Dead { .. }));
}

#[test]
fn a_timer_that_is_late_by_a_second_gives_the_answer_one_more() {
    let mut health = proven();
    let _unanswered = ping(&mut health, at(6_020));
    assert_eq!(health.verdict(at(9_020)), Verdict::Fine);
    assert_eq!(health.deadline(), at(10_020));
    assert_eq!(
        health.verdict(at(10_020)),
        Verdict::Dead {
            silent: Duration::from_secs(9)
        }
    );
}

#[test]
fn a_late_timer_finds_what_has_come_meanwhile() {
    let mut health = proven();
    let asked = ping(&mut health, at(6_020));
    // Stopped for a minute; the answer is waiting in the socket, and is read first.
    health.heard(at(66_000));
    assert!(health.pong(&asked, at(66_000)).is_some());
    assert_eq!(health.verdict(at(66_000)), Verdict::Fine);
}

#[test]
fn a_line_that_nobody_looks_at_is_asked_every_fifteen_seconds() {
    let mut health = proven();
    health.set_quiet_before_ping(Duration::from_secs(15));
    assert_eq!(health.verdict(at(16_019)), Verdict::Fine);
    let _asked = ping(&mut health, at(16_020));
}

#[test]
fn the_silence_that_a_line_died_of_is_the_one_before_it_was_tried() {
    let mut health = proven();
    assert_eq!(health.silence(at(4_020)), Duration::from_secs(3));
    let _unanswered = ping(&mut health, at(6_020));
    assert_eq!(health.silence(at(8_020)), Duration::from_secs(5));
    health.heard(at(8_000));
    assert_eq!(health.silence(at(8_020)), Duration::from_millis(20));
}

#[test]
fn three_clocks_tell_what_came_last_of_each_kind() {
    let mut health = proven();
    health.heard(at(2_000));
    health.heard_data(at(2_000));
    health.heard(at(3_000));
    let clocks = Clocks {
        bytes: at(3_000),
        data: Some(at(2_000)),
        pong: Some(at(1_020)),
    };
    assert_eq!(health.clocks(), clocks);
}

#[test]
fn an_idle_healthy_line_wakes_twice_in_five_seconds_at_most() {
    let mut health = proven();
    let mut now = at(1_020);
    let mut looks = 0;
    while now < at(3_601_020) {
        now = now.max(health.deadline());
        looks += 1;
        if let Verdict::Ping(payload) = health.verdict(now) {
            now = now + Duration::from_millis(20);
            health.heard(now);
            health.pong(&payload, now);
            looks += 1;
        }
    }
    assert!(looks <= 2 * 3_600 / 5, "{looks} looks in an hour");
}

#[test]
fn before_the_first_pong_the_dial_tells_how_long_to_wait_for_it() {
    let mut health = Health::new(at(1_000));
    health.expect(Duration::from_millis(700));
    let _unanswered = ping(&mut health, at(1_000));
    assert_eq!(health.deadline(), at(3_800));
    health.heard(at(1_010));
    let _second = ping(&mut health, at(3_810));
    assert_eq!(
        health.verdict(at(6_610)),
        Verdict::Dead {
            silent: Duration::from_millis(5_600)
        }
    );
    let mut unknown = Health::new(at(1_000));
    let _first = ping(&mut unknown, at(1_000));
    assert_eq!(unknown.deadline(), at(6_000));
}
