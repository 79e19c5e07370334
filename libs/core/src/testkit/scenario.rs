//! A scenario: given decisions, when events come, then a board has these rows. It keeps only the log. Every
//! question folds the log from the start and compares the answers of the fold and the oracle.

use std::cell::RefCell;

use crate::contest::Contest;
use crate::control::{Decision, Payload, Seal};
use crate::event::Event;
use crate::fold::query::preview::{Touched, preview};
use crate::fold::query::statement::statement;
use crate::fold::shard::Shard;
use crate::oracle::{Entry, Logged, Sealed, Standings, sealed, standings};
use crate::organisation::{Employee, Unit};
use crate::plan::{Target, Targets};
use crate::testkit::accounts::agree_on_accounts;
use crate::testkit::agreement::{Disagreement, agree};
use crate::testkit::events::{at, back, card_for, cards, day, report, with};
use crate::testkit::folded::Folded;
use crate::testkit::rules::{CONTEST, POINT, march};
use crate::types::pages::{MemoryPages, PageError};
use crate::types::score::Score;
use crate::{Position, Time};

/// With more entries than this, a scenario is no longer compared after each entry, nor folded in reverse
/// order, because that would take long.
const FEW: usize = 60;

/// What happens to the shard between entries of the log. The number is that of the entries before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// A question is asked: contests that wait are read again, and ranks are settled.
    Asked(usize),
    /// The process ends, and another continues from its pages.
    Restarted(usize),
}

/// A bank, its log, and what happened to its shard. Questions are about the contest `c`.
#[derive(Clone, Default)]
pub struct Scenario {
    log: Vec<Logged>,
    turns: RefCell<Vec<Turn>>,
}

/// Given: decisions.
impl Scenario {
    /// An empty bank.
    pub fn given() -> Scenario {
        Scenario::default()
    }

    /// `wang`, `li` and `zhao`, who belong to no unit, and a contest.
    pub fn of(contest: Contest) -> Scenario {
        Scenario::of_cards().employee("zhao", None).amended(2, contest)
    }

    /// `wang` and `li`, who belong to no unit, and a contest with one point per card.
    pub fn of_cards() -> Scenario {
        Scenario::given().employee("wang", None).employee("li", None).contest(march(POINT))
    }

    /// With a unit.
    pub fn unit(self, id: &str, kind: &str, parent: Option<&str>) -> Scenario {
        self.decided(id, 1, Payload::Unit(Unit::new(id, kind, parent, id)))
    }

    /// With an employee.
    pub fn employee(self, id: &str, unit: Option<&str>) -> Scenario {
        self.decided(id, 1, Payload::Employee(Employee::new(id, id, unit)))
    }

    /// With a branch and its employees.
    pub fn branch(self, id: &str, employees: &[&str]) -> Scenario {
        let member = |scenario: Scenario, employee: &&str| {
            scenario.decided(employee, 9, Payload::Employee(Employee::new(employee, employee, Some(id))))
        };
        employees.iter().fold(self.unit(id, "branch", None), member)
    }

    /// With the contest.
    pub fn contest(self, contest: Contest) -> Scenario {
        self.amended(1, contest)
    }

    /// With a revision of the contest.
    pub fn amended(self, revision: u64, contest: Contest) -> Scenario {
        self.decided(CONTEST, revision, Payload::Contest(Box::new(contest)))
    }

    /// With the targets of a participant: indicator, round, and value in whole units.
    pub fn targets(self, participant: &str, targets: &[(&str, &str, i64)]) -> Scenario {
        let target = |(indicator, round, value): &(&str, &str, i64)| Target {
            indicator: (*indicator).to_owned(),
            round: (*round).to_owned(),
            value_e4: value * POINT,
        };
        let targets = targets.iter().map(target).collect();
        let targets = Targets { contest: CONTEST.to_owned(), participant: participant.to_owned(), targets };
        self.decided(&targets.key(), 1, Payload::Targets(targets))
    }

    /// With a contest sealed.
    pub fn sealed(self, contest: &str) -> Scenario {
        let (id, forced, reason) = (contest.to_owned(), false, String::new());
        self.decided(contest, 1, Payload::Seal(Seal { contest: id, forced, reason }))
    }

    /// With some decision.
    pub fn decided(self, key: &str, revision: u64, payload: Payload) -> Scenario {
        self.in_set(key, revision, "", payload)
    }

    /// With a decision in a change set.
    pub fn in_set(self, key: &str, revision: u64, change_set: &str, payload: Payload) -> Scenario {
        self.entry(Time(0), Entry::Decision(decision(key, revision, change_set, payload)))
    }

