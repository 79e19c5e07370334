//! Tests of dates: formats, two-digit years, fixed times, zones, wrong formats and wrong texts.

use super::*;

fn format<'a>(format: &'a str) -> DateOptions<'a> {
    DateOptions { format, century: Some(1900), time: None, zone: Some("UTC") }
}

fn read(options: DateOptions, text: &str) -> Result<(String, Option<String>), &'static str> {
    let moment = DateFormat::new(options).unwrap().read(text).map_err(|fault| fault.code)?;
    let instant =
        moment.time.map(|time| jiff::Timestamp::from_nanosecond(time.0.into()).unwrap().to_string());
    Ok((moment.date.map_or_else(|| "none".to_owned(), |date| date.to_string()), instant))
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
fn a_leap_day_is_checked_in_its_own_century() {
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
    let reason = |options| DateFormat::new(options).unwrap_err().to_string();
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

fn whole(format: &str, zone: Option<&str>, text: &str) -> Result<(String, Option<String>), &'static str> {
    read(DateOptions { format, century: None, time: None, zone }, text)
}

#[test]
fn a_day_of_digits_alone_needs_all_its_digits() {
    assert_eq!(read(format("%Y%m%d"), "20261101").unwrap().0, "2026-11-01");
    for text in ["2026111", "2026023", "2026 2 3", " 20261101", "202611011"] {
        assert_eq!(read(format("%Y%m%d"), text), Err("BAD_DATE"), "{text}");
    }
    assert_eq!(read(format("%Y/%m/%d"), "2026/3/1").unwrap().0, "2026-03-01", "with signs between them");
}

#[test]
fn iso_8601_is_read_with_z_with_an_offset_and_with_neither() {
    let day_and = |date: &str, instant: Option<&str>| Ok((date.to_owned(), instant.map(str::to_owned)));
    let shanghai = Some("Asia/Shanghai");
    let instant = Some("2026-03-31T16:30:00Z");
    assert_eq!(whole("iso", None, "2026-03-31T16:30:00Z"), day_and("none", instant));
    assert_eq!(whole("iso", shanghai, "2026-03-31T16:30:00Z"), day_and("2026-04-01", instant));
    assert_eq!(whole("iso", None, "2026-04-01T00:30:00+08:00"), day_and("2026-04-01", instant));
    // Programs write UTC as an offset too; the bank's zone decides the day where both are known.
    assert_eq!(whole("iso", None, "2026-03-31T16:30:00+00:00"), day_and("none", instant));
    assert_eq!(whole("iso", shanghai, "2026-03-31T16:30:00+00:00"), day_and("2026-04-01", instant));
    assert_eq!(whole("iso", shanghai, "2026-03-31T11:30:00-05:00"), day_and("2026-04-01", instant));
    assert_eq!(whole("iso", shanghai, "2026-04-01 00:30"), day_and("2026-04-01", instant));
    assert_eq!(whole("iso", None, "2026-04-01 00:30"), day_and("2026-04-01", None));
    assert_eq!(whole("iso", shanghai, "2026-04-01"), day_and("2026-04-01", None));
    let noon = DateOptions { format: "iso", time: Some("12:00"), zone: shanghai, century: None };
    assert_eq!(read(noon, "2026-04-01"), day_and("2026-04-01", Some("2026-04-01T04:00:00Z")));
    for bad in ["2026-04-31", "2026-04-01T25:00", "01.04.2026", "2026-04-01T00:30[Asia/Shanghai]", ""] {
        assert_eq!(whole("iso", shanghai, bad), Err("BAD_DATE"), "{bad}");
    }
}

#[test]
fn seconds_and_milliseconds_since_1970_are_instants_whose_day_a_zone_tells() {
    let instant = Some("2026-01-05T00:00:00.123Z".to_owned());
    assert_eq!(whole("epoch_millis", None, "1767571200123"), Ok(("none".to_owned(), instant.clone())));
    assert_eq!(
        whole("epoch_seconds", Some("Asia/Tokyo"), "1767571200.123"),
        Ok(("2026-01-05".to_owned(), instant))
    );
    assert_eq!(whole("%s", Some("America/New_York"), "1767571200").unwrap().0, "2026-01-04");
    assert_eq!(whole("epoch_seconds", None, "1767571200123"), Err("OUT_OF_RANGE"));
    // A number in another unit, or a plain date, would give some day in 1970.
    for (format, other) in [("epoch_millis", "1767571200"), ("epoch_seconds", "20260203"), ("%s", "46027")] {
        assert_eq!(whole(format, None, other), Err("BAD_DATE"), "{format} {other}");
    }
    assert_eq!(whole("epoch_seconds", None, "2026-01-05"), Err("BAD_DATE"));
    let two = DateOptions { format: "epoch_seconds", time: Some("12:00"), ..DateOptions::default() };
    assert_eq!(DateFormat::new(two).unwrap_err().code(), "CONTRADICTION");
}

#[test]
fn days_of_a_spreadsheet_are_read_with_their_time_to_the_second() {
    let utc = |date: &str, time: &str| Ok((date.to_owned(), Some(format!("{date}T{time}Z"))));
    assert_eq!(whole("excel", Some("UTC"), "46027"), utc("2026-01-05", "00:00:00"));
    assert_eq!(whole("excel", Some("UTC"), "46027.75"), utc("2026-01-05", "18:00:00"));
    assert_eq!(whole("excel", Some("UTC"), "46027.3958333333357587"), utc("2026-01-05", "09:30:00"));
    assert_eq!(whole("excel", Some("UTC"), "46026.9999999"), utc("2026-01-05", "00:00:00"));
    assert_eq!(whole("excel", None, "61").unwrap().0, "1900-03-01");
    for bad in ["60", "-1", "4602A", "46027.", "", "99999999999"] {
        assert_eq!(whole("excel", Some("UTC"), bad), Err("BAD_DATE"), "{bad}");
    }
    let noon = DateOptions { format: "excel", time: Some("12:00"), zone: Some("UTC"), century: None };
    assert_eq!(read(noon, "46027"), utc("2026-01-05", "12:00:00"));
}

#[test]
fn the_reason_names_the_format_that_a_text_looks_like() {
    let reason = |text: &str| DateFormat::new(format("%Y-%m-%d")).unwrap().read(text).unwrap_err().reason;
    for (text, advice) in [
        ("2026/01/05", "`format = \"%Y/%m/%d\"`"),
        ("20260105", "`format = \"%Y%m%d\"`"),
        ("2026年1月5日", "`format = \"%Y年%m月%d日\"`"),
        ("25.01.2026", "`format = \"%d.%m.%Y\"`"),
        ("05/01/2026", "it may be written as `%d/%m/%Y` or as `%m/%d/%Y`"),
        ("25/01/2026", "`format = \"%d/%m/%Y\"`"),
        ("1767571200", "`format = \"epoch_seconds\"`"),
        ("1767571200123", "`format = \"epoch_millis\"`"),
        ("46027", "`format = \"excel\"`"),
        ("2026-01-05T09:30:00Z", "`format = \"iso\"`"),
        ("yesterday", "correct it, or the format"),
    ] {
        assert!(reason(text).contains(advice), "{text}: {}", reason(text));
    }
}
