//! Fuzzes a surface with many inputs, each a valid one that was damaged in a few steps, and checks after
//! each: did it panic, did it allocate more memory than its size allows, was it refused without a known code?
//! A failing input is made as small as possible and printed with its seed.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use crate::codes;

/// The default number of inputs for a surface, for which continuous integration has time.
const INPUTS: u32 = 5_000;
/// The most steps of damage to an input. With none it is left as it was.
const STEPS_MAX: usize = 4;
/// How many smaller inputs are tried for a failing input.
const SMALLER_MAX: u32 = 2_000;

/// One step of damage: its kind, its place, and a number.
pub type Step = (u8, u32, u64);

/// The outcome of an input.
pub enum Verdict {
    /// It was accepted.
    Accepted,
    /// It was refused, with these codes.
    Refused(Vec<String>),
}

impl Verdict {
    /// From the result of one of the product's readers.
    pub fn of<T>(read: Result<T, Vec<String>>) -> Verdict {
        match read {
            Ok(_) => Verdict::Accepted,
            Err(codes) => Verdict::Refused(codes),
        }
    }

    /// From an error whose text ends with a code.
    pub fn said<T, E: std::fmt::Display>(read: Result<T, E>) -> Verdict {
        Verdict::of(read.map_err(|error| {
            vec![crate::reading::code_in(&error.to_string()).unwrap_or_default().to_owned()]
        }))
    }
}

/// The input of a surface.
pub trait Input: Clone {
    /// How large it is.
    fn bytes(&self) -> usize;
    /// The whole input, in a form that can be copied into a test.
    fn shown(&self) -> String;
    /// Damages it. Parts of the others may be used.
    fn damage(&mut self, step: Step, others: &[Self]);
}

/// The most memory that may be allocated at once for an input of a size. It grows with the input, because
/// readers keep what they read in larger forms (a byte of TOML becomes a value of about 100 bytes), and has a
/// fixed part for the text of a refusal.
#[derive(Clone, Copy)]
pub struct Bound {
    pub per_byte: u64,
    pub fixed: u64,
}

/// A decoder under test.
pub struct Surface<'a, T> {
    pub name: &'a str,
    /// Valid inputs.
    pub corpus: Vec<T>,
    pub bound: Bound,
    /// If each input takes long, only one in this many of the requested inputs is run.
    pub one_in: u32,
}

#[derive(Default)]
struct Tally {
    inputs: u64,
    accepted: u64,
    refused: BTreeMap<String, u64>,
    /// The largest allocation, and the size of its input.
    greatest: (u64, usize),
}

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
    /// The place of this thread's last panic.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Fuzzes a surface with the number of inputs given by the environment.
pub fn run<T: Input>(surface: Surface<T>, mut decode: impl FnMut(&T) -> Verdict) {
    let inputs = (asked("LONGHU_FUZZ_INPUTS").unwrap_or(INPUTS.into()) as u32 / surface.one_in).max(1);
    let seed = asked("LONGHU_FUZZ_SEED").unwrap_or(1);
    let (tally, started) = (RefCell::new(Tally::default()), Instant::now());
    assert!(!surface.corpus.is_empty(), "{}: there is nothing to begin from", surface.name);
    let made = |(pick, steps): &(usize, Vec<Step>)| {
        let mut input = surface.corpus[pick % surface.corpus.len()].clone();
        steps.iter().for_each(|step| input.damage(*step, &surface.corpus));
        input
    };
    let decode = RefCell::new(&mut decode);
    let test = |damage: (usize, Vec<Step>)| {
        let input = made(&damage);
        judge(&surface, &input, &mut *decode.borrow_mut(), &mut tally.borrow_mut())
            .map_err(TestCaseError::fail)
    };
    silence();
    let steps = proptest::collection::vec(any::<Step>(), 0..=STEPS_MAX);
    let config = Config {
        cases: inputs,
        max_shrink_iters: SMALLER_MAX,
        failure_persistence: None,
        ..Config::default()
    };
    let ran = TestRunner::new_with_rng(config, rng(surface.name, seed)).run(&(any::<usize>(), steps), test);
    QUIET.set(false);
    if let Err(failed) = ran {
        let TestError::Fail(why, damage) = failed else { panic!("{}: {failed}", surface.name) };
        panic!("{}, seed {seed}: {why}\nby this input: {}", surface.name, made(&damage).shown());
    }
    let Tally { inputs, accepted, refused, greatest } = tally.into_inner();
    let of = refused.values().sum::<u64>();
    println!(
        "fuzz {}: {inputs} inputs in {:.1} s, seed {seed}: {accepted} accepted, {of} refusals by {} codes; at most {} bytes \
         for an input of {}",
        surface.name,
        started.elapsed().as_secs_f64(),
        refused.len(),
        greatest.0,
        greatest.1,
    );
    let mut refused: Vec<_> = refused.into_iter().collect();
    refused.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let told: Vec<String> = refused.into_iter().map(|(code, count)| format!("{code} {count}")).collect();
    println!("  {}", told.join(", "));
}

/// Runs one input. Returns the verdict, or what is wrong with the reader.
fn judge<T: Input>(
    surface: &Surface<T>,
    input: &T,
    decode: &mut impl FnMut(&T) -> Verdict,
    tally: &mut Tally,
) -> Result<(), String> {
    let mut caught = None;
    let allocated = allocation_counter::measure(|| {
        caught = Some(catch_unwind(AssertUnwindSafe(|| decode(input))));
    });
    tally.inputs += 1;
    let verdict = match caught {
        Some(Ok(verdict)) => verdict,
        Some(Err(panic)) => return Err(format!("it panicked at {}: {}", PLACE.take(), message(&*panic))),
        None => return Err("it was not read".to_owned()),
    };
    let allowed = surface.bound.fixed + surface.bound.per_byte * input.bytes() as u64;
    if allocated.bytes_max > allowed {
        return Err(format!(
            "{} bytes were allocated at once for an input of {}, and {allowed} are allowed",
            allocated.bytes_max,
            input.bytes()
        ));
    }
    tally.greatest = tally.greatest.max((allocated.bytes_max, input.bytes()));
    match verdict {
        Verdict::Accepted => tally.accepted += 1,
        Verdict::Refused(codes) if codes.is_empty() => {
            return Err("it was refused without any reason".to_owned());
        }
        Verdict::Refused(codes) => {
            for code in codes {
                codes::check(&code)?;
                *tally.refused.entry(code).or_default() += 1;
            }
        }
    }
    Ok(())
}

/// A number of the environment.
fn asked(name: &str) -> Option<u64> {
    let value = std::env::var(name).ok()?;
    Some(value.parse().unwrap_or_else(|_| panic!("{name} is `{value}`, which is not a number")))
}

/// A random generator for each surface, the same for the same seed.
fn rng(name: &str, seed: u64) -> TestRng {
    let hash = blake3::hash(format!("{name} {seed}").as_bytes());
    TestRng::from_seed(RngAlgorithm::ChaCha, hash.as_bytes())
}

/// Panics of this thread are reported once, at the end, with their input.
fn silence() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let loud = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| match QUIET.get() {
            true => PLACE.set(info.location().map(ToString::to_string).unwrap_or_default()),
            false => loud(info),
        }));
    });
    QUIET.set(true);
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without a word").to_owned()
}
