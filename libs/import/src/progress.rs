//! Shows how far an import is, on stderr: a bar on a terminal, elsewhere a line every few seconds. The import
//! does not depend on it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use longhu_client::output::note;

/// Time between two lines where there is no terminal.
const LINE_EVERY: Duration = Duration::from_secs(10);
/// Rows between two looks at the clock.
const ROWS_EVERY: u64 = 256;

pub struct Progress {
    bar: Option<ProgressBar>,
    total_bytes: u64,
    done_bytes: u64,
    last_line: Instant,
    rows: u64,
}

impl Progress {
    /// Starts. With `quiet`, nothing is shown.
    pub fn new(total_bytes: u64, quiet: bool) -> Progress {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new(total_bytes);
            let template = "{bar:30} {percent:>3}%  {msg}  {eta} left";
            match ProgressStyle::with_template(template) {
                Ok(style) => bar.with_style(style),
                Err(_) => bar,
            }
        });
        let last_line = Instant::now();
        Progress { bar, total_bytes, done_bytes: 0, last_line, rows: if quiet { u64::MAX } else { 0 } }
    }

    /// Notes that another row was read. `bytes_read` counts in the present file. `tell` adds words, given the
    /// number of rows.
    pub fn row(&mut self, bytes_read: u64, tell: impl FnOnce(u64) -> String) {
        if self.rows == u64::MAX {
            return;
        }
        self.rows += 1;
        if !self.rows.is_multiple_of(ROWS_EVERY) {
            return;
        }
        let done = self.done_bytes.saturating_add(bytes_read).min(self.total_bytes);
        let told = tell(self.rows);
        match &self.bar {
            Some(bar) => {
                bar.set_position(done);
                bar.set_message(told);
            }
            None if self.last_line.elapsed() >= LINE_EVERY => {
                let percent = done.saturating_mul(100) / self.total_bytes.max(1);
                note(&format!("{percent}%: {told}"));
                self.last_line = Instant::now();
            }
            None => {}
        }
    }

    /// Notes that a file of so many bytes is done.
    pub fn file_done(&mut self, bytes: u64) {
        self.done_bytes = self.done_bytes.saturating_add(bytes);
    }

    /// Removes the bar.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
