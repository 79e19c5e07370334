//! A cache of what accounts held until their last reports, by span. An average for the present holder depends
//! on all reports of a span, and adding up a year again on each of its days would take long. The cache never
//! changes an answer, only its cost: a sum that is missing is added up again.

use rustc_hash::FxHashMap;

use crate::types::ids::{IndicatorIx, KeyId};

/// Accounts with fewer reports than this are not cached.
pub const REPORTS_MIN: usize = 16;
/// The cache is emptied when it has sums of this many spans: about 64 MB per contest.
const SUMS_MAX: usize = 1 << 20;

/// The cached sums of a contest.
#[derive(Debug, Default)]
pub struct ClosedSums {
    /// By account and indicator: for each span, balance times days over all reports but the last.
    sums: FxHashMap<(KeyId, IndicatorIx), Box<[i128]>>,
    spans: usize,
}

/// A copy starts empty: it gives the same answers.
impl Clone for ClosedSums {
    fn clone(&self) -> ClosedSums {
        ClosedSums::default()
    }
}

impl ClosedSums {
    /// Removes and returns the sums of an account for an indicator, by span.
    pub fn take(&mut self, account: KeyId, indicator: IndicatorIx) -> Option<Box<[i128]>> {
        let sums = self.sums.remove(&(account, indicator))?;
        self.spans -= sums.len();
        Some(sums)
    }

    /// Stores the sums of an account for an indicator, by span.
    pub fn put(&mut self, account: KeyId, indicator: IndicatorIx, sums: Box<[i128]>) {
        if self.spans + sums.len() > SUMS_MAX {
            *self = ClosedSums::default();
        }
        self.spans += sums.len();
        if let Some(old) = self.sums.insert((account, indicator), sums) {
            self.spans -= old.len();
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = ClosedSums::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: IndicatorIx = IndicatorIx::new(0);

    #[test]
    fn no_more_than_so_many_sums_are_remembered_and_a_copy_begins_with_none() {
        let mut sums = ClosedSums::default();
        for account in 0..1_100 {
            sums.put(KeyId::new(account), FIRST, vec![i128::from(account); 1_000].into());
            assert!(sums.spans <= SUMS_MAX && sums.spans == sums.sums.len() * 1_000);
        }
        assert_eq!(sums.clone().take(KeyId::new(1_099), FIRST), None);
        assert_eq!(sums.take(KeyId::new(1_099), FIRST).map(|sums| sums[7]), Some(1_099));
        assert_eq!(sums.take(KeyId::new(1_099), FIRST), None);
        assert_eq!(sums.take(KeyId::new(0), FIRST), None);
    }
}
