//! Shows the boards: drawn in place on a terminal, or as a line per second in a log. It writes to stderr,
//! because stdout is for the summary.

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

/// The time between two frames on a terminal.
const FRAME_EVERY: Duration = Duration::from_millis(250);
/// The time between two lines in a log.
const LINE_EVERY: Duration = Duration::from_secs(1);
/// In a log, boards are printed after this many lines.
const BOARDS_EVERY: u64 = 5;
/// How long queries may fail.
const SILENT_MAX: Duration = Duration::from_secs(20);

/// Shows the boards.
pub struct Show {
    server: Server,
    watch: Watch,
    out: Out,
}

enum Out {
    Screen(Screen, Paint),
    /// A log, with the number of lines so far.
    Lines(u64),
}

impl Show {
    /// Takes over the terminal, if there is one.
    pub fn new(server: Server, year: i16) -> Result<Show, Failure> {
        let out = match screen::is_drawable() {
            true => Out::Screen(Screen::take()?, Paint { is_on: screen::is_coloured() }),
            false => Out::Lines(0),
        };
        Ok(Show { watch: Watch::new(server.clone(), year), server, out })
    }

    /// Shows until it is dropped or cannot continue.
    pub async fn run(&mut self, meter: &Meter) -> Result<(), Failure> {
        let every = if matches!(self.out, Out::Screen(..)) { FRAME_EVERY } else { LINE_EVERY };
        let mut ticks = tokio::time::interval(every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        ticks.tick().await;
        // The first answer is the base for rates and movements. If it fails, the next one is.
        let _ = self.watch.look(meter).await;
        let (mut seen_at, mut answers_at) = (Instant::now(), Instant::now());
        let mut answers = Answers::default();
        loop {
            ticks.tick().await;
            // Percentiles over a quarter of a second would change too fast to read.
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
