//! Which events of its types an indicator counts.

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::types::money::{Amount, Currency};

/// Conditions that must all hold. In each list one match is enough; an empty list is no condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Product codes.
    pub products: Vec<String>,
    /// Channels.
    pub channels: Vec<String>,
    /// Segments.
    pub segments: Vec<String>,
    /// Least amount in minor units of the contest's currency.
    pub amount_min: Option<i64>,
    /// Greatest amount in minor units of the contest's currency.
    pub amount_max: Option<i64>,
    /// Attributes: key and allowed values.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl Filter {
    /// Whether the event meets every condition.
    pub fn matches(&self, event: &Event, currency: Currency) -> bool {
        self.matches_apart_from_amount(event) && self.matches_amount(event.amount, currency)
    }

    /// Whether the event meets every condition except those about its amount.
    pub fn matches_apart_from_amount(&self, event: &Event) -> bool {
        let one_of = |list: &[String], value: &str| list.is_empty() || list.iter().any(|item| item == value);
        one_of(&self.products, &event.product)
            && one_of(&self.channels, &event.channel)
            && one_of(&self.segments, &event.segment)
            && self.attributes.iter().all(|(key, values)| {
                event.attributes.iter().any(|(k, v)| k == key && values.iter().any(|value| value == v))
            })
    }

    /// Whether an amount meets the conditions about amounts; without such a condition, any does.
    pub fn matches_amount(&self, amount: Option<Amount>, currency: Currency) -> bool {
        if self.amount_min.is_none() && self.amount_max.is_none() {
            return true;
        }
        let Some(amount) = amount.filter(|amount| amount.currency == currency) else { return false };
        self.amount_min.is_none_or(|min| amount.minor >= min)
            && self.amount_max.is_none_or(|max| amount.minor <= max)
    }
}
