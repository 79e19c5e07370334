//! Standings as a table or CSV. Decimals are copied from the server's answer digit by digit, never through a
//! float.

use std::fmt;

use longhu_client::failure::Failure;
use longhu_client::output::{self, Align};
use longhu_client::proto_json;
use longhu_proto::wire::event::v1::Position;
use longhu_proto::wire::standings::v1::{Header, Row};

use super::figures::{self, is_keyed};
use crate::org::words::count;
use crate::rebuild::table_name;

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
}

/// The earlier point to which the answer belongs.
#[derive(Debug)]
pub struct KnownAt {
    /// The last entry.
    pub position: Position,
    /// The greatest recorded time.
    pub time: Option<prost_types::Timestamp>,
}

impl fmt::Display for KnownAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time.as_ref().and_then(proto_json::rfc3339).unwrap_or_default();
        write!(f, "as then known at {} ({time})", proto_json::position(&self.position))
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

/// The output for people.
pub fn table(view: &View) -> String {
    let mut text = view.known_at.as_ref().map(|known_at| format!("{known_at}\n")).unwrap_or_default();
    text.push_str(&head(&view.header));
    text.push('\n');
    text.push_str(&rows(view));
    if let Some(own) = focused(view).filter(|own| !own.figures.is_empty()) {
        text.push_str(&format!("\n{} has\n", own.participant));
        text.push_str(&figures::table(own));
    }
    text.push_str(&footer(view));
    text
}

/// The header lines: what the rows reflect, and notes about them.
fn head(header: &Header) -> String {
    let position = header.position.as_ref().map(proto_json::position).unwrap_or_default();
    let as_of =
        header.as_of_time.as_ref().and_then(proto_json::rfc3339).unwrap_or_else(|| "the beginning".into());
    let table = table_name(&header.board, &header.round);
    let mut text = format!("{} · {table} · position {position} · as of {as_of}\n", header.contest);
    text.push_str(&header.elapsed.as_ref().map(figures::elapsed).unwrap_or_default());
    text.extend(figures::missing_calendar(header).map(|note| note + "\n"));
    if let Some(seal) = &header.seal {
        text.push_str(&format!("sealed by {}, result {}\n", seal.principal, seal.result_hash));
        if seal.late_entries > 0 {
            text.push_str(&format!(
                "note: {} came after the seal and would have changed it: `longhu contest late {}`\n",
                count(seal.late_entries, "entry", "entries"),
                header.contest
            ));
        }
    }
    if header.stale {
        text.push_str(
            "note: a later revision of the contest is being computed; these are the rows of revision ",
        );
        text.push_str(&format!("{}\n", header.revision));
    }
    if header.held > 0 {
        text.push_str(&format!(
            "note: {} for units or employees that are not known: `longhu org unresolved`\n",
            count(header.held, "credit waits", "credits wait")
        ));
    }
    if header.late > 0 {
        text.push_str(&format!(
            "note: {} events came after the contest's deadline and score nothing\n",
            header.late
        ));
    }
    text
}

/// The rows, with column titles.
fn rows(view: &View) -> String {
    let focus = view.focus.as_ref();
    let key = figures::key(&view.header);
    let more = if view.figures { figures::columns(&view.rows) } else { Vec::new() };
    let mut columns = vec![("RANK", Align::Right), ("PARTICIPANT", Align::Left), ("NAME", Align::Left)];
    columns.extend(key.iter().map(|key| (key.title.as_str(), Align::Right)));
    columns.push(("SCORE", Align::Right));
    columns.extend(more.iter().map(|column| (column.title.as_str(), Align::Right)));
    columns.splice(0..0, focus.map(|_| ("", Align::Left)));
    let rows = view.rows.iter().map(|row| {
        let mark = |focus: &Focus| if focus.participant == row.participant { ">" } else { "" }.to_owned();
        let mut cells: Vec<String> = focus.map(mark).into_iter().collect();
        cells.extend([row.rank.to_string(), row.participant.clone(), row.name.clone()]);
        cells.extend(key.iter().map(|key| key.shown(&row.key)));
        cells.push(row.score.clone());
        cells.extend(more.iter().map(|column| column.shown(row)));
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
    match &view.focus {
        Some(focus) if focus.gap_to_next.is_empty() => match focused(view) {
            Some(own) if key.is_some() && own.key.is_empty() => {
                format!("\nwithout a value, last of {}\n", view.total)
            }
            _ => format!("\nfirst of {}\n", view.total),
        },
        Some(focus) => {
            let (gap, what) = match &key {
                Some(key) => (key.shown(&focus.gap_to_next), format!("in {}", key.title)),
                None => (focus.gap_to_next.clone(), "score".to_owned()),
            };
            format!("\n{gap} to the next better {what}, {} rows in all\n", view.total)
        }
        None if (view.rows.len() as u64) < view.total => {
            format!("\n{} of {} rows; more with --top\n", view.rows.len(), view.total)
        }
        None => String::new(),
    }
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
