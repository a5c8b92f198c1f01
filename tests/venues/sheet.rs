//! What the scenes must know of a venue: all of it written down from its sheet.

/// A message of a venue, and who gets it.
pub(crate) type Sent = (&'static str, &'static str);

pub(crate) struct Sheet {
    /// What the project calls it.
    pub(crate) word: &'static str,
    /// Where its stream is, behind the host.
    pub(crate) path: &'static str,
    /// The right key; none where it wants none.
    pub(crate) key: Option<&'static str>,
    /// Of what we watch, the venue knows the first and not the second.
    pub(crate) known: &'static str,
    pub(crate) unknown: Unknown,
    /// What is told because we have asked, before anything else.
    pub(crate) first: &'static [&'static str],
    /// What it sends, and what is told of that.
    pub(crate) sent: &'static [Sent],
    pub(crate) told: &'static [&'static str],
    pub(crate) days: &'static [&'static str],
    /// Three single trades, one after the other, with what is told of each.
    pub(crate) trades: [(Sent, &'static str); 3],
    /// What nobody can read.
    pub(crate) broken: Sent,
}

/// How a venue treats a name that it does not know.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unknown {
    /// It says so, of this name.
    Refused(&'static str),
    /// It says nothing, or yes, and then nothing comes.
    Silent(&'static str),
    /// The same, and only whoever fetches something of it is told that there is none.
    Fetched(&'static str),
}

impl Unknown {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Refused(name) | Self::Silent(name) | Self::Fetched(name) => name,
        }
    }
}
