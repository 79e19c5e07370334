//! `longhu sources conflicts`: events that a source sent twice with different content, which copy counts, and
//! how to look at both. The first copy in the log always counts.

use longhu_client::failure::{Exit, Failure};
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_client::token::Token;
use longhu_proto::scalar::date_from_wire;
use longhu_proto::wire::ops::v1::{Conflict, ListConflictsRequest, ListConflictsResponse};
use serde::Serialize;

/// Arguments of `longhu sources conflicts`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu sources conflicts core-cards
  longhu sources conflicts core-cards -o csv > conflicts.csv
  longhu sources conflicts core-cards -o json | jq -r '.conflicts[].id'

The first copy in the log counts. If it is the wrong one, reverse it and send the right one under a new id.")]
pub struct Args {
    /// The source's name.
    source: String,
    /// Wait until the answer reflects at least this position, such as 42.0.
    #[arg(long, value_name = "POSITION")]
    min_position: Option<Token>,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json, Format::Csv])?;
    let server = global.query_server()?;
    let min_position = args.min_position.map(Token::to_wire);
    let request = ListConflictsRequest { source: args.source.clone(), min_position };
    let answer = server.ask(server.projector().list_conflicts(request)).await.map_err(|status| {
        let failure = server.failure(&status);
        let next = "see the sources' names with `longhu log tail`, or check its spelling";
        if failure.exit == Exit::NotFound { failure.next(next) } else { failure }
    })?;
    let rows: Vec<Row> = answer.conflicts.iter().map(Row::of).collect();
    match format {
        Format::Json => output::print_json(&Document {
            source: &args.source,
            total: answer.total,
            position: answer.position.as_ref().map(proto_json::position),
            conflicts: &rows,
        }),
        Format::Csv => output::print(&csv(&rows)?),
        _ => output::print(&table(&args.source, &answer, &rows)),
    }
}

#[derive(Debug, Serialize)]
struct Document<'a> {
    source: &'a str,
    total: u64,
    position: Option<String>,
    conflicts: &'a [Row],
}

/// Two copies: the one that counts, and the later one that does not.
#[derive(Debug, Serialize)]
struct Row {
    id: String,
    source_sequence: Option<u64>,
    counts: String,
    counts_business_date: Option<String>,
    does_not_count: String,
    does_not_count_business_date: Option<String>,
}

impl Row {
    fn of(conflict: &Conflict) -> Row {
        let date = |date| Some(date_from_wire("business_date", date).ok()?.to_string());
        let position = |position: &Option<_>| position.as_ref().map(proto_json::position).unwrap_or_default();
        Row {
            id: conflict.id.clone(),
            source_sequence: conflict.source_sequence,
            counts: position(&conflict.first_position),
            counts_business_date: conflict.first_business_date.as_ref().and_then(date),
            does_not_count: position(&conflict.position),
            does_not_count_business_date: conflict.business_date.as_ref().and_then(date),
        }
    }
}

