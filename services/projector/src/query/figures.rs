//! The figures of a row for the wire, by indicator: values, targets, completions, pace and forecast. Numbers
//! are rounded only when they are converted to text.

use longhu_core::contest::{Contest, Indicator};
use longhu_core::fold::board::result_row::ResultFigure;
use longhu_core::fold::board::row::Figures;
use longhu_core::pace::Elapsed;
use longhu_core::types::ratio::Ratio;
use longhu_core::types::score::Score;
use longhu_proto::wire::standings::v1 as wire;

/// The figures of a row for one indicator.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// `None` if there is no rate.
    pub value: Option<Ratio>,
    /// In 1/10,000 of a point.
    points: i128,
    /// In 1/10,000 of the value's unit.
    target: Option<i64>,
    completion: Option<Ratio>,
}

/// The figures of a row that is being counted.
pub fn of_live(figures: &Figures) -> Vec<Figure> {
    let each = 0..figures.values.len();
    each.map(|at| Figure {
        value: figures.values[at],
        points: figures.points[at],
        target: figures.targets[at],
        completion: figures.completions[at],
    })
    .collect()
}

/// The figures of a row of a sealed result.
pub fn of_result(figures: &[ResultFigure]) -> Vec<Figure> {
    let each = figures.iter();
    each.map(|figure| Figure {
        value: ratio(figure.value),
        points: figure.points,
        target: figure.target,
        completion: ratio(figure.completion),
    })
    .collect()
}

/// Converts a fraction stored in a result.
pub fn ratio(terms: Option<(i128, i128)>) -> Option<Ratio> {
    terms.and_then(|(above, below)| Ratio::new(above, below))
}

/// Converts figures for the wire, in the contest's order of indicators.
pub fn to_wire(contest: &Contest, elapsed: Elapsed, figures: &[Figure]) -> Vec<wire::Figure> {
    let shown = |ratio: Option<Ratio>| ratio.map(decimal).unwrap_or_default();
    let each = contest.indicators.iter().zip(figures).enumerate();
    each.map(|(at, (indicator, figure))| wire::Figure {
        indicator: indicator.id.clone(),
        value: shown(figure.value),
        points: Score(figure.points).to_string(),
        target: figure.target.map(|target| Score(target.into()).to_string()).unwrap_or_default(),
        completion: shown(figure.completion),
        is_reached: indicator.points.is_reached(figure.completion),
        pace: shown(pace(indicator, elapsed, figure)),
        forecast: shown(elapsed.forecast(contest.adds_up(at), figure.value)),
    })
    .collect()
}

/// The pace: completion compared with the share of the period that has passed. Only for targets that are
/// reached gradually.
fn pace(indicator: &Indicator, elapsed: Elapsed, figure: &Figure) -> Option<Ratio> {
    let has_pace = figure.target.is_none_or(|target| indicator.has_pace(target));
    elapsed.pace(figure.completion).filter(|_| has_pace)
}

/// A fraction as the shortest decimal of at most 4 places.
pub fn decimal(ratio: Ratio) -> String {
    Score(ratio.to_e4()).to_string()
}

/// The elapsed time of a table's period, from the header of its answers.
pub fn elapsed_from_wire(elapsed: Option<&wire::Elapsed>) -> Elapsed {
    elapsed.map_or(Elapsed::default(), |told| Elapsed { elapsed: told.elapsed_days, total: told.total_days })
}
