//! How long a scenario runs, its random choices, and turns: what every scenario is told from outside. A run's seed is
//! always printed; it never reads a random number from anywhere else.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// One scenario at a time: each wants the whole machine, and figures of two at once would say nothing.
static TURN: Mutex<()> = Mutex::new(());

/// The random choices of a short form, the same on every machine, though what happens when is not.
const SHORT_SEED: u64 = 8;

/// What asks for a long form.
const LONG_FORM: [&str; 3] = ["LONGHU_KILL_CYCLES", "LONGHU_KILL_EVENTS", "LONGHU_KILL_PAUSE_S"];

/// Cycles between two lines about how far a run is.
const PROGRESS_EVERY: u64 = 25;

/// A scenario's turn and its random choices.
pub struct Run {
    pub dice: Dice,
    name: &'static str,
    _turn: MutexGuard<'static, ()>,
}

impl Run {
    /// Waits for the turn, and says with which seed it goes.
    pub fn begin(name: &'static str) -> Run {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let seed = asked("LONGHU_KILL_SEED").or_else(seed_of_a_long_form).unwrap_or(SHORT_SEED);
        println!("{name}: seed {seed} (LONGHU_KILL_SEED)");
        Run { dice: Dice(seed), name, _turn: turn }
    }

    /// Prints how far a long form is, now and then.
    pub fn progress(&self, cycle: u64, what: impl std::fmt::Display) {
        if cycle.is_multiple_of(PROGRESS_EVERY) {
            self.says(format_args!("after {cycle}: {what}"));
        }
    }

    /// Prints a line of what was done or found.
    pub fn says(&self, what: impl std::fmt::Display) {
        println!("{}: {what}", self.name);
    }
}

/// Another one each time: a long form looks for what nobody has met yet.
fn seed_of_a_long_form() -> Option<u64> {
    let is_long = LONG_FORM.into_iter().any(|variable| asked(variable).is_some());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    is_long.then_some(now.as_nanos() as u64 % 1_000_000_007)
}

/// How many cycles, when nobody says: the short form's number.
pub fn cycles(short: u64) -> u64 {
    asked("LONGHU_KILL_CYCLES").unwrap_or(short)
}

/// How many acknowledged events at least.
pub fn events(short: u64) -> u64 {
    asked("LONGHU_KILL_EVENTS").unwrap_or(short)
}

/// How long the broker stands still.
pub fn pause(short: Duration) -> Duration {
    asked("LONGHU_KILL_PAUSE_S").map_or(short, Duration::from_secs)
}

fn asked(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

/// Numbers that follow from a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// One of `0..below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next() % below
    }

    /// True once in so many throws.
    pub fn once_in(&mut self, throws: u64) -> bool {
        self.below(throws) == 0
    }

    /// A time up to so many milliseconds, to the microsecond.
    pub fn up_to_ms(&mut self, milliseconds: u64) -> Duration {
        Duration::from_micros(self.below(milliseconds * 1000 + 1))
    }
}

/// The times that something took.
#[derive(Default)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn note(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn slowest(&self) -> Duration {
        self.0.iter().max().copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Times {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let middle = sorted.get(sorted.len() / 2).copied().unwrap_or_default();
        write!(f, "median {} ms, slowest {} ms", middle.as_millis(), self.slowest().as_millis())
    }
}
