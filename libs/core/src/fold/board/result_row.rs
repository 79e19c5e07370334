//! A row of a board as a sealed result keeps it, and the board that such rows make again. The name is as it was.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::fold::board::row::Figures;
use crate::fold::board::table::Board;
use crate::fold::credit::reach::Reach;
use crate::fold::placement::roster::{Participant, Roster};
use crate::types::ids::{HolderId, RowId, SourceId};
use crate::types::names::Names;
use crate::types::page_bounds::{self, PageBounds};
use crate::types::ratio::Ratio;
use crate::types::score::SCALE;

/// A listed row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The participant's number.
    pub participant: HolderId,
    /// The participant's name then.
    pub name: String,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// Live credits.
    pub live: i64,
    /// By what it is ranked beside the score, in lowest terms.
    pub rates: Vec<Option<(i128, i128)>>,
    /// When the score was reached, where that breaks ties.
    pub reach: Option<Reach>,
    /// What it has under each indicator.
    pub figures: Vec<ResultFigure>,
}

/// What a row has under one indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFigure {
    /// In lowest terms.
    pub value: Option<(i128, i128)>,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// In 1/10,000 of the measure's unit.
    pub target: Option<i64>,
    /// In lowest terms.
    pub completion: Option<(i128, i128)>,
}

impl ResultRow {
    /// Refuses what a page cannot have; `whole` is of each rate whether it is a whole number of 1/10,000.
    pub(crate) fn check(&self, limits: &PageBounds, whole: &[bool]) -> Result<(), String> {
        limits.participant(self.participant)?;
        limits.reach(self.reach.as_ref())?;
        page_bounds::live(self.live)?;
        page_bounds::score(self.score)?;
        if self.rates.len() != whole.len() || self.figures.len() != limits.indicators {
            return Err("a row has rates or figures of another contest".into());
        }
        for (rate, is_whole) in self.rates.iter().zip(whole) {
            page_bounds::ratio(*rate)?;
            if let Some((above, below)) = rate.filter(|_| *is_whole)
                && SCALE % below != 0
            {
                return Err(format!("{above}/{below} is no whole number of 1/10,000"));
            }
        }
        self.figures.iter().try_for_each(|figure| {
            page_bounds::score(figure.points)?;
            page_bounds::ratio(figure.value)?;
            page_bounds::ratio(figure.completion)
        })
    }
}

impl ResultFigure {
    /// What a result keeps of a row's figures.
    pub fn of(figures: &Figures) -> Vec<ResultFigure> {
        let terms = |ratio: Option<Ratio>| ratio.map(Ratio::lowest_terms);
        let each = 0..figures.values.len();
        each.map(|at| ResultFigure {
            value: terms(figures.values[at]),
            points: figures.points[at],
            target: figures.targets[at],
            completion: terms(figures.completions[at]),
        })
        .collect()
    }
}

impl Board {
    /// The board of a result; `rows` are in order of participant id.
    pub fn of_result(
        kind: &str,
        contest: &Contest,
        rows: &[ResultRow],
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
    ) -> Board {
        let listed = rows.iter();
        let listed =
            listed.map(|row| Participant { number: row.participant, name: &row.name, takes_part: true });
        let named: Vec<Participant> = listed.collect();
        let numbers = rows.iter().map(|row| row.participant.index() + 1).max().unwrap_or(0);
        let mut board = Board::new(contest, Arc::new(Roster::new(kind, contest, &named, numbers)));
        for (at, row) in (0..).map(RowId::new).zip(rows) {
            board.set(at, row);
        }
        board.settle(&(0..rows.len()).map(RowId::at).collect::<Vec<_>>(), participants, sources);
        board
    }
}
