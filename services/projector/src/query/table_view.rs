//! The table that a query is about, in a shard that is locked for reading: everything in one answer reflects
//! one position.

use std::sync::Arc;
use std::time::Duration;

use longhu_core::contest::Contest;
use longhu_core::fold::FOLD_VERSION;
use longhu_core::fold::board::board_set::Round;
use longhu_core::fold::board::table::Board;
use longhu_core::fold::contest::slot::Slot;
use longhu_core::fold::contest::state::ContestState;
use longhu_core::fold::result::sealed::Sealed;
use longhu_core::fold::shard::Shard;
use longhu_core::pace::elapsed;
use longhu_core::types::ids::RowId;
use longhu_core::types::ratio::Ratio;
use longhu_proto::contest::ranked_by_to_wire;
use longhu_proto::scalar::time_to_wire;
use longhu_proto::status::{refusal, retry_later};
use longhu_proto::wire::standings::v1 as wire;
use tonic::{Code, Status};

use crate::fold::table_names::round_of;
use crate::query::figures::{self, Figure};
use crate::query::indicator_ranking::{IndicatorRanking, IndicatorRankings};
use crate::query::position_tokens::of_entry;
use crate::query::refusals::contest_not_found;
use crate::query::sealed_contest::seal_of;
use crate::query::table_query::TableQuery;

/// A table as one query sees it.
#[derive(Clone)]
pub struct TableView<'a> {
    pub shard: &'a Shard,
    served: &'a Slot,
    state: &'a ContestState,
    /// The sealed result, if the answer is about that.
    pub sealed: Option<&'a Sealed>,
    /// The definition that the rows follow.
    pub contest: &'a Arc<Contest>,
    pub board: &'a Board,
    round: Round,
    /// The rows ranked by one indicator, if requested.
    ranking: Option<Arc<IndicatorRanking>>,
    /// The header of the answer.
    pub header: wire::Header,
}

