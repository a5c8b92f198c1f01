//! What a person is told about the profile, once.

/// Something that was not as it should be and was got round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub matter: Matter,
    /// What happened.
    pub sentence: String,
    /// What the person can do.
    pub next: String,
}

/// What a notice is about, for whoever must branch on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Matter {
    SettingsBroken,
    ListsBroken,
    BookmarksUnread,
    BudgetsUnread,
    /// Nothing that is changed will be there at the next start.
    NotKept,
}
