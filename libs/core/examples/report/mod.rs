//! What the programs that time the fold are asked for, and how they say what they found. It measures nothing itself.

use std::time::Duration;

use crate::bank::Spent;

/// How many millions of events are asked for; otherwise 2.
pub fn millions_asked() -> u64 {
    std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(2)
}

/// Whether a run is asked for: all are, unless a part of their names is said.
pub fn is_asked(name: &str) -> bool {
    std::env::args().nth(2).is_none_or(|part| name.contains(&part))
}

/// Events a second, and which share of the time each part of the work took.
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
