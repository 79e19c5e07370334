//! Standings of one table: pages, a participant between neighbours, the ranks of many participants, and the
//! entries that came after a seal. Each answer is computed from one shard that is locked for reading.

use longhu_core::fold::shard::Shard;
use longhu_core::types::ids::RowId;
use longhu_core::types::pages::Pages;
use longhu_proto::status::refusal;
use longhu_proto::wire::standings::v1 as wire;
use tonic::{Code, Status};

use crate::query::figures;
use crate::query::indicator_ranking::IndicatorRankings;
use crate::query::pinned_tables::{PinnedRow, PinnedTable, PinnedTables, keeps_figures, token};
use crate::query::position_tokens::reflected;
use crate::query::refusals::{contest_not_found, read_model_unreadable};
use crate::query::sealed_contest::{late_entry, moves, seal_of};
use crate::query::table_query::TableQuery;
use crate::query::table_rows::{self, Neighbours, neighbours};
use crate::query::table_view::TableView;

/// Shared by answers: tables pinned for paging, and rankings by an indicator.
#[derive(Default)]
pub struct StandingsQueries {
    pins: PinnedTables,
    rankings: IndicatorRankings,
}

impl StandingsQueries {
    /// The first page of a table. Pins the table if there are more pages.
    ///
    /// # Errors
    /// The same as [`TableView::find`].
    pub fn first_page(
        &self,
        shard: &Shard,
        request: &wire::GetStandingsRequest,
        size: usize,
    ) -> Result<wire::GetStandingsResponse, Status> {
        let view = TableView::find(shard, &table_of(request), &self.rankings)?;
        let total = view.board.len();
        let row = |(rank, row)| table_rows::row(&view, rank, row, request.figures);
        Ok(wire::GetStandingsResponse {
            rows: view.rows(0).take(size).map(row).collect(),
            next_page_token: match total > size {
                false => String::new(),
                true => {
                    let with_figures = request.figures && keeps_figures(view.contest, total);
                    token(&self.pins.pin(&view.header, with_figures, || pinned(&view, with_figures)), size)
                }
            },
            total_size: total as u64,
            header: Some(view.header),
        })
    }

    /// A later page, of the version that the first page showed.
    ///
    /// # Errors
    /// Errors of page tokens, and FAILED_PRECONDITION for figures that are not kept.
    pub fn next_page(
        &self,
        shard: &Shard,
        request: &wire::GetStandingsRequest,
        size: usize,
    ) -> Result<wire::GetStandingsResponse, Status> {
        let (pin, first) = self.pins.resume(&request.page_token, &table_of(request))?;
        let PinnedTable { contest, rows, figures } = &pin.table;
        if request.figures && figures.is_none() {
            return Err(figures_not_kept(rows.len(), contest.indicators.len()));
        }
        // Rows are as they were pinned, even if their round no longer exists; the whole board only provides
        // names.
        let (contest_id, board, unsealed) = (&*request.contest, &*request.board, pin.header.seal.is_none());
        let whole = TableQuery { contest: contest_id, board, unsealed, ..TableQuery::default() };
        let view = TableView::find(shard, &whole, &self.rankings)?;
        let gone = figures::elapsed_from_wire(pin.header.elapsed.as_ref());
        let count = contest.indicators.len();
        let figures_of = |at: usize| match figures.as_ref().filter(|_| request.figures) {
            Some(all) => {
                let own = all.get(at * count..(at + 1) * count);
                figures::to_wire(contest, gone, own.unwrap_or_default())
            }
            None => Vec::new(),
        };
        let shown = rows.iter().enumerate().skip(first).take(size);
        let next = first + size;
        Ok(wire::GetStandingsResponse {
            rows: shown.map(|(at, row)| table_rows::pinned_row(&view, row, figures_of(at))).collect(),
            next_page_token: if next < rows.len() { token(&pin, next) } else { String::new() },
            total_size: rows.len() as u64,
            header: Some(pin.header.clone()),
        })
    }