    fn entry(mut self, recorded: Time, entry: Entry) -> Scenario {
        let position = self.next();
        self.log.push(Logged { position, recorded, entry });
        self
    }

    /// Restarts: the process ends, and another continues from its pages.
    pub fn restarted(self) -> Scenario {
        self.turns.borrow_mut().push(Turn::Restarted(self.log.len()));
        self
    }
}

/// When: events.
impl Scenario {
    /// An event, recorded on the evening of 31 March.
    pub fn when(self, event: Event<'static>) -> Scenario {
        self.when_at(at(day(31), 20), event)
    }

    /// An event, recorded at that time.
    pub fn when_at(self, recorded: Time, event: Event<'static>) -> Scenario {
        self.entry(recorded, Entry::Event(event))
    }

    /// Cards of an employee, on a day of March.
    pub fn cards(self, id: &str, of_march: i8, count: i64, who: &'static str) -> Scenario {
        self.when(cards(id, day(of_march), count, &[(who, "")]))
    }

    /// A card for a customer, of one product.
    pub fn card_for(
        self,
        id: &str,
        of_march: i8,
        (customer, product): (&'static str, &'static str),
        who: &'static str,
    ) -> Scenario {
        self.when(card_for(id, of_march, (customer, product), who))
    }

    /// A report of an account's balance in yuan, with a creditor, for a day.
    pub fn reports(
        self,
        id: &str,
        day: jiff::civil::Date,
        (account, yuan): (&'static str, i64),
        who: &'static str,
    ) -> Scenario {
        self.when(report(id, day, (account, yuan), who))
    }

    /// An event is reversed completely, on a day of March.
    pub fn takes_back(self, id: &str, of: &str, of_march: i8) -> Scenario {
        self.when(with(back(id, of, day(of_march)), |part| part.dated = true))
    }

    /// A part of an event is reversed on a day of March.
    pub fn takes_part(self, id: &str, of: &str, of_march: i8, count: i64) -> Scenario {
        let part = with(back(id, of, day(of_march)), |part| {
            part.dated = true;
            part.quantity = Some(count);
        });
        self.when(part)
    }
}

/// Then: questions.
impl Scenario {
    /// Rank, participant and score of each row of a board, in order.
    #[track_caller]
    pub fn then(&self, kind: &str) -> Vec<(u64, String, String)> {
        let says = self.says();
        let table = says.tables.into_iter().find(|table| table.kind == kind);
        let rows = table.unwrap_or_else(|| panic!("there is no board `{kind}`")).rows;
        rows.into_iter().map(|row| (row.rank, row.id, Score(row.score).to_string())).collect()
    }

    /// A board's digest.
    #[track_caller]
    pub fn digest(&self, kind: &str) -> String {
        let says = self.says();
        let table = says.tables.iter().find(|table| table.kind == kind);
        table.unwrap_or_else(|| panic!("there is no board `{kind}`")).digest.to_string()
    }

    /// The employees and their scores in whole points, in order.
    #[track_caller]
    pub fn rows(&self) -> Vec<(String, i128)> {
        let point = i128::from(POINT);
        self.says().tables[0].rows.iter().map(|row| (row.id.clone(), row.score / point)).collect()
    }

    /// Credits that wait for an unknown unit or employee.
    #[track_caller]
    pub fn held(&self) -> u64 {
        self.ask(|shard, _| shard.subscribers().held())
    }

    /// The standings. The fold and the oracle must agree on them.
    #[track_caller]
    pub fn says(&self) -> Standings<'_> {
        self.check();
        standings(&self.log, CONTEST, self.last()).expect("the contest is not defined")
    }

    /// The result, if the contest is sealed. The fold and the oracle must agree on it.
    #[track_caller]
    pub fn result(&self) -> Option<Sealed<'_>> {
        self.check();
        sealed(&self.log, CONTEST, self.last())
    }

    /// The entries behind a participant's score, as the fold lists them: the id of each, and its points.
    #[track_caller]
    pub fn account(&self, participant: &str) -> Vec<(String, String)> {
        let lines = self.ask(|shard, pages| statement(shard, pages, CONTEST, participant));
        let lines = lines.unwrap_or_else(|error| panic!("{error}"));
        lines.into_iter().map(|line| (line.id, Score(line.points).to_string())).collect()
    }

    /// What these decisions would change, according to the fold.
    #[track_caller]
    pub fn preview(&self, decisions: &[(&str, u64, Payload)]) -> Vec<Touched> {
        let decision =
            |(key, revision, payload): &(&str, u64, Payload)| decision(key, *revision, "", payload.clone());
        let decisions = decisions.iter().map(decision).collect();
        self.ask(|shard, pages| preview(shard, pages, decisions)).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Asks a settled shard something that only the fold can answer.
    #[track_caller]
    pub fn ask<T>(&self, ask: impl FnOnce(&mut Shard, &MemoryPages) -> T) -> T {
        self.turns.borrow_mut().push(Turn::Asked(self.log.len()));
        let mut folded = self.folded();
        ask(&mut folded.shard, &folded.pages)
    }

    /// The shard after the log, without anything else that the scenario did.
    #[track_caller]
    pub fn folded(&self) -> Folded {
        self.as_told().unwrap_or_else(|error| panic!("{error}"))
    }

    /// The log.
    pub fn log(&self) -> &[Logged] {
        &self.log
    }

    /// The position of the next entry.
    pub fn next(&self) -> Position {
        Position::new(self.log.len() as u64 + 1, 0)
    }

    fn last(&self) -> Position {
        self.log.last().map_or(Position::START, |logged| logged.position)
    }
}

