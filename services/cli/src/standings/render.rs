//! Standings as a table or CSV. Decimals are copied from the server's answer digit by digit, never through a
//! float.

use longhu_client::failure::Failure;
use longhu_client::instant::BankClock;
use longhu_client::output::{self, Align};
use longhu_client::proto_json;
use longhu_proto::wire::event::v1::Position;
use longhu_proto::wire::standings::v1::{Header, Row};

use super::figures::{self, Column, is_keyed};
use super::language::pick;
use super::words;
use crate::contest::explain::Lang;
use crate::org::words::count;

/// What to show.
#[derive(Debug)]
pub struct View {
    /// The header of the answer.
    pub header: Header,
    /// The rows, best first.
    pub rows: Vec<Row>,
    /// The number of rows on the whole board.
    pub total: u64,
    /// The requested participant.
    pub focus: Option<Focus>,
    /// The requested earlier point.
    pub known_at: Option<KnownAt>,
    /// Whether figures are shown, for rows that have any.
    pub figures: bool,
    /// The language of the words.
    pub lang: Lang,
    /// The bank's clock.
    pub clock: BankClock,
}

/// The earlier point to which the answer belongs.
#[derive(Debug)]
pub struct KnownAt {
    /// The last entry.
    pub position: Position,
    /// The greatest recorded time.
    pub time: Option<prost_types::Timestamp>,
}

impl KnownAt {
    /// A line about it.
    pub fn told(&self, clock: &BankClock, lang: Lang) -> String {
        let time = self.time.as_ref().map(|time| clock.shown(time)).unwrap_or_default();
        let position = proto_json::position(&self.position);
        match lang {
            Lang::En => format!("as then known at {position} ({time})"),
            Lang::Zh => format!("当时所知：位置 {position}（{time}）"),
        }
    }
}

/// The requested participant.
#[derive(Debug)]
pub struct Focus {
    /// The id.
    pub participant: String,
    /// What is missing to the next better score; empty for the first.
    pub gap_to_next: String,
}

