//! What the numbers of a contest's pages may be.

use crate::contest::Contest;
use crate::types::page_bounds::PageBounds;

/// The bounds of a shard's pages, with those of one contest.
pub(crate) fn of_contest(contest: &Contest, bounds: PageBounds) -> PageBounds {
    PageBounds { indicators: contest.indicators.len(), spans: contest.spans().count(), ..bounds }
}