impl<'a> TableView<'a> {
    /// Finds a table: of the result if the contest is sealed, unless `unsealed` asks how it would stand if it
    /// had not been sealed.
    ///
    /// # Errors
    /// NOT_FOUND for an unknown contest, board, round or indicator, UNAVAILABLE while the first revision is
    /// being computed.
    pub fn find(
        shard: &'a Shard,
        asked: &TableQuery,
        rankings: &IndicatorRankings,
    ) -> Result<TableView<'a>, Status> {
        let name = asked.contest;
        let served = shard.subscribers().contest(name).ok_or_else(|| contest_not_found(name))?;
        let Some(state) = &served.live else {
            let percent = served.next.as_ref().map_or(0, |(_, backfill)| backfill.progress_ppm() / 10_000);
            let message =
                format!("contest `{name}` is being computed from the log, {percent} % done; ask again");
            return Err(retry_later(Code::Unavailable, "CONTEST_PREPARING", message, Duration::from_secs(1)));
        };
        let sealed = served.sealed.as_ref().filter(|_| !asked.unsealed);
        let contest = sealed.map_or(&state.contest, |sealed| &sealed.contest);
        let ids = contest.rounds.iter().map(|round| round.id.as_str());
        let round = round_of(contest, asked.round)
            .ok_or_else(|| unknown("ROUND_NOT_FOUND", name, "round", asked.round, ids))?;
        let found = match sealed {
            Some(sealed) => sealed.table(asked.board, round),
            None => state.table(asked.board, round),
        };
        let kinds = contest.boards.iter().map(String::as_str);
        let board = found.ok_or_else(|| unknown("BOARD_NOT_FOUND", name, "board", asked.board, kinds))?;
        let header = wire::Header::default();
        let mut view =
            TableView { shard, served, state, sealed, contest, board, round, ranking: None, header };
        view.header = view.new_header(asked);
        if !asked.indicator.is_empty() {
            view.rank_by(asked.indicator, rankings)?;
        }
        Ok(view)
    }

    fn rank_by(&mut self, id: &str, rankings: &IndicatorRankings) -> Result<(), Status> {
        let indicators = &self.contest.indicators;
        let ids = indicators.iter().map(|indicator| indicator.id.as_str());
        let at = indicators.iter().position(|indicator| indicator.id == id);
        let at = at.ok_or_else(|| unknown("INDICATOR_NOT_FOUND", &self.contest.id, "indicator", id, ids))?;
        let ranking = rankings.get(&self.header, || {
            let rows = self.board.from(0, self.shard.sources()).map(|(_, row)| (row, self.value(row, at)));
            IndicatorRanking::new(rows, self.contest.tie_rule)
        });
        self.ranking = Some(ranking);
        Ok(())
    }

    fn new_header(&self, asked: &TableQuery) -> wire::Header {
        let head = self.shard.head();
        let (position, as_of, revision, held, late) = match self.sealed.map(|sealed| &sealed.result) {
            Some(result) => (result.position, result.as_of, result.revision, result.held, result.late),
            None => {
                let state = self.state;
                (head.position, head.as_of, state.revision, state.held(), state.late())
            }
        };
        let named = self.contest.calendar.as_deref();
        let calendar = named.and_then(|id| self.shard.register().calendar(id)).map(|own| &own.value);
        let missing = named.filter(|_| calendar.is_none());
        let gone = elapsed(self.contest, self.round, calendar, as_of);
        wire::Header {
            contest: self.contest.id.clone(),
            board: self.board.kind.clone(),
            position: Some(of_entry(self.shard, position)),
            as_of_time: Some(time_to_wire(as_of)),
            digest: self.board.digest().to_string(),
            fold_version: FOLD_VERSION,
            revision,
            stale: self.sealed.is_none() && self.served.next.is_some(),
            held,
            late,
            seal: self.sealed.map(|sealed| seal_of(self.shard, sealed)),
            round: asked.round.to_owned(),
            indicator: asked.indicator.to_owned(),
            ranked_by: ranked_by_to_wire(self.contest),
            elapsed: Some(wire::Elapsed {
                elapsed_days: gone.elapsed,
                total_days: gone.total,
                calendar: calendar.map(|own| own.id.clone()).unwrap_or_default(),
                missing_calendar: missing.unwrap_or_default().to_owned(),
            }),
        }
    }

    /// Rows from a place on, with their ranks.
    pub fn rows(&self, place: usize) -> Box<dyn Iterator<Item = (u64, RowId)> + '_> {
        match &self.ranking {
            Some(ranking) => {
                let rows = ranking.rows.get(place..).unwrap_or_default();
                Box::new(rows.iter().map(|placed| (placed.rank, placed.row)))
            }
            None => Box::new(self.board.from(place, self.shard.sources())),
        }
    }

    /// Whether rows are ranked by something other than their scores.
    pub fn has_keys(&self) -> bool {
        self.ranking.is_some() || !self.contest.ranked_by.is_score()
    }

    /// The ranking key of a row if rows are not ranked by score; `None` if the row has none.
    pub fn key(&self, row: RowId) -> Option<Ratio> {
        match &self.ranking {
            Some(ranking) => ranking.placed(row)?.value,
            None => self.board.key(row),
        }
    }

    /// The figures of a row, by indicator.
    pub fn figures(&self, row: RowId) -> Vec<Figure> {
        match self.sealed {
            Some(sealed) => {
                let kept = sealed.row(&self.board.kind, self.round, row);
                kept.map(|kept| figures::of_result(&kept.figures)).unwrap_or_default()
            }
            None => figures::of_live(&self.state.figures(&self.board.kind, self.round, row)),
        }
    }

    fn value(&self, row: RowId, indicator: usize) -> Option<Ratio> {
        match self.sealed {
            Some(sealed) => {
                let kept = sealed.row(&self.board.kind, self.round, row)?;
                figures::ratio(kept.figures.get(indicator)?.value)
            }
            None => *self.state.figures(&self.board.kind, self.round, row).values.get(indicator)?,
        }
    }

    /// The name that a result stores for a row.
    pub fn kept_name(&self, row: RowId) -> Option<&'a str> {
        Some(self.sealed?.row(&self.board.kind, self.round, row)?.name.as_str())
    }

    /// The rank and row of a participant, if listed.
    pub fn listed(&self, participant: &str) -> Option<(u64, RowId)> {
        let number = self.shard.participants().find(participant)?;
        let row = Some(self.board.row_of(number)).filter(|row| *row != RowId::NONE)?;
        let rank = match &self.ranking {
            Some(ranking) => ranking.placed(row)?.rank,
            None => self.board.rank_of(row, self.shard.sources())?,
        };
        Some((rank, row))
    }

    /// The place of a listed row, from 0.
    pub fn place_of(&self, row: RowId) -> Option<usize> {
        match &self.ranking {
            Some(ranking) => ranking.place_of(row),
            None => self.board.place_of(row),
        }
    }

    /// How much is missing to the next better row, in 1/10,000; `None` for the best, and for a row without a
    /// key.
    pub fn gap_to_next(&self, row: RowId) -> Option<i128> {
        let better = match &self.ranking {
            Some(ranking) => ranking.next_better(row)?.row,
            None => self.board.next_better(row)?,
        };
        match self.has_keys() {
            true => Some(self.key(better)?.more_than(self.key(row)?)),
            false => Some(self.board.score(better).0 - self.board.score(row).0),
        }
    }
}

/// The refusal of a name that the contest does not have. It lists the names that the contest has.
fn unknown<'n>(
    code: &'static str,
    contest: &str,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'n str>,
) -> Status {
    let known: Vec<&str> = known.collect();
    let known = if known.is_empty() { format!("no {what}s at all") } else { known.join(", ") };
    refusal(Code::NotFound, code, format!("contest `{contest}` has no {what} `{name}`; it has {known}"))
}
