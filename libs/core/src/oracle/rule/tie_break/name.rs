//! Twin of the tie-break `name`: by the participant's name.

use crate::oracle::contest::key::Key;

/// The name.
pub(crate) fn key(name: &str) -> Key {
    Key::Name(name.to_owned())
}
