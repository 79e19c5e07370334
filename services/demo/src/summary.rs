//! The summary at the end of the demo, for people and as JSON: what was sent and counted, how fast, and
//! whether it all adds up. It shows what was measured and queried, and computes only differences.

use std::time::Duration;

use jiff::civil::Date;
use longhu_client::failure::Failure;
use longhu_client::output::grouped;
use longhu_client::output::{self, Align};
use longhu_client::proto_json;
use longhu_core::types::score::Score;
use longhu_proto::wire::ingest::v1::GetSourceStatusResponse;
use longhu_proto::wire::ops::v1::GetLogStatusResponse;
use serde_json::{Value, json};

use crate::contests;
use crate::meter::{Answers, Counted, Counts};
use crate::sums::Sums;

/// The summary.
pub struct Summary {
    /// The seed.
    pub seed: u64,
    /// From the first event until no more were made.
    pub sending: Duration,
    /// The first business date.
    pub first_date: Date,
    /// The counters.
    pub counts: Counts,
    /// The times of all answers.
    pub answers: Answers,
    /// The log at the end.
    pub log: GetLogStatusResponse,
    /// Duplicates that the log already had before.
    pub duplicates_before: u64,
    /// The sources at the end.
    pub sources: Vec<GetSourceStatusResponse>,
    /// The boards before the first event.
    pub before: Vec<Sums>,
    /// The boards at the end.
    pub after: Vec<Sums>,
}

impl Summary {
    /// Whether the parts add up to the whole, for each contest.
    pub fn is_whole(&self) -> bool {
        self.after.iter().all(Sums::is_whole)
    }

    /// Whether the boards changed by exactly what the bank itself counted.
    pub fn is_as_counted(&self) -> bool {
        let mut contests = self.before.iter().zip(&self.after).zip(&self.counts.points);
        contests.all(|((before, after), counted)| gained(before, after) == *counted)
    }

    /// The failure, if anything is wrong.
    pub fn verdict(&self) -> Result<(), Failure> {
        let again = format!("run it again with `--seed {}`, and report it when it happens again", self.seed);
        if self.counts.rejected > 0 {
            let why = self.counts.first_rejection.clone().unwrap_or_default();
            let what = format!("{} events were refused", self.counts.rejected);
            return Err(Failure::new(what).details(vec![why]).next(again));
        }
        if !self.is_whole() {
            return Err(Failure::new("the parts of a board do not sum to the whole").next(again));
        }
        if !self.is_as_counted() {
            let what = "the boards do not show what was sent";
            let next = format!("if somebody else sent events meanwhile, that is why; otherwise {again}");
            return Err(Failure::new(what).next(next));
        }
        Ok(())
    }

    fn events_per_s(&self) -> f64 {
        self.counts.accepted as f64 / self.sending.as_secs_f64().max(0.001)
    }

    fn duplicates(&self) -> u64 {
        self.log.duplicates.saturating_sub(self.duplicates_before)
    }

    fn position(&self) -> String {
        self.log.folded_position.as_ref().map(proto_json::position).unwrap_or_default()
    }

    /// One JSON document.
    pub fn json(&self) -> Value {
        let counts = &self.counts;
        let contests = self.after.iter().zip(&counts.points);
        json!({
            "seed": self.seed,
            "seconds": round(self.sending.as_secs_f64()),
            "business_days": counts.days,
            "first_date": self.first_date,
            "last_date": counts.date,
            "sent": counts.sent,
            "accepted": counts.accepted,
            "rejected": counts.rejected,
            "came_late": counts.late,
            "came_twice": counts.again,
            "unanswered_sent_again": counts.unanswered,
            "duplicates_absorbed": self.duplicates(),
            "events_per_second": round(self.events_per_s()),
            "ack_ms": { "p50": round(self.answers.p50_ms), "p99": round(self.answers.p99_ms) },
            "log": {
                "position": self.position(),
                "batches": self.log.batches,
                "bytes": self.log.bytes,
                "events_folded": self.log.events,
                "conflicts": self.log.conflicts,
                "dead_letters": self.log.dead_letters,
                "held": self.log.held,
            },
            "sources": self.sources.iter().map(source_json).collect::<Vec<_>>(),
            "contests": contests.map(|(sums, counted)| contest_json(sums, counted)).collect::<Vec<_>>(),
            "parts_sum_to_whole": self.is_whole(),
            "boards_show_what_was_sent": self.is_as_counted(),
        })
    }

