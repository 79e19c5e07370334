//! Everything that the events of a log give in a contest: first what each original gives by itself, then what the rules
//! give that look at several originals.

use crate::contest::Contest;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::group;
use crate::oracle::entity::{accounts, nth_products};
use crate::oracle::identity::Copy;
use crate::oracle::journal::{counted, lasting, reversals};
use crate::oracle::log::Logged;
use crate::oracle::register::Organisation;

/// The credits of every original that counts and of what is taken back of it, in log order of the originals, and the
/// reasons of those that give none; then the credits of rules that look at several originals.
pub(crate) fn gather<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    prefix: &'a [Logged],
    copies: &[Copy],
) -> Given<'a> {
    let counted = counted::counted(prefix, copies);
    let mut given = Given { outcomes: reversals::idle(&counted), ..Given::default() };
    for original in counted.iter().filter(|one| one.event.reverses.is_none()) {
        let own = counted::reversals_of(original, &counted);
        group::give(original, &own, contest, organisation, &mut given);
    }
    let lasting = lasting::lasting(contest, &counted);
    accounts::give(contest, organisation, &lasting, &mut given);
    nth_products::give(contest, organisation, &lasting, &mut given);
    given
}
