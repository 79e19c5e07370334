//! Asks the services, through gRPC, for what anybody could ask: boards and the state of the log. It remembers
//! the answers of a second ago, to tell what moved.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, GetLogStatusResponse};
use longhu_proto::wire::standings::v1::{GetStandingsRequest, GetStandingsResponse};
use tonic::Status;

use crate::contests;
use crate::meter::{Counts, Meter};
use crate::view::{BoardView, Moved, RowView, View};

/// Movement compares the present ranks with those of this time ago.
pub const BASELINE: Duration = Duration::from_secs(1);
/// The boards that are shown, as contest and board.
const SHOWN: [(usize, &str); 2] = [(0, "branch"), (1, "employee")];
/// How many rows are requested. It is more than are shown, so that the movement of a row that enters from
/// below is known.
const ROWS: i32 = 100;

/// Asks repeatedly.
pub struct Watch {
    server: Server,
    year: i16,
    started: Instant,
    /// Earlier answers, oldest first, back to the baseline.
    seen: VecDeque<Seen>,
}

/// The base for movements and rates.
struct Seen {
    at: Instant,
    sent: u64,
    folded: u64,
    ranks: [HashMap<String, u64>; SHOWN.len()],
}

impl Watch {
    /// For the contests of a year.
    pub fn new(server: Server, year: i16) -> Watch {
        Watch { server, year, started: Instant::now(), seen: VecDeque::new() }
    }

    /// The data to show now.
    ///
    /// # Errors
    /// The first refusal of a query.
    pub async fn look(&mut self, meter: &Meter) -> Result<View, Status> {
        let (log, boards) = futures::try_join!(self.log(), self.boards())?;
        let (at, counts) = (Instant::now(), meter.counts());
        let ranks = boards.each_ref().map(ranks);
        while self.seen.len() > 1 && self.seen.get(1).is_some_and(|seen| at - seen.at >= BASELINE) {
            self.seen.pop_front();
        }
        let baseline = self.seen.front();
        let rate = |now: u64, then: fn(&Seen) -> u64| {
            baseline.map_or(0.0, |seen| now.saturating_sub(then(seen)) as f64 / (at - seen.at).as_secs_f64())
        };
        let (sent_per_s, folded_per_s) =
            (rate(counts.sent, |seen| seen.sent), rate(log.events, |seen| seen.folded));
        let mut shown = Vec::with_capacity(SHOWN.len());
        for (index, answer) in boards.into_iter().enumerate() {
            shown.push(self.board_view(index, answer, baseline.map(|seen| &seen.ranks[index])));
        }
        self.seen.push_back(Seen { at, sent: counts.sent, folded: log.events, ranks });
        Ok(View {
            elapsed: self.started.elapsed(),
            sent_per_s,
            folded_per_s,
            lag_batches: log.lag_batches,
            position: log.folded_position.as_ref().map_or(Position::default(), position_from_wire),
            duplicates: log.duplicates,
            boards: shown,
            server: self.server.url.clone(),
            ..View::of(counts, contests::id(0, self.year))
        })
    }

    async fn log(&self) -> Result<GetLogStatusResponse, Status> {
        self.server.ask(self.server.log().get_log_status(GetLogStatusRequest {})).await
    }

    async fn boards(&self) -> Result<[GetStandingsResponse; SHOWN.len()], Status> {
        let board = |(contest, board): (usize, &str)| {
            let request = GetStandingsRequest {
                contest: contests::id(contest, self.year),
                board: board.to_owned(),
                page_size: ROWS,
                ..Default::default()
            };
            async move { self.server.ask(self.server.standings().get_standings(request)).await }
        };
        let [first, second] = SHOWN;
        let (first, second) = futures::try_join!(board(first), board(second))?;
        Ok([first, second])
    }

    fn board_view(
        &self,
        index: usize,
        answer: GetStandingsResponse,
        before: Option<&HashMap<String, u64>>,
    ) -> BoardView {
        let (contest, board) = SHOWN[index];
        let header = answer.header.unwrap_or_default();
        let rows = answer.rows.into_iter().map(|row| RowView {
            moved: before.map_or(Moved::Not, |before| moved(before, &row.participant, row.rank)),
            rank: row.rank,
            id: row.participant,
            name: row.name,
            score: row.score,
        });
        let (zh, en) = contests::name(contest);
        BoardView {
            title: format!("{zh} {en}"),
            board: board.to_owned(),
            rows: rows.collect(),
            size: answer.total_size,
            digest: header.digest,
            position: header.position.as_ref().map_or(Position::default(), position_from_wire),
        }
    }
}

fn ranks(answer: &GetStandingsResponse) -> HashMap<String, u64> {
    answer.rows.iter().map(|row| (row.participant.clone(), row.rank)).collect()
}

fn moved(before: &HashMap<String, u64>, participant: &str, rank: u64) -> Moved {
    match before.get(participant) {
        // On an empty board nobody had a rank before.
        None if before.is_empty() => Moved::Not,
        None => Moved::In,
        Some(before) if *before > rank => Moved::Up(before - rank),
        Some(before) if *before < rank => Moved::Down(rank - before),
        Some(_) => Moved::Not,
    }
}

impl View {
    /// What is known without asking.
    fn of(counts: Counts, contest: String) -> View {
        View { counts, contest, ..View::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn movement_is_told_from_the_rank_before() {
        let before: HashMap<String, u64> = [("a".to_owned(), 2), ("b".to_owned(), 5)].into();
        assert_eq!(moved(&before, "b", 2), Moved::Up(3));
        assert_eq!(moved(&before, "a", 5), Moved::Down(3));
        assert_eq!(moved(&before, "a", 2), Moved::Not);
        assert_eq!(moved(&before, "c", 1), Moved::In);
        assert_eq!(moved(&HashMap::new(), "c", 1), Moved::Not);
    }
}
