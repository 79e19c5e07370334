//! Twin of the tie-break `earliest`: who reached the score first stands first.

use crate::oracle::contest::key::{Key, Reach};

/// Who never raised a score comes last.
pub(crate) fn key(reach: Option<&Reach>) -> Key {
    Key::Reach(reach.is_none(), reach.cloned())
}
