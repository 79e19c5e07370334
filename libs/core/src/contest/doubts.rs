//! What is legal in a definition and yet hardly what was meant: limits that never bind, weights that make no whole, days
//! that count nowhere. It refuses nothing; people decide.

mod counting;
mod schedule;

use crate::catalogue::Catalogue;
use crate::contest::Contest;
use crate::types::violation::Violation;

/// Everything doubtful in a definition that was found sound, in the order of its fields.
pub fn doubts(contest: &Contest, catalogue: &Catalogue) -> Vec<Violation> {
    let mut found = schedule::doubts(contest);
    for (index, indicator) in contest.indicators.iter().enumerate() {
        let mut own = counting::of_measure(indicator, catalogue);
        own.extend(counting::of_points(index, contest));
        own.extend(counting::of_caps(indicator, !contest.rounds.is_empty()));
        found.extend(
            own.into_iter()
                .map(|doubt| Violation { field: format!("indicators[{index}].{}", doubt.field), ..doubt }),
        );
    }
    found.extend(counting::of_weights(contest));
    found
}
