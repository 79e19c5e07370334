//! A definition made ready for the fold: what every event would otherwise ask of it again. It says nothing that the
//! definition does not.

use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::contest::{CapPer, Contest, Measure, Overall, Span, TieBreak};

/// Into what an indicator's credits of a participant are kept apart, because more than their sum is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Apart {
    /// By business date.
    Days,
    /// By customer.
    Customers,
    /// By customer and product.
    Products,
}

/// A definition, ready for use.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The definition.
    pub contest: Arc<Contest>,
    /// Its spans: rounds, or the period, then the base.
    pub spans: Vec<Span>,
    /// The types that are looked at, each with the indicators that look at its events one by one.
    pub by_kind: FxHashMap<Box<str>, Arc<[usize]>>,
    /// What each indicator keeps apart.
    pub apart: Vec<Option<Apart>>,
    event_caps: Vec<Option<i128>>,
    /// The indicators that break ties, in the order of the chain.
    pub tie_indicators: Vec<usize>,
}

impl Rules {
    /// The rules of a definition.
    pub fn new(contest: Arc<Contest>) -> Rules {
        let indicators = &contest.indicators;
        let mut by_kind: FxHashMap<Box<str>, Vec<usize>> = FxHashMap::default();
        for (index, indicator) in indicators.iter().enumerate() {
            for kind in &indicator.events {
                let own = by_kind.entry(kind.as_str().into()).or_default();
                own.extend((!indicator.measure.looks_back()).then_some(index));
            }
            for kind in indicator.measure.openings() {
                by_kind.entry(kind.as_str().into()).or_default();
            }
        }
        let ties = contest.tie_breaks.iter().filter_map(|tie_break| match tie_break {
            TieBreak::Indicator(index) => Some(*index),
            TieBreak::Earliest | TieBreak::Name => None,
        });
        Rules {
            spans: contest.spans().collect(),
            by_kind: by_kind.into_iter().map(|(kind, list)| (kind, list.into())).collect(),
            apart: Rules::kept_apart(&contest),
            event_caps: indicators.iter().map(|indicator| indicator.cap(CapPer::Event, "")).collect(),
            tie_indicators: ties.collect(),
            contest,
        }
    }

    /// What each indicator of a definition keeps apart.
    pub fn kept_apart(contest: &Contest) -> Vec<Option<Apart>> {
        contest.indicators.iter().map(apart).collect()
    }

    /// The span that a business date lies in.
    #[inline]
    pub fn span_of(&self, date: Date) -> Option<usize> {
        self.spans.iter().position(|span| span.period.covers(date))
    }

    /// Whether a business date lies in any span.
    pub fn covers(&self, date: Date) -> bool {
        self.span_of(date).is_some()
    }

    /// What a creditor's part of one event is clamped to.
    #[inline]
    pub fn event_cap(&self, indicator: usize) -> Option<i128> {
        self.event_caps[indicator]
    }

    /// Whether rounds have standings of their own.
    pub fn has_rounds(&self) -> bool {
        !self.contest.rounds.is_empty()
    }

    /// The spans whose credits count, without the base.
    pub fn own_spans(&self) -> usize {
        self.spans.iter().filter(|span| !span.is_base).count()
    }

    /// The table of places, where that makes the whole.
    pub fn places(&self) -> Option<&[i64]> {
        match &self.contest.overall {
            Overall::Places(table) if self.has_rounds() => Some(table),
            Overall::Places(_) | Overall::Sum => None,
        }
    }

    /// Whether customers and products must be known by number.
    pub fn asks_for_customers(&self) -> bool {
        self.apart.iter().flatten().any(|apart| *apart != Apart::Days)
    }
}

fn apart(indicator: &crate::contest::Indicator) -> Option<Apart> {
    match indicator.measure {
        Measure::Customers | Measure::CustomersWithProducts { .. } | Measure::ProductsPerCustomer => {
            Some(Apart::Products)
        }
        _ if indicator.is_capped(CapPer::Day) => Some(Apart::Days),
        _ if indicator.is_capped(CapPer::Customer) => Some(Apart::Customers),
        _ => None,
    }
}
