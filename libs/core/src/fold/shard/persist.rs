//! What of a shard is written at a checkpoint, and how it is read back. Boards, ranks and digests are not written: they
//! follow from the leaves.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::contest::backfill::Backfill;
use crate::fold::contest::slot::Served;
use crate::fold::contest::state::ContestState;
use crate::fold::entity::reported_days::Reported;
use crate::fold::journal::Journal;
use crate::fold::journal::pending_reversals::Waiting;
use crate::fold::ledger::leaf::Leaves;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::result::sealed::Sealed;
use crate::fold::shard::dead_letters::DeadLetters;
use crate::fold::shard::{Counters, Head, Shard};
use crate::identity::Identities;
use crate::register::Register;
use crate::rule::compiled::Rules;
use crate::types::names::Names;
use crate::types::page_bounds::{PageBounds, count};
use crate::types::pages::{DirtyPages, PageError, Pages, Space, check, decode};

const PARTICIPANTS: [u8; 2] = [Space::Names as u8, 1];
const SOURCES: [u8; 2] = [Space::Names as u8, 2];
const KEYS: [u8; 2] = [Space::Names as u8, 9];
const HEAD: [u8; 1] = [Space::Shard as u8];

/// A contest's pages: what is in its own page.
#[derive(Serialize, Deserialize)]
struct Meta {
    contest: Contest,
    revision: u64,
    generation: u64,
    backfill: Option<Backfill>,
    late: u64,
    reported: Reported,
}

/// A computation as it was read.
struct Computation {
    key: Vec<u8>,
    meta: Meta,
    leaves: Leaves,
}

impl Shard {
    /// The pages that changed since the last call. Together with the position of [`Shard::head`] they are a checkpoint.
    pub fn take_dirty(&mut self) -> DirtyPages {
        let mut pages = DirtyPages::new();
        let limits = self.limits();
        self.journal.note_limits(limits);
        self.register.take_dirty(&mut pages);
        self.participants.take_dirty(&PARTICIPANTS, &mut pages);
        self.sources.take_dirty(&SOURCES, &mut pages);
        self.keys.take_dirty(&KEYS, &mut pages);
        self.identities.take_dirty(&mut pages);
        self.journal.take_dirty(&mut pages);
        self.dossiers.take_dirty(&mut pages);
        self.waiting.take_dirty(&mut pages);
        self.places.take_dirty(&mut pages);
        self.dead_letters.take_dirty(&mut pages);
        for (id, generation, leaves) in self.retired.drain(..) {
            pages.push((meta_key(&id, generation), None));
            leaves.forget(&leaf_prefixes(&id, generation), &mut pages);
        }
        for (id, served) in &mut self.contests {
            for (state, backfill) in served.states() {
                let (contest, revision, generation) =
                    ((*state.contest).clone(), state.revision, state.generation);
                let (late, reported) = (state.late, state.reported.clone());
                let meta = Meta { contest, revision, generation, backfill, late, reported };
                pages.push((meta_key(id, generation), postcard::to_allocvec(&meta).ok()));
                state.leaves.take_dirty(&leaf_prefixes(id, generation), &mut pages);
            }
            if let Some(sealed) = &mut served.sealed {
                sealed.take_dirty(&limits, &mut pages);
            }
        }
        pages.push((HEAD.to_vec(), postcard::to_allocvec(&self.head).ok()));
        pages
    }

