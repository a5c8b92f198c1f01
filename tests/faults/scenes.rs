//! What goes wrong, a file for each place where it does.

mod codes;
mod crowd;
mod ending;
mod events;
mod hostile;
mod hours;
mod joins;
mod line;
mod names;
mod narrow;
mod order;
mod outage;
mod polls;
mod proxies;
mod quiet;
mod refusals;
pub(crate) mod scarce;
mod secured;
mod stream;
mod tunnels;
mod wake;
mod window;

use crate::row::Row;

/// Every row that there is, in the order of the list of faults.
pub(crate) fn rows() -> Vec<Row> {
    let files = [
        line::rows(),
        outage::rows(),
        proxies::rows(),
        quiet::rows(),
        secured::rows(),
        stream::rows(),
        refusals::rows(),
        scarce::rows(),
        hostile::rows(),
        codes::rows(),
        ending::rows(),
        order::rows(),
        names::rows(),
        wake::rows(),
        joins::rows(),
        narrow::rows(),
        polls::rows(),
        events::rows(),
        window::rows(),
        crowd::rows(),
        hours::rows(),
        tunnels::rows(),
    ];
    let mut rows: Vec<_> = files.into_iter().flatten().collect();
    rows.sort_by_key(|row| row.fault);
    rows
}
