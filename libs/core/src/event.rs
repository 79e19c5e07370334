//! The event as the core sees it. It borrows from the bytes of the log, or owns its texts, for example in
//! tests.

pub mod share;

use std::borrow::Cow;

use jiff::civil::Date;

use crate::types::money::{Amount, Currency};
use crate::types::score::SCALE;
use crate::types::time::Time;

/// One whole in parts per million.
pub const WHOLE_PPM: u32 = 1_000_000;

/// A past-tense business fact, as defined in libs/core/README.md. In the log, `customer` and `subject` are pseudonyms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<'a> {
    /// The name of the adapter's stream of facts.
    pub source: Cow<'a, str>,
    /// The id that the adapter gave to the fact.
    pub id: Cow<'a, str>,
    /// The fact's number in a numbered source, from 1.
    pub source_sequence: Option<u64>,
    /// A dotted past-tense type from the catalogue.
    pub kind: Cow<'a, str>,
    /// When it happened.
    pub occurred: Time,
    /// The bank's accounting day.
    pub business_date: Date,
    /// The unit where it happened; empty if it only names creditors.
    pub branch: Cow<'a, str>,
    /// The creditors.
    pub credits: Vec<Credit<'a>>,
    /// The customer's pseudonym; may be empty.
    pub customer: Cow<'a, str>,
    /// The holding's pseudonym; may be empty.
    pub subject: Cow<'a, str>,
    /// Product code; may be empty.
    pub product: Cow<'a, str>,
    /// Channel; may be empty.
    pub channel: Cow<'a, str>,
    /// Customer segment; may be empty.
    pub segment: Cow<'a, str>,
    /// The quantity; absent means 1.
    pub quantity: Option<i64>,
    /// The amount of money.
    pub amount: Option<Amount>,
    /// The revision of a report that may be corrected; absent means 0.
    pub revision: Option<i64>,
    /// The original that it reverses, if it is a reversal.
    pub reverses: Option<Reversal<'a>>,
    /// Free attributes, sorted by key, keys unique.
    pub attributes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

/// A creditor and that creditor's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credit<'a> {
    /// The employee's id.
    pub employee: Cow<'a, str>,
    /// The employee's role in it; may be empty.
    pub role: Cow<'a, str>,
    /// The explicit share in parts per million.
    pub share_ppm: Option<u32>,
}

/// Which event is reversed, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reversal<'a> {
    /// The original's id, for un-numbered sources.
    pub id: Cow<'a, str>,
    /// The original's number, for numbered sources.
    pub source_sequence: Option<u64>,
    /// The quantity to take back. If both this and `amount` are absent, everything is taken back.
    pub quantity: Option<i64>,
    /// The amount to take back.
    pub amount: Option<Amount>,
    /// Whether it takes effect on its own date instead of the original's.
    pub dated: bool,
}

impl Event<'_> {
    /// What identifies a product: the product code, or the event's type if it has no product code.
    pub fn product_or_kind(&self) -> &str {
        if self.product.is_empty() { &self.kind } else { &self.product }
    }

    /// A copy with its own texts, which can outlive the bytes that the event was read from.
    pub fn into_owned(self) -> Event<'static> {
        let text = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        let credit = |credit: Credit<'_>| Credit {
            employee: text(credit.employee),
            role: text(credit.role),
            share_ppm: credit.share_ppm,
        };
        Event {
            source: text(self.source),
            id: text(self.id),
            source_sequence: self.source_sequence,
            kind: text(self.kind),
            occurred: self.occurred,
            business_date: self.business_date,
            branch: text(self.branch),
            credits: self.credits.into_iter().map(credit).collect(),
            customer: text(self.customer),
            subject: text(self.subject),
            product: text(self.product),
            channel: text(self.channel),
            segment: text(self.segment),
            quantity: self.quantity,
            amount: self.amount,
            revision: self.revision,
            reverses: self.reverses.map(|reversal| Reversal { id: text(reversal.id), ..reversal }),
            attributes: self.attributes.into_iter().map(|(key, value)| (text(key), text(value))).collect(),
        }
    }

    /// The amount in 1/10,000 of a major unit of this currency; `None` if it has no amount in it.
    #[inline]
    pub fn amount_e4(&self, currency: Currency) -> Option<i128> {
        let amount = self.amount.filter(|amount| amount.currency == currency)?;
        Some(i128::from(amount.minor) * (SCALE / i128::from(currency.scale())))
    }

    /// The quantity, or 1 if it has none.
    pub fn quantity_or_one(&self) -> i64 {
        self.quantity.unwrap_or(1)
    }
}
