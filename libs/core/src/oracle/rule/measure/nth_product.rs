//! Twin of the measure `nth_product`: the event that brought a customer's n-th different product soon after the first
//! opening. It looks at one customer at a time.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::Time;
use crate::contest::Measure;
use crate::event::Event;
use crate::oracle::contest::admission::product;
use crate::oracle::contest::spans::days;
use crate::oracle::exact::{Rate, of_e4, whole};
use crate::rule::measure;

/// An event of the customer that was not taken back wholly.
pub(crate) struct Step<'e> {
    pub(crate) event: &'e Event<'e>,
    /// Whether the indicator counts what is left of it.
    pub(crate) counts: bool,
}

/// The index of the event that brought the n-th different product; `None` without one, or for another measure.
pub(crate) fn find(measure: &Measure, steps: &[Step]) -> Option<usize> {
    let Measure::NthProduct(measure::NthProduct { nth, within_days, openings }) = measure else {
        return None;
    };
    let mut in_order: Vec<usize> = (0..steps.len()).collect();
    in_order.sort_by_key(|at| order(steps[*at].event));
    let opens = |at: &&usize| openings.iter().any(|kind| steps[**at].event.kind == kind.as_str());
    let opened = steps[*in_order.iter().find(opens)?].event.business_date;
    let mut products = BTreeSet::new();
    for at in in_order {
        let event = steps[at].event;
        let date = event.business_date;
        // `days` counts both ends, so the day of the opening itself is day 0 after it.
        let is_soon = date >= opened && days(opened, date) - 1 <= i128::from(*within_days);
        if is_soon && steps[at].counts {
            products.insert(product(event));
            if products.len() == *nth as usize {
                return Some(at);
            }
        }
    }
    None
}

fn order<'e>(event: &'e Event) -> (Date, Time, &'e str, &'e str, u64) {
    let number = event.source_sequence.unwrap_or(0);
    (event.business_date, event.occurred, &event.source, &event.id, number)
}

/// Each such event counts one.
pub(crate) fn of_event() -> Rate {
    whole(1)
}

/// The sum of a participant's parts of such events.
pub(crate) fn value(sum_e4: i128) -> Rate {
    of_e4(sum_e4)
}
