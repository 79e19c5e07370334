//! The arguments and the output of the programs that time the fold. It measures nothing itself.

use std::time::Duration;

use crate::bank::Spent;

/// How many millions of events to fold; 2 by default.
pub fn millions_asked() -> u64 {
    std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// Whether to do a run: all are done, unless the arguments have a part of a name.
pub fn is_asked(name: &str) -> bool {
    std::env::args().nth(2).is_none_or(|part| name.contains(&part))
}

/// Events per second, and the share of each part of the work in the time.
pub fn rate(events: u64, spent: &Spent) -> String {
    let whole = (spent.folding + spent.settling + spent.writing).as_secs_f64();
    let percent = |part: Duration| 100.0 * part.as_secs_f64() / whole;
    format!(
        "{:>5.0} k events/s: fold {:.0} %, scores, ranks and digests {:.0} %, pages {:.0} %",
        events as f64 / whole / 1e3,
        percent(spent.folding),
        percent(spent.settling),
        percent(spent.writing)
    )
}