/// How a scenario is checked.
impl Scenario {
    /// Checks that the fold agrees with the oracle in each way to fold the log.
    #[track_caller]
    fn check(&self) {
        self.turns.borrow_mut().push(Turn::Asked(self.log.len()));
        let told = |how: &str, said: Result<(), Disagreement>| {
            said.unwrap_or_else(|difference| panic!("{how}: {difference}"));
        };
        told("as told", self.check_as_told());
        told("restored midway", self.check_restored());
        if self.log.len() <= FEW {
            told("after each entry", self.check_each());
            told("events in reverse", self.check_reversed());
        }
    }

    fn as_told(&self) -> Result<Folded, PageError> {
        let mut folded = Folded::default();
        let turns = self.turns.borrow();
        for count in 0..=self.log.len() {
            if count > 0 {
                folded.fold(&self.log[..count])?;
            }
            for turn in turns.iter() {
                match turn {
                    Turn::Asked(after) if *after == count => folded.settle(&self.log[..count])?,
                    Turn::Restarted(after) if *after == count => folded.restart()?,
                    Turn::Asked(_) | Turn::Restarted(_) => {}
                }
            }
        }
        Ok(folded)
    }

    fn check_as_told(&self) -> Result<(), Disagreement> {
        let mut folded = self.as_told()?;
        agree(&folded.shard, &folded.pages, &self.log, &mut |_, _| {})?;
        agree_on_accounts(&mut folded.shard, &folded.pages, &self.log)
    }

    /// Settles only at the end, and restores the shard half-way and at the end.
    fn check_restored(&self) -> Result<(), Disagreement> {
        let restored = || -> Result<Folded, PageError> {
            let mut folded = Folded::default();
            for count in 1..=self.log.len() {
                folded.fold(&self.log[..count])?;
                if count == self.log.len().div_ceil(2) {
                    folded.restart()?;
                }
            }
            folded.settle(&self.log)?;
            folded.restart()?;
            Ok(folded)
        };
        let folded = restored()?;
        agree(&folded.shard, &folded.pages, &self.log, &mut |_, _| {})
    }

    fn check_each(&self) -> Result<(), Disagreement> {
        let mut folded = Folded::default();
        for count in 1..=self.log.len() {
            let log = &self.log[..count];
            folded.fold(log).and_then(|()| folded.settle(log))?;
            agree(&folded.shard, &folded.pages, log, &mut |_, _| {})?;
        }
        Ok(())
    }

    /// Folds the events in reverse order. The oracle gets the same order, since sometimes the order matters.
    fn check_reversed(&self) -> Result<(), Disagreement> {
        let is_event = |logged: &&Logged| matches!(logged.entry, Entry::Event(_));
        let mut events = self.log.iter().filter(is_event).rev();
        let turned = |logged: &Logged| match logged.entry {
            Entry::Event(_) => {
                let other = events.next().unwrap_or(logged);
                Logged { position: logged.position, ..other.clone() }
            }
            Entry::Decision(_) | Entry::Tick => logged.clone(),
        };
        let log: Vec<Logged> = self.log.iter().map(turned).collect();
        let mut folded = Folded::default();
        for count in 1..=log.len() {
            folded.fold(&log[..count])?;
        }
        folded.settle(&log)?;
        agree(&folded.shard, &folded.pages, &log, &mut |_, _| {})
    }
}

/// A decision of HQ.
pub fn decision(key: &str, revision: u64, change_set: &str, payload: Payload) -> Decision {
    let (principal, key, change_set) = ("hq".to_owned(), key.to_owned(), change_set.to_owned());
    Decision { principal, key, revision, change_set, payload }
}

/// Rows in the form that [`Scenario::then`] returns.
pub fn rows(expected: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    expected.iter().map(|(rank, id, score)| (*rank, (*id).to_owned(), (*score).to_owned())).collect()
}
