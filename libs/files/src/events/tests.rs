//! Tests of JSON lines: what is read, and what is refused with which reason.

use super::*;

const GOOD: &str = r#"{"source":"core","id":"e-1","type":"card.issued","occurredTime":"1998-03-01T12:00:00Z","business_date":{"year":1998,"month":3,"day":1},"credits":[{"employee":"张三"}],"quantity":"2","amount":{"currencyCode":"CNY","units":"12","nanos":50000000}}"#;

fn lines(text: &[u8]) -> Vec<Line> {
    let descriptor = longhu_client::proto_json::descriptor("longhu.event.v1.Event").unwrap();
    Lines::new(text, descriptor).collect::<io::Result<_>>().unwrap()
}

fn refusal(text: &str) -> Refusal {
    lines(text.as_bytes()).remove(0).content.unwrap_err()
}

#[test]
fn both_spellings_of_a_field_are_read() {
    let event = lines(GOOD.as_bytes()).remove(0).content.unwrap();
    assert_eq!((event.source.as_str(), event.quantity), ("core", Some(2)));
    assert_eq!(event.occurred_time.unwrap().seconds, 888_753_600);
    assert_eq!(event.business_date.unwrap().day, 1);
    assert_eq!(event.amount.unwrap().units, 12);
}

#[test]
fn blank_lines_are_counted_and_skipped() {
    let text = format!("\u{feff}{GOOD}\r\n\n  \n{GOOD}");
    let numbers: Vec<u64> = lines(text.as_bytes()).iter().map(|line| line.number).collect();
    assert_eq!(numbers, [1, 4]);
    assert!(lines(text.as_bytes()).iter().all(|line| line.content.is_ok()));
}

#[test]
fn a_line_that_is_not_json_is_refused_alone() {
    let text = format!("{{\"source\":\n{GOOD}\nnot json\n");
    let found = lines(text.as_bytes());
    assert_eq!(found[0].content.as_ref().unwrap_err().code, "INVALID_JSON");
    assert!(found[1].content.is_ok());
    assert_eq!(found[2].content.as_ref().unwrap_err().code, "INVALID_JSON");
    assert_eq!(refusal(&format!("{GOOD} {GOOD}")).code, "INVALID_JSON");
    assert_eq!(lines(b"\xb0\xa1").remove(0).content.unwrap_err().code, "INVALID_JSON");
}

#[test]
fn an_unknown_field_is_refused_with_the_event_s_identity_and_a_suggestion() {
    let refusal = refusal(r#"{"source":"core","id":"e-1","occured_time":"1998-03-01T12:00:00Z"}"#);
    assert_eq!(refusal.code, "UNKNOWN_FIELD");
    assert_eq!((refusal.source.as_deref(), refusal.id.as_deref()), (Some("core"), Some("e-1")));
    assert!(refusal.reason.contains("did you mean `occurred_time`"), "{}", refusal.reason);
}

#[test]
fn a_value_of_the_wrong_kind_is_reported_with_its_field_and_the_right_form() {
    for (text, path, form) in [
        (r#"{"quantity":"many"}"#, "`quantity`: ", "write a whole number, such as 3"),
        (r#"{"occurredTime":"yesterday"}"#, "`occurred_time`: ", "write \"2026-02-02T10:00:00+08:00\""),
        (r#"{"id":7}"#, "`id`: ", "write a text in quotes"),
        (r#"{"amount":{"units":"1,5"}}"#, "`amount.units`: ", "a whole number"),
        (r#"{"amount":12}"#, "`amount`: ", "{\"currencyCode\": \"CNY\""),
        (r#"{"credits":[{},{"role":1}]}"#, "`credits[1].role`: ", "a text in quotes"),
        (r#"{"credits":[{},"e-1"]}"#, "`credits[1]`: ", "[{\"employee\": \"e-001\""),
        (r#"{"business_date":"2.2.2026"}"#, "`business_date`: ", "write it like \"2026-02-02\""),
        (r#"{"credits":[{"share":50}]}"#, "`credits[0].share`: ", "write `50%`"),
    ] {
        let reason = refusal(text).reason;
        assert!(reason.contains(path) && reason.contains(form), "{text}: {reason}");
    }
}

#[test]
fn days_and_shares_may_be_written_short() {
    let text = r#"{"business_date":"2026-02-02","credits":[{"employee":"e","share":0.7},{"employee":"f","share":"30%"}]}"#;
    let event = lines(text.as_bytes()).remove(0).content.unwrap();
    let day = event.business_date.unwrap();
    assert_eq!((day.year, day.month, day.day), (2026, 2, 2));
    assert_eq!(
        event.credits.iter().map(|credit| credit.share).collect::<Vec<_>>(),
        [Some(700_000), Some(300_000)]
    );
}

#[test]
fn duplicate_json_key() {
    let found = lines(include_bytes!("../../../../tests/fixtures/imports/duplicate-json-key/e.jsonl"));
    let twice = found[0].content.as_ref().unwrap_err();
    assert_eq!((twice.code, twice.source.as_deref()), ("DUPLICATE_KEY", Some("dk")));
    assert!(twice.reason.contains("`type` appears twice"), "{}", twice.reason);
    let both = r#"{"business_date":"2026-02-02","businessDate":"2026-02-03"}"#;
    assert_eq!(refusal(both).code, "DUPLICATE_KEY");
}

#[test]
fn a_compressed_input_is_read_like_any_other() {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(GOOD.as_bytes()).unwrap();
    let packed = packed.finish().unwrap();
    for bytes in [packed, GOOD.as_bytes().to_vec()] {
        let mut text = decompressed(Box::new(io::Cursor::new(bytes))).unwrap();
        let mut read = String::new();
        io::Read::read_to_string(&mut text, &mut read).unwrap();
        assert_eq!(read, GOOD);
    }
}

#[test]
fn a_value_of_the_wrong_kind_is_refused() {
    for text in [r#"{"quantity":"many"}"#, r#"{"occurred_time":"yesterday"}"#, "[]", "3", r#"{"id":7}"#] {
        assert_eq!(refusal(text).code, "INVALID_VALUE", "{text}");
    }
}

#[test]
fn an_endless_line_is_not_kept_in_memory() {
    let mut text = vec![b'x'; 3 * LINE_BYTES_MAX];
    text.extend_from_slice(format!("\n{GOOD}").as_bytes());
    let found = lines(&text);
    assert_eq!(found[0].content.as_ref().unwrap_err().code, "TOO_LONG");
    assert!(found[1].content.is_ok());
    assert_eq!(found[1].bytes_read, text.len() as u64);
}

#[test]
fn the_example_s_lines_are_events() {
    let found = lines(include_bytes!("../../../../deploy/examples/quickstart/events.jsonl"));
    assert!(found.len() > 5 && found.iter().all(|line| line.content.is_ok()), "{found:?}");
}
