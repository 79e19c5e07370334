//! The mapping as it is written in TOML. Unknown fields are refused. Shapes only: whether names exist and templates
//! parse is found out when it is compiled.

mod organisation;
mod parts;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub use organisation::Organisation;
pub use parts::{DateField, For, Lookup, Lookups, OneOr, Plain, Text};

/// A whole mapping.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How files are written, unless they say otherwise.
    #[serde(default)]
    pub csv: Dialect,
    /// How dates are written, unless a field says otherwise.
    #[serde(default)]
    pub dates: Dates,
    /// How money is written, unless a field says otherwise.
    #[serde(default)]
    pub money: Money,
    /// Tables for the filter `map`.
    #[serde(default)]
    pub maps: BTreeMap<String, BTreeMap<String, Plain>>,
    /// Types that the bank added to the catalogue.
    #[serde(default)]
    pub event_types: Vec<Spanned<String>>,
    /// The files, by the names that the mapping gives them.
    #[serde(default)]
    pub files: BTreeMap<String, File>,
    /// The organisation.
    #[serde(default)]
    pub organisation: Organisation,
    /// Sources to register.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// What becomes events.
    #[serde(default)]
    pub events: Vec<Spanned<Section>>,
}

/// How a file is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// Between cells. Default: `,`.
    pub delimiter: Option<Spanned<String>>,
    /// Around cells; empty: quotes are text. Default: `"`.
    pub quote: Option<Spanned<String>>,
    /// Before a quote that is text, within quotes. Default: such a quote is doubled.
    pub escape: Option<Spanned<String>>,
    /// Cells that say "unknown"; empty ones always do.
    pub null: Option<Vec<String>>,
    /// A WHATWG name, such as `gb18030`. Default: `utf-8`.
    pub encoding: Option<Spanned<String>>,
    /// Whether blanks around cells are cut off.
    pub trim: Option<bool>,
}

/// One file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Where it is, below the input directory.
    pub path: Spanned<String>,
    /// Its columns, when no line names them, or not well.
    pub columns: Option<Vec<String>>,
    /// Lines above the line of names, or above the first row when the columns are given. Default: 0.
    pub skip_lines: Option<u32>,
    /// A pattern whose first match is the line of names.
    pub header: Option<Spanned<String>>,
    /// A pattern; the first row that it matches and all below are no rows.
    pub footer: Option<Spanned<String>>,
    /// The sheet of a workbook. Default: its only one.
    pub sheet: Option<String>,
    /// Columns whose empty cells have the text of the cell above.
    #[serde(default)]
    pub fill_down: Vec<Spanned<String>>,
    /// As in [`Dialect`].
    pub delimiter: Option<Spanned<String>>,
    /// As in [`Dialect`].
    pub quote: Option<Spanned<String>>,
    /// As in [`Dialect`].
    pub escape: Option<Spanned<String>>,
    /// As in [`Dialect`].
    pub null: Option<Vec<String>>,
    /// As in [`Dialect`].
    pub encoding: Option<Spanned<String>>,
    /// As in [`Dialect`].
    pub trim: Option<bool>,
}

/// How dates are written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// As in strftime. Default: `%Y-%m-%d`.
    pub format: Option<Spanned<String>>,
    /// The first of the hundred years that two-digit years fall into.
    pub century: Option<Spanned<i16>>,
    /// The time of day, when the format has none.
    pub time: Option<Spanned<String>>,
    /// An IANA zone.
    pub zone: Option<Spanned<String>>,
}

/// How money is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// ISO 4217, a template.
    pub currency: Option<Text>,
    /// Digits of the number that are a fraction without a point: 0 whole units, 2 hundredths. Default: 0.
    pub scale: Option<Spanned<u32>>,
    /// Before the fraction. Default: `.`.
    pub decimal: Option<Spanned<String>>,
    /// Between groups of three digits. Default: none.
    pub group: Option<Spanned<String>>,
    /// What else numbers may be written like, such as `parentheses`. Default: nothing.
    pub styles: Option<Vec<Spanned<String>>>,
}

/// A source to register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name.
    pub name: Spanned<String>,
    /// Whether it numbers its events from 1 without gaps.
    #[serde(default)]
    pub numbered: bool,
    /// Days after its business date during which an event is accepted. Default: for ever.
    pub horizon_days: Option<u32>,
}

/// Rows that become events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The file.
    pub from: Spanned<String>,
    /// Which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row.
    #[serde(default)]
    pub r#for: For,
    /// Rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// What all events of the section have, unless they say otherwise.
    #[serde(default)]
    pub common: Event,
    /// The events that one row becomes.
    #[serde(default)]
    pub event: Vec<Spanned<Event>>,
}

/// An event: fields as on the wire, each a template.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// For which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// The source.
    pub source: Option<Text>,
    /// The id.
    pub id: Option<Text>,
    /// The number, in numbered sources.
    pub source_sequence: Option<Text>,
    /// The type.
    pub r#type: Option<Text>,
    /// The bank's accounting day. Default: the day of `occurred_time`.
    pub business_date: Option<Spanned<OneOr<DateField>>>,
    /// When it happened. Default: `business_date` at its fixed time.
    pub occurred_time: Option<Spanned<OneOr<DateField>>>,
    /// The unit where it happened.
    pub branch: Option<Text>,
    /// Who earned it.
    pub credits: Option<Vec<Spanned<Credit>>>,
    /// The customer.
    pub customer: Option<Text>,
    /// The holding.
    pub subject: Option<Text>,
    /// The product.
    pub product: Option<Text>,
    /// The channel.
    pub channel: Option<Text>,
    /// The segment.
    pub segment: Option<Text>,
    /// How many.
    pub quantity: Option<Text>,
    /// How much money.
    pub amount: Option<Spanned<OneOr<MoneyField>>>,
    /// The revision of a report.
    pub revision: Option<Text>,
    /// What it takes back.
    pub reverses: Option<Spanned<Reversal>>,
    /// Free attributes.
    #[serde(default)]
    pub attributes: BTreeMap<String, Text>,
}

/// A creditor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// For which rows. Default: all.
    pub when: Option<Spanned<String>>,
    /// The employee.
    pub employee: Text,
    /// The role.
    pub role: Option<Text>,
    /// Parts per million, or a percentage.
    pub share: Option<Text>,
}

/// What an event takes back.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    /// The original's id.
    pub id: Option<Text>,
    /// The original's number.
    pub source_sequence: Option<Text>,
    /// How many are taken back.
    pub quantity: Option<Text>,
    /// How much is taken back.
    pub amount: Option<Spanned<OneOr<MoneyField>>>,
    /// Whether it is taken back on its own day.
    #[serde(default)]
    pub dated: bool,
}

/// Money that is written in a way of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyField {
    /// The number.
    pub value: Text,
    /// As in [`Money`].
    pub currency: Option<Text>,
    /// As in [`Money`].
    pub scale: Option<Spanned<u32>>,
    /// As in [`Money`].
    pub decimal: Option<Spanned<String>>,
    /// As in [`Money`].
    pub group: Option<Spanned<String>>,
    /// As in [`Money`].
    pub styles: Option<Vec<Spanned<String>>>,
}