    /// The shard as it was at the checkpoint that wrote `pages`; an empty one where there is none.
    pub fn restore(pages: &dyn Pages) -> Result<Shard, PageError> {
        let mut shard = Shard::default();
        if let Some(page) = pages.load(&HEAD)? {
            shard.head = decode::<Head>(&HEAD, &page)?;
            shard.head.check().map_err(|reason| PageError::damaged(&HEAD, reason))?;
        }
        // Neither needs the other, and a restart waits for both.
        let (register, computations) = std::thread::scope(|scope| {
            let register = scope.spawn(|| Register::restore(pages));
            let computations = shard.restore_tables(pages).and_then(|()| shard.read_computations(pages));
            (register.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), computations)
        });
        let computations = computations?;
        shard.register = register?;
        for computation in computations {
            shard.restore_contest(computation)?;
        }
        for sealed in Sealed::restore(&shard.limits(), pages, &shard.participants, &shard.sources)? {
            let served = shard.contests.entry(sealed.contest.id.clone()).or_default();
            served.sealed = Some(sealed);
        }
        shard.note_what_is_asked();
        Ok(shard)
    }

    /// Reads what is neither a decision nor a contest's.
    fn restore_tables(&mut self, pages: &dyn Pages) -> Result<(), PageError> {
        self.participants = Names::restore(&PARTICIPANTS, pages)?;
        self.sources = Names::restore(&SOURCES, pages)?;
        self.keys = Names::restore(&KEYS, pages)?;
        self.identities = Identities::restore_known(pages, self.sources.len())?;
        let limits = self.limits();
        self.journal = Journal::restore(&limits, pages)?;
        self.waiting = Waiting::restore(&limits, pages)?;
        self.places = Places::restore(&limits, pages)?;
        self.dead_letters = DeadLetters::restore(&limits, pages)?;
        Ok(())
    }

    /// Reads what was counted of every contest, for which the tables must have been read.
    fn read_computations(&self, pages: &dyn Pages) -> Result<Vec<Computation>, PageError> {
        let read = |(key, page): (Vec<u8>, Vec<u8>)| {
            let damaged = |reason: String| PageError::damaged(&key, reason);
            let meta: Meta = decode(&key, &page)?;
            meta.check(&key, &self.head).map_err(damaged)?;
            let limits = self.limits().of_contest(&meta.contest);
            meta.reported.check(&limits).map_err(damaged)?;
            let prefixes = leaf_prefixes(&meta.contest.id, meta.generation);
            let leaves = Leaves::restore(&limits, &Rules::kept_apart(&meta.contest), &prefixes, pages)?;
            Ok(Computation { key, meta, leaves })
        };
        pages.scan(&[Space::Contest as u8, META])?.into_iter().map(read).collect()
    }

    /// Goes on with a computation of a contest, for which everything else must have been read.
    fn restore_contest(&mut self, computation: Computation) -> Result<(), PageError> {
        let Computation { key, meta, leaves } = computation;
        let Meta { contest, revision, generation, backfill, late, reported } = meta;
        let context = Context::new(&self.register, &self.participants, &self.sources, &self.keys);
        let kept = (leaves, reported);
        let mut state =
            ContestState::with_leaves(&contest, revision, generation, kept, context, &self.places);
        state.late = late;
        let served: &mut Served = self.contests.entry(contest.id).or_default();
        let is_second = match backfill {
            None => served.live.replace(state).is_some(),
            Some(backfill) => served.next.replace((state, backfill)).is_some(),
        };
        match is_second {
            false => Ok(()),
            true => Err(PageError::damaged(&key, "the contest has two computations of one kind")),
        }
    }

    /// What numbers of pages may be that are written from now on or were before.
    fn limits(&self) -> PageBounds {
        PageBounds {
            participants: self.participants.len(),
            sources: self.sources.len(),
            keys: self.keys.len(),
            places: self.places.len(),
            codes: self.journal.codes().len(),
            head: self.head.position,
            ..PageBounds::default()
        }
    }
}

impl Head {
    /// Refuses what a page cannot have.
    fn check(&self) -> Result<(), String> {
        let Counters { events, duplicates, conflicts, dead_letters } = self.counters;
        count(events.max(duplicates).max(conflicts).max(dead_letters), "entries")?;
        count(self.generation, "computations")
    }
}

impl Meta {
    /// Refuses what a page under that key cannot have.
    fn check(&self, key: &[u8], head: &Head) -> Result<(), String> {
        if key != meta_key(&self.contest.id, self.generation) {
            return Err("it is the page of another contest or computation".into());
        }
        self.contest.sound()?;
        check(self.generation, head.generation as usize + 1, "computation")?;
        count(self.late, "late entries")?;
        self.backfill.map_or(Ok(()), |backfill| backfill.check(head.position))
    }
}

const META: u8 = 0;
const LEAVES: u8 = 1;
const CELLS: u8 = 2;

fn meta_key(id: &str, generation: u64) -> Vec<u8> {
    contest_key(META, id, generation)
}

fn leaf_prefixes(id: &str, generation: u64) -> [Vec<u8>; 2] {
    [contest_key(LEAVES, id, generation), contest_key(CELLS, id, generation)]
}

/// Ids are length-prefixed, so that none is the beginning of another.
fn contest_key(part: u8, id: &str, generation: u64) -> Vec<u8> {
    let mut key = vec![Space::Contest as u8, part, id.len() as u8];
    key.extend_from_slice(id.as_bytes());
    key.extend_from_slice(&generation.to_be_bytes());
    key
}
