//! What of a shard is written at a checkpoint, and how it is read back. Boards, ranks and digests are not written: they
//! follow from the leaves.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::backfill::Backfill;
use crate::fold::contest_state::ContestState;
use crate::fold::dead_letters::DeadLetters;
use crate::fold::journal::Journal;
use crate::fold::leaf::Leaves;
use crate::fold::places::Places;
use crate::fold::reported::Reported;
use crate::fold::sealed::Sealed;
use crate::fold::served::Served;
use crate::fold::shard::{Head, Shard};
use crate::fold::surroundings::Surroundings;
use crate::fold::waiting::Waiting;
use crate::identity::Identities;
use crate::names::Names;
use crate::pages::{DirtyPages, PageError, Pages, Space};
use crate::register::Register;

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

impl Shard {
    /// The pages that changed since the last call. Together with the position of [`Shard::head`] they are a checkpoint.
    pub fn take_dirty(&mut self) -> DirtyPages {
        let mut pages = DirtyPages::new();
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
                sealed.take_dirty(&mut pages);
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
        }
        shard.register = Register::restore(pages)?;
        shard.participants = Names::restore(&PARTICIPANTS, pages)?;
        shard.sources = Names::restore(&SOURCES, pages)?;
        shard.keys = Names::restore(&KEYS, pages)?;
        shard.identities = Identities::restore(pages)?;
        shard.journal = Journal::restore(pages)?;
        shard.waiting = Waiting::restore(pages)?;
        shard.places = Places::restore(pages)?;
        shard.dead_letters = DeadLetters::restore(pages)?;
        for (key, page) in pages.scan(&[Space::Contest as u8, META])? {
            let meta: Meta = decode(&key, &page)?;
            let id = meta.contest.id.clone();
            let prefixes = leaf_prefixes(&id, meta.generation);
            let leaves = Leaves::restore(meta.contest.indicators.len(), &prefixes, pages)?;
            let around = Surroundings::new(&shard.register, &shard.participants, &shard.sources, &shard.keys);
            let kept = (leaves, meta.reported.clone());
            let Meta { contest, revision, generation, .. } = &meta;
            let mut state =
                ContestState::with_leaves(contest, *revision, *generation, kept, around, &shard.places);
            state.late = meta.late;
            let served: &mut Served = shard.contests.entry(id).or_default();
            match meta.backfill {
                None => served.live = Some(state),
                Some(backfill) => served.next = Some((state, backfill)),
            }
        }
        for sealed in Sealed::restore(pages, &shard.participants, &shard.sources)? {
            let served = shard.contests.entry(sealed.contest.id.clone()).or_default();
            served.sealed = Some(sealed);
        }
        shard.note_what_is_asked();
        Ok(shard)
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

fn decode<'a, T: Deserialize<'a>>(key: &[u8], page: &'a [u8]) -> Result<T, PageError> {
    postcard::from_bytes(page)
        .map_err(|error| PageError::Damaged { key: key.to_vec(), reason: error.to_string() })
}
