//! All credits of a log in a contest: first those that each original gives by itself, then those of rules
//! that look at several originals together.

use crate::contest::Contest;
use crate::oracle::credit::given::Given;
use crate::oracle::credit::group;
use crate::oracle::entity::{accounts, nth_products};
use crate::oracle::identity::Copy;
use crate::oracle::journal::{counted, lasting, reversals};
use crate::oracle::log::Logged;
use crate::oracle::register::Organisation;

/// The credits of every original that counts and of its reversals, in log order of the originals; the reasons
/// for those that give none; then the credits of rules that look at several originals together.
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
