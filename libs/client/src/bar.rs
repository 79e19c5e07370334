//! How far something on the server is: a bar on a terminal, a line now and then elsewhere, always on stderr. It decides
//! nothing.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{note, one_line};

/// Between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// The whole, in parts per million.
const WHOLE: u64 = 1_000_000;

/// How far it is.
pub struct Bar {
    bar: Option<ProgressBar>,
    last_line: Instant,
}

impl Bar {
    /// A bar with nothing done yet.
    pub fn begin() -> Bar {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(WHOLE);
            match ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}") {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        Bar { bar, last_line: Instant::now() }
    }

    /// It is so far, in parts per million; `told` says with what.
    pub fn show(&mut self, done_ppm: u64, told: &str) {
        let told = one_line(told);
        match &self.bar {
            Some(bar) => {
                bar.set_position(done_ppm.min(WHOLE));
                bar.set_message(told);
            }
            None if self.last_line.elapsed() >= LINE_EVERY => {
                note(&format!("{}%: {told}", done_ppm.min(WHOLE) / 10_000));
                self.last_line = Instant::now();
            }
            None => {}
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
