//! What a decision does to the contests of a shard: a definition begins or amends one, an organisation moves rows, a seal
//! fixes a result. An amendment that gives the same credits only ranks again; any other is computed from the log beside
//! the contest that is served.

use std::collections::BTreeMap;

use crate::contest::Contest;
use crate::control::{Decision, Payload};
use crate::fold::contest::backfill::Backfill;
use crate::fold::contest::slot::Served;
use crate::fold::contest::state::ContestState;
use crate::fold::placement::context::Context;
use crate::fold::result::late::{LateAbout, LateEntry, digests};
use crate::fold::result::sealed::Sealed;
use crate::fold::shard::Shard;
use crate::fold::shard::dead_letters::Reason;
use crate::register::Effect;
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

impl Shard {
    /// The contest that must be read again from the log to its end before this decision may be folded: a seal fixes what
    /// is complete.
    pub fn must_wait_for<'a>(&self, decision: &'a Decision) -> Option<&'a str> {
        let Payload::Seal(_) = decision.payload else { return None };
        let served = self.contests.get(&decision.key)?;
        (served.next.is_some() && self.register.seal_of(&decision.key).is_none()).then_some(&decision.key)
    }

    /// Folds one decision; see [`Shard::must_wait_for`].
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn decision(
        &mut self,
        pages: &dyn Pages,
        position: Position,
        recorded: Time,
        decision: Decision,
    ) -> Result<(), PageError> {
        self.advance(position, recorded);
        for effect in self.register.apply(position, decision) {
            match effect {
                Effect::Contest(id) => self.define(&id, position, recorded),
                Effect::Organisation(changes) => self.reorganise(pages, position, recorded, &changes)?,
                Effect::Seal(id) => self.seal(&id, position),
                Effect::Abandoned => self.bury(position, Reason::NoEffect),
                Effect::Targets(about) => self.aim(&about, position, recorded),
                Effect::None | Effect::Bank | Effect::Source(_) | Effect::EventType | Effect::Calendar => {}
            }
        }
        Ok(())
    }

    /// Lets contests know what participants are to reach.
    fn aim(&mut self, about: &[(String, String)], position: Position, recorded: Time) {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let mut by_contest: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (contest, participant) in about {
            by_contest.entry(contest).or_default().push(participant);
        }
        for (contest, participants) in by_contest {
            let Some(served) = self.contests.get_mut(contest) else { continue };
            let is_sealed = served.sealed.is_some();
            let before = is_sealed.then(|| served.live.as_mut().map(|live| digests(live, context)));
            served.states().for_each(|(state, _)| state.aim(&participants, context));
            let after = is_sealed.then(|| served.live.as_mut().map(|live| digests(live, context)));
            if let Some(sealed) = served.sealed.as_mut().filter(|_| before != after) {
                let about = LateAbout::Targets;
                sealed.note(LateEntry { position, recorded, about, changes: Vec::new() });
            }
        }
    }

    /// Begins a revision of a contest.
    fn define(&mut self, id: &str, position: Position, recorded: Time) {
        self.begin(id, position, recorded);
        self.note_what_is_asked();
    }

    fn begin(&mut self, id: &str, position: Position, recorded: Time) {
        let Some(in_force) = self.register.contest(id) else { return };
        let (contest, revision) = (in_force.value.clone(), in_force.revision);
        let served = self.contests.entry(id.to_owned()).or_default();
        if let Some(sealed) = &mut served.sealed {
            let about = LateAbout::Definition { revision };
            return sealed.note(LateEntry { position, recorded, about, changes: Vec::new() });
        }
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let amend = |state: &mut ContestState| state.amend(&contest, revision, context, &self.places);
        let live_goes_on = served.live.as_mut().is_some_and(amend);
        let next_goes_on = served.next.as_mut().is_some_and(|(state, _)| amend(state));
        if !next_goes_on {
            self.retire_next(id);
        }
        if live_goes_on || next_goes_on {
            return;
        }
        // Nothing counted so far can matter to it: neither by its date, nor because it may still be taken back.
        let is_first = self.head.dates.is_none();
        let overlaps = self.head.dates.is_some_and(|(first, last)| {
            let meets = |span: crate::contest::Span| first <= span.period.end && span.period.start <= last;
            contest.looks_back() || contest.spans().any(meets)
        });
        let knows_all = contest.kinds().all(|kind| is_first || self.journal.is_whole(kind));
        contest.kinds().for_each(|kind| self.journal.keep_kind(kind, is_first));
        let state = self.fresh_state(&contest, revision);
        let Some(served) = self.contests.get_mut(id) else { return };
        if overlaps || !knows_all {
            served.next = Some((state, Backfill::up_to(position)));
        } else if let Some(old) = served.live.replace(state) {
            self.retired.push((id.to_owned(), old.generation, old.leaves));
        }
    }

    /// A state with nothing in it.
    fn fresh_state(&mut self, contest: &Contest, revision: u64) -> ContestState {
        self.head.generation += 1;
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        ContestState::new(contest, revision, self.head.generation, context, &self.places)
    }

    fn retire_next(&mut self, id: &str) {
        let next = self.contests.get_mut(id).and_then(|served| served.next.take());
        if let Some((state, _)) = next {
            self.retired.push((id.to_owned(), state.generation, state.leaves));
        }
    }

    /// Computes a contest again from the log, beside what is served. Sealed ones too: their result does not change.
    ///
    /// False when there is no such contest, or it is being computed already.
    pub fn rebuild(&mut self, id: &str) -> bool {
        let Some(Served { live: Some(live), next: None, .. }) = self.contests.get(id) else { return false };
        let (contest, revision) = (live.contest.clone(), live.revision);
        let state = self.fresh_state(&contest, revision);
        if let Some(served) = self.contests.get_mut(id) {
            served.next = Some((state, Backfill::through(self.head.position)));
        }
        true
    }

    fn seal(&mut self, id: &str, position: Position) {
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let as_of = self.head.as_of;
        let served = self.contests.entry(id.to_owned()).or_default();
        if let Some(live) = &mut served.live {
            live.settle(context);
            served.sealed = Some(Sealed::fix(live, position, as_of, context));
        }
    }
}
