//! The same entries give the same standings in any order. Generated worlds are arranged in logs in many ways
//! and folded, with crashes and contests that are read again along the way. Every board must equal the
//! oracle's, row by row and in its digest.
//!
//! Half of the cases have committed seeds, the others new ones. A failing case prints its seed:
//! `LONGHU_PROPTEST_SEED=<seed> cargo test -p longhu-core --test core metamorphic` runs it alone, and
//! `LONGHU_PROPTEST_CASES=10000` runs more. The test must not pass because it covered nothing: the counters
//! are printed, and the run fails if the committed seeds hardly cover a rule. New seeds do not count for
//! that, so whether it fails is the same in every run.

use std::cell::RefCell;
use std::fmt::Debug;
use std::hash::{BuildHasher, RandomState};

use crate::generated::arrange::{Arrangement, arrange};
use crate::generated::counters::Counters;
use crate::generated::dice::Dice;
use crate::generated::drive::{Drive, Journey};
use crate::generated::tally::tally;
use crate::generated::tally_organisation::tally_corrections;
use crate::generated::tally_seals::{is_last, tally_seals};
use crate::generated::world::{World, world};
use longhu_core::oracle::{Logged, Sealed, Standings, sealed, standings};
use longhu_core::testkit::agreement::Disagreement;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// The number of cases, unless `LONGHU_PROPTEST_CASES` is set.
const CASES: u64 = 3_600;
/// How many arrangements of each world are tested besides the plain one.
const WAYS: usize = 3;
/// How often the committed seeds must cover each rule.
const LEAST: u64 = 50;

#[test]
fn standings_are_the_same_for_every_arrangement_of_the_log() {
    let number = |name: &str| std::env::var(name).ok().map(|value| value.parse::<u64>().expect(name));
    if let Some(seed) = number("LONGHU_PROPTEST_SEED") {
        let mut counters = Counters::default();
        run_case(seed, &world(), &mut counters);
        return counters.print();
    }
    let missing = run(number("LONGHU_PROPTEST_CASES").unwrap_or(CASES)).missing(LEAST);
    assert!(missing.is_empty(), "committed seeds covered fewer than {LEAST} times: {missing:#?}");
}

/// Runs worlds of committed and new seeds, on all processors. Returns the counters of the committed ones.
fn run(cases: u64) -> Counters {
    let (mut committed, mut all) = (Counters::default(), Counters::default());
    let fresh = RandomState::new().hash_one("fresh seeds") >> 1;
    let parts = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        let part = |first: usize| {
            let (worlds, mut committed, mut all) = (world(), Counters::default(), Counters::default());
            for case in (0..cases).skip(first).step_by(parts) {
                let is_committed = case % 2 == 0;
                let seed = if is_committed { case / 2 } else { fresh.wrapping_add(case) };
                let mut met = Counters::default();
                run_case(seed, &worlds, &mut met);
                if is_committed {
                    committed.absorb(&met);
                }
                all.absorb(&met);
            }
            (committed, all)
        };
        let running: Vec<_> = (0..parts).map(|first| scope.spawn(move || part(first))).collect();
        for part in running {
            match part.join() {
                Ok(met) => {
                    committed.absorb(&met.0);
                    all.absorb(&met.1);
                }
                Err(failed) => std::panic::resume_unwind(failed),
            }
        }
    });
    println!("{cases} worlds, fresh seeds from {fresh}");
    all.print();
    committed
}

/// Runs the world of one seed, and shrinks it if it fails.
fn run_case(seed: u64, worlds: &impl Strategy<Value = World>, counters: &mut Counters) {
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: 1, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let met = RefCell::new(Counters::default());
    let outcome = runner.run(worlds, |world| {
        let counted = check_world(&world).map_err(|broken| TestCaseError::fail(broken.to_string()))?;
        met.replace(counted);
        Ok(())
    });
    match outcome {
        Ok(()) => counters.absorb(&met.borrow()),
        Err(TestError::Fail(reason, world)) => {
            panic!(
                "the smallest world:\n{}\n{reason}\nreplay with LONGHU_PROPTEST_SEED={seed}",
                world.describe()
            )
        }
        Err(TestError::Abort(reason)) => panic!("seed {seed} gave up: {reason}"),
    }
}

