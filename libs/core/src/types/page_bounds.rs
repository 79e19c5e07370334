//! Upper bounds for the numbers in pages. A page with a correct checksum can still contain numbers that were
//! never given, because of a defect or because somebody edited it. Whoever reads a page checks its numbers
//! here, once, before using them to look anything up. Folding events does no such checks.

use crate::Position;
use crate::types::damage::Damage;
use crate::types::date::{pack, unpack};
use crate::types::ids::{CodeId, HolderId, KeyId, PlaceId, SourceId};
use crate::types::money::{AMOUNT_MAX, Amount};
use crate::types::names::Names;
use crate::types::pages::check;

/// Limit for counts. No log has so many entries, and a greater count could overflow.
pub const COUNT_MAX: u64 = 1 << 62;
/// Limit for sums of a leaf. No bank comes near (its sums have at most 100 bits), and one such sum for every
/// leaf of a bank can be added without overflow.
pub const SUM_MAX: i128 = 1 << 110;
/// Limit for the score of a row, which is a sum over indicators and rounds.
const SCORE_MAX: i128 = 1 << 122;
/// Limit for the live credits of a leaf. Those of all leaves can be added without overflow.
const LIVE_MAX: u64 = 1 << 48;
/// How many numbers of each kind have been given. They come from the pages that were read before the pages to
/// be checked. Numbers are given before the page that contains them is written, so the bounds of a checkpoint
/// hold for all its pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageBounds {
    /// The number of employees, units and other names.
    pub participants: usize,
    /// The number of sources.
    pub sources: usize,
    /// The number of customers, accounts and products.
    pub keys: usize,
    /// The number of places.
    pub places: usize,
    /// The number of types, products, channels, segments and roles.
    pub codes: usize,
    /// The number of indicators of the contest whose page is read.
    pub indicators: usize,
    /// The number of its spans.
    pub spans: usize,
    /// The last entry of the log that was folded.
    pub head: Position,
}

impl PageBounds {
    /// The bounds given by the tables as they are now.
    pub fn of(
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
        codes: &Names<CodeId>,
    ) -> PageBounds {
        let head = Position::new(u64::MAX, u32::MAX);
        let (participants, sources, codes) = (participants.len(), sources.len(), codes.len());
        PageBounds { participants, sources, codes, head, ..PageBounds::default() }
    }

    /// Checks a participant's number.
    pub fn participant(&self, number: HolderId) -> Result<(), Damage> {
        check(number.get().into(), self.participants, "participant")
    }

    /// Checks a source's number.
    pub fn source(&self, number: SourceId) -> Result<(), Damage> {
        check(number.get().into(), self.sources, "source")
    }

    /// Checks a code's number.
    pub fn code(&self, number: CodeId) -> Result<(), Damage> {
        check(number.get().into(), self.codes, "code")
    }

    /// Checks an indicator's index.
    pub fn indicator(&self, index: u32) -> Result<(), Damage> {
        check(index.into(), self.indicators, "indicator")
    }

    /// Checks the position of an entry.
    pub fn position(&self, at: Position) -> Result<(), Damage> {
        match at <= self.head {
            true => Ok(()),
            false => Err(Damage::EntryToCome { named: at, last: self.head }),
        }
    }

    /// Checks a place's number.
    pub fn place(&self, place: PlaceId) -> Result<(), Damage> {
        check(place.get().into(), self.places, "place")
    }

    /// Checks a span's index.
    pub fn span(&self, index: u32) -> Result<(), Damage> {
        check(index.into(), self.spans, "span")
    }

    /// Checks the number of a customer, an account or a product.
    pub fn key(&self, key: KeyId) -> Result<(), Damage> {
        check(key.get().into(), self.keys, "key")
    }
}

/// Checks the sums of a leaf or a cell.
pub fn worth(measure: i128, points: i128) -> Result<(), Damage> {
    at_most(measure, SUM_MAX, "a measure")?;
    at_most(points, SUM_MAX, "points")
}

/// Checks the score of a row.
pub fn score(score: i128) -> Result<(), Damage> {
    at_most(score, SCORE_MAX, "a score")
}

/// Checks a fraction.
pub fn ratio(terms: Option<(i128, i128)>) -> Result<(), Damage> {
    match terms {
        Some((above, below)) if below <= 0 => Err(Damage::NoFraction(above, below)),
        _ => Ok(()),
    }
}

/// Checks a number of live credits.
pub fn live(credits: i64) -> Result<(), Damage> {
    match (0..=LIVE_MAX.cast_signed()).contains(&credits) {
        true => Ok(()),
        false => Err(Damage::LiveCredits(credits)),
    }
}

/// Checks a count of entries.
pub fn count(number: u64, what: &'static str) -> Result<(), Damage> {
    match number <= COUNT_MAX {
        true => Ok(()),
        false => Err(Damage::TooMany { what, number }),
    }
}

/// Checks the amount of an event.
pub fn amount(amount: Option<Amount>) -> Result<(), Damage> {
    match amount.is_none_or(|amount| amount.minor.unsigned_abs() <= AMOUNT_MAX.unsigned_abs()) {
        true => Ok(()),
        false => Err("an amount is greater than any event can have".into()),
    }
}

/// Checks a packed date.
pub fn packed_date(packed: i32) -> Result<(), Damage> {
    match pack(unpack(packed)) == packed {
        true => Ok(()),
        false => Err(Damage::NoDate(packed.into())),
    }
}

/// Checks that a number is small enough to be added to others of its kind.
pub fn at_most(number: i128, most: i128, what: &'static str) -> Result<(), Damage> {
    match number.unsigned_abs() <= most.unsigned_abs() {
        true => Ok(()),
        false => Err(Damage::TooGreat { what, number }),
    }
}
