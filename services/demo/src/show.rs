//! The boards as they move: drawn over one another on a terminal, or a line a second for a log. It writes to stderr:
//! stdout belongs to the summary.

use std::io;
use std::time::{Duration, Instant};

use longhu_client::failure::{Failure, is_transient};
use longhu_client::output;
use longhu_client::server::Server;
use tokio::time::MissedTickBehavior;

use crate::meter::{Answers, Meter};
use crate::screen::{self, Screen};
use crate::text::Paint;
use crate::view::{self, View};
use crate::watch::Watch;

/// A frame on a terminal.
const FRAME_EVERY: Duration = Duration::from_millis(250);
/// A line in a log.
const LINE_EVERY: Duration = Duration::from_secs(1);
/// The boards in a log, after so many lines.
const BOARDS_EVERY: u64 = 5;
/// Queries may fail for so long.
const SILENT_MAX: Duration = Duration::from_secs(20);

/// What shows the boards.
pub struct Show {
    server: Server,
    watch: Watch,
    out: Out,
}

enum Out {
    Screen(Screen, Paint),
    /// How many lines there are.
    Lines(u64),
}

impl Show {
    /// Takes the terminal, if there is one.
    pub fn new(server: Server, year: i16) -> Result<Show, Failure> {
        let out = match screen::is_drawable() {
            true => Out::Screen(Screen::take()?, Paint { is_on: screen::is_coloured() }),
            false => Out::Lines(0),
        };
        Ok(Show { watch: Watch::new(server.clone(), year), server, out })
    }

    /// Shows until it is dropped or cannot go on.
    pub async fn run(&mut self, meter: &Meter) -> Result<(), Failure> {
        let every = if matches!(self.out, Out::Screen(..)) { FRAME_EVERY } else { LINE_EVERY };
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        // The first look is what the first rates and movements are told from; should it fail, the next one is.
        let _ = self.watch.look(meter).await;
        let (mut seen_at, mut answers_at) = (Instant::now(), Instant::now());
        let mut answers = Answers::default();
        loop {
            ticks.tick().await;
            // Percentiles of a quarter of a second would only flicker.
            if answers == Answers::default() || answers_at.elapsed() >= LINE_EVERY {
                (answers, answers_at) = (meter.recent_answers(), Instant::now());
            }
            match self.watch.look(meter).await {
                Ok(view) => {
                    seen_at = Instant::now();
                    self.draw(&View { answers, ..view })?;
                }
                Err(status) if is_transient(&status) && seen_at.elapsed() < SILENT_MAX => {}
                Err(status) => {
                    let failure = self.server.failure(&status);
                    let what = format!("the boards cannot be read: {}", failure.what);
                    return Err(failure
                        .what(what)
                        .next("run the demo again, with a lower `--rate` if the machine is slow"));
                }
            }
        }
    }

    fn draw(&mut self, view: &View) -> io::Result<()> {
        match &mut self.out {
            Out::Screen(screen, paint) => screen.draw(|frame| view::draw(view, *paint, frame)),
            Out::Lines(count) => {
                *count += 1;
                output::note_raw(&view::line(view));
                if *count % BOARDS_EVERY == 0 {
                    output::note_raw(&view::boards(view));
                }
                Ok(())
            }
        }
    }
}
