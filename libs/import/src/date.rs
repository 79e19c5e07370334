//! Dates and times as files write them: a format, the hundred years for two-digit years, a fixed time of day
//! and a zone. Zones come from the bundled database, so that every machine reads the same. No clock is read.

mod error;
mod looks;
mod serial;

use jiff::civil::{Date, DateTime, Time as TimeOfDay};
use jiff::fmt::strtime::BrokenDownTime;
use jiff::fmt::temporal::{Pieces, PiecesOffset};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use longhu_core::Time;
use longhu_files::fault::Fault;

pub use error::FormatError;

/// What a mapping says about a date.
#[derive(Clone, Debug, Default)]
pub struct DateOptions<'a> {
    /// As in strftime, such as `%y%m%d`, or one of `iso`, `epoch_seconds`, `epoch_millis` and `excel`.
    pub format: &'a str,
    /// The first of the hundred years for two-digit years: with 1950, `49` is 2049 and `50` is 1950.
    pub century: Option<i16>,
    /// The time of day, if the text has none.
    pub time: Option<&'a str>,
    /// An IANA zone.
    pub zone: Option<&'a str>,
}

/// Reads dates of one format, which is known to give a whole date.
#[derive(Clone, Debug)]
pub struct DateFormat {
    format: String,
    way: Way,
    time: Option<TimeOfDay>,
    zone: Option<TimeZone>,
}

/// A way of writing dates.
#[derive(Clone, Debug)]
enum Way {
    /// A strftime format.
    Format { century: Option<i16>, has_time: bool, has_offset: bool },
    /// ISO 8601: a day, or a day and a time, with an offset, `Z` or neither.
    Iso,
    /// Units since 1970 in UTC. The last `digits` digits are a fraction of a second: 3 for milliseconds.
    Epoch { digits: u32 },
    /// Days since the end of 1899, as spreadsheets count them, with a fraction for the time of day.
    Excel,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The day as written. `None` if the text is only an instant and there is no zone: then the bank's zone
    /// decides.
    pub date: Option<Date>,
    /// The instant, if the text or the mapping gives a time and a zone.
    pub time: Option<Time>,
}

impl DateFormat {
    /// Checks what a mapping says.
    ///
    /// # Errors
    /// What is not a format, or does not give a whole date.
    pub fn new(options: DateOptions) -> Result<DateFormat, FormatError> {
        let DateOptions { format, century, time, zone } = options;
        let way = way(format, century)?;
        if time.is_some() && !way.takes_time() {
            return Err(FormatError::TwoTimes { format: format.to_owned() });
        }
        let time = time.map(time_of_day).transpose()?;
        let zone = zone.map(zone_named).transpose()?;
        Ok(DateFormat { format: format.to_owned(), way, time, zone })
    }

    /// Whether a format can be combined with a fixed time of day; also true for a wrong format, which is
    /// reported elsewhere.
    pub fn takes_time(format: &str) -> bool {
        way(format, Some(1900)).map_or(true, |way| way.takes_time())
    }

