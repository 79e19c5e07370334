//! The length of a scenario, its random choices, and its turn. A run's seed is always printed, and there is
//! no other source of random numbers.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// One scenario runs at a time: each needs the whole machine, and figures of two at once would be
/// meaningless.
static TURN: Mutex<()> = Mutex::new(());

/// The seed of a short form. Its choices are the same on every machine, although the timing is not.
const SHORT_SEED: u64 = 8;

/// Variables that request a long form.
const LONG_FORM: [&str; 3] = ["LONGHU_KILL_CYCLES", "LONGHU_KILL_EVENTS", "LONGHU_KILL_PAUSE_S"];

/// How many cycles between two lines of progress.
const PROGRESS_EVERY: u64 = 25;

/// The turn of a scenario, and its random choices.
pub struct Run {
    pub dice: Dice,
    name: &'static str,
    _turn: MutexGuard<'static, ()>,
}

impl Run {
    /// Waits for the turn, and prints the seed.
    pub fn begin(name: &'static str) -> Run {
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let seed = asked("LONGHU_KILL_SEED").or_else(seed_of_a_long_form).unwrap_or(SHORT_SEED);
        println!("{name}: seed {seed} (LONGHU_KILL_SEED)");
        Run { dice: Dice(seed), name, _turn: turn }
    }

    /// Prints the progress of a long form from time to time.
    pub fn progress(&self, cycle: u64, what: impl std::fmt::Display) {
        if cycle.is_multiple_of(PROGRESS_EVERY) {
            self.says(format_args!("after {cycle}: {what}"));
        }
    }

    /// Prints a line about what was done or found.
    pub fn says(&self, what: impl std::fmt::Display) {
        println!("{}: {what}", self.name);
    }
}

/// A new seed each time, because a long form looks for what nobody has seen yet.
fn seed_of_a_long_form() -> Option<u64> {
    let is_long = LONG_FORM.into_iter().any(|variable| asked(variable).is_some());
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    is_long.then_some(now.as_nanos() as u64 % 1_000_000_007)
}

/// The number of cycles; by default that of the short form.
pub fn cycles(short: u64) -> u64 {
    asked("LONGHU_KILL_CYCLES").unwrap_or(short)
}

/// The least number of acknowledged events.
pub fn events(short: u64) -> u64 {
    asked("LONGHU_KILL_EVENTS").unwrap_or(short)
}

/// How long the broker is paused.
pub fn pause(short: Duration) -> Duration {
    asked("LONGHU_KILL_PAUSE_S").map_or(short, Duration::from_secs)
}

fn asked(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable}={text} is not a number")))
}

/// Random numbers from a seed (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..below`.
    pub fn below(&mut self, below: u64) -> u64 {
        self.next() % below
    }

    /// True with probability one in `throws`.
    pub fn once_in(&mut self, throws: u64) -> bool {
        self.below(throws) == 0
    }

    /// A random time up to this many milliseconds, to the microsecond.
    pub fn up_to_ms(&mut self, milliseconds: u64) -> Duration {
        Duration::from_micros(self.below(milliseconds * 1000 + 1))
    }
}

/// Times that were measured.
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
