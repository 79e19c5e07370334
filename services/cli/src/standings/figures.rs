//! The figures of rows for people: columns beside the score, and a table for one participant. The numbers are
//! the server's; only thousands are grouped, and ratios shown as per cent.

use longhu_client::output::{self, Align};
use longhu_core::rule::phrase::{number, percent};
use longhu_core::types::score::Score;
use longhu_proto::wire::contest::v1::ranked_by::By;
use longhu_proto::wire::standings::v1::{Elapsed, Figure, Header, Row};

use crate::org::words::count;

/// Shown if there is no number.
const NONE: &str = "–";

/// Whether rows are ranked by something other than the score.
pub fn is_keyed(header: &Header) -> bool {
    key(header).is_some()
}

/// The ranking key.
pub struct Key {
    /// The title of its column.
    pub title: String,
    /// Whether it is a ratio, shown as per cent.
    is_share: bool,
}

/// The ranking key; `None` if rows are ranked by score.
pub fn key(header: &Header) -> Option<Key> {
    if !header.indicator.is_empty() {
        return Some(Key { title: header.indicator.clone(), is_share: false });
    }
    let (title, is_share) = match header.ranked_by.as_ref()?.by.as_ref()? {
        By::Score(_) => return None,
        By::Indicator(id) => (id.clone(), false),
        By::Completion(id) => (format!("{id} DONE"), true),
        By::PerHead(_) => ("PER HEAD".to_owned(), false),
        By::Improvement(by) => ("GAIN".to_owned(), by.is_rate),
    };
    Some(Key { title, is_share })
}

impl Key {
    /// A key as text for people.
    pub fn shown(&self, decimal: &str) -> String {
        shown(decimal, self.is_share)
    }
}

/// A decimal with grouped thousands, or as per cent.
fn shown(decimal: &str, is_share: bool) -> String {
    match (decimal, Score::parse(decimal)) {
        ("", _) => NONE.to_owned(),
        (_, Some(Score(value))) if is_share => percent(value),
        (_, Some(Score(value))) => number(value),
        // Too large to be converted, so it is shown unchanged.
        (_, None) => decimal.to_owned(),
    }
}

/// One number of a figure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Value,
    Target,
    Done,
    Reached,
    Pace,
    Forecast,
    Points,
}

impl Part {
    const ALL: [Part; 7] =
        [Part::Value, Part::Target, Part::Done, Part::Reached, Part::Pace, Part::Forecast, Part::Points];
    /// Beside a score there is only room for these.
    const BESIDE: [Part; 4] = [Part::Value, Part::Target, Part::Done, Part::Pace];

    fn of(self, figure: &Figure) -> &str {
        match self {
            Part::Value => &figure.value,
            Part::Target => &figure.target,
            Part::Done => &figure.completion,
            Part::Reached => figure.is_reached.map_or("", |is_reached| if is_reached { "yes" } else { "no" }),
            Part::Pace => &figure.pace,
            Part::Forecast => &figure.forecast,
            Part::Points => &figure.points,
        }
    }

    fn shown(self, figure: &Figure) -> String {
        shown(self.of(figure), matches!(self, Part::Done | Part::Pace))
    }

    fn title(self) -> &'static str {
        match self {
            Part::Value => "VALUE",
            Part::Target => "TARGET",
            Part::Done => "DONE",
            Part::Reached => "REACHED",
            Part::Pace => "PACE",
            Part::Forecast => "FORECAST",
            Part::Points => "POINTS",
        }
    }
}

/// A column beside the scores.
pub struct Column {
    /// Its name.
    pub title: String,
    indicator: usize,
    part: Part,
}

impl Column {
    /// The cell of a row.
    pub fn shown(&self, row: &Row) -> String {
        row.figures.get(self.indicator).map_or(NONE.to_owned(), |figure| self.part.shown(figure))
    }
}

/// A column for each indicator's value, and further columns for target, completion and pace if any row has
/// them.
pub fn columns(rows: &[Row]) -> Vec<Column> {
    let Some(first) = rows.first() else { return Vec::new() };
    let has = |indicator: usize, part: Part| {
        let mut figures = rows.iter().filter_map(|row| row.figures.get(indicator));
        part == Part::Value || figures.any(|figure| !part.of(figure).is_empty())
    };
    let each = first.figures.iter().enumerate();
    each.flat_map(|(indicator, figure)| {
        let parts = Part::BESIDE.into_iter().filter(move |part| has(indicator, *part));
        parts.map(move |part| {
            let title = if part == Part::Value { figure.indicator.clone() } else { part.title().to_owned() };
            Column { title, indicator, part }
        })
    })
    .collect()
}

/// All figures of one row, one line for each indicator.
pub fn table(row: &Row) -> String {
    let has = |part: &Part| row.figures.iter().any(|figure| !part.of(figure).is_empty());
    let parts: Vec<Part> = Part::ALL.into_iter().filter(has).collect();
    let mut columns = vec![("INDICATOR", Align::Left)];
    columns.extend(parts.iter().map(|part| (part.title(), Align::Right)));
    let rows = row.figures.iter().map(|figure| {
        let name = std::iter::once(figure.indicator.clone());
        name.chain(parts.iter().map(|part| part.shown(figure))).collect()
    });
    output::table(&columns, rows)
}

/// How much time has passed, as a line; empty if there are no days to count.
pub fn elapsed(elapsed: &Elapsed) -> String {
    let Elapsed { elapsed_days: gone, total_days: all, calendar, .. } = elapsed;
    if *all == 0 {
        return String::new();
    }
    let day = if calendar.is_empty() { "day" } else { "working day" };
    let by = if calendar.is_empty() { String::new() } else { format!(" by calendar {calendar}") };
    match gone {
        0 => format!("not begun: {} to come{by}\n", count(u64::from(*all), day, &format!("{day}s"))),
        gone => {
            let share = i128::from(*gone) * 10_000 / i128::from(*all);
            format!("{day} {gone} of {all}{by}, {} of the time\n", percent(share))
        }
    }
}

/// A note, if pace is not based on the working days that the contest asks for.
pub fn missing_calendar(header: &Header) -> Option<String> {
    let missing = header.elapsed.as_ref().map(|elapsed| elapsed.missing_calendar.as_str());
    missing.filter(|id| !id.is_empty()).map(|id| {
        format!(
            "note: the contest's calendar `{id}` does not exist, so pace counts every day as a working day: `longhu calendar apply`"
        )
    })
}

/// The names of an indicator's columns in CSV.
pub fn csv_names(rows: &[Row]) -> Vec<String> {
    let figures = rows.first().map(|row| row.figures.as_slice()).unwrap_or_default();
    let names = |figure: &Figure| {
        let id = figure.indicator.clone();
        Part::ALL.map(|part| format!("{id}.{}", part.title().to_lowercase()))
    };
    figures.iter().flat_map(names).collect()
}

/// The cells of these columns.
pub fn csv_values(row: &Row) -> Vec<String> {
    let values = |figure: &Figure| Part::ALL.map(|part| part.of(figure).to_owned());
    row.figures.iter().flat_map(values).collect()
}
