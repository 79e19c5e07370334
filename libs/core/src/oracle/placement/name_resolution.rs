//! Whom a name means: first, what the source's own code means on the day; then, for a creditor, to whom the
//! customer was handed over by then, following one hand-over after the other.

use jiff::civil::Date;

use crate::event::Event;
use crate::oracle::register::Organisation;
use crate::organisation::{HandOver, Meaning, SourceCode};

/// The meaning of a name in an event, on a day.
#[derive(Clone, Debug)]
pub struct Meant<'a> {
    /// The name as written in the event.
    pub written: &'a str,
    /// The code of the source, if the name is one.
    pub code: Option<&'a SourceCode>,
    /// The hand-overs that were followed, in order.
    pub handed: Vec<&'a HandOver>,
    /// The id of the employee or unit it means; `None` for a code without a meaning on the day.
    pub id: Option<&'a str>,
}

/// Whom a creditor's name means.
pub(crate) fn creditor<'a>(
    organisation: &Organisation<'a>,
    event: &'a Event<'static>,
    written: &'a str,
    day: Date,
) -> Meant<'a> {
    let mut meant = read(organisation, event, written, day);
    while let Some(present) = meant.id
        && let Some(next) = next(organisation, present, &event.customer, day, meant.handed.last().copied())
    {
        meant.id = Some(&next.to);
        meant.handed.push(next);
    }
    meant
}

/// Which unit an event's branch means, if it names one. There are no hand-overs of units.
pub(crate) fn branch<'a>(
    organisation: &Organisation<'a>,
    event: &'a Event<'static>,
    day: Date,
) -> Option<Meant<'a>> {
    (!event.branch.is_empty()).then(|| read(organisation, event, &event.branch, day))
}

/// The meaning of a name in the event's source.
fn read<'a>(
    organisation: &Organisation<'a>,
    event: &'a Event<'static>,
    written: &'a str,
    day: Date,
) -> Meant<'a> {
    let code = organisation.codes.get(&(event.source.as_ref(), written)).copied();
    let id = match code {
        None => Some(written),
        Some(code) => meaning(code, day).map(|meaning| meaning.id.as_str()),
    };
    Meant { written, code, handed: Vec::new(), id }
}

fn meaning(code: &SourceCode, day: Date) -> Option<&Meaning> {
    for meaning in &code.meanings {
        let is_begun = meaning.start.is_none_or(|first| day >= first);
        let is_over = meaning.end.is_some_and(|last| day > last);
        if is_begun && !is_over {
            return Some(meaning);
        }
    }
    None
}

/// The next hand-over from an employee. It must begin later than the one before, so that two employees who
/// hand their customers to each other on the same day do not cause an endless loop.
fn next<'a>(
    organisation: &Organisation<'a>,
    from: &str,
    customer: &str,
    day: Date,
    last: Option<&HandOver>,
) -> Option<&'a HandOver> {
    let own = organisation.hand_overs.iter().copied().filter(|one| one.from == from);
    let in_force = own.filter(|one| day >= one.start && one.end.is_none_or(|end| day <= end));
    let about = in_force.filter(|one| is_about(one, customer));
    let later = about.filter(|one| last.is_none_or(|last| one.start > last.start));
    // A hand-over that lists the customer comes before one of all customers.
    later.min_by_key(|one| (one.start, one.is_for_all, &one.id))
}

fn is_about(hand_over: &HandOver, customer: &str) -> bool {
    let names_it = hand_over.customers.iter().any(|one| one == customer);
    hand_over.is_for_all || (names_it && !customer.is_empty())
}
