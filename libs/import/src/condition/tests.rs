//! Tests of conditions: what each operator means, precedence, absent values, and that nothing panics.

use std::borrow::Cow;

use longhu_files::fault::Fault;
use proptest::prelude::*;

use super::*;
use crate::template::{At, Name, Values};

struct Row(Vec<(&'static str, &'static str)>);

impl Values for Row {
    fn get(&self, at: At) -> Result<Option<Cow<'_, str>>, Fault> {
        let At::Column(index) = at else { return Ok(None) };
        Ok(self.0.get(index).map(|(_, cell)| *cell).filter(|cell| !cell.is_empty()).map(Cow::Borrowed))
    }
}

fn holds(condition: &str) -> Result<bool, String> {
    let row = Row(vec![
        ("status", "B"),
        ("type", "gold card"),
        ("n", "12.50"),
        ("none", ""),
        ("disp.type", "OWNER"),
    ]);
    let mut find = |name: &Name| {
        let found = row.0.iter().position(|(column, _)| *column == name.to_string());
        found.map(At::Column).ok_or_else(|| format!("no column {name}"))
    };
    let parsed = Condition::parse(condition, &Maps::new()).map_err(|error| error.to_string())?;
    let ready = parsed.resolve(&mut find)?;
    ready.holds(&row).map_err(|fault| fault.code.to_owned())
}

#[test]
fn conditions_mean_what_they_say() {
    for condition in [
        "status == B",
        "status != C",
        "status in [B, D]",
        "status in ['B']",
        "status not in [A, C]",
        "status not in []",
        "status|lower == b",
        "{status|lower} == 'b'",
        "status == {status}",
        "type == 'gold card'",
        "disp.type == OWNER",
        "status present",
        "none absent",
        "n > 12.4 and n >= 12.5 and n < 100 and n <= 12.50",
        "n > -1",
        "not status == A",
        "status == A or status == B and n > 1",
        "(status == A or status == B) and n > 1",
        "not (status == A or status == C)",
        "status == B and not none present",
    ] {
        assert_eq!(holds(condition), Ok(true), "{condition}");
        assert_eq!(holds(&format!("not ({condition})")), Ok(false), "not ({condition})");
    }
}

#[test]
fn and_binds_closer_than_or() {
    assert_eq!(holds("status == B or status == A and n > 100"), Ok(true));
    assert_eq!(holds("(status == B or status == A) and n > 100"), Ok(false));
}

#[test]
fn what_is_absent_equals_nothing() {
    for condition in ["none == B", "none in [B]", "none < 1", "none > 1", "n > {none}", "none == {none}"] {
        assert_eq!(holds(condition), Ok(false), "{condition}");
    }
    for condition in ["none != B", "none not in [B]"] {
        assert_eq!(holds(condition), Ok(true), "{condition}");
    }
}

#[test]
fn a_text_is_not_compared_as_a_number() {
    assert_eq!(holds("type > 1"), Err("NOT_A_NUMBER".to_owned()));
}

#[test]
fn what_is_wrong_with_a_condition_is_said_before_any_row() {
    for (condition, expected) in [
        ("", "it ends where the name of a column should stand"),
        ("status", "no operator follows `status`"),
        ("status = B", "no operator follows `status`"),
        ("status ==", "it ends where a text should stand"),
        ("status == B C", "there is `C` after the condition"),
        ("status in B", "`in` needs a list"),
        ("status in [B", "the list is not closed"),
        ("status not B", "`status` is followed by `not` alone"),
        ("(status == B", "a parenthesis is not closed"),
        ("status == B and", "it ends where the name of a column should stand"),
        ("n > many", "`>` compares numbers and `many` is not a number"),
        ("nowhere == B", "no column nowhere"),
        ("status|lowr == b", "there is no filter `lowr`; did you mean `lower`?"),
    ] {
        let reason = holds(condition).unwrap_err();
        assert!(reason.starts_with(expected), "{condition}: {reason}");
    }
    let deep = format!("{}status == B", "not ".repeat(100));
    assert!(holds(&deep).unwrap_err().contains("nested"), "{deep}");
}

proptest! {
    #[test]
    fn no_text_makes_a_condition_panic(
        words in proptest::collection::vec(
            prop_oneof![
                Just("status"), Just("and"), Just("or"), Just("not"), Just("in"), Just("["), Just("]"), Just("("),
                Just(")"), Just("=="), Just("!="), Just("<"), Just("'"), Just("{"), Just("}"), Just("|"),
                Just("lower"), Just(","), Just("absent"), Just("n"), Just("3"), Just("行"),
            ],
            0..24,
        )
    ) {
        let _ = holds(&words.join(" "));
        let _ = holds(&words.concat());
    }
}
