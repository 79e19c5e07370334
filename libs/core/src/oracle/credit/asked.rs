//! One original together with one indicator of a contest.

use crate::contest::{Contest, Indicator};
use crate::oracle::journal::counted::Counted;
use crate::oracle::register::Organisation;

/// One original together with one indicator.
pub(crate) struct Asked<'q, 'a> {
    pub(crate) original: &'q Counted<'a>,
    pub(crate) contest: &'q Contest,
    pub(crate) organisation: &'q Organisation<'a>,
    pub(crate) indicator: usize,
    pub(crate) rule: &'q Indicator,
}