    /// What is missing for an instant; `None` if nothing is, or if each text must say it.
    pub fn lacks(&self) -> Option<&'static str> {
        let (has_time, has_offset) = match self.way {
            Way::Format { has_time, has_offset, .. } => (has_time, has_offset),
            Way::Iso | Way::Epoch { .. } => (true, true),
            Way::Excel => (true, false),
        };
        match (has_time || self.time.is_some(), has_offset || self.zone.is_some()) {
            (false, _) => Some("`time`, such as \"12:00\""),
            (true, false) => Some("`zone`, such as \"Europe/Prague\""),
            (true, true) => None,
        }
    }

    /// Reads one date.
    ///
    /// # Errors
    /// A text that is not a date of the format, and years before 1900 or after 2199.
    pub fn read(&self, text: &str) -> Result<Moment, Fault> {
        match &self.way {
            Way::Format { century, has_time, .. } => self.formatted(text, *century, *has_time),
            Way::Iso => self.iso(text),
            Way::Epoch { digits } => {
                let time = serial::epoch(text, *digits).ok_or_else(|| self.bad(text))?;
                let time = time.ok_or_else(|| out_of_range(text))?;
                self.instant(time)
            }
            Way::Excel => {
                let (date, time) = serial::excel(text).ok_or_else(|| self.bad(text))?;
                let time = time.or(self.time).unwrap_or(TimeOfDay::midnight());
                self.local(DateTime::from_parts(date, time), None)
            }
        }
    }

    fn formatted(&self, text: &str, century: Option<i16>, has_time: bool) -> Result<Moment, Fault> {
        let bad = |_| self.bad(text);
        // Without a character between them, numbers are told apart by their digits alone: `2026111` is not a
        // day.
        if let Some(digits) = digits_of(&self.format)
            && (text.len() != digits || !text.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(self.bad(text));
        }
        let mut parts = BrokenDownTime::parse(&self.format, text).map_err(bad)?;
        if let (Some(century), Some(year)) = (century, parts.year()) {
            let year = century + (year - century).rem_euclid(100);
            parts.set_year(Some(year)).map_err(bad)?;
        }
        let date = parts.to_date().map_err(bad)?;
        let time = match (has_time, self.time) {
            (true, _) => Some(parts.to_time().map_err(bad)?),
            (false, fixed) => fixed,
        };
        match time {
            Some(time) => self.local(DateTime::from_parts(date, time), parts.offset()),
            None => Ok(Moment { date: Some(date), time: None }),
        }
    }

    fn iso(&self, text: &str) -> Result<Moment, Fault> {
        let pieces = Pieces::parse(text).map_err(|_| self.bad(text))?;
        if pieces.time_zone_annotation().is_some() {
            return Err(self.bad(text));
        }
        let Some(time) = pieces.time().or(self.time) else {
            return Ok(Moment { date: Some(pieces.date()), time: None });
        };
        let civil = DateTime::from_parts(pieces.date(), time);
        match pieces.offset() {
            Some(PiecesOffset::Zulu) => self.instant(stamp(civil, &TimeZone::UTC)?),
            Some(_) => self.local(civil, pieces.to_numeric_offset()),
            None => self.local(civil, None),
        }
    }

    /// A local time. With an offset it is an instant, whose day is that in the zone if there is one.
    /// Otherwise the day is the one that the text shows. A text in UTC gives no day without a zone: programs
    /// write UTC wherever they run, so its day is not the bank's.
    fn local(&self, civil: DateTime, offset: Option<Offset>) -> Result<Moment, Fault> {
        if let Some(offset) = offset.filter(|offset| offset.is_zero() || self.zone.is_some()) {
            return self.instant(stamp(civil, &offset.to_time_zone())?);
        }
        let zone = offset.map(Offset::to_time_zone).or_else(|| self.zone.clone());
        let time = zone.map(|zone| stamp(civil, &zone)).transpose()?;
        Ok(Moment { date: Some(civil.date()), time })
    }

    /// An instant without a place. Its day is that in the zone, if there is one.
    fn instant(&self, time: Time) -> Result<Moment, Fault> {
        let day = |zone: &TimeZone| {
            let stamp = jiff::Timestamp::from_nanosecond(time.0.into()).ok()?;
            Some(stamp.to_zoned(zone.clone()).date())
        };
        Ok(Moment { date: self.zone.as_ref().and_then(day), time: Some(time) })
    }

    fn bad(&self, text: &str) -> Fault {
        let advice = match looks::like(text).as_slice() {
            [] => "correct it, or the format".to_owned(),
            [one] => format!("it looks like `format = \"{one}\"`: correct it, or say that"),
            several => format!("it may be written as `{}`: say which as `format`", several.join("` or as `")),
        };
        Fault::new("BAD_DATE", format!("`{text}` is not a date like `{}`; {advice}", self.format))
    }
}

