use super::*;

const KEY: SymbolKey = SymbolKey(1);
const LINE: LineId = LineId(1);
const OTHER: LineId = LineId(2);

const fn at(millis: u64) -> Moment {
    Moment::after_start(Duration::from_millis(millis))
}

#[test]
fn an_id_is_known_as_long_as_it_is_one_of_the_last_two_thousand() {
    let mut lately = Lately::default();
    for id in 0..10_000 {
        assert!(lately.is_new(KEY, mixed(0, id)));
    }
    for id in 8_000..10_000 {
        assert!(!lately.is_new(KEY, mixed(0, id)), "{id}");
    }
    assert!(
        lately.is_new(SymbolKey(2), mixed(0, 9_999)),
        "ids are of one symbol"
    );
}

#[test]
fn two_equal_trades_on_one_line_are_two_trades_and_another_line_adds_none() {
    let mut lately = Lately::default();
    assert!(lately.is_unlike(KEY, 7, LINE, at(0)));
    assert!(lately.is_unlike(KEY, 7, LINE, at(0)));
    assert!(!lately.is_unlike(KEY, 7, OTHER, at(100)));
    assert!(!lately.is_unlike(KEY, 7, OTHER, at(100)));
    assert!(
        lately.is_unlike(KEY, 7, OTHER, at(100)),
        "a third that only one has seen"
    );
    assert!(!lately.is_unlike(KEY, 7, LINE, at(100)));
    assert!(
        lately.is_unlike(KEY, 7, OTHER, at(60_000)),
        "by then it is another trade"
    );
}

#[test]
fn what_is_remembered_of_many_symbols_stays_below_eight_mebibytes() {
    let mut lately = Lately::default();
    for symbol in 0..500 {
        for id in 0..5_000 {
            lately.is_new(SymbolKey(symbol), mixed(0, id));
        }
        assert!(lately.bytes <= BYTES_MAX);
    }
    let held: usize = lately.symbols.values().map(Book::size).sum();
    assert_eq!(held, lately.bytes);
    assert!(
        !lately.is_new(SymbolKey(499), mixed(0, 4_999)),
        "the newest is known"
    );
    for symbol in 0..500 {
        lately.forget(SymbolKey(symbol));
    }
    assert_eq!(lately.bytes, 0);
}
