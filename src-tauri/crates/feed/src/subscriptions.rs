//! What is wanted, and what each line was asked of it.
//!
//! - `desired`: what is wanted, whichever line brings it
//! - `asked`: what one line was asked for, and what it has still to be asked
//! - `split`: what was asked and is not answered, and what is done about it
//! - `limiter`: how many messages a venue takes

mod asked;
mod desired;
mod limiter;
mod split;

pub(crate) use asked::{Answer, Asked, Asks, Batch, No, Part};
pub(crate) use desired::Desired;
pub(crate) use limiter::Limiter;
