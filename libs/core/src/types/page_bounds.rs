//! What the numbers of a page may be. A page behind a right checksum may still hold numbers that name nothing, by a defect
//! or by hand: whatever reads pages asks here, once, before anything is laid out or looked up by them. It repairs nothing,
//! and nothing is asked of it while events are folded.

use jiff::civil::Date;

use crate::Position;
use crate::contest::Contest;
use crate::fold::board::row_totals::NO_CUSTOMER;
use crate::fold::credit::reach::Reach;
use crate::fold::ledger::cells::CellKey;
use crate::fold::ledger::leaf::LeafKey;
use crate::rule::compiled::Apart;
use crate::rule::worth::Worth;
use crate::types::ids::{CodeId, HolderId, KeyId, SourceId};
use crate::types::money::{AMOUNT_MAX, Amount};
use crate::types::names::Names;
use crate::types::pages::check;
use crate::types::score::SCALE;

/// No log has so many entries: a greater count would overflow with the next one.
pub const COUNT_MAX: u64 = 1 << 62;
/// No bank's sums come near (they have at most 100 bits), and as many of these as a bank has leaves can be added up.
pub const SUM_MAX: i128 = 1 << 110;
/// The same of a row's score, which is a sum over indicators and rounds.
const SCORE_MAX: i128 = 1 << 122;
/// Live credits of a leaf: so many for each of its holder's events that every leaf's fit together.
const LIVE_MAX: u64 = 1 << 48;
/// References of one leaf to a pair of customer and product: a row adds up those of many leaves in 32 bits.
const REFERENCES_MAX: i128 = 1 << 26;

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

    /// With those of a contest.
    pub fn of_contest(self, contest: &Contest) -> PageBounds {
        PageBounds { indicators: contest.indicators.len(), spans: contest.spans().count(), ..self }
    }

    /// A participant's number.
    pub fn participant(&self, number: HolderId) -> Result<(), String> {
        check(number.get().into(), self.participants, "participant")
    }

    /// A source's number.
    pub fn source(&self, number: SourceId) -> Result<(), String> {
        check(number.get().into(), self.sources, "source")
    }

    /// A number of a text that codes have.
    pub fn code(&self, number: CodeId) -> Result<(), String> {
        check(number.get().into(), self.codes, "code")
    }

    /// An indicator's index.
    pub fn indicator(&self, index: u32) -> Result<(), String> {
        check(index.into(), self.indicators, "indicator")
    }

    /// An entry of the log.
    pub fn position(&self, at: Position) -> Result<(), String> {
        match at <= self.head {
            true => Ok(()),
            false => Err(format!("entry {at} is named, and the last one folded is {}", self.head)),
        }
    }

    /// Who holds a credit, and where.
    pub fn leaf(&self, key: &LeafKey) -> Result<(), String> {
        self.participant(key.holder)?;
        if key.person.is_somebody() {
            self.participant(key.person)?;
        }
        check(key.place.get().into(), self.places, "place")?;
        check(key.span.into(), self.spans, "span")
    }

    /// When a score was reached.
    pub fn reach(&self, reach: Option<&Reach>) -> Result<(), String> {
        reach.map_or(Ok(()), |reach| self.source(reach.source))
    }

    /// A cell of a leaf, whose indicators keep apart what `apart` says.
    pub fn cell(&self, cell: CellKey, sum: Worth, apart: &[Option<Apart>]) -> Result<(), String> {
        self.indicator(cell.indicator)?;
        worth(sum.measure, sum.points)?;
        let key =
            |half: u32| if half == KeyId::NONE.get() { Ok(()) } else { check(half.into(), self.keys, "key") };
        match apart[cell.indicator as usize] {
            None => Err(format!("indicator {} keeps nothing apart", cell.indicator)),
            Some(Apart::Days) => day(cell.bucket),
            Some(Apart::Customers) if cell.bucket == NO_CUSTOMER => Ok(()),
            Some(Apart::Customers) => check(cell.bucket, self.keys, "key"),
            Some(Apart::Products) => {
                key((cell.bucket >> 32) as u32)?;
                key(cell.bucket as u32)?;
                at_most(sum.measure, REFERENCES_MAX * SCALE, "references to a product")
            }
        }
    }
}

/// Sums of a leaf or a cell.
pub fn worth(measure: i128, points: i128) -> Result<(), String> {
    at_most(measure, SUM_MAX, "a measure")?;
    at_most(points, SUM_MAX, "points")
}

/// A score of a row.
pub fn score(score: i128) -> Result<(), String> {
    at_most(score, SCORE_MAX, "a score")
}

/// A fraction.
pub fn ratio(terms: Option<(i128, i128)>) -> Result<(), String> {
    match terms {
        Some((above, below)) if below <= 0 => Err(format!("{above}/{below} is no fraction")),
        _ => Ok(()),
    }
}

/// Live credits.
pub fn live(credits: i64) -> Result<(), String> {
    match (0..=LIVE_MAX.cast_signed()).contains(&credits) {
        true => Ok(()),
        false => Err(format!("{credits} live credits cannot be")),
    }
}

/// A count of entries.
pub fn count(number: u64, what: &str) -> Result<(), String> {
    match number <= COUNT_MAX {
        true => Ok(()),
        false => Err(format!("{number} {what} are more than a log can have")),
    }
}

/// An amount of one event.
pub fn amount(amount: Option<Amount>) -> Result<(), String> {
    match amount.is_none_or(|amount| amount.minor.unsigned_abs() <= AMOUNT_MAX.unsigned_abs()) {
        true => Ok(()),
        false => Err("an amount is greater than that of any event".to_owned()),
    }
}

/// A packed date.
pub fn packed_date(packed: i32) -> Result<(), String> {
    let date: Date = crate::types::date::unpack(packed);
    match crate::types::date::pack(date) == packed {
        true => Ok(()),
        false => Err(format!("{packed} is no packed date")),
    }
}

fn day(bucket: u64) -> Result<(), String> {
    let packed = u32::try_from(bucket).map_err(|_| format!("{bucket} is no packed date"))?;
    packed_date(packed.cast_signed())
}

fn at_most(number: i128, most: i128, what: &str) -> Result<(), String> {
    match number.unsigned_abs() <= most.unsigned_abs() {
        true => Ok(()),
        false => Err(format!("{number} as {what} is beyond what can be added up")),
    }
}
