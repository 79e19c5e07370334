//! A plain list of entries in few words. It never folds anything.

use jiff::civil::date;
use longhu_core::contest::Contest;
use longhu_core::control::{Decision, Payload, Seal};
use longhu_core::event::Event;
use longhu_core::oracle::{Entry, Logged, Standings, standings};
use longhu_core::organisation::Employee;
use longhu_core::types::money::{Amount, Currency};
use longhu_core::{Position, Time};

use crate::given::{at, cards, march};
pub use crate::given::{back, with};

/// A log; the contest is `c`.
#[derive(Clone, Default)]
pub struct Ledger(pub Vec<Logged>);

/// March 3, so many cards by `wang`.
pub fn three(id: &str, count: i64) -> Event<'static> {
    cards(id, date(2025, 3, 3), count, &[("wang", "")])
}

/// Yuan, in cents.
pub fn yuan(minor: i64) -> Amount {
    Amount { currency: Currency::parse("CNY").unwrap(), minor }
}

impl Ledger {
    /// `wang` and `li`, and a contest with one point a card.
    pub fn given() -> Ledger {
        Ledger::default().employee("wang").employee("li").contest(1, march(10_000))
    }

    /// With an employee.
    pub fn employee(self, id: &str) -> Ledger {
        self.decided(id, 1, Payload::Employee(Employee::new(id, id, None)))
    }

    /// With a revision of the contest.
    pub fn contest(self, revision: u64, contest: Contest) -> Ledger {
        self.decided("c", revision, Payload::Contest(Box::new(contest)))
    }

    /// With a seal.
    pub fn seal(self, contest: &str) -> Ledger {
        let (contest, forced, reason) = (contest.to_owned(), false, String::new());
        self.decided(&contest.clone(), 1, Payload::Seal(Seal { contest, forced, reason }))
    }

    /// With any decision.
    pub fn decided(self, key: &str, revision: u64, payload: Payload) -> Ledger {
        self.in_set(key, revision, "", payload)
    }

    /// With a decision of a change set.
    pub fn in_set(self, key: &str, revision: u64, change_set: &str, payload: Payload) -> Ledger {
        let (principal, key, change_set) = ("hq".to_owned(), key.to_owned(), change_set.to_owned());
        self.with(Time(0), Entry::Decision(Decision { principal, key, revision, change_set, payload }))
    }

    /// An event of March comes.
    pub fn when(self, event: Event<'static>) -> Ledger {
        self.with(at(date(2025, 3, 31), 20), Entry::Event(event))
    }

    /// An event comes at a time.
    pub fn when_at(self, recorded: Time, event: Event<'static>) -> Ledger {
        self.with(recorded, Entry::Event(event))
    }

    fn with(mut self, recorded: Time, entry: Entry) -> Ledger {
        let position = self.next();
        self.0.push(Logged { position, recorded, entry });
        self
    }

    /// Where the next entry will be.
    pub fn next(&self) -> Position {
        Position::new(self.0.len() as u64 + 1, 0)
    }

    /// The last word on the contest.
    pub fn says(&self) -> Standings<'_> {
        standings(&self.0, "c", self.0.last().unwrap().position).unwrap()
    }

    /// Employees with whole points, in order.
    pub fn rows(&self) -> Vec<(String, i128)> {
        self.says().tables[0].rows.iter().map(|row| (row.id.clone(), row.score / 10_000)).collect()
    }
}
