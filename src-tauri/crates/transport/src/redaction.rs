//! Keeps what must reach nobody but the venue out of all that is shown or kept:
//! sentences, logs, reports, tapes, and what the wire's inspector sees.
//!
//! What is known to be a secret is struck out wherever it stands, in every form
//! in which it travels: a server may quote what it was asked with. `names` finds
//! what only looks like a secret.
//!
//! A person reads three asterisks instead. What a program reads again has as
//! many as there were bytes, and stays what it was in every other respect.

mod names;

use memchr::memmem;
use model::Secret;

pub use names::blank_by_name;
pub use names::is_key;
pub(crate) use names::strike_query;

/// Shorter ones are no secrets, and would strike out half of the prices.
const LENGTH_MIN: usize = 4;
/// Fewer of its first characters tell nothing, and may stand there by chance.
const CUT_MIN: usize = 6;
pub(crate) const STRUCK: &str = "***";

/// The secrets that are known, as they look on their ways.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    forms: Vec<Secret>,
}

impl Redaction {
    pub fn of(secrets: &[Secret]) -> Self {
        let mut redaction = Self::default();
        redaction.add(secrets);
        redaction
    }

    pub fn add(&mut self, secrets: &[Secret]) {
        for secret in secrets {
            for form in forms(secret.reveal()) {
                if form.len() >= LENGTH_MIN && !self.forms.iter().any(|known| known.reveal() == form) {
                    self.forms.push(Secret::new(form));
                }
            }
        }
        // The longest first: a part of it that is a secret too must not leave the rest.
        self.forms
            .sort_by_key(|form| std::cmp::Reverse(form.reveal().len()));
    }

    /// For a person.
    pub fn strike(&self, mut words: String) -> String {
        for form in &self.forms {
            if words.contains(form.reveal()) {
                words = words.replace(form.reveal(), STRUCK);
            }
        }
        // What others say is shortened before it comes here, perhaps within a secret.
        for form in &self.forms {
            if let Some(length) = cut_off(&words, form.reveal()) {
                words.truncate(words.len() - length);
                words.push_str(STRUCK);
            }
        }
        words
    }

    /// For a program: the length stays.
    pub fn blank(&self, text: String) -> String {
        if self.is_clean(text.as_bytes()) {
            return text;
        }
        let mut bytes = text.into_bytes();
        self.blank_bytes(&mut bytes);
        // A form is whole characters, so what is left is whole characters.
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub fn blank_bytes(&self, bytes: &mut [u8]) {
        for form in &self.forms {
            let length = form.reveal().len();
            let places: Vec<usize> = memmem::find_iter(bytes, form.reveal().as_bytes()).collect();
            for place in places {
                if let Some(secret) = bytes.get_mut(place..place + length) {
                    secret.fill(b'*');
                }
            }
        }
    }

    /// Whether there is nothing to strike out.
    pub fn is_clean(&self, bytes: &[u8]) -> bool {
        self.forms
            .iter()
            .all(|form| memmem::find(bytes, form.reveal().as_bytes()).is_none())
    }
}

/// How a secret looks in a URL and in JSON, besides how it is.
fn forms(secret: &str) -> [String; 3] {
    let json = secret.replace('\\', "\\\\").replace('"', "\\\"");
    [secret.to_owned(), percent(secret), json]
}

/// How much of a secret's beginning a text ends with.
fn cut_off(words: &str, secret: &str) -> Option<usize> {
    let lengths = (CUT_MIN..secret.len()).rev();
    lengths
        .filter_map(|length| secret.get(..length))
        .find(|beginning| words.ends_with(beginning))
        .map(str::len)
}

/// As a part of a URL is written.
pub(crate) fn percent(text: &str) -> String {
    let mut percent = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            percent.push(char::from(byte));
        } else {
            percent.push_str(&format!("%{byte:02X}"));
        }
    }
    percent
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEY: &str = "k3y-of \"the\" desk/9";

    fn redaction() -> Redaction {
        Redaction::of(&[Secret::new(KEY.to_owned()), Secret::new("7".to_owned())])
    }

    #[test]
    fn a_secret_is_struck_out_in_every_form_in_which_it_travels() {
        for form in forms(KEY) {
            let text = format!(r#"{{"note":"you said {form}","price":"7"}}"#);
            let blank = redaction().blank(text.clone());
            assert_eq!(blank.len(), text.len());
            for shown in [blank, redaction().strike(text)] {
                assert!(!shown.contains(&form), "{shown}");
                assert!(
                    shown.contains(r#""price":"7""#),
                    "a single letter is no secret: {shown}"
                );
            }
        }
    }

    #[test]
    fn a_secret_that_is_part_of_another_leaves_nothing_of_it() {
        let both = Redaction::of(&[
            Secret::new("hush".to_owned()),
            Secret::new("hush-hush".to_owned()),
        ]);
        assert_eq!(
            both.strike("say hush-hush, or hush".to_owned()),
            "say ***, or ***"
        );
        assert_eq!(both.blank("hush-hush!".to_owned()), "*********!");
    }

    #[test]
    fn a_text_that_was_shortened_within_a_secret_keeps_nothing_of_it() {
        let told = |text: &str| redaction().strike(text.to_owned());
        assert_eq!(told("you said k3y-of \"the"), "you said ***");
        assert_eq!(told("you said k3y-o"), "you said k3y-o", "that may be anything");
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic_or_change_its_length(text in ".{0,80}", secret in ".{0,8}") {
            let redaction = Redaction::of(&[Secret::new(secret.clone())]);
            let whole = format!("{text}{secret}{text}");
            let blank = redaction.blank(whole.clone());
            prop_assert_eq!(blank.len(), whole.len());
            prop_assert!(secret.len() < LENGTH_MIN || !blank.contains(&secret));
            prop_assert!(secret.len() < LENGTH_MIN || !redaction.strike(whole).contains(&secret));
        }
    }
}
