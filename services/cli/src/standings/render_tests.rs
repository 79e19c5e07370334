//! Tests of the output of standings, for people and for scripts.

use longhu_proto::wire::standings::v1::{Figure, ResultSeal};

use super::super::json::{json, number};
use super::*;

fn view() -> View {
    let row = |rank, participant: &str, name: &str, score: &str| Row {
        rank,
        participant: participant.into(),
        name: name.into(),
        score: score.into(),
        ..Row::default()
    };
    View {
        header: Header {
            contest: "cards-1998".into(),
            board: "branch".into(),
            position: Some(Position { sequence: 42, index: 7, adoptions: 0 }),
            as_of_time: Some(prost_types::Timestamp { seconds: 915_148_799, nanos: 500_000_000 }),
            digest: "ab".into(),
            fold_version: 1,
            revision: 2,
            stale: false,
            held: 0,
            late: 0,
            ..Header::default()
        },
        rows: vec![
            row(1, "b-1", "城东支行", "123456789012345678.1001"),
            row(2, "b-2", "West, \"2\"", "-0.5"),
        ],
        total: 77,
        focus: None,
        known_at: None,
        figures: false,
        lang: Lang::En,
        clock: BankClock::default(),
    }
}

/// The text on lines of 120 cells.
fn table(view: &View) -> String {
    super::table(view, 120)
}

fn with_figures(view: View) -> View {
    let figure = |indicator: &str| Figure {
        indicator: indicator.into(),
        value: "7".into(),
        target: "10".into(),
        completion: "0.7".into(),
        is_reached: Some(false),
        ..Figure::default()
    };
    let figures = vec![figure("mobile"), figure("income")];
    let row = |row: Row| Row { figures: figures.clone(), ..row };
    View { rows: view.rows.into_iter().map(row).collect(), figures: true, ..view }
}

#[test]
fn figures_that_do_not_fit_beside_the_scores_follow_by_indicator() {
    let view = with_figures(view());
    assert!(super::table(&view, 120).contains("mobile  TARGET  DONE  income  TARGET  DONE\n"));
    let narrow = super::table(&view, 60);
    let of_tables = narrow.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert!(!output::is_wider(&of_tables, 60), "{narrow}");
    let block = "\nRANK  PARTICIPANT  NAME       income  TARGET  DONE\n";
    assert!(narrow.contains(block) && narrow.contains(&block.replace("income", "mobile")), "{narrow}");
}

#[test]
fn the_threshold_is_met_or_not_and_programs_read_on_whether_it_is_reached() {
    let mut view = with_figures(view());
    view.rows[1].figures[1].is_reached = Some(true);
    view.focus = Some(Focus { participant: "b-2".into(), gap_to_next: "3.5".into() });
    let text = table(&view);
    assert!(text.contains("INDICATOR  VALUE  TARGET  DONE  THRESHOLD\n"), "{text}");
    assert!(text.contains("70 %      below\n") && text.contains("70 %        met\n"), "{text}");
    let csv = csv(&view).unwrap();
    assert!(csv.contains("income.reached") && csv.contains(",yes,"), "{csv}");
}

#[test]
fn figures_are_kept_of_the_indicators_that_are_named() {
    let mut rows = with_figures(view()).rows;
    figures::choose(&mut rows, &["income"]).unwrap();
    assert!(rows.iter().all(|row| row.figures.len() == 1 && row.figures[0].indicator == "income"));
    let refusal = figures::choose(&mut rows, &["mobil"]).unwrap_err();
    assert!(refusal.what.contains("no indicator `mobil`; it has income"), "{}", refusal.what);
}

