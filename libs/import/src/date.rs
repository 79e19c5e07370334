//! Dates and times as files write them: a format, the hundred years that a two-digit year falls into, a fixed time of
//! day and a zone. Zones come from the bundled database, so that every machine reads the same; no clock is read.

use jiff::civil::{Date, DateTime, Time as TimeOfDay};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use longhu_core::Time;
use longhu_files::fault::Fault;

/// What a mapping says about a date.
#[derive(Clone, Debug, Default)]
pub struct DateOptions<'a> {
    /// As in strftime, such as `%y%m%d`.
    pub format: &'a str,
    /// The first of the hundred years that two-digit years fall into.
    pub century: Option<i16>,
    /// The time of day, when the format has none.
    pub time: Option<&'a str>,
    /// An IANA zone.
    pub zone: Option<&'a str>,
}

/// Reads dates of one format. Checked: the format gives a whole date.
#[derive(Clone, Debug)]
pub struct DateFormat {
    format: String,
    century: Option<i16>,
    time: Option<TimeOfDay>,
    zone: Option<TimeZone>,
    has_time: bool,
    has_offset: bool,
}

/// A date that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day as written.
    pub date: Date,
    /// The instant, when the format or the mapping gives a time and a zone.
    pub time: Option<Time>,
}

impl DateFormat {
    /// Checks what a mapping says.
    pub fn new(options: DateOptions) -> Result<DateFormat, String> {
        let DateOptions { format, century, time, zone } = options;
        let sample = sample(format)?;
        let two_digits = has_two_digit_year(format);
        match (two_digits, century) {
            (true, None) => {
                let advice = "say `century`, the first of the hundred years that it falls into, such as 1900";
                return Err(format!("`{format}` has a two-digit year; {advice}"));
            }
            (true, Some(century)) if !(1900..=2100).contains(&century) => {
                return Err(format!("century {century} is out of range; give 1900 to 2100"));
            }
            _ => {}
        }
        let has_time = sample.hour().is_some();
        if has_time && time.is_some() {
            return Err(format!(
                "`{format}` has a time of day, and `time` fixes another; remove one of them"
            ));
        }
        let time = time.map(time_of_day).transpose()?;
        let zone = zone.map(zone_named).transpose()?;
        let century = century.filter(|_| two_digits);
        Ok(DateFormat {
            format: format.to_owned(),
            century,
            time,
            zone,
            has_time,
            has_offset: sample.offset().is_some(),
        })
    }

    /// What is missing for instants, not only days; `None` when nothing is.
    pub fn lacks(&self) -> Option<&'static str> {
        match (self.has_time || self.time.is_some(), self.has_offset || self.zone.is_some()) {
            (false, _) => Some("`time`, such as \"12:00\""),
            (true, false) => Some("`zone`, such as \"Europe/Prague\""),
            (true, true) => None,
        }
    }

    /// Reads one date.
    pub fn read(&self, text: &str) -> Result<Moment, Fault> {
        let bad = |_| {
            let reason = format!("`{text}` is not a date like `{}`; correct it, or the format", self.format);
            Fault::new("BAD_DATE", reason)
        };
        let mut parts = BrokenDownTime::parse(&self.format, text).map_err(bad)?;
        if let (Some(century), Some(year)) = (self.century, parts.year()) {
            let year = century + (year - century).rem_euclid(100);
            parts.set_year(Some(year)).map_err(bad)?;
        }
        let date = parts.to_date().map_err(bad)?;
        let time = match (self.has_time, self.time) {
            (true, _) => Some(parts.to_time().map_err(bad)?),
            (false, fixed) => fixed,
        };
        let Some(time) = time else { return Ok(Moment { date, time: None }) };
        self.instant(DateTime::from_parts(date, time), &parts).map(|time| Moment { date, time })
    }

    fn instant(&self, civil: DateTime, parts: &BrokenDownTime) -> Result<Option<Time>, Fault> {
        let zone = match (parts.offset(), &self.zone) {
            (Some(offset), _) => offset.to_time_zone(),
            (None, Some(zone)) => zone.clone(),
            (None, None) => return Ok(None),
        };
        let out_of_range = || Fault::new("OUT_OF_RANGE", format!("{civil} is not of the years 1900 to 2199"));
        let stamp = zone.to_timestamp(civil).map_err(|_| out_of_range())?;
        let nanos = i64::try_from(stamp.as_nanosecond()).map_err(|_| out_of_range())?;
        let (seconds, rest) = Time(nanos).parts();
        Time::from_parts(seconds, rest).map(Some).ok_or_else(out_of_range)
    }
}

/// A known date through the format and back: what the format is able to say.
fn sample(format: &str) -> Result<BrokenDownTime, String> {
    let advice = "use strftime's signs, such as `%Y-%m-%d` or `%d.%m.%Y %H:%M:%S`";
    let known = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    let text = BrokenDownTime::from(&known)
        .to_string(format)
        .map_err(|error| format!("`{format}` is not a date format ({error}); {advice}"))?;
    let parts = BrokenDownTime::parse(format, &text)
        .map_err(|error| format!("`{format}` cannot be read back ({error}); {advice}"))?;
    match parts.to_date() {
        Ok(_) => Ok(parts),
        Err(_) => Err(format!("`{format}` gives no whole date; it needs year, month and day; {advice}")),
    }
}

fn has_two_digit_year(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        if c == '%' {
            // Flags and widths stand between the sign and the letter.
            let letter = characters.find(|c| c.is_ascii_alphabetic() || *c == '%');
            if matches!(letter, Some('y' | 'D' | 'g')) {
                return true;
            }
        }
    }
    false
}

fn time_of_day(text: &str) -> Result<TimeOfDay, String> {
    let read = |format| TimeOfDay::strptime(format, text);
    read("%H:%M:%S")
        .or_else(|_| read("%H:%M"))
        .map_err(|_| format!("`{text}` is not a time of day; write it like \"12:00\""))
}

fn zone_named(name: &str) -> Result<TimeZone, String> {
    TimeZoneDatabase::bundled().get(name).map_err(|_| {
        format!("`{name}` is not a time zone; give an IANA name, such as \"Asia/Shanghai\" or \"UTC\"")
    })
}

#[cfg(test)]
mod tests;
