use std::collections::VecDeque;
use std::future::pending;

use tokio::time::{advance, sleep};

use super::*;

const HOST: &str = "feed.example";

/// What the resolver says, one after the other; then it is silent.
enum Says {
    Here(Vec<IpAddr>),
    Not(io::ErrorKind),
    HereAfter(Duration, Vec<IpAddr>),
    NotAfter(Duration, io::ErrorKind),
}

#[derive(Clone, Default)]
struct Book {
    says: Arc<Mutex<VecDeque<Says>>>,
    asked: Arc<Mutex<usize>>,
}

impl Book {
    fn says(&self, next: Says) {
        self.says.lock().unwrap().push_back(next);
    }

    fn asked(&self) -> usize {
        *self.asked.lock().unwrap()
    }
}

impl Resolver for Book {
    fn resolve(&self, _: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        *self.asked.lock().unwrap() += 1;
        let next = self.says.lock().unwrap().pop_front();
        // As the system's lookup, it goes on whether anybody waits or not.
        let due = Instant::now();
        async move {
            match next {
                Some(Says::Here(addresses)) => Ok(addresses),
                Some(Says::Not(kind)) => Err(kind.into()),
                Some(Says::HereAfter(wait, addresses)) => {
                    tokio::time::sleep_until(due + wait).await;
                    Ok(addresses)
                }
                Some(Says::NotAfter(wait, kind)) => {
                    tokio::time::sleep_until(due + wait).await;
                    Err(kind.into())
                }
                None => pending().await,
            }
        }
        .boxed()
    }
}

fn names() -> (Names, Book) {
    let book = Book::default();
    (Names::new(Arc::new(book.clone())), book)
}

fn ip(last: u8) -> IpAddr {
    IpAddr::from([192, 0, 2, last])
}

fn kind_of(error: &DialError) -> Option<io::ErrorKind> {
    if let DialError::Unresolved { kind, .. } = error {
        Some(*kind)
    } else {
        None
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_is_asked_of_nobody() {
    let (names, book) = names();
    for (host, address) in [("192.0.2.7", "192.0.2.7"), ("[2001:db8::1]", "2001:db8::1")] {
        let found = names.find(host).await.unwrap();
        assert_eq!(found.addresses, [address.parse::<IpAddr>().unwrap()]);
    }
    assert_eq!(book.asked(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_unknown_name_is_told_from_a_resolver_that_does_not_answer() {
    let (names, book) = names();
    book.says(Says::Not(io::ErrorKind::NotFound));
    book.says(Says::Here(Vec::new()));
    book.says(Says::Not(io::ErrorKind::Other));
    let mut kinds = Vec::new();
    for _ in 0..3 {
        kinds.push(kind_of(&names.find(HOST).await.unwrap_err()));
    }
    let (unknown, failed) = (Some(io::ErrorKind::NotFound), Some(io::ErrorKind::Other));
    assert_eq!(kinds, [unknown, unknown, failed]);
    let began = Instant::now();
    let silent = names.find(HOST).await.unwrap_err();
    assert!(
        matches!(
            silent,
            DialError::Deadline {
                phase: Phase::Resolve,
                ..
            }
        ),
        "{silent}"
    );
    assert_eq!(began.elapsed(), PATIENCE);
}

#[tokio::test(start_paused = true)]
async fn what_was_known_serves_for_an_hour_while_nobody_answers() {
    let (names, book) = names();
    book.says(Says::Here(vec![ip(1), ip(2)]));
    names.find(HOST).await.unwrap();
    names.good(HOST, ip(2));
    book.says(Says::Not(io::ErrorKind::Other));
    let found = names.find(HOST).await.unwrap();
    assert_eq!(found.addresses, [ip(2), ip(1)]);
    assert_eq!(kind_of(&found.stale.unwrap()), Some(io::ErrorKind::Other));
    let began = Instant::now();
    let found = names.find(HOST).await.unwrap();
    assert_eq!(found.addresses, [ip(2), ip(1)]);
    assert_eq!(
        began.elapsed(),
        PATIENCE_KNOWN,
        "a silent resolver is not waited for"
    );
    advance(KNOWN_FOR).await;
    names.find(HOST).await.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn whoever_wants_to_know_joins_a_lookup_and_a_late_answer_serves_the_next_dial() {
    let (names, book) = names();
    book.says(Says::HereAfter(Duration::from_secs(5), vec![ip(1)]));
    let (first, second) = tokio::join!(names.find(HOST), names.find(HOST));
    assert!(
        first.is_err() && second.is_err(),
        "both have waited for long enough"
    );
    sleep(Duration::from_secs(2)).await;
    let began = Instant::now();
    assert_eq!(names.find(HOST).await.unwrap().addresses, [ip(1)]);
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(
        book.asked(),
        2,
        "the second one for who came when the first one hung"
    );
}

#[tokio::test(start_paused = true)]
async fn beside_a_lookup_that_hangs_another_one_is_made_and_never_a_third() {
    let (names, book) = names();
    names.find(HOST).await.unwrap_err();
    book.says(Says::Here(vec![ip(1)]));
    let began = Instant::now();
    assert_eq!(names.find(HOST).await.unwrap().addresses, [ip(1)]);
    assert_eq!(began.elapsed(), Duration::ZERO, "names work again");
    let (names, book) = self::names();
    for _ in 0..9 {
        names.find(HOST).await.unwrap_err();
    }
    assert_eq!(book.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn what_a_hanging_lookup_fails_with_at_last_does_not_end_the_newer_one() {
    let (names, book) = names();
    book.says(Says::NotAfter(Duration::from_secs(4), io::ErrorKind::Other));
    names.find(HOST).await.unwrap_err();
    book.says(Says::HereAfter(Duration::from_secs(2), vec![ip(1)]));
    assert_eq!(names.find(HOST).await.unwrap().addresses, [ip(1)]);
}

#[tokio::test(start_paused = true)]
async fn a_lookup_that_the_system_has_forgotten_is_made_again() {
    let (names, book) = names();
    names.find(HOST).await.unwrap_err();
    sleep(LOOKUP_MAX).await;
    book.says(Says::Here(vec![ip(1)]));
    assert_eq!(names.find(HOST).await.unwrap().addresses, [ip(1)]);
    assert_eq!(book.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn of_twenty_addresses_eight_are_tried_and_the_next_time_others() {
    let (names, book) = names();
    let all: Vec<_> = (1..=20).map(ip).collect();
    let mut tried = Vec::new();
    for _ in 0..3 {
        book.says(Says::Here(all.clone()));
        let found = names.find(HOST).await.unwrap().addresses;
        assert_eq!(found.len(), RACED_MAX);
        names.bad(HOST, &found);
        tried.extend(found);
    }
    tried.sort();
    tried.dedup();
    assert_eq!(tried, all, "after three dials every address has had its chance");
}

#[tokio::test(start_paused = true)]
async fn an_address_that_the_name_has_left_is_not_tried_first() {
    let (names, book) = names();
    book.says(Says::Here(vec![ip(1)]));
    names.find(HOST).await.unwrap();
    names.good(HOST, ip(1));
    book.says(Says::Here(vec![ip(2), ip(3)]));
    assert_eq!(names.find(HOST).await.unwrap().addresses, [ip(2), ip(3)]);
}

#[tokio::test(start_paused = true)]
async fn no_number_of_names_fills_the_memory() {
    let (names, book) = names();
    for number in 0..3 * NAMES_MAX {
        book.says(Says::Here(vec![ip(1)]));
        names.find(&format!("{number}.example")).await.unwrap();
    }
    assert_eq!(names.locked().len(), NAMES_MAX);
}
