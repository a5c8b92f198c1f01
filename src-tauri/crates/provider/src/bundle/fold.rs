//! Words with their case, their accents and what stands between them taken away.

/// `Moët & Chandon`, `moet-chandon`.
#[derive(Debug, Default)]
pub(super) struct Words {
    /// With one space between: `moet chandon`.
    pub(super) spaced: String,
    /// With nothing between: `moetchandon`.
    pub(super) glued: String,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words = Self::default();
        let mut apart = false;
        for letter in text.chars().flat_map(char::to_lowercase) {
            match plain(letter) {
                Letter::Same if letter.is_alphanumeric() => words.push(&mut apart, |text| text.push(letter)),
                Letter::Same => apart = true,
                Letter::Plain(plain) => words.push(&mut apart, |text| text.push_str(plain)),
                Letter::Accent => {}
            }
        }
        words
    }

    fn push(&mut self, apart: &mut bool, letter: impl Fn(&mut String)) {
        if std::mem::take(apart) && !self.spaced.is_empty() {
            self.spaced.push(' ');
        }
        letter(&mut self.spaced);
        letter(&mut self.glued);
    }

    pub(super) fn each(&self) -> impl Iterator<Item = &str> {
        self.spaced.split(' ')
    }

    /// Whether each word of the other begins one of these.
    pub(super) fn begin_with(&self, other: &Self) -> bool {
        self.glued.starts_with(&other.glued)
            || other
                .each()
                .all(|wanted| self.each().any(|word| word.starts_with(wanted)))
    }
}

enum Letter {
    Same,
    Plain(&'static str),
    /// One that is written behind its letter.
    Accent,
}

/// Of the letters of European names.
fn plain(letter: char) -> Letter {
    Letter::Plain(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'æ' => "ae",
        'œ' => "oe",
        'ß' => "ss",
        '\u{300}'..='\u{36f}' => return Letter::Accent,
        _ => return Letter::Same,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_what_stands_between_do_not_matter() {
        for (written, spaced, glued) in [
            ("Moët  & Chandon", "moet chandon", "moetchandon"),
            (" BRK/B ", "brk b", "brkb"),
            ("Ne\u{301}stle\u{301}", "nestle", "nestle"),
            ("^GSPC", "gspc", "gspc"),
            ("Straße", "strasse", "strasse"),
            ("--", "", ""),
        ] {
            let words = Words::of(written);
            assert_eq!((words.spaced.as_str(), words.glued.as_str()), (spaced, glued));
        }
    }
}