/// The digits that a text must have if its format is nothing but numbers, such as `%Y%m%d`.
fn digits_of(format: &str) -> Option<usize> {
    let letters = format.strip_prefix('%')?.split('%');
    letters
        .map(|letter| match letter {
            "Y" => Some(4),
            "y" | "m" | "d" | "H" | "M" | "S" => Some(2),
            "j" => Some(3),
            _ => None,
        })
        .sum()
}

impl Way {
    fn takes_time(&self) -> bool {
        match self {
            Way::Format { has_time, .. } => !has_time,
            Way::Iso | Way::Excel => true,
            Way::Epoch { .. } => false,
        }
    }
}

/// The way of writing that a format describes.
fn way(format: &str, century: Option<i16>) -> Result<Way, FormatError> {
    match format {
        "iso" => return Ok(Way::Iso),
        "epoch_seconds" | "%s" => return Ok(Way::Epoch { digits: 0 }),
        "epoch_millis" => return Ok(Way::Epoch { digits: 3 }),
        "excel" => return Ok(Way::Excel),
        _ => {}
    }
    let sample = sample(format)?;
    let two_digits = has_two_digit_year(format);
    match (two_digits, century) {
        (true, None) => return Err(FormatError::TwoDigitYear { format: format.to_owned() }),
        (true, Some(century)) if !(1900..=2100).contains(&century) => {
            return Err(FormatError::Century { century });
        }
        _ => {}
    }
    Ok(Way::Format {
        century: century.filter(|_| two_digits),
        has_time: sample.hour().is_some(),
        has_offset: sample.offset().is_some(),
    })
}

fn out_of_range(text: &str) -> Fault {
    Fault::new("OUT_OF_RANGE", format!("{text} is not in the years 1900 to 2199"))
}

/// The instant of a time in a zone.
fn stamp(civil: DateTime, zone: &TimeZone) -> Result<Time, Fault> {
    let out_of_range = || out_of_range(&civil.to_string());
    let stamp = zone.to_timestamp(civil).map_err(|_| out_of_range())?;
    let nanos = i64::try_from(stamp.as_nanosecond()).map_err(|_| out_of_range())?;
    let (seconds, rest) = Time(nanos).parts();
    Time::from_parts(seconds, rest).ok_or_else(out_of_range)
}

/// Writes a known date in the format and reads it back, to see what the format can say.
fn sample(format: &str) -> Result<BrokenDownTime, FormatError> {
    let known = jiff::Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
    let text = BrokenDownTime::from(&known)
        .to_string(format)
        .map_err(|error| FormatError::NoFormat { format: format.to_owned(), said: error.to_string() })?;
    let parts = BrokenDownTime::parse(format, &text)
        .map_err(|error| FormatError::NotReadBack { format: format.to_owned(), said: error.to_string() })?;
    match parts.to_date() {
        Ok(_) => Ok(parts),
        Err(_) => Err(FormatError::NotWhole { format: format.to_owned() }),
    }
}

fn has_two_digit_year(format: &str) -> bool {
    let mut characters = format.chars();
    while let Some(c) = characters.next() {
        if c == '%' {
            // Flags and widths come between `%` and the letter.
            let letter = characters.find(|c| c.is_ascii_alphabetic() || *c == '%');
            if matches!(letter, Some('y' | 'D' | 'g')) {
                return true;
            }
        }
    }
    false
}

fn time_of_day(text: &str) -> Result<TimeOfDay, FormatError> {
    let read = |format| TimeOfDay::strptime(format, text);
    read("%H:%M:%S").or_else(|_| read("%H:%M")).map_err(|_| FormatError::TimeOfDay { text: text.to_owned() })
}

fn zone_named(name: &str) -> Result<TimeZone, FormatError> {
    TimeZoneDatabase::bundled().get(name).map_err(|_| FormatError::Zone { name: name.to_owned() })
}

#[cfg(test)]
mod tests;
