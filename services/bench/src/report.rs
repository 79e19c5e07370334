//! The report of a benchmark: figures beside the required ones, peers' figures with ratios, what was checked,
//! and on which machine; as a table for people and a JSON document for scripts.

use longhu_client::output::{self, Align, table};
use serde::Serialize;

use crate::ground::bytes;
use crate::machine::Machine;
use crate::workload::Workload;

/// Whether a greater or a smaller figure is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// For rates.
    More,
    /// For times and sizes.
    Less,
}

/// A peer's figure for the same work.
#[derive(Clone, Debug, Serialize)]
pub struct Beside {
    /// The peer.
    pub peer: &'static str,
    /// Its figure, in the same unit.
    pub value: f64,
    /// How many times better Longhu's figure is; below 1 it is worse.
    pub times_better: Option<f64>,
    /// How many times better it is required to be.
    pub asked_times: Option<f64>,
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was measured.
    pub what: String,
    /// The unit.
    pub unit: &'static str,
    /// Whether more or less is better.
    pub better: Better,
    /// Longhu's figure.
    pub longhu: f64,
    /// The figure that is aimed at on 2 cores (README.md), as a minimum or a maximum.
    pub asked: Option<f64>,
    /// The figures of peers.
    pub peers: Vec<Beside>,
}

impl Figure {
    /// A rate, such as events per second.
    pub fn rate(what: impl Into<String>, unit: &'static str, longhu: f64) -> Figure {
        Figure { what: what.into(), unit, better: Better::More, longhu, asked: None, peers: Vec::new() }
    }

    /// A time or a size.
    pub fn cost(what: impl Into<String>, unit: &'static str, longhu: f64) -> Figure {
        Figure { better: Better::Less, ..Figure::rate(what, unit, longhu) }
    }

    /// Sets the required figure.
    pub fn asked(self, asked: f64) -> Figure {
        Figure { asked: Some(asked), ..self }
    }

    /// Sets the required figure if a condition holds.
    pub fn asked_if(self, condition: bool, asked: f64) -> Figure {
        if condition { self.asked(asked) } else { self }
    }

    /// Adds a peer's figure, and the required ratio.
    pub fn beside(&mut self, peer: &'static str, value: f64, asked_times: Option<f64>) {
        let times = match self.better {
            Better::More => self.longhu / value,
            Better::Less => value / self.longhu,
        };
        let times_better = Some(times).filter(|times| times.is_finite());
        self.peers.push(Beside { peer, value, times_better, asked_times });
    }
}

/// Whether a peer ran, and with which settings.
#[derive(Clone, Debug, Serialize)]
pub struct PeerRun {
    /// The peer.
    pub peer: &'static str,
    /// Its version, if it ran.
    pub version: Option<String>,
    /// Its settings, if it ran.
    pub settings: Option<String>,
    /// Why it did not run.
    pub not_run: Option<String>,
}

/// A report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The name of the benchmark.
    pub benchmark: &'static str,
    /// The machine.
    pub machine: Machine,
    /// The workload.
    pub workload: Workload,
    /// The number of events sent.
    pub events: u64,
    /// The figures.
    pub figures: Vec<Figure>,
    /// The peers.
    pub peers: Vec<PeerRun>,
    /// What was checked.
    pub checks: Vec<String>,
    /// Further notes.
    pub notes: Vec<String>,
}

