//! Twin of the tie-break `earliest`: who reached the score earlier is first.

use crate::oracle::contest::key::{Key, Reach};

/// Rows whose score was never raised are last.
pub(crate) fn key(reach: Option<&Reach>) -> Key {
    Key::Reach(reach.is_none(), reach.cloned())
}
