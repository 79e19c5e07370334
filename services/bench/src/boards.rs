//! Reads boards through the query service, and compares every row with a plain sort of what was sent. If the
//! boards are wrong, a figure is worthless.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::standings::v1::GetStandingsRequest;
use tonic::{Code, Status};

use crate::bank::CONTEST;
use crate::refusal::wrong_result;
use crate::shape::{self, BOARDS};
use crate::workload::Tally;

/// The most rows that the service returns at once.
const PAGE: i32 = 5_000;

/// How long the projector may need to catch up.
const EARLY_MAX: Duration = Duration::from_secs(900);

/// A row of a board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its rank.
    pub rank: u64,
    /// The participant.
    pub participant: String,
    /// Its score.
    pub score: u64,
}

/// The digests of the three boards, once they reflect `position`.
pub async fn digests(server: &Server, position: Position) -> Result<[String; 3], Failure> {
    let mut found: [String; 3] = Default::default();
    for (board, digest) in BOARDS.iter().zip(&mut found) {
        let answer = page(server, board, position, 1, String::new()).await?;
        *digest = answer.header.unwrap_or_default().digest;
    }
    Ok(found)
}

/// Reads all three boards and compares every row. Returns what was checked, in words.
pub async fn check(server: &Server, position: Position, tally: &Tally) -> Result<String, Failure> {
    let mut sizes = Vec::new();
    for board in BOARDS {
        let (mut rows, mut token) = (Vec::new(), String::new());
        loop {
            let answer = page(server, board, position, PAGE, token).await?;
            for row in answer.rows {
                let score = row.score.parse();
                let score =
                    score.map_err(|_| wrong_result(format!("{}: score {}", row.participant, row.score)))?;
                rows.push(Row { rank: row.rank, participant: row.participant, score });
            }
            token = answer.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        sizes.push(format!("{} {}", rows.len(), board));
        compare("longhu", board, &rows, &tally.scores(board))?;
    }
    Ok(format!(
        "longhu: all rows ({}) have the rank and score of a plain sort; each board sums to {}",
        sizes.join(", "),
        tally.total()
    ))
}

async fn page(
    server: &Server,
    board: &str,
    position: Position,
    size: i32,
    page_token: String,
) -> Result<longhu_proto::wire::standings::v1::GetStandingsResponse, Failure> {
    let started = Instant::now();
    loop {
        let request = GetStandingsRequest {
            contest: CONTEST.to_owned(),
            board: board.to_owned(),
            page_size: size,
            page_token: page_token.clone(),
            min_position: Some(position_to_wire(position)),
            ..GetStandingsRequest::default()
        };
        match server.ask(server.standings().get_standings(request)).await {
            Ok(answer) => return Ok(answer),
            // It has not caught up yet, or is not running yet.
            Err(status) if is_early(&status) && started.elapsed() < EARLY_MAX => {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Err(status) => return Err(server.failure(&status)),
        }
    }
}

/// Whether asking again may help. The query service also passes on that it cannot reach its projector.
fn is_early(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown | Code::Cancelled)
}

/// Compares a board's rows with the expected scores, by number. Equal scores share the better rank; a
/// participant without a score is not listed.
pub fn compare(whose: &str, board: &str, rows: &[Row], scores: &[u64]) -> Result<(), Failure> {
    let ranks = ranks(scores);
    let listed = scores.iter().filter(|score| **score > 0).count();
    if rows.len() != listed {
        return Err(wrong_result(format!(
            "{whose}: board {board} has {} rows instead of {listed}",
            rows.len()
        )));
    }
    let numbers: HashMap<String, usize> =
        (0..scores.len()).map(|at| (shape::id(board, at as u32), at)).collect();
    let mut seen = vec![false; scores.len()];
    for row in rows {
        let at = numbers.get(&row.participant).copied();
        let at = at.filter(|at| !std::mem::replace(&mut seen[*at], true));
        // A participant without a score has no rank and no row.
        let wanted = at.and_then(|at| Some((scores[at], *ranks.get(&scores[at])?)));
        if wanted != Some((row.score, row.rank)) {
            let there =
                wanted.map_or("no such row".to_owned(), |(score, rank)| format!("{score} at rank {rank}"));
            return Err(wrong_result(format!(
                "{whose}: board {board}: {} has {} at rank {}, there should be {there}",
                row.participant, row.score, row.rank
            )));
        }
    }
    Ok(())
}

/// The rank of each score, by a plain sort.
pub fn ranks(scores: &[u64]) -> HashMap<u64, u64> {
    let mut sorted: Vec<u64> = scores.iter().copied().filter(|score| *score > 0).collect();
    sorted.sort_unstable_by(|a, b| b.cmp(a));
    let mut ranks = HashMap::new();
    for (rank, score) in (1..).zip(sorted) {
        ranks.entry(score).or_insert(rank);
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(rank: u64, number: u32, score: u64) -> Row {
        Row { rank, participant: shape::id("team", number), score }
    }

    #[test]
    fn each_wrong_rank_score_and_row_is_found() {
        let scores = [5, 9, 0, 5, 1];
        let right = vec![row(1, 1, 9), row(2, 0, 5), row(2, 3, 5), row(4, 4, 1)];
        assert!(compare("x", "team", &right, &scores).is_ok());
        let with = |at: usize, other: Row| {
            let mut rows = right.clone();
            rows[at] = other;
            rows
        };
        let wrong = [
            with(0, row(1, 1, 8)),
            with(2, row(3, 3, 5)),
            with(2, row(2, 0, 5)),
            with(3, row(4, 2, 0)),
            right[..3].to_vec(),
        ];
        for rows in wrong {
            let said = compare("x", "team", &rows, &scores).unwrap_err().text();
            assert!(said.contains("code WRONG_RESULT"), "{said}");
        }
    }
}