impl Report {
    /// The output for people.
    pub fn text(&self) -> String {
        let mut lines = vec![self.head(), self.machine_line()];
        if !self.machine.optimised {
            lines.push(
                "this build is not optimised, so its figures mean nothing; use `cargo run --release`".into(),
            );
        }
        lines.push(String::new());
        let mut text = lines.join("\n") + "\n" + &self.table() + "\n";
        for run in &self.peers {
            match (&run.not_run, &run.version, &run.settings) {
                (Some(why), _, _) => text.push_str(&format!("{}: not run: {why}\n", run.peer)),
                (None, version, settings) => {
                    let (version, settings) =
                        (version.as_deref().unwrap_or("?"), settings.as_deref().unwrap_or(""));
                    text.push_str(&format!("{}: {version}, {settings}\n", run.peer));
                }
            }
        }
        for check in &self.checks {
            text.push_str(&format!("checked: {check}\n"));
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        text
    }

    fn head(&self) -> String {
        let Workload { shape, skewed, numbered, seed, .. } = self.workload;
        format!(
            "longhu bench {}: {} events, {} branches, {} teams, {} employees, three boards, {}, {}, seed {seed}",
            self.benchmark,
            grouped(self.events as f64),
            grouped(f64::from(shape.branches)),
            grouped(f64::from(shape.teams)),
            grouped(f64::from(shape.employees)),
            if skewed { "skewed" } else { "uniform" },
            if numbered { "numbered" } else { "un-numbered" },
        )
    }

    fn machine_line(&self) -> String {
        let Machine {
            date,
            cores,
            processor,
            memory_bytes,
            load_before,
            longhu,
            commit,
            nats_server,
            sync_interval,
            ..
        } = &self.machine;
        let commit = commit.as_deref().map(|commit| format!(" ({commit})")).unwrap_or_default();
        format!(
            "{date}, {cores} cores {processor}, {}, load before {load_before:.1}; longhu {longhu}{commit}, nats-server \
             {nats_server}, sync_interval {sync_interval}",
            bytes(*memory_bytes)
        )
    }

    fn table(&self) -> String {
        let ran: Vec<&'static str> =
            self.peers.iter().filter(|run| run.not_run.is_none()).map(|run| run.peer).collect();
        let mut columns = vec![
            ("WHAT", Align::Left),
            ("UNIT", Align::Left),
            ("LONGHU", Align::Right),
            ("ASKED", Align::Right),
        ];
        for peer in &ran {
            columns.push((if *peer == "redis" { "REDIS" } else { "POSTGRES" }, Align::Right));
            columns.push(("TIMES BETTER", Align::Right));
            columns.push(("ASKED", Align::Right));
        }
        let rows = self.figures.iter().map(|figure| {
            let sign = if figure.better == Better::More { "≥" } else { "≤" };
            let asked = figure.asked.map(|asked| format!("{sign} {}", number(asked)));
            let mut row = vec![
                figure.what.clone(),
                figure.unit.to_owned(),
                number(figure.longhu),
                asked.unwrap_or_default(),
            ];
            for peer in &ran {
                let beside = figure.peers.iter().find(|beside| beside.peer == *peer);
                row.push(beside.map(|beside| number(beside.value)).unwrap_or_default());
                let times = |times: Option<f64>, sign: &str| times.map(|times| format!("{sign}{times:.1}×"));
                row.push(beside.and_then(|beside| times(beside.times_better, "")).unwrap_or_default());
                row.push(beside.and_then(|beside| times(beside.asked_times, "≥ ")).unwrap_or_default());
            }
            row
        });
        table(&columns, rows)
    }
}

/// At least three digits, and whole numbers with grouped thousands.
fn number(value: f64) -> String {
    match value.abs() {
        size if size >= 100.0 => grouped(value),
        size if size >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

fn grouped(value: f64) -> String {
    output::grouped(&format!("{value:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_above_one_is_better_for_rates_and_for_times() {
        let mut rate = Figure::rate("ingest", "events/s", 300_000.0);
        rate.beside("redis", 100_000.0, Some(7.0));
        let mut time = Figure::cost("answer", "ms", 2.0);
        time.beside("redis", 6.0, None);
        for figure in [rate, time] {
            assert_eq!(figure.peers[0].times_better, Some(3.0), "{}", figure.what);
        }
    }

    #[test]
    fn numbers_keep_three_digits() {
        let cases =
            [(1_234_567.8, "1,234,568"), (12.345, "12.3"), (0.65, "0.65"), (999.6, "1,000"), (0.0, "0.00")];
        for (value, text) in cases {
            assert_eq!(number(value), text);
        }
    }
}
