//! Several addresses for one name, and one of them dead: whoever answers first wins.
//!
//! As RFC 8305 has it: a new attempt starts a quarter of a second after the last
//! one or as soon as that one has failed, and none is given up while another
//! may still win. Who calls has put them in order, the families in turn.

use std::collections::VecDeque;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use tokio::select;
use tokio::time::sleep;

/// Longer than nearly every connection takes, so a second attempt is rare;
/// short enough that a dead address is hardly felt.
const STAGGER: Duration = Duration::from_millis(250);

/// The first success, or the last failure; `None` when there was no address.
pub(crate) async fn race<T, E, F>(
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> F,
) -> Option<Result<T, E>>
where
    F: Future<Output = Result<T, E>>,
{
    let mut waiting = VecDeque::from(addresses);
    let mut running = FuturesUnordered::new();
    let mut failure = None;
    loop {
        match waiting.pop_front() {
            Some(address) => running.push(connect(address)),
            None if running.is_empty() => return failure.map(Err),
            None => {}
        }
        select! {
            biased;
            Some(outcome) = running.next() => match outcome {
                Ok(connection) => return Some(Ok(connection)),
                Err(error) => failure = Some(error),
            },
            () = sleep(STAGGER), if !waiting.is_empty() => {}
        }
    }
}

/// The resolver's order within a family, the families in turn, its favourite first.
pub(crate) fn interleaved(addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    let favourite = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == favourite);
    let mut order = Vec::with_capacity(first.len() + second.len());
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    loop {
        let pair = (first.next(), second.next());
        if pair == (None, None) {
            return order;
        }
        order.extend(pair.0.into_iter().chain(pair.1));
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::pending;

    use tokio::time::Instant;

    use super::*;

    fn addresses(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_families_take_turns_and_the_resolvers_favourite_goes_first() {
        let texts = ["::1", "::2", "::3", "1.1.1.1", "2.2.2.2"];
        let order = interleaved(texts.map(|text| text.parse().unwrap()).to_vec());
        let order: Vec<_> = order.iter().map(ToString::to_string).collect();
        assert_eq!(order, ["::1", "1.1.1.1", "::2", "2.2.2.2", "::3"]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_address_costs_a_quarter_of_a_second() {
        let began = Instant::now();
        let won = race(addresses(&["[::1]:1", "1.1.1.1:1"]), async |address| {
            if address.is_ipv6() {
                pending::<()>().await;
            }
            Ok::<_, ()>(address)
        })
        .await;
        assert_eq!(won, Some(Ok("1.1.1.1:1".parse().unwrap())));
        assert_eq!(began.elapsed(), STAGGER);
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_address_costs_nothing() {
        let began = Instant::now();
        let won = race(addresses(&["[::1]:1", "1.1.1.1:1"]), async |address| {
            if address.is_ipv6() {
                Err("refused")
            } else {
                Ok(address)
            }
        })
        .await;
        assert_eq!(won, Some(Ok("1.1.1.1:1".parse().unwrap())));
        assert_eq!(began.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_address_may_still_win_after_others_have_failed() {
        let tried = RefCell::new(Vec::new());
        let won = race(
            addresses(&["1.1.1.1:1", "2.2.2.2:1", "3.3.3.3:1"]),
            async |address| {
                tried.borrow_mut().push(address);
                if address == addresses(&["1.1.1.1:1"])[0] {
                    sleep(Duration::from_secs(3)).await;
                    return Ok(address);
                }
                Err("refused")
            },
        )
        .await;
        assert_eq!(won, Some(Ok("1.1.1.1:1".parse().unwrap())));
        assert_eq!(tried.borrow().len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn when_all_have_failed_the_last_failure_is_told() {
        let none: Option<Result<(), &str>> = race(Vec::new(), async |_| Err("never asked")).await;
        assert_eq!(none, None);
        let failed: Option<Result<(), u16>> = race(addresses(&["1.1.1.1:1", "2.2.2.2:2"]), async |address| {
            Err(address.port())
        })
        .await;
        assert_eq!(failed, Some(Err(2)));
    }
}
