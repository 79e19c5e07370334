//! The days for which balances were reported, so that an average is taken over the days that are known and no
//! others.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::contest::Measure;
use crate::contest::compiled::Rules;
use crate::rule::evaluation::Evaluation;
use crate::types::damage::Damage;
use crate::types::ids::{IndicatorIx, SpanIx};
use crate::types::page_bounds::{self, PageBounds};

/// The number of live reports of each day (packed), by indicator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reported(BTreeMap<u32, BTreeMap<i32, u64>>);

impl Reported {
    /// Adds `live` to the number of reports of a day.
    pub fn count(&mut self, indicator: IndicatorIx, date: Date, live: i64) {
        let days = self.0.entry(indicator.get().into()).or_default();
        let day = crate::types::date::pack(date);
        let reports = days.entry(day).or_default();
        *reports = reports.wrapping_add_signed(live);
        if *reports == 0 {
            days.remove(&day);
        }
    }

    /// Refuses values that a valid page cannot contain.
    pub(crate) fn check(&self, limits: &PageBounds) -> Result<(), Damage> {
        for (indicator, days) in &self.0 {
            limits.indicator(*indicator)?;
            days.keys().try_for_each(|day| page_bounds::packed_date(*day))?;
        }
        Ok(())
    }

    /// For how many days of each span balances are known.
    pub fn days(&self, rules: &Rules) -> KnownDays {
        let of_span = |span: &crate::contest::Span| {
            let (start, end) = (span.period.start, span.period.end);
            let known = |(at, indicator): (usize, &crate::contest::Indicator)| {
                let is_average = counts_days(&indicator.measure);
                let days = self.0.get(&(at as u32)).filter(|_| is_average)?;
                let last = crate::types::date::unpack(*days.last_key_value()?.0).min(end);
                Some((crate::types::date::days_between(start, last) + 1).max(0))
            };
            rules.contest.indicators.iter().enumerate().map(|one| known(one).unwrap_or(0)).collect()
        };
        KnownDays(rules.spans.iter().map(of_span).collect())
    }
}

fn counts_days(measure: &Measure) -> bool {
    match measure.evaluation() {
        Evaluation::ByAccount(rule) => rule.counts_days(),
        Evaluation::Additive(_)
        | Evaluation::Distinct(_)
        | Evaluation::ByCustomer(_)
        | Evaluation::Derived(_) => false,
    }
}

/// For how many days of each span balances are known, by indicator: from the span's first day to the last
/// reported one. 0 where the value does not depend on it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownDays(Vec<Vec<i64>>);

impl KnownDays {
    /// Of one span and indicator.
    #[inline]
    pub fn of(&self, span: SpanIx, indicator: IndicatorIx) -> i64 {
        self.0[span.index()][indicator.index()]
    }

    /// Whether a span has the same days in both.
    pub fn are_equal_in(&self, span: SpanIx, other: &KnownDays) -> bool {
        self.0.get(span.index()) == other.0.get(span.index())
    }
}

/// The known days before and after a change.
#[derive(Clone, Copy, Debug)]
pub struct DaysChange<'d> {
    /// Before it.
    pub before: &'d KnownDays,
    /// After it.
    pub now: &'d KnownDays,
}
