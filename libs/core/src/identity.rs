//! Identity: each event is counted once, however often its adapter sends it.

use jiff::civil::Date;

/// Days from `earlier` to `later`; negative when they are the other way round.
pub fn days_between(earlier: Date, later: Date) -> i64 {
    i64::from((later - earlier).get_days())
}
