//! Instants as data. The core never reads the clock and never uses a time-zone database.

/// Nanoseconds since 1970-01-01T00:00:00Z. The years 1900 to 2199 fit easily.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
pub struct Time(pub i64);

/// 1900-01-01T00:00:00Z, the earliest time that an entry may carry.
pub const EARLIEST: Time = Time(-2_208_988_800_000_000_000);
/// 2200-01-01T00:00:00Z, the first time that an entry may not carry.
pub const LATEST: Time = Time(7_258_118_400_000_000_000);

impl Time {
    /// From whole seconds and nanoseconds within the second; `None` outside the years 1900 to 2199.
    pub fn from_parts(seconds: i64, nanos: i32) -> Option<Time> {
        if !(0..1_000_000_000).contains(&nanos) {
            return None;
        }
        let time = Time(seconds.checked_mul(1_000_000_000)?.checked_add(i64::from(nanos))?);
        (EARLIEST..LATEST).contains(&time).then_some(time)
    }

    /// Whole seconds and nanoseconds within the second.
    pub fn parts(self) -> (i64, i32) {
        (self.0.div_euclid(1_000_000_000), self.0.rem_euclid(1_000_000_000) as i32)
    }
}
