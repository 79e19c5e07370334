//! Upper bounds for the numbers in a contest's pages.

use crate::contest::Contest;
use crate::types::page_bounds::PageBounds;

/// The bounds of the shard's pages, extended by those of one contest.
pub(crate) fn of_contest(contest: &Contest, bounds: PageBounds) -> PageBounds {
    PageBounds { indicators: contest.indicators.len(), spans: contest.spans().count(), ..bounds }
}
