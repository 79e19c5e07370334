//! What a template can do with a value. Filters are exact and use nothing but the value: no clock, no file,
//! no other row.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use longhu_files::fault::Fault;

use crate::grammar::GrammarError;
use crate::problem::nearest;

/// The named tables of a mapping, for the filter `map`.
pub type Maps = BTreeMap<String, Arc<BTreeMap<String, String>>>;

/// One step of `{column|step|step}`. An absent value skips every step but `default`. An empty result is
/// absent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// `lower`: lower case.
    Lower,
    /// `upper`: upper case.
    Upper,
    /// `trim`: no blanks at either end.
    Trim,
    /// `replace(a, b)`: every `a` becomes `b`.
    Replace(String, String),
    /// `pad(n)` or `pad(n, c)`: filled on the left with `0` or `c` to `n` characters.
    Pad(usize, char),
    /// `mod(n)`: the remainder of a whole number, 0 to n - 1.
    Mod(i64),
    /// `div(n)`: a whole number divided by `n`, rounded down.
    Div(i64),
    /// `add(n)`: a whole number plus `n`; `add(0)` drops leading zeros.
    Add(i64),
    /// `slice(a)` or `slice(a, b)`: characters `a` (from 0) up to, not including, `b`.
    Slice(usize, Option<usize>),
    /// `default(x)`: `x` if the value is absent.
    Default(String),
    /// `map(table)` or `map(table, x)`: looked up in `[maps.table]`. A value that is not there becomes `x`,
    /// or rejects the row.
    Map {
        /// The table's name.
        table: String,
        /// The table.
        entries: Arc<BTreeMap<String, String>>,
        /// The replacement for values that the table lacks.
        fallback: Option<String>,
    },
    /// `strip_prefix(x)`: without `x` at its start, if it is there.
    StripPrefix(String),
    /// `strip_suffix(x)`: without `x` at its end, if it is there.
    StripSuffix(String),
}

/// Every filter, and how it is written.
const FILTERS: [(&str, &str); 13] = [
    ("lower", "lower"),
    ("upper", "upper"),
    ("trim", "trim"),
    ("replace", "replace(a, b)"),
    ("pad", "pad(n) or pad(n, character)"),
    ("mod", "mod(n)"),
    ("div", "div(n)"),
    ("add", "add(n)"),
    ("slice", "slice(from) or slice(from, to)"),
    ("default", "default(text)"),
    ("map", "map(table) or map(table, otherwise)"),
    ("strip_prefix", "strip_prefix(text)"),
    ("strip_suffix", "strip_suffix(text)"),
];

/// The longest padding, since no id is longer.
const PAD_MAX: usize = 128;

impl Filter {
    /// The filter with that name and those arguments.
    pub fn new(name: &str, arguments: Vec<String>, maps: &Maps) -> Result<Filter, GrammarError> {
        let Some((_, usage)) = FILTERS.iter().find(|(known, _)| *known == name) else {
            let known = FILTERS.iter().map(|(known, _)| *known);
            return Err(GrammarError::UnknownFilter { name: name.to_owned(), hint: nearest(name, known) });
        };
        let misused = || GrammarError::MisusedFilter { name: name.to_owned(), usage };
        let mut arguments = arguments.into_iter();
        let taken = [arguments.next(), arguments.next()];
        if arguments.next().is_some() {
            return Err(misused());
        }
        match (name, taken) {
            ("lower", [None, None]) => Ok(Filter::Lower),
            ("upper", [None, None]) => Ok(Filter::Upper),
            ("trim", [None, None]) => Ok(Filter::Trim),
            ("replace", [Some(from), Some(to)]) if !from.is_empty() => Ok(Filter::Replace(from, to)),
            ("pad", [Some(width), fill]) => pad(&width, fill.as_deref()).ok_or_else(misused),
            ("mod", [Some(n), None]) => positive(&n).map(Filter::Mod).ok_or_else(misused),
            ("div", [Some(n), None]) => positive(&n).map(Filter::Div).ok_or_else(misused),
            ("add", [Some(n), None]) => n.parse().map(Filter::Add).map_err(|_| misused()),
            ("slice", [Some(from), to]) => slice(&from, to.as_deref()).ok_or_else(misused),
            ("default", [Some(text), None]) => Ok(Filter::Default(text)),
            ("map", [Some(table), fallback]) => map(table, fallback, maps),
            ("strip_prefix", [Some(text), None]) => Ok(Filter::StripPrefix(text)),
            ("strip_suffix", [Some(text), None]) => Ok(Filter::StripSuffix(text)),
            _ => Err(misused()),
        }
    }