fn csv(rows: &[Row]) -> Result<String, Failure> {
    let wrong = |error: String| Failure::new(format!("the conflicts cannot be written as CSV: {error}"));
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    let names = [
        "id",
        "source_sequence",
        "counts",
        "counts_business_date",
        "does_not_count",
        "does_not_count_business_date",
    ];
    writer.write_record(names).map_err(|error| wrong(error.to_string()))?;
    for row in rows {
        writer.serialize(row).map_err(|error| wrong(error.to_string()))?;
    }
    let bytes = writer.into_inner().map_err(|error| wrong(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| wrong(error.to_string()))
}

/// The output for people.
fn table(source: &str, answer: &ListConflictsResponse, rows: &[Row]) -> String {
    let position = answer.position.as_ref().map(proto_json::position).unwrap_or_default();
    let Some(last) = rows.last() else {
        return format!("{source} has no conflicts up to position {position}\n");
    };
    let numbered = rows.iter().any(|row| row.source_sequence.is_some());
    let mut columns = vec![("ID", Align::Left)];
    columns.extend(numbered.then_some(("NUMBER", Align::Right)));
    let shown = [
        ("COUNTS", Align::Right),
        ("DATED", Align::Left),
        ("DOES NOT", Align::Right),
        ("DATED", Align::Left),
    ];
    columns.extend(shown);
    let cells = |row: &Row| {
        let unknown = || "-".to_owned();
        let mut cells = vec![row.id.clone()];
        let number = row.source_sequence.map_or_else(unknown, |number| number.to_string());
        cells.extend(numbered.then_some(number));
        cells.extend([row.counts.clone(), row.counts_business_date.clone().unwrap_or_else(unknown)]);
        cells.extend([
            row.does_not_count.clone(),
            row.does_not_count_business_date.clone().unwrap_or_else(unknown),
        ]);
        cells
    };
    let mut text = output::table(&columns, rows.iter().map(cells));
    if (rows.len() as u64) < answer.total {
        text.push_str(&format!("the latest {} of {} conflicts\n", rows.len(), answer.total));
    }
    text.push_str(&format!(
        "\nThe copy at COUNTS counts, the later one changed nothing. To compare the last two:\n  \
         longhu log tail --from {counts} --until {counts} -o jsonl\n  \
         longhu log tail --from {other} --until {other} -o jsonl\n\
         When the wrong one counts, take it back with a reversal and send the right one under a new id.\n",
        counts = last.counts,
        other = last.does_not_count,
    ));
    text
}

#[cfg(test)]
mod tests {
    use longhu_proto::scalar::date_to_wire;

    use longhu_core::Position;
    use longhu_proto::scalar::position_to_wire;

    use super::*;

    fn conflict(number: Option<u64>) -> Conflict {
        let date = |day| Some(date_to_wire(jiff::civil::Date::constant(2026, 2, day)));
        Conflict {
            id: "c-1".into(),
            source_sequence: number,
            position: Some(position_to_wire(Position::new(9, 2))),
            business_date: date(5),
            first_position: Some(position_to_wire(Position::new(4, 0))),
            first_business_date: if number.is_some() { None } else { date(2) },
        }
    }

    fn shown(conflicts: Vec<Conflict>, total: u64) -> (String, String) {
        let position = Some(position_to_wire(Position::new(9, 3)));
        let answer = ListConflictsResponse { conflicts, total, position };
        let rows: Vec<Row> = answer.conflicts.iter().map(Row::of).collect();
        (table("cards", &answer, &rows), csv(&rows).unwrap())
    }

    #[test]
    fn each_conflict_says_which_copy_counts_and_how_to_look_at_both() {
        let (table, csv) = shown(vec![conflict(None)], 1);
        assert!(
            table.starts_with(
                "ID   COUNTS  DATED       DOES NOT  DATED\nc-1     4.0  2026-02-02       9.2  2026-02-05\n"
            ),
            "{table}"
        );
        assert!(
            table.contains("tail --from 4.0 --until 4.0") && table.contains("tail --from 9.2 --until 9.2")
        );
        assert!(csv.ends_with("\nc-1,,4.0,2026-02-02,9.2,2026-02-05\n"), "{csv}");
    }

    #[test]
    fn a_numbered_source_shows_numbers_and_a_cut_list_says_so() {
        let (table, csv) = shown(vec![conflict(Some(7))], 1_200);
        assert!(table.contains("NUMBER") && table.contains("the latest 1 of 1200 conflicts\n"), "{table}");
        assert!(csv.ends_with("\nc-1,7,4.0,,9.2,2026-02-05\n"), "{csv}");
    }

    #[test]
    fn an_empty_list_says_so() {
        let (table, csv) = shown(vec![], 0);
        assert_eq!(table, "cards has no conflicts up to position 9.3\n");
        assert_eq!(csv.lines().count(), 1);
    }
}
