//! How decisions change contests: a definition starts or amends a contest, targets are set, a seal fixes the
//! result. If an amendment leaves all credits as they are, the rows are only ranked again. Otherwise the
//! amended contest is computed from the log, beside the one that is served.

use std::collections::BTreeMap;

use crate::Position;
use crate::contest::Contest;
use crate::fold::backfill::Backfill;
use crate::fold::contest::contests::Contests;
use crate::fold::contest::late_difference::digests;
use crate::fold::contest::seal::seal;
use crate::fold::contest::state::ContestState;
use crate::fold::placement::context::Context;
use crate::fold::result::late::{LateAbout, LateEntry};
use crate::fold::subscriber::Parts;
use crate::types::entry::Entry;

impl Contests {
    /// Starts a revision of a contest.
    pub(crate) fn define(&mut self, id: &str, entry: Entry, parts: &mut Parts) {
        let context = parts.context;
        let Some(in_force) = context.register.contest(id) else { return };
        let (contest, revision) = (&in_force.value, in_force.revision);
        let slot = self.slots.entry(id.to_owned()).or_default();
        if let Some(sealed) = &mut slot.sealed {
            return sealed.note(LateEntry::new(entry, LateAbout::Definition { revision }, Vec::new()));
        }
        let amend = |state: &mut ContestState| state.amend(contest, revision, context, parts.places);
        let live_goes_on = slot.live.as_mut().is_some_and(amend);
        let next_goes_on = slot.next.as_mut().is_some_and(|(state, _)| amend(state));
        if !next_goes_on && let Some((state, _)) = slot.next.take() {
            self.retire(state);
        }
        if live_goes_on || next_goes_on {
            return;
        }
        // No event counted so far can matter to the contest: none is in its dates, and none can be reversed
        // into them.
        let is_first = parts.head.dates.is_none();
        let overlaps = parts.head.dates.is_some_and(|(first, last)| {
            let meets = |span: crate::contest::Span| first <= span.period.end && span.period.start <= last;
            contest.looks_back() || contest.spans().any(meets)
        });
        let knows_all = contest.kinds().all(|kind| is_first || parts.journal.is_whole(kind));
        contest.kinds().for_each(|kind| parts.journal.keep_kind(kind, is_first));
        let state = Contests::fresh_state(contest, revision, parts);
        let Some(slot) = self.slots.get_mut(id) else { return };
        if overlaps || !knows_all {
            slot.next = Some((state, Backfill::up_to(entry.position)));
        } else if let Some(old) = slot.live.replace(state) {
            self.retire(old);
        }
    }

    /// A state without any credits.
    pub(crate) fn fresh_state(contest: &Contest, revision: u64, parts: &mut Parts) -> ContestState {
        let generation = parts.head.next_generation();
        ContestState::new(contest, revision, generation, parts.context, parts.places)
    }

    /// Tells contests that targets changed. `about` has the contest and participant of each.
    pub(crate) fn aim(&mut self, about: &[(String, String)], entry: Entry, context: Context) {
        let mut by_contest: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (contest, participant) in about {
            by_contest.entry(contest).or_default().push(participant);
        }
        for (contest, participants) in by_contest {
            let Some(slot) = self.slots.get_mut(contest) else { continue };
            let is_sealed = slot.sealed.is_some();
            let before = is_sealed.then(|| slot.live.as_mut().map(|live| digests(live, context)));
            slot.states().for_each(|(state, _)| state.aim(&participants, context));
            let after = is_sealed.then(|| slot.live.as_mut().map(|live| digests(live, context)));
            if let Some(sealed) = slot.sealed.as_mut().filter(|_| before != after) {
                sealed.note(LateEntry::new(entry, LateAbout::Targets, Vec::new()));
            }
        }
    }

    /// Fixes the result of a contest.
    pub(crate) fn seal(&mut self, id: &str, position: Position, parts: &Parts) {
        let slot = self.slots.entry(id.to_owned()).or_default();
        if let Some(live) = &mut slot.live {
            live.settle(parts.context);
            slot.sealed = Some(seal(live, position, parts.head.as_of, parts.context));
        }
    }
}
