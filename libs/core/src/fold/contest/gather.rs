//! Events that are looked at together: when one of an account's or a customer's events comes or is taken back, what may
//! follow from it is worked out again, and the difference is posted. The mechanism is that of a single event's group; the
//! group is a dossier. What contests make of it is [`recredit`](crate::fold::contest::recredit)'s.

use rustc_hash::FxHashMap;

use crate::event::Event;
use crate::fold::contest::recredit::Change;
use crate::fold::contest::state::ContestState;
use crate::fold::entity::balance_reports::Before;
use crate::fold::entity::dossiers::{About, Dossier, Reading};
use crate::fold::journal::Fact;
use crate::fold::journal::reversal_part::Taking;
use crate::fold::placement::context::Context;
use crate::fold::shard::Shard;
use crate::types::ids::{CodeId, KeyId};
use crate::types::names::Names;
use crate::types::pages::{PageError, Pages};
use crate::{Position, Time};

/// In which dossiers events of a type are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gathers {
    /// In their account's.
    pub by_account: bool,
    /// In their customer's.
    pub by_customer: bool,
}

/// The types that contests gather.
pub type GatheredKinds = FxHashMap<Box<str>, Gathers>;

impl ContestState {
    /// Adds the types that the contest gathers.
    pub(crate) fn note_gathered(&self, kinds: &mut GatheredKinds) {
        for indicator in self.contest.indicators.iter().filter(|indicator| indicator.measure.looks_back()) {
            for kind in indicator.events.iter().chain(indicator.measure.openings()) {
                let gathers = kinds.entry(kind.as_str().into()).or_default();
                match indicator.measure.is_of_balances() {
                    true => gathers.by_account = true,
                    false => gathers.by_customer = true,
                }
            }
        }
    }
}

/// An event that comes into its dossiers, or has been taken back.
pub(crate) struct Gathering<'e> {
    /// Its dossiers.
    pub about: Vec<About>,
    /// Where the original is.
    pub original: Position,
    /// What changed its group: its own position and time, or a reversal's.
    pub entry: (Position, Time),
    /// What is kept of it.
    pub fact: &'e Fact<'e>,
    /// What takes it back.
    pub takings: &'e [Taking],
}

impl Shard {
    /// The dossiers that an event is in, as far as contests ask for them.
    pub(crate) fn dossiers_of(&mut self, event: &Event) -> Vec<About> {
        let Some(gathers) = self.gathered.get(event.kind.as_ref()).copied() else { return Vec::new() };
        let mut all = Vec::new();
        if gathers.by_account && !event.subject.is_empty() {
            all.push(About::Account(self.keys.intern(&event.subject)));
        }
        if gathers.by_customer && !event.customer.is_empty() {
            all.push(About::Customer(self.keys.intern(&event.customer)));
        }
        all
    }

    /// Puts an event into its dossiers, and lets every contest work out again what may follow from it.
    pub(crate) fn gather(&mut self, pages: &dyn Pages, gathering: &Gathering) -> Result<(), PageError> {
        for about in gathering.about.iter().copied() {
            let before =
                self.dossiers.put(pages, about, gathering.original, gathering.fact, gathering.takings)?;
            let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
            let (codes, contests, places) = (self.journal.codes(), &mut self.contests, &mut self.places);
            self.dossiers.read(pages, about, |dossier| {
                let read = (dossier, codes, context);
                with_change(about, gathering, before.as_deref(), read, |change| {
                    contests
                        .values_mut()
                        .try_for_each(|served| served.regather(change, gathering, codes, context, places))
                })
            })?;
        }
        Ok(())
    }

    /// Puts an old event into its dossiers for a contest that is read again from the log.
    pub(crate) fn gather_again(
        &mut self,
        pages: &dyn Pages,
        contest: &str,
        gathering: &Gathering,
    ) -> Result<(), PageError> {
        for about in gathering.about.iter().copied() {
            self.dossiers.put(pages, about, gathering.original, gathering.fact, gathering.takings)?;
            let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
            let next = self.contests.get_mut(contest).and_then(|served| served.next.as_mut());
            let Some((state, backfill)) = next else { continue };
            let (codes, places) = (self.journal.codes(), &mut self.places);
            // Those before it have been read again already, also in the batch that is being read. It itself is new.
            let (at, until) = (gathering.original, backfill.until);
            let holds = |other: Position| other <= at || other >= until;
            self.dossiers.read(pages, about, |dossier| {
                with_change(about, gathering, None, (dossier, codes, context), |change| {
                    state.regather(change, Some(&holds), context, places)
                })
            })?;
        }
        Ok(())
    }
}

/// Reads in a dossier what an event of it was, and what it is. `before` are the bytes of what it was.
fn with_change(
    about: About,
    gathering: &Gathering,
    before: Option<&[u8]>,
    (dossier, codes, context): (&Dossier, &Names<CodeId>, Context),
    work: impl FnOnce(Change) -> Result<(), PageError>,
) -> Result<(), PageError> {
    let reading = Reading::new(dossier, codes, context);
    let date = crate::types::date::pack(gathering.fact.business_date());
    let at = reading.find(date, gathering.original)?;
    let was = before.map(|bytes| reading.decode(gathering.original, bytes)).transpose()?;
    let members = match about {
        About::Account(_) => Vec::new(),
        About::Customer(_) => reading.members()?,
    };
    let before = Before { at, member: was.as_ref() };
    work(Change { about, reading: &reading, before, members: &members })
}

/// The dossiers that a counted event is in, for a walk along a participant's events.
pub(crate) fn find_dossiers(event: &Event, keys: &Names<KeyId>, gathered: &GatheredKinds) -> Vec<About> {
    let Some(gathers) = gathered.get(event.kind.as_ref()) else { return Vec::new() };
    let find = |is_wanted: bool, text: &str| {
        Some(text).filter(|text| is_wanted && !text.is_empty()).and_then(|text| keys.find(text))
    };
    let account = find(gathers.by_account, &event.subject).map(About::Account);
    account.into_iter().chain(find(gathers.by_customer, &event.customer).map(About::Customer)).collect()
}
