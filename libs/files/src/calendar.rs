//! A working-day calendar's TOML file. What is wrong with it is noted at its field.

use longhu_client::problems::Problem;
use longhu_core::plan::{Calendar, check};
use toml::de::DeTable;

use crate::fields::{Fields, Notes};

/// Reads a document: the calendar, and what is wrong with it.
pub fn read(root: &DeTable) -> (Calendar, Vec<Problem>) {
    let notes = Notes::default();
    let fields = Fields::root(root, &["id", "weekend", "closed_dates", "open_dates"], &notes);
    fields.require("id");
    fields.require("weekend");
    let calendar = Calendar {
        id: fields.text("id").unwrap_or_default(),
        // The check reports a number that is not a day of the week, with its place in the list.
        weekend: fields.counts("weekend").into_iter().map(|day| i8::try_from(day).unwrap_or(0)).collect(),
        closed: fields.dates("closed_dates"),
        open: fields.dates("open_dates"),
    };
    let mut problems = notes.into_problems();
    // A field that could not be read is already reported; the check would only report it as missing.
    if problems.is_empty() {
        problems.extend(check::calendar(&calendar).into_iter().map(Problem::from));
    }
    (calendar, problems)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::document::Source;

    fn read_text(text: &str) -> (Calendar, Vec<String>) {
        let source = Source::new("x", text.to_owned());
        let (calendar, problems) = read(source.parse().unwrap().root());
        (calendar, problems.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect())
    }

    #[test]
    fn dates_are_bare_or_quoted_and_lists_may_be_left_out() {
        let text = "id = \"cn-2026\"\nweekend = [6, 7]\nclosed_dates = [2026-05-01, \"2026-05-04\"]\n";
        let (calendar, problems) = read_text(text);
        assert_eq!((calendar.weekend, calendar.open.len(), problems.len()), (vec![6, 7], 0, 0));
        assert_eq!(calendar.closed, [date(2026, 5, 1), date(2026, 5, 4)]);
        assert!(read_text("id = \"never-closed\"\nweekend = []\n").1.is_empty());
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_by_its_field() {
        let with = |rest: &str| format!("id = \"x\"\nweekend = [6, 7]\n{rest}\n");
        for (text, problem) in [
            ("weekend = []\n".to_owned(), "id MISSING_FIELD"),
            ("id = \"x\"\n".to_owned(), "weekend MISSING_FIELD"),
            ("id = \"x\"\nweekend = [6, 8]\n".to_owned(), "weekend[1] OUT_OF_RANGE"),
            ("id = \"x\"\nweekend = [\"sunday\"]\n".to_owned(), "weekend[0] WRONG_TYPE"),
            (with("closed = []"), "closed UNKNOWN_FIELD"),
            (with("closed_dates = [2026-05-01, \"2026-05-32\"]"), "closed_dates[1] BAD_DATE"),
            (with("open_dates = [2026-05-09, 2026-05-09]"), "open_dates[1] DUPLICATE_DATE"),
            (with("closed_dates = [2026-05-09]\nopen_dates = [2026-05-09]"), "open_dates[0] CONTRADICTION"),
        ] {
            assert_eq!(read_text(&text).1, [problem], "{text}");
        }
    }
}