    /// A participant's row, with `around` neighbours on each side.
    ///
    /// # Errors
    /// The same as [`TableView::find`], and NOT_FOUND for a participant who is not listed.
    pub fn participant(
        &self,
        shard: &Shard,
        request: &wire::GetParticipantRequest,
        around: usize,
    ) -> Result<wire::GetParticipantResponse, Status> {
        let wire::GetParticipantRequest { contest, board, round, indicator, unsealed, .. } = request;
        let query = TableQuery { contest, board, round, indicator, unsealed: *unsealed };
        let view = TableView::find(shard, &query, &self.rankings)?;
        let found = neighbours(&view, &request.participant, around, request.figures)?;
        let Neighbours { above, row, below, gap_to_next } = found;
        let (header, total_size) = (Some(view.header.clone()), view.board.len() as u64);
        let row = Some(row);
        Ok(wire::GetParticipantResponse { header, row, above, below, gap_to_next, total_size })
    }

    /// The ranks of many participants.
    ///
    /// # Errors
    /// The same as [`TableView::find`].
    pub fn ranks(
        &self,
        shard: &Shard,
        request: &wire::BatchGetRanksRequest,
    ) -> Result<wire::BatchGetRanksResponse, Status> {
        let wire::BatchGetRanksRequest { contest, board, round, indicator, unsealed, .. } = request;
        let query = TableQuery { contest, board, round, indicator, unsealed: *unsealed };
        let view = TableView::find(shard, &query, &self.rankings)?;
        let header = Some(view.header.clone());
        let mut response = wire::BatchGetRanksResponse { header, ..Default::default() };
        for participant in &request.participants {
            match view.listed(participant) {
                Some((rank, row)) => response.rows.push(table_rows::row(&view, rank, row, request.figures)),
                None => response.unlisted.push(participant.clone()),
            }
        }
        Ok(response)
    }
}

/// Entries that came after a contest's seal, starting with number `first`.
///
/// # Errors
/// NOT_FOUND for an unknown contest, FAILED_PRECONDITION for one that is not sealed.
pub fn late_entries(
    shard: &Shard,
    pages: &dyn Pages,
    contest: &str,
    first: u64,
    size: usize,
) -> Result<wire::ListLateEntriesResponse, Status> {
    let served = shard.subscribers().contest(contest).ok_or_else(|| contest_not_found(contest))?;
    let Some(sealed) = &served.sealed else {
        let message = format!(
            "contest `{contest}` is not sealed; `longhu contest seal {contest}` seals it once its deadlines have passed"
        );
        return Err(refusal(Code::FailedPrecondition, "CONTEST_NOT_SEALED", message));
    };
    let entries = sealed.late_entries(pages, first, size).map_err(|error| read_model_unreadable(&error))?;
    let next = first + entries.len() as u64;
    let (moves, total_moves) = if first == 0 { moves(shard, sealed) } else { Default::default() };
    Ok(wire::ListLateEntriesResponse {
        seal: Some(seal_of(shard, sealed)),
        entries: entries.into_iter().map(|entry| late_entry(shard, sealed, entry)).collect(),
        next_page_token: match next < sealed.result.late_entries {
            true => next.to_string(),
            false => String::new(),
        },
        moves,
        total_moves,
        position: Some(reflected(shard)),
    })
}

fn table_of(request: &wire::GetStandingsRequest) -> TableQuery<'_> {
    let wire::GetStandingsRequest { contest, board, round, indicator, unsealed, .. } = request;
    TableQuery { contest, board, round, indicator, unsealed: *unsealed }
}

/// All rows of a table, for later pages.
fn pinned(view: &TableView, with_figures: bool) -> PinnedTable {
    let row = |(rank, row): (u64, RowId)| PinnedRow {
        rank,
        participant: view.board.participant(row),
        score: view.board.score(row).0,
        key: if view.has_keys() { view.key(row).map(|key| key.to_e4()) } else { None },
    };
    let figures = with_figures.then(|| view.rows(0).flat_map(|(_, row)| view.figures(row)).collect());
    PinnedTable { contest: view.contest.clone(), rows: view.rows(0).map(row).collect(), figures }
}

fn figures_not_kept(rows: usize, indicators: usize) -> Status {
    let message = format!(
        "figures of {rows} rows of {indicators} indicators are not kept for later pages; ask for these rows without figures, \
         or for the figures of participants"
    );
    refusal(Code::FailedPrecondition, "FIGURES_NOT_KEPT", message)
}
