//! The day that an answer about the organisation is of, and the refusal of an id that it does not know.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use longhu_core::fold::shard::Shard;
use longhu_proto::scalar::date_from_wire;
use longhu_proto::status::{invalid, refusal};
use tonic::{Code, Status};

/// The day that a request asks for, if it does.
///
/// # Errors
/// INVALID_ARGUMENT for what is no day.
pub fn asked_date(
    field: &str,
    date: &Option<longhu_proto::google_type::Date>,
) -> Result<Option<Date>, Status> {
    let date = date.as_ref().map(|date| date_from_wire(field, date)).transpose();
    date.map_err(|violation| invalid(&[violation]))
}

/// The day when none is asked for: the greatest business date counted so far. Before the first event it is the day of the
/// greatest recorded time, in UTC since the core's times have no zone.
pub fn default_date(shard: &Shard) -> Date {
    let head = shard.head();
    let (seconds, nanos) = head.as_of.parts();
    let recorded = || Timestamp::new(seconds, nanos).map(|time| time.to_zoned(TimeZone::UTC).date());
    head.dates.map_or_else(|| recorded().unwrap_or(Date::MIN), |(_, last)| last)
}

/// An id that is neither a unit nor an employee.
pub fn not_found(id: &str) -> Status {
    let message =
        format!("neither a unit nor an employee has the id `{id}`; check its spelling, or apply it first");
    refusal(Code::NotFound, "NOT_IN_ORGANISATION", message)
}
