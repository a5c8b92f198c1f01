//! What one look at a line has brought, in the order in which it came.

use std::sync::Arc;

use transport::{Inbound, Utf8Bytes};

/// So many messages make one burst; then somebody else gets a turn.
const MESSAGES_MAX: usize = 512;
/// As are so many bytes, however few messages they are.
const BYTES_MAX: usize = 256 << 10;

/// Texts are copied into one place that is used again and again. A message that
/// is kept instead keeps all that was read from the socket together with it, and
/// the next read must be given new memory, and gets little of it.
#[derive(Debug, Default)]
pub(crate) struct Inbox {
    texts: String,
    items: Vec<Item>,
}

#[derive(Debug)]
enum Item {
    /// Up to here it goes in the texts, from where the one before it ends.
    Text {
        end: usize,
    },
    /// The same, found at this path.
    Answer {
        path: Arc<str>,
        end: usize,
    },
    /// Longer than all that is copied in one look.
    Long(Utf8Bytes),
    LongAnswer {
        path: Arc<str>,
        text: Utf8Bytes,
    },
    /// No message with prices, and seldom anything.
    Other(Inbound),
}

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Came<'a> {
    Text(&'a str),
    /// One that was found at this path.
    Answer {
        path: &'a str,
        text: &'a str,
    },
    /// Never a message with prices.
    Other(&'a Inbound),
}

impl Inbox {
    pub(crate) fn push(&mut self, inbound: Inbound) {
        let item = match inbound {
            Inbound::Text(text) if text.len() < BYTES_MAX => {
                self.texts.push_str(&text);
                Item::Text {
                    end: self.texts.len(),
                }
            }
            Inbound::Text(text) => Item::Long(text),
            Inbound::Answer { path, text } if text.len() < BYTES_MAX => {
                self.texts.push_str(&text);
                Item::Answer {
                    path,
                    end: self.texts.len(),
                }
            }
            Inbound::Answer { path, text } => Item::LongAnswer { path, text },
            other @ (Inbound::Declined { .. }
            | Inbound::Binary(_)
            | Inbound::Ping
            | Inbound::Pong(_)
            | Inbound::More
            | Inbound::Hint(_)) => Item::Other(other),
        };
        self.items.push(item);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// It takes more; what is in it should be looked at first.
    pub(crate) fn is_full(&self) -> bool {
        self.items.len() >= MESSAGES_MAX
            || self.texts.len() >= BYTES_MAX
            || matches!(self.items.last(), Some(Item::Long(_) | Item::LongAnswer { .. }))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = Came<'_>> {
        let mut begin = 0;
        let mut up_to = move |end| {
            let text = self.texts.get(begin..end).unwrap_or_default();
            begin = end;
            text
        };
        self.items.iter().map(move |item| match item {
            Item::Text { end } => Came::Text(up_to(*end)),
            Item::Answer { path, end } => Came::Answer {
                path,
                text: up_to(*end),
            },
            Item::Long(text) => Came::Text(text),
            Item::LongAnswer { path, text } => Came::Answer { path, text },
            Item::Other(inbound) => Came::Other(inbound),
        })
    }

    /// Keeps the memory, which is never more than a few looks need.
    pub(crate) fn clear(&mut self) {
        self.texts.clear();
        self.items.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inbound {
        Inbound::Text(text.to_owned().into())
    }

    #[test]
    fn everything_comes_out_in_the_order_in_which_it_came() {
        let mut inbox = Inbox::default();
        let long = "x".repeat(BYTES_MAX);
        inbox.push(text("a"));
        inbox.push(Inbound::Ping);
        inbox.push(text(""));
        inbox.push(text(&long));
        inbox.push(text("é"));
        let ping = Inbound::Ping;
        let all: Vec<_> = inbox.iter().collect();
        let texts = ["a", "", &long, "é"].map(Came::Text);
        let [a, empty, long, last] = texts;
        assert_eq!(all, [a, Came::Other(&ping), empty, long, last]);
        inbox.clear();
        assert!(inbox.is_empty() && inbox.iter().next().is_none());
    }

    #[test]
    fn answers_of_one_round_come_out_together_each_with_its_path() {
        let mut inbox = Inbox::default();
        let long = "x".repeat(BYTES_MAX);
        for (path, text) in [("/a", "1"), ("/b", "2"), ("/c", &long)] {
            assert!(!inbox.is_full());
            inbox.push(Inbound::Answer {
                path: path.into(),
                text: text.into(),
            });
            inbox.push(self::text("é"));
        }
        let answer = |path, text| Came::Answer { path, text };
        let other = Came::Text("é");
        let all: Vec<_> = inbox.iter().collect();
        assert_eq!(
            all,
            [
                answer("/a", "1"),
                Came::Text("é"),
                answer("/b", "2"),
                Came::Text("é"),
                answer("/c", &long),
                other
            ]
        );
    }

    #[test]
    fn is_full_by_messages_by_bytes_and_by_one_long_message() {
        let full_after = |message: &str| {
            let mut inbox = Inbox::default();
            let mut count = 0;
            while !inbox.is_full() {
                inbox.push(text(message));
                count += 1;
            }
            count
        };
        assert_eq!(full_after("a"), MESSAGES_MAX);
        assert_eq!(full_after(&"a".repeat(BYTES_MAX / 4)), 4);
        assert_eq!(full_after(&"a".repeat(BYTES_MAX)), 1);
    }

    #[test]
    fn what_it_holds_back_from_the_system_is_bounded() {
        let mut inbox = Inbox::default();
        for size in [1, BYTES_MAX - 1, 3 * BYTES_MAX, 700] {
            while !inbox.is_full() {
                inbox.push(text(&"a".repeat(size)));
            }
            inbox.clear();
        }
        assert!(
            inbox.texts.capacity() <= 4 * BYTES_MAX,
            "{}",
            inbox.texts.capacity()
        );
    }
}
