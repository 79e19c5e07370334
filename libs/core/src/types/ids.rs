//! Numbers by which the fold knows things, each kind a type of its own, so that a row is never taken for a leaf. In pages
//! and in memory each is the plain integer that it wraps.

use serde::{Deserialize, Serialize};

/// A number that [`Names`](crate::types::names::Names) gives to texts of one kind.
pub trait Id: Copy {
    /// The id of a number.
    fn of_number(number: u32) -> Self;
    /// The number of an id.
    fn number(self) -> u32;
}

macro_rules! ids {
    ($($(#[$about:meta])* $name:ident($integer:ty))*) => {$(
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        #[repr(transparent)]
        pub struct $name($integer);

        impl $name {
            /// The one of this number.
            #[inline]
            pub const fn new(number: $integer) -> Self {
                Self(number)
            }

            /// The one at this place of a list.
            #[inline]
            pub const fn at(index: usize) -> Self {
                Self(index as $integer)
            }

            /// Its number.
            #[inline]
            pub const fn get(self) -> $integer {
                self.0
            }

            /// Its place in a list.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

macro_rules! named {
    ($($name:ident)*) => {$(
        impl Id for $name {
            #[inline]
            fn of_number(number: u32) -> Self {
                Self(number)
            }

            #[inline]
            fn number(self) -> u32 {
                self.0
            }
        }
    )*};
}

ids! {
    /// A participant: an employee, a unit, or another name that an event credits. Numbered in the order in which a shard
    /// first met them.
    HolderId(u32)
    /// A source of events.
    SourceId(u32)
    /// A customer, an account or a product, as far as contests keep them apart.
    KeyId(u32)
    /// A type of events, a product, a channel, a segment or a role, as the journal keeps it.
    CodeId(u32)
    /// Where somebody stands in the organisation: a way from a unit to the top.
    PlaceId(u32)
    /// A leaf of a contest.
    LeafId(u32)
    /// A row of a contest's board. All tables of a board have the same rows, in the order of participants' ids.
    RowId(u32)
    /// An indicator of a contest.
    IndicatorIx(u16)
    /// A span of a contest: a round, or the period, or the base that improvement is measured from.
    SpanIx(u16)
    /// A round of a contest. Rounds are the first spans.
    RoundIx(u16)
    /// A computation of a contest, numbered in its shard.
    Generation(u64)
}

named! { HolderId SourceId KeyId CodeId }

impl HolderId {
    /// Nobody is credited.
    pub const NOBODY: HolderId = HolderId(u32::MAX);
    /// Somebody whom nobody can name: a source's code that means nobody on the day.
    pub const UNKNOWN: HolderId = HolderId(u32::MAX - 1);

    /// Whether it is a participant's number, and stands for neither nobody nor an unknown one.
    #[inline]
    pub const fn is_somebody(self) -> bool {
        self.0 < HolderId::UNKNOWN.0
    }
}

impl KeyId {
    /// None: the event has no customer, or no contest asks.
    pub const NONE: KeyId = KeyId(u32::MAX);
}

impl PlaceId {
    /// In no unit.
    pub const NOWHERE: PlaceId = PlaceId(0);
    /// In a unit that cannot be found, or of an employee whom nobody knows: credits wait there.
    pub const HELD: PlaceId = PlaceId(1);
}

impl RowId {
    /// No row.
    pub const NONE: RowId = RowId(u32::MAX);
}

impl SpanIx {
    /// The round that it is, in a contest with rounds.
    #[inline]
    pub const fn round(self) -> RoundIx {
        RoundIx(self.0)
    }
}

impl Generation {
    /// The computation after this one.
    pub(crate) const fn next(self) -> Generation {
        Generation(self.0 + 1)
    }
}

/// Before the first computation.
impl Default for Generation {
    fn default() -> Self {
        Generation(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(of: impl Serialize) -> Vec<u8> {
        postcard::to_allocvec(&of).unwrap()
    }

    #[test]
    fn pages_have_ids_as_the_plain_integers_that_they_are() {
        assert_eq!(bytes(HolderId::UNKNOWN), bytes(u32::MAX - 1));
        assert_eq!(bytes(IndicatorIx::new(300)), bytes(300u32));
        assert_eq!(bytes(Generation::new(1 << 40)), bytes(1u64 << 40));
    }
}
