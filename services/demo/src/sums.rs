//! Whole boards, read page by page through queries, and their sums, to prove that the parts add up to the
//! whole. Decimals are added exactly.

use longhu_client::server::Server;
use longhu_core::Position;
use longhu_core::types::score::Score;
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::wire::standings::v1::{GetStandingsRequest, Row};
use tonic::Status;

use crate::contests::{self, BOARDS};
use crate::meter::Counted;

const PAGE_ROWS: i32 = 5_000;
/// How many of the first rows are kept.
const TOP: usize = 5;
/// How often to read the boards again if they change while they are read.
const ATTEMPTS: usize = 5;

/// A contest's boards at one position.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// The contest's id.
    pub contest: String,
    /// In the order of [`BOARDS`].
    pub boards: Vec<BoardSum>,
}

/// A board and its sum.
#[derive(Clone, Debug, Default)]
pub struct BoardSum {
    /// The kind of its participants.
    pub board: &'static str,
    /// Its rows.
    pub rows: u64,
    /// The sum of its scores, in 1/10,000 of a point.
    pub sum_e4: i128,
    /// Its digest.
    pub digest: String,
    /// The position it reflects.
    pub position: Position,
    /// The first rows.
    pub top: Vec<Row>,
}

impl Sums {
    /// Reads all boards of a contest, at `position` or later.
    ///
    /// # Errors
    /// The first refusal of a query.
    pub async fn read(
        server: &Server,
        contest: usize,
        year: i16,
        position: Position,
    ) -> Result<Sums, Status> {
        let contest = contests::id(contest, year);
        let mut attempt = 1;
        loop {
            let boards = BOARDS.map(|board| BoardSum::read(server, &contest, board, position));
            let boards = futures::future::try_join_all(boards).await?;
            let is_one_position = boards.windows(2).all(|pair| pair[0].position == pair[1].position);
            if is_one_position || attempt == ATTEMPTS {
                return Ok(Sums { contest, boards });
            }
            attempt += 1;
        }
    }

    fn sum(&self, board: &str) -> i128 {
        self.boards.iter().filter(|sum| sum.board == board).map(|sum| sum.sum_e4).sum()
    }

    /// The whole, and the part that no employee is credited with: what branches have and teams do not.
    pub fn counted(&self) -> Counted {
        let whole = self.sum("branch");
        Counted { whole, unassigned: whole - self.sum("team") }
    }

    /// Whether regions and branches have the same sum, teams and employees have the same sum, and these two
    /// sums differ only by the unassigned part.
    pub fn is_whole(&self) -> bool {
        self.sum("region") == self.sum("branch")
            && self.sum("team") == self.sum("employee")
            && self.counted().unassigned >= 0
    }
}

impl BoardSum {
    async fn read(
        server: &Server,
        contest: &str,
        board: &'static str,
        position: Position,
    ) -> Result<BoardSum, Status> {
        let mut request = GetStandingsRequest {
            contest: contest.to_owned(),
            board: board.to_owned(),
            page_size: PAGE_ROWS,
            min_position: Some(position_to_wire(position)),
            ..GetStandingsRequest::default()
        };
        let mut read = BoardSum { board, ..BoardSum::default() };
        loop {
            let page = server.ask(server.standings().get_standings(request.clone())).await?;
            let header = page.header.unwrap_or_default();
            read.digest = header.digest;
            read.position = header.position.as_ref().map(position_from_wire).unwrap_or_default();
            read.rows = page.total_size;
            for row in page.rows {
                let wrong = || Status::internal(format!("`{}` is not a score", row.score));
                read.sum_e4 += Score::parse(&row.score).ok_or_else(wrong)?.0;
                if read.top.len() < TOP {
                    read.top.push(row);
                }
            }
            if page.next_page_token.is_empty() {
                return Ok(read);
            }
            request.page_token = page.next_page_token;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(region: i128, branch: i128, team: i128, employee: i128) -> Sums {
        let boards = BOARDS.into_iter().zip([region, branch, team, employee]);
        let boards = boards.map(|(board, sum_e4)| BoardSum { board, sum_e4, ..BoardSum::default() });
        Sums { contest: "x".into(), boards: boards.collect() }
    }

    #[test]
    fn parts_are_whole_when_only_the_unassigned_is_between_units_and_people() {
        let whole = sums(100, 100, 90, 90);
        assert!(whole.is_whole());
        assert_eq!(whole.counted(), Counted { whole: 100, unassigned: 10 });
        for broken in [sums(99, 100, 90, 90), sums(100, 100, 90, 89), sums(100, 100, 101, 101)] {
            assert!(!broken.is_whole());
        }
    }
}
