//! Tests of records: lines, quotes, unclosed quotes, and that memory is bounded.

use std::io::Write;

use super::*;

const SIGNS: Signs =
    Signs { delimiter: b',', quote: Some(b'"'), escape: None, trim: false, row_is_line: false };

fn records(text: &str, signs: Signs) -> Records {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    Records::new(file, signs).unwrap()
}

/// The lines and cells of each record, and what is wrong with it.
fn read(text: &str, signs: Signs) -> Vec<(u64, u64, String, Option<Broken>)> {
    let (mut records, mut record, mut found) = (records(text, signs), Record::default(), Vec::new());
    while records.read(&mut record).unwrap() {
        let cells: Vec<String> =
            record.cells().map(|cell| String::from_utf8(cell.to_vec()).unwrap()).collect();
        found.push((record.line, record.last_line, cells.join("|"), record.broken));
    }
    found
}

fn sound(text: &str, signs: Signs) -> Vec<(u64, String)> {
    let found = read(text, signs).into_iter();
    found
        .map(|(line, _, cells, broken)| (line, format!("{cells}{}", if broken.is_some() { "!" } else { "" })))
        .collect()
}

#[test]
fn lines_are_counted_with_any_line_end_and_empty_lines() {
    for end in ["\n", "\r\n", "\r"] {
        let text = "\u{feff}a,b\n\n\nc,\"d\ne\"\nf,g".replace('\n', end);
        let found = read(&text, SIGNS);
        let told: Vec<_> = found.iter().map(|(line, last, ..)| (*line, *last)).collect();
        assert_eq!(told, [(1, 1), (4, 5), (6, 6)], "{end:?}");
        assert_eq!(found[1].2, format!("c|d{end}e"));
    }
    assert_eq!(
        sound("a\r\nb\rc\n\rd\n", SIGNS),
        [(1, "a"), (2, "b"), (3, "c"), (5, "d")].map(|(l, c)| (l, c.to_owned()))
    );
}

#[test]
fn quotes_are_doubled_or_escaped_and_an_unclosed_one_is_reported() {
    let first = |text: &str, signs| read(text, signs).remove(0);
    assert_eq!(first("\"a\"\"b\",c\"d\n", SIGNS).2, "a\"b|c\"d");
    let escaped = Signs { escape: Some(b'\\'), ..SIGNS };
    assert_eq!(first("\"a\\\"b\\\\\",c\n", escaped).2, "a\"b\\|c");
    assert_eq!(first("\"a\\\"b\",c\n", SIGNS).3, Some(Broken::TextAfterQuote { cell: 0, line: 1 }));
    assert_eq!(first("a,\n\"b\n", SIGNS).3, None);
    let open = read("a,b\nc,\"d\ne,f\n", SIGNS).pop().unwrap();
    assert_eq!((open.0, open.3), (2, Some(Broken::OpenQuote { cell: 1, line: 2 })));
    assert_eq!(
        sound("c,\"d\ne,f\n", Signs { quote: None, ..SIGNS }),
        [(1, "c|\"d".to_owned()), (2, "e|f".to_owned())]
    );
    assert_eq!(first("a, \"b,c\" ,d\n", Signs { trim: true, ..SIGNS }).2, "a|b,c |d");
}

#[test]
fn an_endless_number_of_cells_is_not_kept_in_memory() {
    let text = format!("{}\nb,c\n", ",".repeat(RECORD_CELLS_MAX + 5));
    let mut records = records(&text, SIGNS);
    let mut record = Record::default();
    assert!(records.read(&mut record).unwrap());
    assert_eq!((record.broken, record.ends.len()), (Some(Broken::TooLong), RECORD_CELLS_MAX));
    assert!(records.read(&mut record).unwrap());
    assert_eq!((record.broken, record.line, record.ends.len()), (None, 2, 2));
}

#[test]
fn an_endless_record_is_not_kept_in_memory_and_the_next_one_is_read() {
    let long = "x".repeat(3 * RECORD_BYTES_MAX);
    let text = format!("a,\"{long}\n{long}\"\nb,c\n");
    let mut records = records(&text, SIGNS);
    let mut record = Record::default();
    assert!(records.read(&mut record).unwrap());
    assert_eq!(record.broken, Some(Broken::TooLong));
    assert!(record.bytes.len() <= RECORD_BYTES_MAX && record.ends.len() == 2);
    assert!(records.read(&mut record).unwrap());
    assert_eq!((record.line, record.bytes.as_slice()), (3, b"bc".as_slice()));
}

#[test]
fn reading_continues_at_a_place_near_or_far() {
    let text = format!("a\n{}z\n", "b,c\n".repeat(BUFFER_BYTES));
    let (mut records, mut record) = (records(&text, SIGNS), Record::default());
    records.read(&mut record).unwrap();
    let second = records.place();
    for _ in 0..2 {
        while records.read(&mut record).unwrap() {}
        records.go(second).unwrap();
        records.read(&mut record).unwrap();
        assert_eq!((record.line, record.bytes.as_slice()), (2, b"bc".as_slice()));
    }
}
