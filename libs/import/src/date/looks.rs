//! Which format a refused text seems to have, so that the message can suggest it.

use jiff::civil::{Date, DateTime};
use jiff::fmt::temporal::Pieces;

const DAYS: [&str; 7] =
    ["%Y%m%d", "%Y/%m/%d", "%Y.%m.%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y年%m月%d日"];
const TIMES: [&str; 7] = [
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%Y%m%d%H%M%S",
];

/// The formats that the text may have; none if it resembles no known format.
pub fn like(text: &str) -> Vec<&'static str> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    match (is_number(text), text.len()) {
        (true, 13) => return vec!["epoch_millis"],
        (true, 10) => return vec!["epoch_seconds"],
        _ if is_number(whole) && whole.len() == 5 && is_number(&text.replace('.', "")) => {
            return vec!["excel"];
        }
        _ => {}
    }
    let years = |date: Date| (1900..2200).contains(&date.year());
    let days = DAYS.into_iter().filter(|format| Date::strptime(format, text).is_ok_and(years));
    let times = TIMES
        .into_iter()
        .filter(|format| DateTime::strptime(format, text).is_ok_and(|time| years(time.date())));
    let mut found: Vec<&str> = days.chain(times).collect();
    if found.is_empty() && Pieces::parse(text).is_ok() {
        found.push("iso");
    }
    found
}
