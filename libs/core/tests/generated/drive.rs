//! Drives a shard through a log as a projector does: folds, settles, reads contests again, writes
//! checkpoints, crashes, resumes from any checkpoint; and compares it with the oracle along the way.

use std::collections::BTreeMap;

use longhu_core::Position;
use longhu_core::fold::shard::Shard;
use longhu_core::oracle::{Entry, Logged};
use longhu_core::testkit::accounts::agree_on_accounts;
use longhu_core::testkit::agreement::{Disagreement, agree};
use longhu_core::types::pages::{MemoryPages, PageError};

use crate::generated::counters::Counters;
use crate::generated::dice::Dice;
use crate::generated::world::World;

/// How often something happens on a journey: at each entry with probability one in this number; 0 for never.
#[derive(Clone, Copy, Debug)]
pub struct Journey {
    /// Settling.
    pub settle: usize,
    /// Comparing.
    pub compare: usize,
    /// Writing a checkpoint.
    pub checkpoint: usize,
    /// Crashing.
    pub crash: usize,
    /// Reading some of the log again for waiting contests.
    pub backfill: usize,
    /// Computing a contest again.
    pub begin_backfill: usize,
}

impl Journey {
    /// Nothing happens along the way.
    pub const QUIET: Journey =
        Journey { settle: 3, compare: 0, checkpoint: 0, crash: 0, backfill: 2, begin_backfill: 0 };

    /// A random journey.
    pub fn any(dice: &mut Dice) -> Journey {
        Journey {
            settle: 1 + dice.below(6),
            compare: 12 + dice.below(20),
            checkpoint: [0, 4, 10][dice.below(3)],
            crash: [0, 20, 40][dice.below(3)],
            backfill: [1, 6, 40][dice.below(3)],
            begin_backfill: [0, 15, 60][dice.below(3)],
        }
    }
}

/// The most crashes of one journey, so that it ends.
const CRASHES_MAX: usize = 6;

/// A shard on a journey.
pub struct Drive<'a> {
    world: &'a World,
    log: &'a [Logged],
    journey: Journey,
    dice: Dice,
    /// Separate dice for how many events are folded at once, so that journeys of known seeds do not change.
    together: Dice,
    /// The shard.
    pub shard: Shard,
    pages: MemoryPages,
    /// Checkpoints: the next entry to read, and the pages written there. The first is at the start of the
    /// log.
    checkpoints: Vec<(usize, MemoryPages)>,
    crashes: usize,
    /// Held credits at the last comparison, by contest and revision.
    held: BTreeMap<(String, u64), u64>,
}

