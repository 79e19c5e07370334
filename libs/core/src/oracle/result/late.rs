//! Late entries: entries that came after a seal and would have changed the result.

use std::collections::BTreeMap;

use crate::Position;
use crate::oracle::contest::admission::product;
use crate::oracle::contest::key::Reach;
use crate::oracle::credit::given::Credit;
use crate::oracle::gather::gather;
use crate::oracle::ledger::line::reach;
use crate::oracle::log::{Entry, Logged, up_to};
use crate::oracle::{identity, register};

/// The positions of the events after the seal, up to `position`, that changed the credits of the contest;
/// empty if it is not sealed. `log` must be in log order.
pub fn late_entries(log: &[Logged], contest: &str, position: Position) -> Vec<Position> {
    let prefix = up_to(log, position);
    let Some(seal) = register::seal(prefix, contest) else { return Vec::new() };
    let mut late = Vec::new();
    for (at, logged) in prefix.iter().enumerate() {
        if logged.position <= seal.position || !matches!(logged.entry, Entry::Event(_)) {
            continue;
        }
        let organisation = register::organisation(&prefix[..=at]);
        let given = |entries| gather(seal.contest, &organisation, entries, &identity::judge(entries)).credits;
        if sums(&given(&prefix[..at])) != sums(&given(&prefix[..=at])) {
            late.push(logged.position);
        }
    }
    late
}

/// What a rank depends on besides the sums: who is credited, for which indicator, in which span, when, and
/// for which customer and product.
type Place<'a> = (Option<&'a str>, Option<&'a str>, usize, usize, Reach, (&'a str, &'a str));

/// The sum of credits for each of these: measure, points, number of credits.
fn sums<'a>(credits: &[Credit<'a>]) -> BTreeMap<Place<'a>, (i128, i128, usize)> {
    let mut sums = BTreeMap::new();
    for credit in credits {
        let about = (credit.event.customer.as_ref(), product(credit.event));
        let place = (credit.employee, credit.unit, credit.indicator, credit.span, reach(credit), about);
        let sum: &mut (i128, i128, usize) = sums.entry(place).or_default();
        *sum = (sum.0 + credit.measure, sum.1 + credit.points, sum.2 + 1);
    }
    sums
}
