//! The figures of rows for people: columns beside the score, and a table for one participant. The numbers are
//! the server's; only thousands are grouped, and ratios shown as per cent.

use longhu_client::failure::{Exit, Failure};
use longhu_client::output::{self, Align};
use longhu_core::rule::phrase::{number, percent};
use longhu_core::types::score::Score;
use longhu_proto::wire::contest::v1::ranked_by::By;
use longhu_proto::wire::standings::v1::{Elapsed, Figure, Header, Row};

use super::language::pick;
use crate::contest::explain::Lang;
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
    Threshold,
    Pace,
    Forecast,
    Points,
}

impl Part {
    const ALL: [Part; 7] =
        [Part::Value, Part::Target, Part::Done, Part::Threshold, Part::Pace, Part::Forecast, Part::Points];
    /// Beside a score there is only room for these.
    const BESIDE: [Part; 4] = [Part::Value, Part::Target, Part::Done, Part::Pace];

    fn of(self, figure: &Figure) -> &str {
        match self {
            Part::Value => &figure.value,
            Part::Target => &figure.target,
            Part::Done => &figure.completion,
            Part::Threshold => {
                figure.is_reached.map_or("", |is_reached| if is_reached { "yes" } else { "no" })
            }
            Part::Pace => &figure.pace,
            Part::Forecast => &figure.forecast,
            Part::Points => &figure.points,
        }
    }

    fn shown(self, figure: &Figure, lang: Lang) -> String {
        if let (Part::Threshold, Some(is_met)) = (self, figure.is_reached) {
            return match is_met {
                true => pick(lang, "met", "达线"),
                false => pick(lang, "below", "未达"),
            }
            .to_owned();
        }
        shown(self.of(figure), matches!(self, Part::Done | Part::Pace))
    }

    fn title_in(self, lang: Lang) -> &'static str {
        pick(lang, self.title(), self.title_zh())
    }

    fn title(self) -> &'static str {
        match self {
            Part::Value => "VALUE",
            Part::Target => "TARGET",
            Part::Done => "DONE",
            Part::Threshold => "THRESHOLD",
            Part::Pace => "PACE",
            Part::Forecast => "FORECAST",
            Part::Points => "POINTS",
        }
    }

    fn title_zh(self) -> &'static str {
        match self {
            Part::Value => "完成数",
            Part::Target => "目标",
            Part::Done => "完成率",
            Part::Threshold => "起评线",
            Part::Pace => "进度",
            Part::Forecast => "预计",
            Part::Points => "得分",
        }
    }

    /// The name in CSV, which programs read: it stays as it is.
    fn csv_name(self) -> String {
        match self {
            Part::Threshold => "reached".to_owned(),
            part => part.title().to_lowercase(),
        }
    }
}

/// A column beside the scores.
pub struct Column {
    /// Its name.
    pub title: String,
    /// The place of its indicator among those of the contest.
    pub indicator: usize,
    part: Part,
}

impl Column {
    /// The cell of a row.
    pub fn shown(&self, row: &Row, lang: Lang) -> String {
        row.figures.get(self.indicator).map_or(NONE.to_owned(), |figure| self.part.shown(figure, lang))
    }
}

/// A column for each indicator's value, and further columns for target, completion and pace if any row has
/// them.
pub fn columns(rows: &[Row], lang: Lang) -> Vec<Column> {
    let Some(first) = rows.first() else { return Vec::new() };
    let has = |indicator: usize, part: Part| {
        let mut figures = rows.iter().filter_map(|row| row.figures.get(indicator));
        part == Part::Value || figures.any(|figure| !part.of(figure).is_empty())
    };
    let each = first.figures.iter().enumerate();
    each.flat_map(|(indicator, figure)| {
        let parts = Part::BESIDE.into_iter().filter(move |part| has(indicator, *part));
        parts.map(move |part| {
            let title =
                if part == Part::Value { figure.indicator.clone() } else { part.title_in(lang).to_owned() };
            Column { title, indicator, part }
        })
    })
    .collect()
}

/// All figures of one row, one line for each indicator.
pub fn table(row: &Row, lang: Lang) -> String {
    let has = |part: &Part| row.figures.iter().any(|figure| !part.of(figure).is_empty());
    let parts: Vec<Part> = Part::ALL.into_iter().filter(has).collect();
    let mut columns = vec![(pick(lang, "INDICATOR", "指标"), Align::Left)];
    columns.extend(parts.iter().map(|part| (part.title_in(lang), Align::Right)));
    let rows = row.figures.iter().map(|figure| {
        let name = std::iter::once(figure.indicator.clone());
        name.chain(parts.iter().map(|part| part.shown(figure, lang))).collect()
    });
    output::table(&columns, rows)
}

/// Keeps the figures of these indicators, in each row; of all if none is named.
///
/// # Errors
///
/// The contest has no such indicator.
pub fn choose(rows: &mut [Row], ids: &[&str]) -> Result<(), Failure> {
    let Some(first) = rows.first().filter(|_| !ids.is_empty()) else { return Ok(()) };
    let known: Vec<&str> = first.figures.iter().map(|figure| figure.indicator.as_str()).collect();
    if let Some(unknown) = ids.iter().find(|id| !known.contains(id)) {
        let what = format!("the contest has no indicator `{unknown}`; it has {}", known.join(", "));
        return Err(Failure::new(what).exit(Exit::NotFound));
    }
    rows.iter_mut().for_each(|row| row.figures.retain(|figure| ids.contains(&figure.indicator.as_str())));
    Ok(())
}

/// How much time has passed, as a line; empty if there are no days to count.
pub fn elapsed(elapsed: &Elapsed, lang: Lang) -> String {
    let Elapsed { elapsed_days: gone, total_days: all, calendar, .. } = elapsed;
    if *all == 0 {
        return String::new();
    }
    if lang == Lang::Zh {
        return elapsed_zh(*gone, *all, calendar);
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

fn elapsed_zh(gone: u32, all: u32, calendar: &str) -> String {
    let day = if calendar.is_empty() { "天" } else { "个工作日" };
    let by = if calendar.is_empty() { String::new() } else { format!("（日历 {calendar}）") };
    match gone {
        0 => format!("尚未开始，共 {all} {day}{by}\n"),
        gone => {
            let share = i128::from(gone) * 10_000 / i128::from(all);
            format!("第 {gone} {day}，共 {all} {day}{by}，时间进度 {}\n", percent(share))
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
        Part::ALL.map(|part| format!("{id}.{}", part.csv_name()))
    };
    figures.iter().flat_map(names).collect()
}

/// The cells of these columns.
pub fn csv_values(row: &Row) -> Vec<String> {
    let values = |figure: &Figure| Part::ALL.map(|part| part.of(figure).to_owned());
    row.figures.iter().flat_map(values).collect()
}
