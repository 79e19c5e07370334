//! How much of a queue goes into one batch, limited by count and by bytes. It never looks into a record.

use super::format::{COUNT_MAX, RAW_BYTES_MAX};

/// Limits of one batch. The first record is always taken, so that a large one cannot block a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchLimits {
    /// The most records, 1 to [`COUNT_MAX`].
    pub count_max: usize,
    /// The most bytes of records before compression, up to [`RAW_BYTES_MAX`]. Events shrink to about a
    /// quarter, so the default of 256 KiB gives messages of about 64 KiB.
    pub raw_bytes_max: usize,
}

impl Default for BatchLimits {
    fn default() -> Self {
        BatchLimits { count_max: COUNT_MAX, raw_bytes_max: 256 * 1024 }
    }
}

impl BatchLimits {
    /// How many records from the front of a queue go into the next batch, given the length of each in bytes.
    /// It is 0 only for an empty queue.
    pub fn fit(&self, lengths: impl IntoIterator<Item = usize>) -> usize {
        let count_max = self.count_max.clamp(1, COUNT_MAX);
        let raw_bytes_max = self.raw_bytes_max.min(RAW_BYTES_MAX);
        let mut bytes = 0_usize;
        let mut count = 0;
        for length in lengths.into_iter().take(count_max) {
            bytes = bytes.saturating_add(length).saturating_add(varint_bytes(length));
            if count > 0 && bytes > raw_bytes_max {
                break;
            }
            count += 1;
        }
        count
    }
}

/// The number of bytes of a length as a varint.
pub(super) const fn varint_bytes(length: usize) -> usize {
    let bits = (usize::BITS - (length | 1).leading_zeros()) as usize;
    bits.div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_record_is_always_taken() {
        let limits = BatchLimits { count_max: 10, raw_bytes_max: 100 };
        assert_eq!(limits.fit([5000, 1]), 1);
        assert_eq!(limits.fit([]), 0);
    }

    #[test]
    fn both_bounds_hold() {
        let limits = BatchLimits { count_max: 3, raw_bytes_max: 100 };
        assert_eq!(limits.fit([1; 9]), 3);
        assert_eq!(limits.fit([49, 49, 1]), 2);
        assert_eq!(limits.fit([49, 50, 1]), 1);
        assert_eq!(BatchLimits { count_max: 0, raw_bytes_max: 0 }.fit([1; 9]), 1);
    }

    #[test]
    fn length_of_a_varint_is_counted() {
        for (length, bytes) in [(0, 1), (127, 1), (128, 2), (16_383, 2), (16_384, 3), (2_097_152, 4)] {
            assert_eq!(varint_bytes(length), bytes, "{length}");
        }
    }
}
