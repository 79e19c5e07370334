//! What stands around and within a file's table: line ends, separators, encodings, compression, repeated
//! column names, cells that apply to the rows below, rows over several lines, and ids that a spreadsheet
//! damaged.

use std::io::Write;

use longhu_files::csv_file::Order;

use super::support::{ALL, Folder, Imported, import, part};
use crate::send::Options;

const MAPPING: &str = r#"
[dates]
time = "12:00"
zone = "Asia/Shanghai"
[files.f]
path = "f.csv"
FILE
[[events]]
from = "f"
[[events.event]]
source = "s"
type = "visit.made"
id = "{id}"
business_date = "{day}"
branch = "{branch}"
"#;

fn folder(text: &[u8]) -> Folder {
    Folder::with(&[("f.csv", text)])
}

/// Imports a text; `words` are further options of its file. Returns the import and the rejected rows.
fn imported(text: &[u8], words: &str) -> (Imported, Vec<serde_json::Value>) {
    let folder = folder(text);
    let imported = folder.import(&MAPPING.replace("FILE", words));
    let rejected = imported.rejected();
    (imported, rejected)
}

/// The ids of a text without wrong rows.
fn ids(text: &[u8], words: &str) -> Vec<String> {
    let (imported, rejected) = imported(text, words);
    assert!(rejected.is_empty(), "{rejected:?}");
    imported.ids()
}

const PLAIN: &str = "id,day,branch\n1,2026-03-01,b\n2,2026-03-02,b\n";