    /// The value after this step.
    pub fn apply<'a>(&self, value: Option<Cow<'a, str>>) -> Result<Option<Cow<'a, str>>, Fault> {
        let Some(value) = value else {
            return Ok(match self {
                Filter::Default(text) => Some(Cow::Owned(text.clone())),
                _ => None,
            });
        };
        let result = match self {
            Filter::Default(_) => return Ok(Some(value)),
            Filter::Lower => value.to_lowercase(),
            Filter::Upper => value.to_uppercase(),
            Filter::Trim => value.trim().to_owned(),
            Filter::Replace(from, to) => value.replace(from, to),
            Filter::Pad(width, fill) => {
                let missing = width.saturating_sub(value.chars().count());
                std::iter::repeat_n(*fill, missing).chain(value.chars()).collect()
            }
            Filter::Mod(n) => whole(&value)?.rem_euclid(*n).to_string(),
            Filter::Div(n) => whole(&value)?.div_euclid(*n).to_string(),
            Filter::Add(n) => {
                let sum = whole(&value)?.checked_add(*n);
                sum.ok_or_else(|| Fault::new("TOO_LARGE", format!("`{value}` plus {n} is too large")))?
                    .to_string()
            }
            Filter::Slice(from, to) => {
                let length = to.unwrap_or(usize::MAX).saturating_sub(*from);
                value.chars().skip(*from).take(length).collect()
            }
            Filter::Map { table, entries, fallback } => {
                mapped(&value, table, entries, fallback.as_deref())?.to_owned()
            }
            Filter::StripPrefix(text) => value.strip_prefix(text.as_str()).unwrap_or(&value).to_owned(),
            Filter::StripSuffix(text) => value.strip_suffix(text.as_str()).unwrap_or(&value).to_owned(),
        };
        Ok((!result.is_empty()).then_some(Cow::Owned(result)))
    }
}

fn pad(width: &str, fill: Option<&str>) -> Option<Filter> {
    let width = width.parse().ok().filter(|width| (1..=PAD_MAX).contains(width))?;
    let mut fill = fill.unwrap_or("0").chars();
    match (fill.next(), fill.next()) {
        (Some(fill), None) => Some(Filter::Pad(width, fill)),
        _ => None,
    }
}

fn positive(text: &str) -> Option<i64> {
    text.parse().ok().filter(|n| *n > 0)
}

fn slice(from: &str, to: Option<&str>) -> Option<Filter> {
    let from = from.parse().ok()?;
    let to = to.map(str::parse).transpose().ok()?;
    to.is_none_or(|to| to > from).then_some(Filter::Slice(from, to))
}

fn map(table: String, fallback: Option<String>, maps: &Maps) -> Result<Filter, GrammarError> {
    let Some(entries) = maps.get(&table) else {
        let known = maps.keys().map(String::as_str);
        return Err(GrammarError::UnknownTable { hint: nearest(&table, known), name: table });
    };
    Ok(Filter::Map { entries: Arc::clone(entries), table, fallback })
}

fn mapped<'a>(
    value: &str,
    table: &str,
    entries: &'a BTreeMap<String, String>,
    fallback: Option<&'a str>,
) -> Result<&'a str, Fault> {
    entries.get(value).map(String::as_str).or(fallback).ok_or_else(|| {
        let reason = format!("`{value}` is not in `[maps.{table}]`; add it there or give a second argument");
        Fault::new("NOT_IN_MAP", reason)
    })
}

fn whole(value: &str) -> Result<i64, Fault> {
    value.trim().parse().map_err(|_| {
        Fault::new(
            "NOT_A_NUMBER",
            format!("`{value}` is not a whole number; correct it or choose another column"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_names_every_filter() {
        let manual = include_str!("../format.txt");
        for (name, _) in FILTERS {
            assert!(manual.contains(name), "{name}");
        }
    }
}
