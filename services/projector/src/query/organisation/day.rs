//! The day for which an answer about the organisation is given, and the refusal of an unknown id.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use longhu_core::fold::shard::Shard;
use longhu_proto::scalar::date_from_wire;
use longhu_proto::status::{invalid, refusal};
use tonic::{Code, Status};

/// The day given in a request, if any.
///
/// # Errors
/// INVALID_ARGUMENT for an invalid date.
pub fn asked_date(
    field: &str,
    date: &Option<longhu_proto::google_type::Date>,
) -> Result<Option<Date>, Status> {
    let date = date.as_ref().map(|date| date_from_wire(field, date)).transpose();
    date.map_err(|violation| invalid(&[violation]))
}

/// The default day: the greatest business date counted so far. Before the first event it is the day of the
/// greatest recorded time, in UTC, since times in the core have no time zone.
pub fn default_date(shard: &Shard) -> Date {
    let head = shard.head();
    let (seconds, nanos) = head.as_of.parts();
    let recorded = || Timestamp::new(seconds, nanos).map(|time| time.to_zoned(TimeZone::UTC).date());
    head.dates.map_or_else(|| recorded().unwrap_or(Date::MIN), |(_, last)| last)
}

/// The refusal of an id that is neither a unit nor an employee.
pub fn not_found(id: &str) -> Status {
    let message =
        format!("neither a unit nor an employee has the id `{id}`; check its spelling, or apply it first");
    refusal(Code::NotFound, "NOT_IN_ORGANISATION", message)
}
