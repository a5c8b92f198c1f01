//! One line's course, for its figures: when it was begun, when it was up, when
//! it brought its first word about a price.

use model::{Moment, TransportKind};
use tracing::Span;

use crate::session::LineId;

#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) line: LineId,
    pub(super) transport: TransportKind,
    pub(super) begun: Moment,
    pub(super) up: Option<Moment>,
    pub(super) subscribed: bool,
    pub(super) brought: bool,
    /// It is over, and nobody wanted it to be.
    pub(super) fell: bool,
    pub(super) heard: Moment,
    /// Everything that is logged about it stands in here.
    pub(super) span: Span,
}

impl Attempt {
    pub(super) const fn new(line: LineId, transport: TransportKind, span: Span, now: Moment) -> Self {
        Self {
            line,
            transport,
            begun: now,
            up: None,
            subscribed: false,
            brought: false,
            fell: false,
            heard: now,
            span,
        }
    }
}