/// Comma-separated values.
pub fn csv(view: &View) -> Result<String, Failure> {
    let is_keyed = is_keyed(&view.header);
    let mut names = vec!["rank".to_owned(), "participant".to_owned(), "name".to_owned(), "score".to_owned()];
    names.extend(is_keyed.then(|| "key".to_owned()));
    if view.figures {
        names.extend(figures::csv_names(&view.rows));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let rows = view.rows.iter().map(|row| {
        let mut record =
            vec![row.rank.to_string(), row.participant.clone(), row.name.clone(), row.score.clone()];
        record.extend(is_keyed.then(|| row.key.clone()));
        if view.figures {
            record.extend(figures::csv_values(row));
        }
        record
    });
    output::csv(&names, rows)
}

/// The output for people, on lines of at most `cells` cells if that can be: figures that do not fit beside the
/// scores follow, indicator by indicator.
pub fn table(view: &View, cells: usize) -> String {
    let told = view.known_at.as_ref().map(|known_at| known_at.told(&view.clock, view.lang) + "\n");
    let mut text = told.unwrap_or_default();
    text.push_str(&words::head(&view.header, &view.clock, view.lang));
    text.push('\n');
    if view.rows.is_empty() {
        text.push_str(pick(view.lang, "no rows yet\n", "暂无数据\n"));
        return text;
    }
    let more = if view.figures { figures::columns(&view.rows, view.lang) } else { Vec::new() };
    let beside = rows(view, &more, true);
    if output::is_wider(&beside, cells) && !more.is_empty() {
        text.push_str(&rows(view, &[], true));
        text.extend(
            more.chunk_by(|one, next| one.indicator == next.indicator)
                .map(|own| format!("\n{}", rows(view, own, false))),
        );
    } else {
        text.push_str(&beside);
    }
    if let Some(own) = focused(view).filter(|own| !own.figures.is_empty()) {
        let name = &own.participant;
        text.push_str(&match view.lang {
            Lang::En => format!("\n{name} has\n"),
            Lang::Zh => format!("\n{name} 各项指标\n"),
        });
        text.push_str(&figures::table(own, view.lang));
    }
    text.push_str(&footer(view));
    text
}

/// The rows, with column titles: their scores, if they are shown, and columns of figures.
fn rows(view: &View, more: &[Column], with_score: bool) -> String {
    let (focus, lang) = (view.focus.as_ref(), view.lang);
    let key = figures::key(&view.header).filter(|_| with_score);
    let mut columns = vec![
        (pick(lang, "RANK", "名次"), Align::Right),
        (pick(lang, "PARTICIPANT", "编号"), Align::Left),
        (pick(lang, "NAME", "名称"), Align::Left),
    ];
    columns.extend(key.iter().map(|key| (key.title.as_str(), Align::Right)));
    columns.extend(with_score.then_some((pick(lang, "SCORE", "得分"), Align::Right)));
    columns.extend(more.iter().map(|column| (column.title.as_str(), Align::Right)));
    columns.splice(0..0, focus.map(|_| ("", Align::Left)));
    let rows = view.rows.iter().map(|row| {
        let mark = |focus: &Focus| if focus.participant == row.participant { ">" } else { "" }.to_owned();
        let mut cells: Vec<String> = focus.map(mark).into_iter().collect();
        cells.extend([row.rank.to_string(), row.participant.clone(), row.name.clone()]);
        cells.extend(key.iter().map(|key| key.shown(&row.key)));
        cells.extend(with_score.then(|| row.score.clone()));
        cells.extend(more.iter().map(|column| column.shown(row, lang)));
        cells
    });
    output::table(&columns, rows)
}

/// The row of the requested participant.
fn focused(view: &View) -> Option<&Row> {
    let focus = view.focus.as_ref()?;
    view.rows.iter().find(|row| row.participant == focus.participant)
}

fn footer(view: &View) -> String {
    let key = figures::key(&view.header);
    let total = view.total;
    let text = match &view.focus {
        Some(focus) if focus.gap_to_next.is_empty() => match focused(view) {
            Some(own) if key.is_some() && own.key.is_empty() => match view.lang {
                Lang::En => format!("without a value, last of {total}"),
                Lang::Zh => format!("没有数值，排在最后，共 {total} 行"),
            },
            _ => match view.lang {
                Lang::En => format!("first of {total}"),
                Lang::Zh => format!("第一名，共 {total} 行"),
            },
        },
        Some(focus) => gap(view, &focus.gap_to_next, key.as_ref()),
        None if (view.rows.len() as u64) < total => match view.lang {
            Lang::En => format!("{} of {total} rows; more with --top", view.rows.len()),
            Lang::Zh => format!("显示 {} 行，共 {total} 行；更多请用 --top", view.rows.len()),
        },
        None => return String::new(),
    };
    format!("\n{text}\n")
}

/// What is missing to the next better row, and which that is if it is among those shown.
fn gap(view: &View, missing: &str, key: Option<&figures::Key>) -> String {
    let counts = |row: &Row| if key.is_some() { row.key.clone() } else { row.score.clone() };
    let own = view.rows.iter().position(|row| focused(view).is_some_and(|own| std::ptr::eq(own, row)));
    let better = own.and_then(|own| {
        let own_value = counts(view.rows.get(own)?);
        view.rows.iter().take(own).rfind(|row| counts(row) != own_value)
    });
    let amount = key.map_or(missing.to_owned(), |key| key.shown(missing));
    let rows = view.total;
    if view.lang == Lang::Zh {
        let amount = key.map_or(format!("{amount} 分"), |key| format!("{amount}（{}）", key.title));
        return format!("距前一名差额 {amount}，共 {rows} 行");
    }
    let amount = match key {
        Some(_) => amount,
        None if amount == "1" => "1 point".to_owned(),
        None => format!("{amount} points"),
    };
    let behind = better.map_or("the next better".to_owned(), |row| format!("rank {}", row.rank));
    let what = key.map_or(String::new(), |key| format!(" in {}", key.title));
    format!("{amount} behind {behind}{what}; {}", count(rows, "row", "rows"))
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
