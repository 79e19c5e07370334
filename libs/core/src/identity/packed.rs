//! A position in eight bytes: 48 bits of sequence and 16 of index. A position that does not fit is an error;
//! it never wraps.

use crate::Position;
use crate::types::pages::PageError;
use crate::types::prefix::Prefix;

const INDEX_BITS: u32 = 16;
const SEQUENCE_MAX: u64 = (1 << (64 - INDEX_BITS)) - 1;

/// A position of an entry, never 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Packed(pub(super) u64);

impl Packed {
    /// Packs the position of an entry. The fold stops at one that does not fit. 2^48 batches are 300 years at
    /// 24,000 batches per second, and a batch has at most 65,536 entries.
    pub(super) fn new(position: Position) -> Result<Packed, PageError> {
        let index = u16::try_from(position.index).ok();
        match index {
            Some(index) if position.sequence <= SEQUENCE_MAX && position != Position::START => {
                Ok(Packed(position.sequence << INDEX_BITS | u64::from(index)))
            }
            _ => Err(PageError::Unreadable {
                key: Prefix::IdentityMeta.key(&[]),
                reason: format!(
                    "an entry at {position} cannot be stored; sequences end at 2^48, indexes at 65,535"
                ),
            }),
        }
    }

    /// The unpacked position.
    pub(super) fn position(self) -> Position {
        Position::new(self.0 >> INDEX_BITS, (self.0 & ((1 << INDEX_BITS) - 1)) as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_survives_packing_or_is_refused() {
        for position in [Position::new(0, 1), Position::new(1, 0), Position::new(SEQUENCE_MAX, 65_535)] {
            assert_eq!(Packed::new(position).unwrap().position(), position);
        }
        for position in [Position::START, Position::new(1, 65_536), Position::new(SEQUENCE_MAX + 1, 0)] {
            assert!(Packed::new(position).is_err());
        }
    }
}