#[test]
fn a_table_speaks_chinese() {
    let mut view = View { lang: Lang::Zh, ..with_figures(view()) };
    view.focus = Some(Focus { participant: "b-2".into(), gap_to_next: "1".into() });
    let text = table(&view);
    for part in
        ["名次  编号  名称", "得分", "目标  完成率", "起评线", "未达", "· 位置 42.7 · 截至 1998-12-31"]
    {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert!(text.ends_with("\n距前一名差额 1 分，共 77 行\n"), "{text}");
}

#[test]
fn an_empty_board_says_so() {
    let view = View { rows: Vec::new(), total: 0, ..view() };
    assert!(table(&view).ends_with("\n\nno rows yet\n"));
}

#[test]
fn json_scores_keep_every_digit() {
    let text = json(&view()).unwrap();
    assert!(text.contains("\"score\": 123456789012345678.1001"), "{text}");
    assert!(text.contains("\"score\": -0.5"), "{text}");
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["position"], "42.7");
    assert_eq!(value["as_of"], "1998-12-31T23:59:59.5Z");
    assert_eq!(value["standings"][0]["name"], "城东支行");
    assert!(value.get("gap_to_next").is_none());
}

#[test]
fn what_is_no_decimal_is_not_passed_on_as_a_score() {
    for wrong in ["", "1e3", "\"1\"", "NaN", "1.", "01", "null"] {
        assert!(number(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn csv_quotes_what_needs_it() {
    assert_eq!(
        csv(&view()).unwrap(),
        "rank,participant,name,score\n1,b-1,城东支行,123456789012345678.1001\n2,b-2,\"West, \"\"2\"\"\",-0.5\n"
    );
}

#[test]
fn a_table_aligns_scores_and_says_how_many_rows_are_left() {
    assert_eq!(
        table(&view()),
        "cards-1998 · branch · position 42.7 · as of 1998-12-31 23:59:59 UTC\n\
         \n\
         RANK  PARTICIPANT  NAME                         SCORE\n   \
            1  b-1          城东支行   123456789012345678.1001\n   \
            2  b-2          West, \"2\"                     -0.5\n\
         \n\
         2 of 77 rows; more with --top\n"
    );
}

#[test]
fn a_table_says_when_rows_are_stale_or_credits_are_held() {
    let mut view = view();
    (view.header.stale, view.header.held, view.header.late) = (true, 3, 4);
    let text = table(&view);
    assert!(text.contains("rows of revision 2\n"), "{text}");
    assert!(text.contains("3 credits wait") && text.contains("4 events came after"), "{text}");
}

#[test]
fn a_result_says_that_it_is_sealed_and_what_came_after_it() {
    let mut view = view();
    let (principal, result_hash) = ("hq".to_owned(), "cd".to_owned());
    let position = Some(Position { sequence: 42, index: 7, adoptions: 0 });
    view.header.seal =
        Some(ResultSeal { position, principal, result_hash, late_entries: 2, ..ResultSeal::default() });
    let text = table(&view);
    assert!(text.contains("sealed by hq, result cd\n") && text.contains("contest late cards-1998"), "{text}");
    let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
    assert_eq!((&value["seal"]["position"], &value["seal"]["late_entries"]), (&"42.7".into(), &2.into()));
}

#[test]
fn a_board_as_then_known_says_so_first() {
    let position = Position { sequence: 42, index: 9, adoptions: 0 };
    let time = Some(prost_types::Timestamp { seconds: 915_148_799, nanos: 0 });
    let view = View { known_at: Some(KnownAt { position, time }), ..view() };
    let text = table(&view);
    assert!(
        text.starts_with("as then known at 42.9 (1998-12-31 23:59:59 UTC)\ncards-1998 · branch"),
        "{text}"
    );
    let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
    assert_eq!(value["known_at"]["position"], "42.9");
    assert_eq!(value["known_at"]["time"], "1998-12-31T23:59:59Z");
}

#[test]
fn a_participant_is_marked_and_told_the_gap() {
    let mut view = view();
    view.focus = Some(Focus { participant: "b-2".into(), gap_to_next: "3.5".into() });
    let text = table(&view);
    assert!(text.contains("\n>     2  b-2"), "{text}");
    assert!(text.ends_with("3.5 points behind rank 1; 77 rows\n"), "{text}");
    let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
    assert_eq!((&value["participant"], &value["gap_to_next"]), (&"b-2".into(), &3.5.into()));
    view.focus = Some(Focus { participant: "b-1".into(), gap_to_next: String::new() });
    let value: serde_json::Value = serde_json::from_str(&json(&view).unwrap()).unwrap();
    assert!(value.as_object().unwrap().contains_key("gap_to_next") && value["gap_to_next"].is_null());
}
