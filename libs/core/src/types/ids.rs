//! The numbers that the fold uses as ids. Each kind has its own type, so that a row cannot be mistaken for a
//! leaf. In pages and in memory each is stored as the plain integer that it wraps.

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
            /// The id with this number.
            #[inline]
            pub const fn new(number: $integer) -> Self {
                Self(number)
            }

            /// The id of the item at this index of a list.
            #[inline]
            pub const fn at(index: usize) -> Self {
                Self(index as $integer)
            }

            /// Its number.
            #[inline]
            pub const fn get(self) -> $integer {
                self.0
            }

            /// Its index in a list.
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
    /// A participant: an employee, a unit, or another name that an event credits. Numbered in the order in
    /// which the shard first saw them.
    HolderId(u32)
    /// A source of events.
    SourceId(u32)
    /// A customer, an account or a product, if some contest needs to tell them apart.
    KeyId(u32)
    /// A type of events, a product, a channel, a segment or a role, as the journal stores it.
    CodeId(u32)
    /// A place in the organisation: a path from a unit to the top.
    PlaceId(u32)
    /// A leaf of a contest.
    LeafId(u32)
    /// A row of a contest's board. All tables of a board have the same rows, in the order of participants' ids.
    RowId(u32)
    /// An indicator of a contest.
    IndicatorIx(u16)
    /// A span of a contest: a round; or the whole period; or the base period for improvement.
    SpanIx(u16)
    /// A round of a contest. The first spans are the rounds.
    RoundIx(u16)
    /// A computation of a contest, numbered within its shard.
    Generation(u64)
}

named! { HolderId SourceId KeyId CodeId }

impl HolderId {
    /// Nobody is credited.
    pub const NOBODY: HolderId = HolderId(u32::MAX);
    /// A name that cannot be resolved: a source's code that means nobody on the day.
    pub const UNKNOWN: HolderId = HolderId(u32::MAX - 1);

    /// Whether it is the number of a participant, and not one of the two special values.
    #[inline]
    pub const fn is_somebody(self) -> bool {
        self.0 < HolderId::UNKNOWN.0
    }
}

impl KeyId {
    /// No key: the event has no customer, or no contest needs it.
    pub const NONE: KeyId = KeyId(u32::MAX);
}

impl PlaceId {
    /// In no unit.
    pub const NOWHERE: PlaceId = PlaceId(0);
    /// A unit that cannot be found, or an employee who is not known. Credits wait there.
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
    /// The next computation.
    pub(crate) const fn next(self) -> Generation {
        Generation(self.0 + 1)
    }
}

/// No computation has been started.
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
