//! Tests of dates: formats, two-digit years, fixed times, zones, and what is refused before and in rows.

use super::*;

fn format<'a>(format: &'a str) -> DateOptions<'a> {
    DateOptions { format, century: Some(1900), time: None, zone: Some("UTC") }
}

fn read(options: DateOptions, text: &str) -> Result<(String, Option<String>), &'static str> {
    let moment = DateFormat::new(options).unwrap().read(text).map_err(|fault| fault.code)?;
    let instant =
        moment.time.map(|time| jiff::Timestamp::from_nanosecond(time.0.into()).unwrap().to_string());
    Ok((moment.date.to_string(), instant))
}

#[test]
fn a_day_at_a_fixed_time_in_a_zone_is_an_instant() {
    let noon = |zone| DateOptions { time: Some("12:00"), zone: Some(zone), ..format("%y%m%d") };
    let expected = |date: &str, instant: &str| Ok((date.to_owned(), Some(instant.to_owned())));
    assert_eq!(read(noon("Europe/Prague"), "930101"), expected("1993-01-01", "1993-01-01T11:00:00Z"));
    assert_eq!(read(noon("Europe/Prague"), "930705"), expected("1993-07-05", "1993-07-05T10:00:00Z"));
    assert_eq!(read(noon("Asia/Shanghai"), "930705"), expected("1993-07-05", "1993-07-05T04:00:00Z"));
}

#[test]
fn a_literal_tail_is_text_and_not_a_time() {
    let tail = DateOptions { time: Some("12:00"), ..format("%y%m%d 00:00:00") };
    assert_eq!(read(tail.clone(), "931107 00:00:00").unwrap().1.unwrap(), "1993-11-07T12:00:00Z");
    assert_eq!(read(tail, "931107 00:00:01"), Err("BAD_DATE"));
}

#[test]
fn two_digit_years_fall_into_the_hundred_years_that_are_said() {
    let century = |century| DateOptions { century: Some(century), ..format("%d.%m.%y") };
    let year = |first, text: &str| read(century(first), text).unwrap().0;
    assert_eq!(year(1900, "01.02.05"), "1905-02-01");
    assert_eq!(year(1900, "01.02.68"), "1968-02-01");
    assert_eq!(year(2000, "01.02.99"), "2099-02-01");
    assert_eq!(year(1950, "01.02.49"), "2049-02-01");
    assert_eq!(year(1950, "01.02.50"), "1950-02-01");
}

#[test]
fn the_leap_day_is_judged_in_the_year_that_is_meant() {
    let century = |century| DateOptions { century: Some(century), ..format("%y%m%d") };
    assert_eq!(read(century(2000), "000229").unwrap().0, "2000-02-29");
    assert_eq!(read(century(1900), "000229"), Err("BAD_DATE"), "1900 was no leap year");
}

#[test]
fn a_time_in_the_file_is_read_with_the_zone_or_with_its_own_offset() {
    let with_time = format("%Y-%m-%d %H:%M:%S");
    assert_eq!(
        read(with_time, "2024-03-31 23:30:00").unwrap(),
        ("2024-03-31".into(), Some("2024-03-31T23:30:00Z".into()))
    );
    let offset = DateOptions { zone: None, ..format("%Y-%m-%dT%H:%M:%S%:z") };
    assert_eq!(
        read(offset, "2024-03-31T23:30:00+08:00").unwrap(),
        ("2024-03-31".into(), Some("2024-03-31T15:30:00Z".into()))
    );
}

#[test]
fn what_is_no_date_of_the_format_rejects_the_row() {
    for text in ["", "930230", "931301", "93010", "9301011", "abcdef", "1993-01-01"] {
        assert_eq!(read(format("%y%m%d"), text), Err("BAD_DATE"), "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_format_is_said_before_any_row() {
    let reason = |options| DateFormat::new(options).unwrap_err();
    assert!(reason(DateOptions { century: None, ..format("%y%m%d") }).contains("say `century`"));
    assert!(
        reason(DateOptions { century: Some(19), ..format("%y%m%d") }).contains("century 19 is out of range")
    );
    assert!(reason(format("%Y-%m")).contains("gives no whole date"));
    assert!(reason(format("no date")).contains("gives no whole date"));
    assert!(reason(format("%Y-%m-%d %!")).contains("is not a date format"));
    assert!(reason(DateOptions { zone: Some("Europe/Praha"), ..format("%F") }).contains("not a time zone"));
    assert!(reason(DateOptions { time: Some("noon"), ..format("%F") }).contains("not a time of day"));
    assert!(reason(DateOptions { time: Some("12:00"), ..format("%F %T") }).contains("fixes another"));
    assert_eq!(DateFormat::new(format("%F")).unwrap().lacks(), Some("`time`, such as \"12:00\""));
    let no_zone = DateOptions { time: Some("12:00"), zone: None, ..format("%F") };
    assert_eq!(DateFormat::new(no_zone).unwrap().lacks(), Some("`zone`, such as \"Europe/Prague\""));
}
