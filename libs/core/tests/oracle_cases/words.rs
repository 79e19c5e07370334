//! Contests, events and figures in few words, for cases about what is counted. It never counts anything.

use jiff::civil::{Date, date};
use longhu_core::contest::{
    Cap, CapPer, Completion, Contest, Indicator, LocalizedText, Measure, Period, Points, Round, ZeroTarget,
};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::oracle::{Figure, Rate, Row, Standings, Table, rate};
use longhu_core::organisation::{Employee, Unit};
use longhu_core::plan::{Target, Targets};

use super::ledger::{Ledger, back, with, yuan};
use crate::given::{cards, march};

/// One point.
pub const POINT: i64 = 10_000;

/// A day of March 2025.
pub fn day(of_march: i8) -> Date {
    date(2025, 3, of_march)
}

/// Days of March.
pub fn days(first: i8, last: i8) -> Period {
    Period { start: day(first), end: day(last) }
}

/// An indicator on issued cards.
pub fn counts(id: &str, measure: Measure, points: Points) -> Indicator {
    let plain = march(0).indicators.remove(0);
    Indicator { id: id.to_owned(), measure, points, ..plain }
}

/// Cards by their quantity, a point each.
pub fn a_point_each() -> Indicator {
    counts("cards", Measure::SumQuantity, Points::PerUnit(POINT))
}

/// A cap of whole points on all boards.
pub fn cap(per: CapPer, points: i64) -> Cap {
    Cap { per, points_e4: points * POINT, boards: Vec::new() }
}

/// A weight of whole points for reaching a target, and nothing else.
pub fn weight(points: i64) -> Completion {
    Completion {
        weight_e4: points * POINT,
        floor_e4: None,
        cap_e4: None,
        threshold_e4: None,
        zero_target: ZeroTarget::NoCompletion,
    }
}

/// A contest of March on these.
pub fn contest(indicators: Vec<Indicator>) -> Contest {
    Contest { indicators, ..march(0) }
}

/// With rounds `r1`, `r2` and so on, from days to days of March.
pub fn in_rounds(contest: Contest, rounds: &[(i8, i8)]) -> Contest {
    let round = |(at, (first, last)): (usize, &(i8, i8))| Round {
        id: format!("r{}", at + 1),
        name: LocalizedText::default(),
        period: days(*first, *last),
    };
    Contest { rounds: rounds.iter().enumerate().map(round).collect(), ..contest }
}

/// `wang`, `li` and `zhao`, who belong nowhere, and a contest.
pub fn given(contest: Contest) -> Ledger {
    Ledger::given().employee("zhao").contest(2, contest)
}

impl Ledger {
    /// With a branch and its employees.
    pub fn branch(self, id: &str, employees: &[&str]) -> Ledger {
        let ledger = self.decided(id, 1, Payload::Unit(Unit::new(id, "branch", None, id)));
        let member = |ledger: Ledger, employee: &&str| {
            ledger.decided(employee, 9, Payload::Employee(Employee::new(employee, employee, Some(id))))
        };
        employees.iter().fold(ledger, member)
    }

    /// With the targets of a participant: indicator, round, and whole units.
    pub fn targets(self, participant: &str, targets: &[(&str, &str, i64)]) -> Ledger {
        let target = |(indicator, round, value): &(&str, &str, i64)| Target {
            indicator: (*indicator).to_owned(),
            round: (*round).to_owned(),
            value_e4: value * POINT,
        };
        let targets = Targets {
            contest: "c".to_owned(),
            participant: participant.to_owned(),
            targets: targets.iter().map(target).collect(),
        };
        self.decided(&targets.key(), 1, Payload::Targets(targets))
    }

    /// So many cards of somebody, on a day of March.
    pub fn cards(self, id: &str, of_march: i8, count: i64, who: &'static str) -> Ledger {
        self.when(cards(id, day(of_march), count, &[(who, "")]))
    }

    /// A card for a customer, of a product.
    pub fn card_for(
        self,
        id: &str,
        of_march: i8,
        (customer, product): (&'static str, &'static str),
        who: &'static str,
    ) -> Ledger {
        self.when(card_for(id, of_march, (customer, product), who))
    }

    /// An account's balance in yuan, reported by somebody for a day.
    pub fn reports(
        self,
        id: &str,
        day: Date,
        (account, yuan): (&'static str, i64),
        who: &'static str,
    ) -> Ledger {
        self.when(report(id, day, (account, yuan), who))
    }

    /// Everything of an event is taken back on a day of March.
    pub fn takes_back(self, id: &str, of: &str, of_march: i8) -> Ledger {
        self.when(with(back(id, of, day(of_march)), |part| part.dated = true))
    }

    /// So many of an event are taken back on a day of March.
    pub fn takes_part(self, id: &str, of: &str, of_march: i8, count: i64) -> Ledger {
        let part = with(back(id, of, day(of_march)), |part| {
            part.dated = true;
            part.quantity = Some(count);
        });
        self.when(part)
    }
}

/// A card for a customer, of a product.
pub fn card_for(
    id: &str,
    of_march: i8,
    (customer, product): (&'static str, &'static str),
    who: &'static str,
) -> Event<'static> {
    Event { customer: customer.into(), product: product.into(), ..cards(id, day(of_march), 1, &[(who, "")]) }
}

/// An account's balance in yuan, reported by somebody for a day.
pub fn report(
    id: &str,
    day: Date,
    (account, balance): (&'static str, i64),
    who: &'static str,
) -> Event<'static> {
    Event {
        kind: "account.balance_reported".into(),
        subject: account.into(),
        quantity: None,
        amount: Some(yuan(balance * 100)),
        ..cards(id, day, 1, &[(who, "")])
    }
}

/// Somebody's row.
#[track_caller]
pub fn row<'s>(table: &'s Table, id: &str) -> &'s Row {
    table.rows.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("{id} is not listed"))
}

/// Somebody's first figure on the first board.
#[track_caller]
pub fn figure<'s>(says: &'s Standings, id: &str) -> &'s Figure {
    &row(&says.tables[0], id).figures[0]
}

/// Rank, id and score of each row.
pub fn ranks(table: &Table) -> Vec<(u64, &str, i128)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str(), row.score)).collect()
}

/// So many whole points in 1/10,000.
pub fn points(points: i128) -> i128 {
    points * i128::from(POINT)
}

/// A whole number, where a rate may be.
pub fn some(number: i128) -> Option<Rate> {
    Some(rate(number, 1))
}

/// An indicator on another type.
pub fn counts_of(id: &str, kind: &str, measure: Measure, points: Points) -> Indicator {
    Indicator { events: vec![kind.to_owned()], ..counts(id, measure, points) }
}

/// So many of another type on a day of March.
pub fn happened(kind: &'static str, id: &str, of_march: i8, count: i64, who: &'static str) -> Event<'static> {
    Event { kind: kind.into(), ..cards(id, day(of_march), count, &[(who, "")]) }
}
