//! Twin of the measure `amount`: the sum of the events' amounts in major units of the contest's currency.

use crate::event::Event;
use crate::oracle::contest::admission;
use crate::oracle::contest::refusal::Refusal;
use crate::oracle::exact::{Rate, of_e4};
use crate::types::money::Currency;

/// Only amounts in the contest's currency count.
pub(crate) fn of_event(event: &Event, currency: Currency) -> Result<Rate, Refusal> {
    Ok(admission::major(admission::amount(event, currency)?, currency))
}

/// The sum of a participant's parts of events.
pub(crate) fn value(sum_e4: i128) -> Rate {
    of_e4(sum_e4)
}
