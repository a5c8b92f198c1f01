//! What a person wants to know of a server of their own.

use crate::About;

pub(super) const SIM: About = About {
    covers: "Any server that speaks tickwire.v1, such as the simulated market that comes with the program.",
    costs: "Nothing; the server is your own.",
    needs: "Its address. A key only if the server asks for one.",
    key_site: None,
    unofficial: false,
    delayed: false,
};