#[test]
fn every_way_to_write_a_file_gives_the_same_rows() {
    let utf_16 = |text: &str| {
        let units = text.encode_utf16().flat_map(u16::to_le_bytes);
        [0xff, 0xfe].into_iter().chain(units).collect::<Vec<u8>>()
    };
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(PLAIN.as_bytes()).unwrap();
    for (bytes, words) in [
        (PLAIN.as_bytes().to_vec(), ""),
        (PLAIN.replace('\n', "\r\n").into_bytes(), ""),
        (PLAIN.replace('\n', "\r").into_bytes(), ""),
        (format!("\u{feff}{PLAIN}").into_bytes(), ""),
        (utf_16(PLAIN), ""),
        (utf_16(PLAIN), "encoding = \"utf-16le\""),
        (packed.finish().unwrap(), ""),
        (format!("sep=;\r\n{}", PLAIN.replace(',', ";")).into_bytes(), ""),
        (format!("sep=;\n{}", PLAIN.replace(',', ";")).into_bytes(), "delimiter = \";\""),
        (format!("a report\n\n{PLAIN}").into_bytes(), "skip_lines = 2"),
        (format!("a \"report\n{PLAIN}").into_bytes(), "header = \"^id,\""),
        (format!("{PLAIN}\n  \n\u{3000}\n").into_bytes(), ""),
        (format!("{PLAIN}Total,2\n,,\n").into_bytes(), "footer = \"^Total,\""),
        (PLAIN.replace("\n2", "\nid,day,branch\n2").into_bytes(), ""),
        (PLAIN.replace("id,day,branch\n", "").into_bytes(), "columns = [\"id\", \"day\", \"branch\"]"),
        (PLAIN.into(), "columns = [\"id\", \"day\", \"branch\"]"),
        (
            PLAIN.replace("id,day", "Nr,Tag").into_bytes(),
            "columns = [\"id\", \"day\", \"branch\"]\nskip_lines = 1",
        ),
        (PLAIN.replace(",b\n", ",\"b\"\n").replace(',', " , ").into_bytes(), "trim = true"),
    ] {
        assert_eq!(ids(&bytes, words), ["1", "2"], "{words}: {}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn line_numbers_are_right_with_any_line_end_and_any_start_of_the_table() {
    let line = |text: &str, words: &str| {
        let (_, rejected) = imported(text.as_bytes(), words);
        rejected.iter().map(|line| line["line"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    let text = "x\n\nid,day,branch\n1,2026-03-01,b\n\n2,bad,b\n";
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(line(&text.replace('\n', end), "skip_lines = 2"), [6], "{end:?}");
        assert_eq!(line(&text.replace('\n', end), "header = \"^id\""), [6], "{end:?}");
    }
    assert_eq!(line("id,day,branch\r1,2026-03-01,b\n\r\n2,bad,b\r3,bad,b", ""), [4, 5]);
}

#[test]
fn a_separator_that_contradicts_the_mapping_is_refused() {
    let folder = folder(format!("sep=;\n{PLAIN}").as_bytes());
    let told = folder.plan(&MAPPING.replace("FILE", "delimiter = \",\"")).unwrap_err().to_string();
    assert!(told.contains("says `sep=;`, and the mapping another `delimiter`"), "{told}");
}

#[test]
fn quotes_within_quotes_are_escaped_where_the_mapping_says_so() {
    let text = "id,day,branch\n\"a\\\"1\",2026-03-01,b\n";
    assert_eq!(ids(text.as_bytes(), "escape = '\\'"), ["a\"1"]);
    let (_, rejected) = imported(text.as_bytes(), "");
    assert_eq!(rejected[0]["code"], "TEXT_AFTER_QUOTE");
}

#[test]
fn a_row_over_several_lines_is_warned_of_and_its_quotes_are_named_if_it_is_wrong() {
    let (long, rejected) = imported(
        b"id,day,branch\n\"1\n\",2026-03-01,b\n2,2026-03-01,\"b\nx\n3,2026-03-01,b\",y\n",
        "trim = true",
    );
    assert_eq!(long.ids(), ["1"]);
    let ((_, _, code), cause) = long.report.warnings.iter().next().unwrap();
    assert_eq!((code.as_str(), cause.line, cause.count), ("SEVERAL_LINES", 2, 1));
    let line = &rejected[0];
    assert_eq!((line["line"].as_u64(), line["code"].as_str()), (Some(4), Some("WRONG_CELLS")));
    assert!(line["reason"].as_str().unwrap().contains("makes 3 lines of the file this row"), "{line}");
}

/// A report in groups: the day and the branch are only in the first row of each group, and the column names
/// are repeated between groups.
fn grouped(groups: usize, rows: usize) -> String {
    let mut text = String::from("day,branch,id\n");
    for group in 0..groups {
        for row in 0..rows {
            let first =
                if row == 0 { format!("2026-03-{:02},b-{group}", group % 28 + 1) } else { ",".to_owned() };
            text.push_str(&format!("{first},{group}-{row}\n"));
        }
    }
    text
}

#[test]
fn empty_cells_below_the_first_of_a_group_are_filled_down_in_any_order_and_part() {
    let folder = folder(grouped(7, 1_500).as_bytes());
    let plan = folder.plan(&MAPPING.replace("FILE", "fill_down = [\"day\", \"branch\"]")).unwrap();
    let told = |options| {
        let imported = import(&plan, Options { in_flight: 1, ..options }, None);
        assert_eq!(imported.report.counts.rejected, 0);
        let events = imported.memory.events.borrow();
        let one = |event: &longhu_proto::wire::event::v1::Event| {
            (event.id.clone(), event.branch.clone(), event.business_date.unwrap().day)
        };
        events.iter().map(one).collect::<Vec<_>>()
    };
    let forward = told(ALL);
    assert_eq!(forward.len(), 10_500);
    assert_eq!(forward[1_499], ("0-1499".to_owned(), "b-0".to_owned(), 1));
    assert_eq!(forward[10_499], ("6-1499".to_owned(), "b-6".to_owned(), 7));
    let mut backward = told(Options { order: Order::Reverse, ..ALL });
    backward.reverse();
    assert_eq!(backward, forward);
    let parts: Vec<_> = (1..=3).flat_map(|number| told(part(number, 3, Order::File))).collect();
    assert_eq!(parts, forward);
    let wrong = folder.plan(&MAPPING.replace("FILE", "fill_down = [\"dya\"]")).unwrap_err().to_string();
    assert!(wrong.contains("f.csv has no column `dya`; did you mean `day`?"), "{wrong}");
}

#[test]
fn ids_that_a_spreadsheet_damaged_are_imported_with_a_warning() {
    let text = "id,day,branch\n6.22E+18,2026-03-01,0571\n2,2026-03-01,571\n3,2026-03-01,571\n#REF!,2026-03-01,0571\n";
    let (imported, _) = imported(text.as_bytes(), "");
    assert_eq!((imported.ids().len(), imported.report.counts.warnings), (4, 4));
    let told: Vec<_> = imported
        .report
        .warnings
        .iter()
        .map(|((_, field, code), one)| (field.as_str(), code.as_str(), one.line, one.count))
        .collect();
    assert_eq!(
        told,
        [("branch", "LOST_ZEROS", 3, 2), ("id", "ROUNDED_ID", 2, 1), ("id", "SHEET_ERROR", 5, 1)]
    );
}

#[test]
fn lines_below_a_table_are_left_out_of_lookups_and_of_an_organisation_by_their_conditions() {
    let mapping = r#"
[files.unit]
path = "unit.csv"
[[organisation.units]]
from = "unit"
when = "name present"
kind = "branch"
id = "{id}"
name = "{name}"
[[events]]
from = "unit"
when = "name present"
lookup.other = { in = "unit", key = "{id|strip_prefix(0)}", on = "{id}", when = "name present" }
[[events.event]]
source = "s"
type = "visit.made"
id = "{id}"
branch = "{other.id}"
business_date = { value = "2026-03-01", time = "12:00", zone = "UTC" }
"#;
    let folder = Folder::with(&[("unit.csv", b"id,name\n07,A\n8,B\nTotal 2\nprinted yesterday\n")]);
    let imported = folder.import(mapping);
    let warned = imported.report.warnings.values().next().unwrap();
    assert!(warned.line == 3 && warned.reason.contains("such as `8`"), "{warned:?}");
    assert_eq!((imported.ids(), imported.report.counts.units), (vec!["8".to_owned()], 2));
    let rejected = imported.rejected();
    assert_eq!((rejected.len(), rejected[0]["code"].as_str()), (1, Some("LOOKUP_FOUND_NOTHING")));
    assert!(
        rejected[0]["reason"].as_str().unwrap().contains("there is `07`, so leading zeros may be lost"),
        "{rejected:?}"
    );
}
