//! The mapping as it is written in TOML. Unknown fields are refused. This is only its shape: names and
//! templates are checked when it is compiled.

mod organisation;
mod parts;

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub use organisation::Organisation;
pub use parts::{DateField, For, Lookup, Lookups, OneOr, Plain, Text};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// How files are written, unless they say so themselves.
    #[serde(default)]
    pub csv: Dialect,
    /// How dates are written, unless a field says so itself.
    #[serde(default)]
    pub dates: Dates,
    /// How money is written, unless a field says so itself.
    #[serde(default)]
    pub money: Money,
    /// Tables for the filter `map`.
    #[serde(default)]
    pub maps: BTreeMap<String, BTreeMap<String, Plain>>,
    /// Types that the bank added to the catalogue.
    #[serde(default)]
    pub event_types: Vec<Spanned<String>>,
    /// The files, by their names in the mapping.
    #[serde(default)]
    pub files: BTreeMap<String, File>,
    #[serde(default)]
    pub organisation: Organisation,
    /// Sources to register.
    #[serde(default)]
    pub sources: Vec<Source>,
    /// Rows that become events.
    #[serde(default)]
    pub events: Vec<Spanned<Section>>,
}

/// How a file is written.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// The character between cells. Default: `,`.
    pub delimiter: Option<Spanned<String>>,
    /// The character around cells. Empty: quotes are text. Default: `"`.
    pub quote: Option<Spanned<String>>,
    /// The character before a quote that is text, inside quotes. Default: such a quote is doubled.
    pub escape: Option<Spanned<String>>,
    /// Cells that mean "unknown"; empty cells always do.
    pub null: Option<Vec<String>>,
    /// A WHATWG name, such as `gb18030`. Default: `utf-8`.
    pub encoding: Option<Spanned<String>>,
    /// Whether blanks around cells are removed.
    pub trim: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// Its path below the input directory.
    pub path: Spanned<String>,
    /// Its column names, if the file has no line of them or not a usable one.
    pub columns: Option<Vec<String>>,
    /// Lines above the column names, or above the first row if `columns` is given. Default: 0.
    pub skip_lines: Option<u32>,
    /// A pattern. The first line that matches has the column names.
    pub header: Option<Spanned<String>>,
    /// A pattern. The first row that matches and everything below are not rows.
    pub footer: Option<Spanned<String>>,
    /// The sheet of a workbook. Default: its only sheet.
    pub sheet: Option<String>,
    /// Columns in which an empty cell takes the text of the cell above.
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
    /// The first of the hundred years for two-digit years.
    pub century: Option<Spanned<i16>>,
    /// The time of day, if the format has none.
    pub time: Option<Spanned<String>>,
    /// An IANA zone.
    pub zone: Option<Spanned<String>>,
}

/// How money is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    /// An ISO 4217 code, as a template.
    pub currency: Option<Text>,
    /// How many digits of a number without a point are a fraction: 0 for whole units, 2 for hundredths.
    /// Default: 0.
    pub scale: Option<Spanned<u32>>,
    /// The character before the fraction. Default: `.`.
    pub decimal: Option<Spanned<String>>,
    /// The character between groups of three digits. Default: none.
    pub group: Option<Spanned<String>>,
    /// Other ways in which numbers may be written, such as `parentheses`. Default: none.
    pub styles: Option<Vec<Spanned<String>>>,
}

/// A source to register.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    pub name: Spanned<String>,
    /// Whether it numbers its events from 1 without gaps.
    #[serde(default)]
    pub numbered: bool,
    /// How many days after its business date an event is accepted. Default: no limit.
    pub horizon_days: Option<u32>,
}

/// Rows that become events.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    pub from: Spanned<String>,
    /// Which rows to take. Default: all.
    pub when: Option<Spanned<String>>,
    /// Repeats each row for every combination of these values.
    #[serde(default)]
    pub r#for: For,
    /// Looks up rows of other files.
    #[serde(default)]
    pub lookup: Lookups,
    /// Fields of all events of the section that do not set them themselves.
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
    pub source: Option<Text>,
    pub id: Option<Text>,
    /// The number in a numbered source.
    pub source_sequence: Option<Text>,
    pub r#type: Option<Text>,
    /// The bank's accounting day. Default: the day of `occurred_time`.
    pub business_date: Option<Spanned<OneOr<DateField>>>,
    /// When it happened. Default: `business_date` at its fixed time.
    pub occurred_time: Option<Spanned<OneOr<DateField>>>,
    /// The unit where it happened.
    pub branch: Option<Text>,
    /// Who earned it.
    pub credits: Option<Vec<Spanned<Credit>>>,
    pub customer: Option<Text>,
    /// The holding, such as an account.
    pub subject: Option<Text>,
    pub product: Option<Text>,
    pub channel: Option<Text>,
    pub segment: Option<Text>,
    /// How many.
    pub quantity: Option<Text>,
    /// How much money.
    pub amount: Option<Spanned<OneOr<MoneyField>>>,
    /// The revision of a balance report.
    pub revision: Option<Text>,
    /// What it takes back.
    pub reverses: Option<Spanned<Reversal>>,
    /// Attributes with names of the bank's choice.
    #[serde(default)]
    pub attributes: BTreeMap<String, Text>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Credit {
    /// For which rows. Default: all.
    pub when: Option<Spanned<String>>,
    pub employee: Text,
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
    /// Whether it counts on its own day instead of the original's.
    #[serde(default)]
    pub dated: bool,
}

/// Money with its own options.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyField {
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
