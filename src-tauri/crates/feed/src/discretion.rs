//! Keeps what must reach nobody but the venue out of the words about it.
//!
//! A server may quote what it was asked with, and the sentences about a failure
//! quote the server. They come to a screen, a log and a report, so what is known
//! to be a secret is struck out before, in every form in which it travels.

use model::Secret;
use transport::Target;

/// Shorter ones are no secrets, and would strike out half of every sentence.
const LENGTH_MIN: usize = 4;
const STRUCK: &str = "***";

#[derive(Debug, Default)]
pub(crate) struct Discretion {
    forms: Vec<Secret>,
}

impl Discretion {
    pub(crate) fn about(target: &Target) -> Self {
        let mut forms: Vec<_> = target
            .secrets()
            .iter()
            .flat_map(|secret| forms(secret.reveal()))
            .filter(|form| form.len() >= LENGTH_MIN)
            .collect();
        // The longest first: a part of it that is a secret too must not leave the rest.
        forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
        forms.dedup();
        Self {
            forms: forms.into_iter().map(Secret::new).collect(),
        }
    }

    pub(crate) fn strike(&self, mut words: String) -> String {
        for form in &self.forms {
            if words.contains(form.reveal()) {
                words = words.replace(form.reveal(), STRUCK);
            }
        }
        words
    }
}

/// How it looks in a URL and in JSON, besides how it is.
fn forms(secret: &str) -> [String; 3] {
    let mut percent = String::new();
    for byte in secret.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            percent.push(char::from(byte));
        } else {
            percent.push_str(&format!("%{byte:02X}"));
        }
    }
    let json = secret.replace('\\', "\\\\").replace('"', "\\\"");
    [secret.to_owned(), percent, json]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_a_server_quotes_is_struck_out_in_every_form() {
        let token = Secret::new("k3y-of \"the\" desk/9".to_owned());
        let url = "wss://feed.example/v1?key=q%2Bsecret-of-the-query&symbols=NVX";
        let target = Target::new(url.parse().unwrap())
            .unwrap()
            .with_bearer_token(&token)
            .unwrap();
        let discretion = Discretion::about(&target);
        for form in forms(token.reveal())
            .into_iter()
            .chain(forms("q+secret-of-the-query"))
        {
            let said = discretion.strike(format!("the server answered 401: no such key {form}!"));
            assert_eq!(said, "the server answered 401: no such key ***!");
        }
        assert_eq!(discretion.strike("NVX is refused".to_owned()), "NVX is refused");
    }
}