impl<'a> Drive<'a> {
    /// A journey at the start of the log.
    pub fn new(world: &'a World, log: &'a [Logged], journey: Journey, seed: u64) -> Drive<'a> {
        Drive {
            world,
            log,
            journey,
            dice: Dice::new(seed),
            together: Dice::new(seed ^ 0x70_67_65_74),
            shard: Shard::default(),
            pages: MemoryPages::default(),
            checkpoints: vec![(0, MemoryPages::default())],
            crashes: 0,
            held: BTreeMap::new(),
        }
    }

    /// Folds the whole log, reads again whatever waits for it, and compares at the end.
    pub fn run(&mut self, counters: &mut Counters) -> Result<(), Disagreement> {
        let mut at = 0;
        loop {
            while let Some(logged) = self.log.get(at) {
                let count = self.together(at);
                let folded = match count {
                    1 => self.fold(logged, counters),
                    _ => self.fold_together(&self.log[at..at + count], counters),
                };
                folded.map_err(|error| {
                    Disagreement::from(error).inside(format!("folding {}", logged.position))
                })?;
                at = self.happen(at + count, counters)?;
            }
            if self.shard.waiting().is_empty() {
                break;
            }
            let batches = 1 + self.dice.below(4);
            self.backfill(batches, counters)?;
            at = self.happen(at, counters)?;
            if self.journey.checkpoint > 0 && self.dice.once_in(2) {
                self.checkpoint(at, counters);
            }
            if self.crashes < CRASHES_MAX && self.journey.crash > 0 && self.dice.once_in(6) {
                at = self.crash(counters)?;
            }
        }
        self.shard.settle();
        self.compare(counters)?;
        if self.dice.once_in(4) {
            agree_on_accounts(&mut self.shard, &self.pages, self.log)?;
        }
        Ok(())
    }

    /// How many entries to fold at once: events that were recorded together.
    fn together(&mut self, at: usize) -> usize {
        let first = &self.log[at];
        let is_one =
            |logged: &&Logged| matches!(logged.entry, Entry::Event(_)) && logged.recorded == first.recorded;
        match self.together.once_in(2) {
            true => {
                let most = 1 + self.together.below(40);
                self.log[at..].iter().take(most).take_while(is_one).count().max(1)
            }
            false => 1,
        }
    }

    fn fold_together(&mut self, some: &'a [Logged], counters: &mut Counters) -> Result<(), PageError> {
        let event = |logged: &'a Logged| match &logged.entry {
            Entry::Event(event) => Some(event.clone()),
            Entry::Decision(_) | Entry::Tick => None,
        };
        let events: Vec<_> = some.iter().filter_map(event).collect();
        let reversals = events.iter().filter(|event| event.reverses.is_some()).count();
        counters.hit_if(reversals == 0, "fold", "several events at once");
        counters.hit_if(reversals > 0 && reversals < events.len(), "fold", "reversals among several events");
        let position = |index: usize| Some(some[index].position);
        self.shard.events(&self.pages, some[0].recorded, &events, position)
    }

    fn fold(&mut self, logged: &Logged, counters: &mut Counters) -> Result<(), PageError> {
        let waiting = self.shard.waiting().len();
        match &logged.entry {
            Entry::Event(event) => {
                self.shard.event(&self.pages, logged.position, logged.recorded, event)?;
            }
            Entry::Decision(decision) => {
                while self.shard.must_wait_for(decision).is_some() {
                    counters.hit("backfill", "waited for by a seal");
                    self.backfill(1, counters)?;
                }
                let before = self.revisions_waiting();
                let served = self.revisions_served();
                self.shard.decision(&self.pages, logged.position, logged.recorded, decision.clone())?;
                let after = self.revisions_waiting();
                let overtaken =
                    before.iter().any(|(id, revision)| after.get(id).is_some_and(|r| r > revision));
                counters.hit_if(overtaken, "backfill", "overtaken by an amendment");
                counters.hit_if(after.len() > waiting, "backfill", "begun");
                let is_contest = decision.payload.kind() == "contest";
                let amended = !served.is_empty() && self.revisions_served() != served;
                let is_ranked = is_contest && amended && after.len() == before.len();
                counters.hit_if(is_ranked, "decision", "only ranked again");
                counters.hit_if(is_contest && after.is_empty(), "backfill", "none needed");
            }
            Entry::Tick => self.shard.advance(logged.position, logged.recorded),
        }
        Ok(())
    }

    fn revisions_waiting(&self) -> BTreeMap<String, u64> {
        self.shard.waiting().into_iter().map(|waiting| (waiting.id, waiting.revision)).collect()
    }

    fn revisions_served(&self) -> BTreeMap<String, u64> {
        let contests = self.world.contests.iter().map(|revisions| &revisions[0].id);
        let live = contests.filter_map(|id| Some((id, self.shard.subscribers().contest(id)?.live.as_ref()?)));
        live.map(|(id, live)| (id.clone(), live.revision)).collect()
    }

    /// Does what happens between two entries. Returns the next entry to read.
    fn happen(&mut self, next: usize, counters: &mut Counters) -> Result<usize, Disagreement> {
        let journey = self.journey;
        if self.chance(journey.settle) {
            self.shard.settle();
        }
        if self.chance(journey.backfill) {
            let batches = 1 + self.dice.below(4);
            self.backfill(batches, counters)?;
        }
        if self.chance(journey.begin_backfill) {
            let of = self.dice.below(self.world.contests.len());
            let begun = self.shard.begin_backfill(&self.world.contests[of][0].id);
            counters.hit_if(begun, "backfill", "same revision again");
        }
        if self.chance(journey.compare) {
            self.shard.settle();
            self.compare(counters)?;
        }
        if self.chance(journey.checkpoint) {
            self.checkpoint(next, counters);
        }
        if self.crashes < CRASHES_MAX && self.chance(journey.crash) {
            return self.crash(counters);
        }
        Ok(next)
    }

    fn checkpoint(&mut self, next: usize, counters: &mut Counters) {
        let dirty = self.shard.take_dirty();
        self.pages.commit(dirty);
        self.checkpoints.push((next, self.pages.clone()));
        counters.hit("checkpoint", "written");
    }

    /// Drops the shard and resumes from a checkpoint: mostly the last, sometimes an older one.
    fn crash(&mut self, counters: &mut Counters) -> Result<usize, Disagreement> {
        self.crashes += 1;
        counters.hit("checkpoint", "crash");
        if self.checkpoints.len() > 1 && self.dice.once_in(2) {
            let kept = 1 + self.dice.below(self.checkpoints.len() - 1);
            self.checkpoints.truncate(kept);
            counters.hit("checkpoint", "lost tail");
        }
        let (next, pages) = self.checkpoints.last().cloned().unwrap_or_default();
        self.pages = pages;
        self.shard = Shard::restore(&self.pages)?;
        self.held.clear();
        let half_way = self.shard.waiting().iter().any(|waiting| waiting.backfill.next_sequence > 1);
        counters.hit_if(half_way, "backfill", "crashed half-way");
        let before = next.checked_sub(1).map_or(Position::START, |last| self.log[last].position);
        if self.shard.head().position != before {
            let restored = self.shard.head().position;
            return Err(Disagreement::of("position after a restart", restored, before));
        }
        let in_batch = self.log.get(next).is_some_and(|logged| logged.position.sequence == before.sequence);
        counters.hit_if(in_batch, "checkpoint", "resumed in the middle of a batch");
        let sealed = self
            .world
            .contests
            .iter()
            .filter_map(|revisions| self.shard.subscribers().contest(&revisions[0].id));
        let sealed = sealed.filter(|served| served.sealed.is_some()).count();
        counters.hit_if(sealed > 0, "seal", "compared after a crash");
        // A restored shard is settled, and must have lost and gained nothing.
        self.compare(counters)?;
        Ok(next)
    }

    /// Reads up to `batches` batches again for each waiting contest.
    fn backfill(&mut self, batches: usize, counters: &mut Counters) -> Result<(), PageError> {
        for waiting in self.shard.waiting() {
            let first = waiting.backfill.next_sequence;
            let last = waiting.backfill.until.sequence.min(first.saturating_add((batches - 1) as u64));
            for sequence in first..=last {
                for logged in self.log.iter().filter(|logged| logged.position.sequence == sequence) {
                    if logged.position > self.shard.head().position {
                        break;
                    }
                    if let Entry::Event(event) = &logged.entry {
                        self.shard.backfill_event(
                            &self.pages,
                            &waiting.id,
                            logged.position,
                            logged.recorded,
                            event,
                        )?;
                    }
                }
                self.shard.backfilled_through(&waiting.id, waiting.generation, sequence);
            }
            let still = self.shard.waiting().iter().any(|other| other.id == waiting.id);
            counters.hit_if(still, "backfill", "seen half-way");
            counters.hit_if(!still, "backfill", "finished");
        }
        Ok(())
    }

    fn compare(&mut self, counters: &mut Counters) -> Result<(), Disagreement> {
        agree(&self.shard, &self.pages, self.log, &mut |group, name| counters.hit(group, name))?;
        for revisions in &self.world.contests {
            let id = &revisions[0].id;
            let live = self.shard.subscribers().contest(id).and_then(|served| served.live.as_ref());
            if let Some(live) = live {
                let before = self.held.insert((id.clone(), live.revision), live.held());
                let fewer = before.is_some_and(|before| live.held() < before);
                counters.hit_if(fewer, "held", "then resolved");
            }
        }
        Ok(())
    }

    fn chance(&mut self, of: usize) -> bool {
        of > 0 && self.dice.once_in(of)
    }
}