    /// The output for people.
    pub fn text(&self) -> String {
        let counts = &self.counts;
        let number = |number: u64| grouped(&number.to_string());
        let mut text = format!(
            "{} business days from {} on, {:.1} s, seed {}\n\n",
            counts.days,
            self.first_date,
            self.sending.as_secs_f64(),
            self.seed
        );
        let mut pairs = vec![
            ("events accepted", number(counts.accepted)),
            ("events rejected", number(counts.rejected)),
            ("events a second", number(self.events_per_s() as u64)),
            ("acknowledged", format!("p50 {:.1} ms, p99 {:.1} ms", self.answers.p50_ms, self.answers.p99_ms)),
            ("came late", number(counts.late)),
            ("came twice", format!("{}, absorbed {}", number(counts.again), number(self.duplicates()))),
            ("position", self.position()),
            ("log", format!("{} batches, {} bytes", number(self.log.batches), number(self.log.bytes))),
        ];
        if counts.unanswered > 0 {
            pairs.push(("without answer", format!("{}, sent over again", number(counts.unanswered))));
        }
        text.push_str(&output::pairs(pairs));
        for (contest, sums) in self.after.iter().enumerate() {
            text.push_str(&contest_text(contest, sums));
        }
        let yes = |is: bool| if is { "yes" } else { "NO" };
        text.push_str(&format!(
            "\nparts sum to the whole: {} (teams + unassigned = branches = regions, employees = teams)\n\
             boards show what was sent: {} (by the bank's own count, each event once)\n",
            yes(self.is_whole()),
            yes(self.is_as_counted())
        ));
        text
    }
}

fn gained(before: &Sums, after: &Sums) -> Counted {
    let (before, after) = (before.counted(), after.counted());
    Counted { whole: after.whole - before.whole, unassigned: after.unassigned - before.unassigned }
}

fn contest_text(contest: usize, sums: &Sums) -> String {
    let (zh, en) = contests::name(contest);
    let mut text = format!("\n{zh} {en} ({})\n", sums.contest);
    let columns = [
        ("BOARD", Align::Left),
        ("ROWS", Align::Right),
        ("SUM OF POINTS", Align::Right),
        ("DIGEST", Align::Left),
    ];
    let points = |e4: i128| grouped(&Score(e4).to_string());
    let mut rows: Vec<Vec<String>> = sums
        .boards
        .iter()
        .map(|board| {
            vec![
                board.board.to_owned(),
                grouped(&board.rows.to_string()),
                points(board.sum_e4),
                short(&board.digest),
            ]
        })
        .collect();
    rows.push(vec![
        "unassigned".to_owned(),
        String::new(),
        points(sums.counted().unassigned),
        "what the branches have and no team has".to_owned(),
    ]);
    text.push_str(&output::table(&columns, rows));
    for board in sums.boards.iter().filter(|board| board.board == shown(contest)) {
        let columns = [
            ("RANK", Align::Right),
            ("PARTICIPANT", Align::Left),
            ("NAME", Align::Left),
            ("POINTS", Align::Right),
        ];
        let rows = board.top.iter().map(|row| {
            vec![row.rank.to_string(), row.participant.clone(), row.name.clone(), grouped(&row.score)]
        });
        text.push_str(&format!("\nthe first {} of board {}\n", board.top.len(), board.board));
        text.push_str(&output::table(&columns, rows));
    }
    text
}

/// The beginning of a digest; the JSON has all of it.
fn short(digest: &str) -> String {
    format!("{}…", digest.get(..16).unwrap_or(digest))
}

