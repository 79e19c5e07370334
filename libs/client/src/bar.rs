//! How far something is: a bar on a terminal, a line now and then elsewhere, always on stderr. It decides nothing.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::output::{note, one_line};

/// The time between two lines if there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// The whole, in parts per million.
const WHOLE: u64 = 1_000_000;

/// How far it is. What is drawn goes away with it.
pub struct Bar {
    shown: Shown,
    has_whole: bool,
}

enum Shown {
    Nowhere,
    Drawn(ProgressBar),
    Lines { last: Instant },
}

impl Bar {
    /// A bar at zero.
    pub fn begin() -> Bar {
        Bar::with("{bar:30} {percent:>3}%  {msg}", true)
    }

    /// The same, with how long it will still take at this speed.
    pub fn begin_timed() -> Bar {
        Bar::with("{bar:30} {percent:>3}%  {msg}  {eta} left", true)
    }

    /// No bar: how much there is in all is not known, only what is done and for how long.
    pub fn begin_endless() -> Bar {
        Bar::with("{msg}  {elapsed}", false)
    }

    /// Shows nothing, where other lines go to the same terminal or nobody looks.
    pub fn hidden() -> Bar {
        Bar { shown: Shown::Nowhere, has_whole: true }
    }

    fn with(template: &str, has_whole: bool) -> Bar {
        if !std::io::stderr().is_terminal() {
            return Bar { shown: Shown::Lines { last: Instant::now() }, has_whole };
        }
        let bar = ProgressBar::new(WHOLE);
        let bar = match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        };
        Bar { shown: Shown::Drawn(bar), has_whole }
    }

    /// So much of the whole is done; `told` says with what. Nothing of nothing is all of it.
    pub fn show_of(&mut self, done: u64, whole: u64, told: &str) {
        let ppm = u128::from(done) * u128::from(WHOLE) / u128::from(whole.max(1));
        self.show(if whole == 0 { WHOLE } else { ppm.min(WHOLE.into()) as u64 }, told);
    }

    /// Shows the progress in parts per million, with a text.
    pub fn show(&mut self, done_ppm: u64, told: &str) {
        let done = done_ppm.min(WHOLE);
        match &mut self.shown {
            Shown::Nowhere => {}
            Shown::Drawn(bar) => {
                bar.set_position(done);
                bar.set_message(one_line(told));
            }
            Shown::Lines { last } if last.elapsed() >= LINE_EVERY => {
                let told = one_line(told);
                note(&if self.has_whole { format!("{}%: {told}", done / 10_000) } else { told });
                *last = Instant::now();
            }
            Shown::Lines { .. } => {}
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Shown::Drawn(bar) = &self.shown {
            bar.finish_and_clear();
        }
    }
}
