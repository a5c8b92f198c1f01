//! What is asked of a venue, and from where on.

use model::Symbol;

/// Symbols that are wanted of one venue.
#[derive(Clone, Copy, Debug)]
pub struct Asking<'a> {
    pub symbols: &'a [Wanted<'a>],
    /// The numbering that `after` belongs to.
    pub epoch: Option<&'a str>,
    /// Whether the venue shall say what each minute came to.
    pub bars: bool,
}

/// One symbol, and the number of the last tick that is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted<'a> {
    pub symbol: &'a Symbol,
    pub after: Option<u64>,
}

/// Who is asked for by one path, where the same is asked again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Together {
    /// So many at most.
    UpTo(usize),
    /// Whoever is wanted: no name stands in it.
    Everybody,
}

impl<'a> Asking<'a> {
    /// Nothing can be told to be missing where nothing was numbered.
    pub fn is_after_something(&self) -> bool {
        self.epoch.is_some() && self.symbols.iter().any(|wanted| wanted.after.is_some())
    }

    /// The same for every so many symbols.
    pub fn chunks(&self, symbols_max: usize) -> impl Iterator<Item = Asking<'a>> {
        let Self { epoch, bars, .. } = *self;
        self.symbols
            .chunks(symbols_max.max(1))
            .map(move |symbols| Asking { symbols, epoch, bars })
    }
}
