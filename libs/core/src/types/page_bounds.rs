//! What the numbers of a page may be. A page whose checksum is right may still hold numbers that name nothing, because of a
//! defect or because somebody edited it. Whatever reads pages checks them here, once, before anything is looked up by them.
//! While events are folded nothing is checked.

use crate::Position;
use crate::types::damage::Damage;
use crate::types::date::{pack, unpack};
use crate::types::ids::{CodeId, HolderId, KeyId, PlaceId, SourceId};
use crate::types::money::{AMOUNT_MAX, Amount};
use crate::types::names::Names;
use crate::types::pages::check;

/// No log has so many entries: a greater count would overflow with the next one.
pub const COUNT_MAX: u64 = 1 << 62;
/// No bank's sums come near (they have at most 100 bits), and as many of these as a bank has leaves can be added up.
pub const SUM_MAX: i128 = 1 << 110;
/// The same of a row's score, which is a sum over indicators and rounds.
const SCORE_MAX: i128 = 1 << 122;
/// Live credits of a leaf: so many for each of its holder's events that every leaf's fit together.
const LIVE_MAX: u64 = 1 << 48;
/// How many there are of what numbers name. It is made from what was read before the pages that name it; numbers that a
/// page has were given before it was written, so that those of a checkpoint are enough for all pages up to then.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageBounds {
    /// Employees, units and other names.
    pub participants: usize,
    /// Sources.
    pub sources: usize,
    /// Customers, accounts and products.
    pub keys: usize,
    /// Places.
    pub places: usize,
    /// Types, products, channels, segments and roles.
    pub codes: usize,
    /// Indicators of the contest at hand.
    pub indicators: usize,
    /// Its spans.
    pub spans: usize,
    /// The last entry of the log that was folded.
    pub head: Position,
}

impl PageBounds {
    /// Of the tables as they are now.
    pub fn of(
        participants: &Names<HolderId>,
        sources: &Names<SourceId>,
        codes: &Names<CodeId>,
    ) -> PageBounds {
        let head = Position::new(u64::MAX, u32::MAX);
        let (participants, sources, codes) = (participants.len(), sources.len(), codes.len());
        PageBounds { participants, sources, codes, head, ..PageBounds::default() }
    }

    /// A participant's number.
    pub fn participant(&self, number: HolderId) -> Result<(), Damage> {
        check(number.get().into(), self.participants, "participant")
    }

    /// A source's number.
    pub fn source(&self, number: SourceId) -> Result<(), Damage> {
        check(number.get().into(), self.sources, "source")
    }

    /// A number of a text that codes have.
    pub fn code(&self, number: CodeId) -> Result<(), Damage> {
        check(number.get().into(), self.codes, "code")
    }

    /// An indicator's index.
    pub fn indicator(&self, index: u32) -> Result<(), Damage> {
        check(index.into(), self.indicators, "indicator")
    }

    /// An entry of the log.
    pub fn position(&self, at: Position) -> Result<(), Damage> {
        match at <= self.head {
            true => Ok(()),
            false => Err(Damage::EntryToCome { named: at, last: self.head }),
        }
    }

    /// A place's number.
    pub fn place(&self, place: PlaceId) -> Result<(), Damage> {
        check(place.get().into(), self.places, "place")
    }

    /// A span's index.
    pub fn span(&self, index: u32) -> Result<(), Damage> {
        check(index.into(), self.spans, "span")
    }

    /// The number of a customer, an account or a product.
    pub fn key(&self, key: KeyId) -> Result<(), Damage> {
        check(key.get().into(), self.keys, "key")
    }
}

/// Sums of a leaf or a cell.
pub fn worth(measure: i128, points: i128) -> Result<(), Damage> {
    at_most(measure, SUM_MAX, "a measure")?;
    at_most(points, SUM_MAX, "points")
}

/// A score of a row.
pub fn score(score: i128) -> Result<(), Damage> {
    at_most(score, SCORE_MAX, "a score")
}

/// A fraction.
pub fn ratio(terms: Option<(i128, i128)>) -> Result<(), Damage> {
    match terms {
        Some((above, below)) if below <= 0 => Err(Damage::NoFraction(above, below)),
        _ => Ok(()),
    }
}

/// Live credits.
pub fn live(credits: i64) -> Result<(), Damage> {
    match (0..=LIVE_MAX.cast_signed()).contains(&credits) {
        true => Ok(()),
        false => Err(Damage::LiveCredits(credits)),
    }
}

/// A count of entries.
pub fn count(number: u64, what: &'static str) -> Result<(), Damage> {
    match number <= COUNT_MAX {
        true => Ok(()),
        false => Err(Damage::TooMany { what, number }),
    }
}

/// An amount of one event.
pub fn amount(amount: Option<Amount>) -> Result<(), Damage> {
    match amount.is_none_or(|amount| amount.minor.unsigned_abs() <= AMOUNT_MAX.unsigned_abs()) {
        true => Ok(()),
        false => Err("an amount is greater than that of any event".into()),
    }
}

/// A packed date.
pub fn packed_date(packed: i32) -> Result<(), Damage> {
    match pack(unpack(packed)) == packed {
        true => Ok(()),
        false => Err(Damage::NoDate(packed.into())),
    }
}

/// A number that can be added to others of its kind.
pub fn at_most(number: i128, most: i128, what: &'static str) -> Result<(), Damage> {
    match number.unsigned_abs() <= most.unsigned_abs() {
        true => Ok(()),
        false => Err(Damage::TooGreat { what, number }),
    }
}
