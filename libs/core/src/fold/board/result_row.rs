//! A row of a board as a sealed result keeps it, with the participant's name at that time.

use serde::{Deserialize, Serialize};

use crate::fold::credit::reach::Reach;
use crate::types::damage::Damage;
use crate::types::ids::HolderId;
use crate::types::page_bounds::{self, PageBounds};
use crate::types::score::SCALE;

/// A listed row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultRow {
    /// The participant's number.
    pub participant: HolderId,
    /// The participant's name at the time of the seal.
    pub name: String,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// The number of live credits.
    pub live: i64,
    /// The values by which it is ranked besides the score, in lowest terms.
    pub rates: Vec<Option<(i128, i128)>>,
    /// When the score was reached, if that breaks ties.
    pub reach: Option<Reach>,
    /// The figures of each indicator.
    pub figures: Vec<ResultFigure>,
}

/// The figures of a row for one indicator.
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
    /// Refuses values that a valid page cannot contain. `whole` says for each rate whether it is stored as a
    /// whole number of 1/10,000.
    pub(crate) fn check(&self, limits: &PageBounds, whole: &[bool]) -> Result<(), Damage> {
        limits.participant(self.participant)?;
        self.reach.as_ref().map_or(Ok(()), |reach| reach.check(limits))?;
        page_bounds::live(self.live)?;
        page_bounds::score(self.score)?;
        if self.rates.len() != whole.len() || self.figures.len() != limits.indicators {
            return Err("a row has the rates or figures of another contest".into());
        }
        for (rate, is_whole) in self.rates.iter().zip(whole) {
            page_bounds::ratio(*rate)?;
            if let Some((above, below)) = rate.filter(|_| *is_whole)
                && SCALE % below != 0
            {
                return Err(Damage::NotWhole(above, below));
            }
        }
        self.figures.iter().try_for_each(|figure| {
            page_bounds::score(figure.points)?;
            page_bounds::ratio(figure.value)?;
            page_bounds::ratio(figure.completion)
        })
    }
}
