//! A definition prepared for the fold, so that answers which every event needs are computed once. It contains nothing that
//! the definition does not.

use std::sync::Arc;

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::contest::{Contest, Indicator, Span};
use crate::rule::class::{Apart, Class, Scope};
use crate::rule::separates::Separates;

/// What the fold needs of an indicator for every event.
#[derive(Clone, Copy, Debug)]
pub struct Compiled {
    /// What the fold has to do for its measure.
    pub class: Class,
    /// Whether each event has points of its own.
    pub has_points_by_event: bool,
    /// The cap of a creditor's part of one event, in 1/10,000 of a point.
    pub event_cap: Option<i128>,
}

/// A definition, prepared for the fold.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The definition.
    pub contest: Arc<Contest>,
    /// Its spans: the rounds, or the period where there are none; then the earlier period of improvement, if any.
    pub spans: Vec<Span>,
    /// The event types that it looks at, each with the indicators that count its events one by one.
    pub by_kind: FxHashMap<Box<str>, Arc<[usize]>>,
    /// How each indicator keeps credits apart.
    pub apart: Vec<Option<Apart>>,
    of_indicators: Vec<Compiled>,
    /// The indices of the indicators that break ties, in the order of the chain.
    pub tie_indicators: Vec<usize>,
}

impl Rules {
    /// Prepares a definition.
    pub fn new(contest: Arc<Contest>) -> Rules {
        let indicators = &contest.indicators;
        let mut by_kind: FxHashMap<Box<str>, Vec<usize>> = FxHashMap::default();
        for (index, indicator) in indicators.iter().enumerate() {
            for kind in &indicator.events {
                let own = by_kind.entry(kind.as_str().into()).or_default();
                own.extend((!indicator.looks_back()).then_some(index));
            }
            for kind in indicator.openings() {
                by_kind.entry(kind.as_str().into()).or_default();
            }
        }
        let ties = contest.tie_breaks.iter().filter_map(|tie_break| match tie_break.separates() {
            Separates::Value(index) => Some(index),
            Separates::Reach | Separates::Name => None,
        });
        Rules {
            spans: contest.spans().collect(),
            by_kind: by_kind.into_iter().map(|(kind, list)| (kind, list.into())).collect(),
            apart: Rules::kept_apart(&contest),
            of_indicators: indicators.iter().map(Compiled::new).collect(),
            tie_indicators: ties.collect(),
            contest,
        }
    }

    /// How each indicator of a definition keeps credits apart.
    pub fn kept_apart(contest: &Contest) -> Vec<Option<Apart>> {
        contest.indicators.iter().map(apart).collect()
    }

    /// The index of the span that contains a business date.
    #[inline]
    pub fn span_of(&self, date: Date) -> Option<usize> {
        self.spans.iter().position(|span| span.period.covers(date))
    }

    /// Whether a business date lies in any span.
    pub fn covers(&self, date: Date) -> bool {
        self.span_of(date).is_some()
    }

    /// What the fold needs of an indicator for every event.
    #[inline]
    pub fn of(&self, indicator: usize) -> &Compiled {
        &self.of_indicators[indicator]
    }

    /// Whether rounds have standings of their own.
    pub fn has_rounds(&self) -> bool {
        !self.contest.rounds.is_empty()
    }

    /// The number of spans whose credits count, without the earlier period.
    pub fn own_spans(&self) -> usize {
        self.spans.iter().filter(|span| !span.is_base).count()
    }

    /// Points by rank in rounds, where the total is their sum.
    pub fn places(&self) -> Option<&[i64]> {
        self.contest.overall.places().filter(|_| self.has_rounds())
    }

    /// Whether customers or products have to be told apart, so that they need numbers.
    pub fn asks_for_customers(&self) -> bool {
        self.apart.iter().flatten().any(|apart| *apart != Apart::Days)
    }
}

impl Compiled {
    fn new(indicator: &Indicator) -> Compiled {
        Compiled {
            class: indicator.measure.class(),
            has_points_by_event: indicator.has_points_by_event(),
            event_cap: indicator.cap(Scope::Event, ""),
        }
    }
}

fn apart(indicator: &Indicator) -> Option<Apart> {
    let by = |apart| indicator.is_capped(Scope::Apart(apart)).then_some(apart);
    match indicator.measure.class() {
        Class::Distinct => Some(Apart::Products),
        Class::Additive | Class::Grouped(_) | Class::Derived => {
            by(Apart::Days).or_else(|| by(Apart::Customers))
        }
    }
}
