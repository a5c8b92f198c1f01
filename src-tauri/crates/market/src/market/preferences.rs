//! The rows that a person sees, each with its sources.

use model::{Moment, Received};

use super::Market;
use crate::Revision;
use crate::choice::Sight;
use crate::preference::{Candidate, Place, Preference, Shown, UNSEEN};
use crate::row::{Row, RowId};

impl Market {
    /// Its number is none that a row has or had. A candidate whose row is not open
    /// is there as soon as that is.
    pub fn prefer(&mut self, candidates: Vec<Candidate>) -> RowId {
        let id = self.next_id();
        self.rows.push(None);
        let places = self.places(candidates);
        let sights = sights(&self.rows, &places);
        let revision = self.revision.next();
        self.preferences
            .insert(id, Preference::new(id, places, &sights, revision));
        id
    }

    /// Other sources, or another order: at once, since a person has asked for it.
    pub fn rank(&mut self, id: RowId, candidates: Vec<Candidate>, now: Received) {
        let places = self.places(candidates);
        let sights = sights(&self.rows, &places);
        let revision = self.revision.next();
        if let Some(preference) = self.preferences.get_mut(&id) {
            preference.rank(places, &sights, now);
            preference.revision = revision;
        }
    }

    pub fn close_preference(&mut self, id: RowId) {
        if self.preferences.remove(&id).is_some() {
            self.revision.next();
        }
    }

    pub fn preference(&self, id: RowId) -> Option<&Preference> {
        self.preferences.get(&id)
    }

    /// What a person sees in a row.
    pub fn shown(&self, id: RowId) -> Option<Shown<'_>> {
        Some(self.as_shown(self.preferences.get(&id)?))
    }

    /// Those that a reader who has seen `seen` does not know as they are now.
    pub fn shown_since(&self, seen: Revision) -> impl Iterator<Item = Shown<'_>> {
        let all = self.preferences.values();
        all.map(|preference| self.as_shown(preference))
            .filter(move |shown| shown.revision() > seen)
    }

    fn as_shown<'a>(&'a self, preference: &'a Preference) -> Shown<'a> {
        let row = preference.shown_row();
        let row = row.and_then(|row| self.rows.get(row.0 as usize)?.as_deref());
        Shown { preference, row }
    }

    pub(super) fn look_at_sources(&mut self, now: Received) {
        for preference in self.preferences.values_mut() {
            if preference.look(&sights(&self.rows, &preference.places), now) {
                preference.revision = self.revision.next();
            }
        }
    }

    pub(super) fn next_change_of_source(&self, now: Moment) -> Option<Moment> {
        let all = self.preferences.values();
        all.filter_map(|preference| preference.next_change(&sights(&self.rows, &preference.places), now))
            .min()
    }

    /// A row has come or gone.
    pub(super) fn link_candidates(&mut self, of: &Candidate, row: Option<RowId>) {
        for preference in self.preferences.values_mut() {
            for place in &mut preference.places {
                if place.candidate == *of {
                    place.row = row;
                    preference.revision = self.revision.next();
                }
            }
        }
    }

    fn places(&self, candidates: Vec<Candidate>) -> Vec<Place> {
        let row_of = |candidate: &Candidate| {
            let mut rows = self.rows.iter().flatten();
            let row = rows.find(|row| row.feed == candidate.feed && row.symbol == candidate.symbol);
            row.map(|row| row.id)
        };
        candidates
            .into_iter()
            .map(|candidate| Place {
                row: row_of(&candidate),
                candidate,
            })
            .collect()
    }
}

impl Shown<'_> {
    /// Of what is seen of it.
    pub fn revision(&self) -> Revision {
        let row = self.row.map(|row| row.revision);
        self.preference.revision.max(row.unwrap_or_default())
    }
}

fn sights(rows: &[Option<Box<Row>>], places: &[Place]) -> Vec<Sight> {
    let row = |place: &Place| rows.get(place.row?.0 as usize)?.as_deref();
    let sight = |place| row(place).map_or(UNSEEN, Row::sight);
    places.iter().map(sight).collect()
}