/// The board whose first rows are shown, the same as in the terminal.
fn shown(contest: usize) -> &'static str {
    if contest == 0 { "branch" } else { "employee" }
}

fn contest_json(sums: &Sums, counted: &Counted) -> Value {
    let points = |e4: i128| Score(e4).to_string();
    let boards = sums.boards.iter().map(|board| {
        let top = board.top.iter().map(|row| {
            json!({ "rank": row.rank, "participant": row.participant, "name": row.name, "score": row.score })
        });
        json!({
            "board": board.board,
            "rows": board.rows,
            "sum": points(board.sum_e4),
            "digest": board.digest,
            "top": top.collect::<Vec<_>>(),
        })
    });
    json!({
        "contest": sums.contest,
        "boards": boards.collect::<Vec<_>>(),
        "unassigned": points(sums.counted().unassigned),
        "sent": { "points": points(counted.whole), "unassigned": points(counted.unassigned) },
    })
}

fn source_json(status: &GetSourceStatusResponse) -> Value {
    json!({
        "source": status.source,
        "numbered": status.numbered,
        "counted": status.counted,
        "duplicates": status.duplicates,
        "contiguous": status.contiguous,
        "gaps": status.gaps.len(),
    })
}

/// Rounds to a thousandth.
fn round(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0
}

#[cfg(test)]
mod tests {
    use super::super::contests::BOARDS;
    use super::super::sums::BoardSum;
    use super::*;
    use longhu_client::failure::Exit;

    fn sums(contest: &str, units: i128, people: i128) -> Sums {
        let sum_of = |board| if matches!(board, "region" | "branch") { units } else { people };
        let boards = BOARDS.map(|board| BoardSum { board, sum_e4: sum_of(board), ..BoardSum::default() });
        Sums { contest: contest.into(), boards: boards.to_vec() }
    }

    fn summary() -> Summary {
        let counted = |whole, unassigned| Counted { whole, unassigned };
        Summary {
            seed: 8,
            sending: Duration::from_secs(10),
            first_date: Date::constant(2025, 1, 1),
            counts: Counts {
                accepted: 50_000,
                again: 12,
                points: [counted(90_000, 10_000), counted(5, 0)],
                ..Counts::default()
            },
            answers: Answers { p50_ms: 3.0, p99_ms: 9.0 },
            log: GetLogStatusResponse { duplicates: 14, ..Default::default() },
            duplicates_before: 2,
            sources: Vec::new(),
            before: vec![sums("spring-2025", 10_000, 10_000), sums("wealth-2025", 0, 0)],
            after: vec![sums("spring-2025", 100_000, 90_000), sums("wealth-2025", 5, 5)],
        }
    }

    #[test]
    fn what_was_there_before_is_not_counted_again() {
        let summary = summary();
        assert!(summary.verdict().is_ok());
        let json = summary.json();
        assert_eq!(
            (&json["parts_sum_to_whole"], &json["boards_show_what_was_sent"]),
            (&json!(true), &json!(true))
        );
        assert_eq!((&json["duplicates_absorbed"], &json["events_per_second"]), (&json!(12), &json!(5_000.0)));
        assert_eq!(json["contests"][0]["unassigned"], json!("1"));
        let text = summary.text();
        assert!(text.contains("came twice       12, absorbed 12\n"), "{text}");
        assert!(text.contains("parts sum to the whole: yes"), "{text}");
    }

    #[test]
    fn what_does_not_add_up_is_a_failure_with_a_next_step() {
        let mut broken = summary();
        broken.after[0].boards[3].sum_e4 -= 1;
        let failure = broken.verdict().unwrap_err();
        assert_eq!(failure.exit, Exit::Failed);
        assert!(failure.text().contains("next: run it again with `--seed 8`"), "{}", failure.text());
        let mut lost = summary();
        lost.counts.points[1].whole += 1;
        assert!(lost.is_whole() && lost.verdict().is_err());
        let mut refused = summary();
        refused.counts.rejected = 1;
        assert!(refused.verdict().is_err());
    }
}