/// What a case may find.
#[derive(Debug, thiserror::Error)]
enum Broken {
    /// The fold and the oracle do not agree.
    #[error(transparent)]
    Fold(#[from] Disagreement),
    /// The oracle's answers for two arrangements differ.
    #[error("{what}: the arrangement changed {before} to {after}")]
    Moved { what: String, before: String, after: String },
    /// Standings follow a revision that no decision has.
    #[error("{0} has no such definition")]
    NoDefinition(String),
}

/// Compares one value in two arrangements.
fn same<T: Debug + PartialEq>(what: impl Into<String>, before: &T, after: &T) -> Result<(), Broken> {
    let moved = |what| Broken::Moved { what, before: format!("{before:#?}"), after: format!("{after:#?}") };
    if before == after { Ok(()) } else { Err(moved(what.into())) }
}

/// Arranges a world in every way, compares the oracle's answers for all of them, and folds each.
fn check_world(world: &World) -> Result<Counters, Broken> {
    let mut counters = Counters::default();
    let mut dice = Dice::new(world.seed);
    let plain = arrange(world, &Arrangement::plain(world.seed), &mut counters);
    Drive::new(world, &plain, Journey::QUIET, world.seed).run(&mut counters)?;
    let expected = final_standings(world, &plain);
    for standings in &expected {
        let contest = world
            .definition(&standings.0, standings.1.revision)
            .ok_or_else(|| Broken::NoDefinition(standings.0.clone()))?;
        tally(contest, &plain, &standings.1, &mut counters);
    }
    tally_seals(world, &plain, &mut counters);
    for _ in 0..WAYS {
        let way = Arrangement::any(&mut dice);
        let log = arrange(world, &way, &mut counters);
        tally_seals(world, &log, &mut counters);
        tally_corrections(world, &log, &mut counters);
        for ((id, before), (_, after)) in expected.iter().zip(final_standings(world, &log)) {
            same_standings(&format!("{id}, {way:?}"), before, &after)?;
            let results = (last_result(&plain, id), last_result(&log, id));
            if let (Some(before), Some(after)) = results {
                let what = format!("result of {id}, {way:?}");
                same_standings(&what, &before.standings, &after.standings)?;
                same(what, &before.hash, &after.hash)?;
            }
        }
        let journey = Journey::any(&mut dice);
        Drive::new(world, &log, journey, way.seed)
            .run(&mut counters)
            .map_err(|disagreement| disagreement.inside(format!("{way:?}, {journey:?}")))?;
    }
    Ok(counters)
}

/// The oracle's standings of every contest at the end of the log.
fn final_standings<'a>(world: &World, log: &'a [Logged]) -> Vec<(String, Standings<'a>)> {
    let Some(last) = log.last() else { return Vec::new() };
    let ids = world.contests.iter().map(|revisions| revisions[0].id.clone());
    ids.filter_map(|id| Some((id.clone(), standings(log, &id, last.position)?))).collect()
}

/// The result of a contest, if its seal is the last entry that matters.
fn last_result<'a>(log: &'a [Logged], id: &str) -> Option<Sealed<'a>> {
    sealed(log, id, log.last()?.position).filter(|result| is_last(log, result.position))
}

/// Compares standings. A seal in the middle can keep an older definition in force; then nothing is compared.
fn same_standings(what: &str, before: &Standings, after: &Standings) -> Result<(), Broken> {
    if before.revision != after.revision {
        return Ok(());
    }
    same(what, &before.tables, &after.tables)?;
    let counts = |standings: &Standings| (standings.held, standings.late);
    same(format!("{what}, held and late"), &counts(before), &counts(after))
}
