//! The events of the bank, as a pure function of the seed and an event's number: who sold how many cards on
//! which day. From the numbers, the events can be made again, and the expected boards computed.

use std::ops::Range;

use longhu_dice::Dice;
use longhu_proto::wire::event::v1::{Credit, Event};

use crate::shape::{self, SOURCE, Shape};

/// The most cards in one event.
pub const QUANTITY_MAX: u64 = 9;
/// 2025-01-01T01:00:00Z, a morning in the bank's time zone.
const FIRST_SECOND: i64 = 1_735_693_200;
/// The time between two events.
const APART_MS: u64 = 200;
/// The number of business days. After the last day, events begin again with the first.
const DAYS: u64 = 360;
/// A prime, so that busy employees are not neighbours.
const STRIDE: u64 = 7_368_787;

/// The workload.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub struct Workload {
    /// The bank.
    #[serde(flatten)]
    pub shape: Shape,
    /// A few employees have most of the events.
    pub skewed: bool,
    /// Whether the source numbers its events.
    pub numbered: bool,
    /// The seed.
    pub seed: u64,
    /// Whether the first events are one for each employee, so that boards list everybody.
    pub everybody_first: bool,
}

/// The part of an event that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sale {
    /// The employee.
    pub employee: u32,
    /// The number of cards.
    pub quantity: u32,
}

impl Workload {
    /// The sale of the event with this number, from 0.
    pub fn sale(&self, number: u64) -> Sale {
        let employees = u64::from(self.shape.employees);
        let mut dice = Dice::new(self.seed, number);
        let quantity = 1 + dice.below(QUANTITY_MAX) as u32;
        let drawn = match self.skewed {
            _ if self.everybody_first && number < employees => number,
            // The inverse of Zipf's distribution, as a continuous one.
            true => {
                let uniform = dice.below(1 << 52) as f64 / (1u64 << 52) as f64;
                ((employees as f64).powf(uniform) as u64).saturating_sub(1)
            }
            false => dice.below(employees),
        };
        Sale { employee: (drawn.min(employees - 1) * STRIDE % employees) as u32, quantity }
    }

    /// The event's id, if it has no number.
    pub fn event_id(&self, number: u64) -> String {
        format!("txn-{number:016}")
    }

    /// The event as an adapter sends it.
    pub fn event(&self, number: u64) -> Event {
        let Sale { employee, quantity } = self.sale(number);
        let millis = number * APART_MS % (DAYS * 86_400_000);
        Event {
            source: SOURCE.to_owned(),
            id: self.event_id(number),
            source_sequence: self.numbered.then_some(number + 1),
            r#type: "card.issued".to_owned(),
            occurred_time: Some(prost_types::Timestamp {
                seconds: FIRST_SECOND + (millis / 1_000) as i64,
                nanos: (millis % 1_000) as i32 * 1_000_000,
            }),
            branch: shape::id("branch", self.shape.branch_of(self.shape.team_of(employee))),
            credits: vec![Credit {
                employee: shape::id("employee", employee),
                role: "owner".to_owned(),
                share: None,
            }],
            customer: format!("cust-{:010}", number.wrapping_mul(2_654_435_761) % 10_000_000),
            subject: format!("card-{number:012}"),
            product: "gold".to_owned(),
            channel: "lobby".to_owned(),
            quantity: Some(i64::from(quantity)),
            ..Event::default()
        }
    }
}

/// What the boards must show: plain sums, by number.
#[derive(Clone, Debug)]
pub struct Tally {
    shape: Shape,
    employees: Vec<u64>,
}

impl Tally {
    /// No events.
    pub fn new(shape: Shape) -> Tally {
        Tally { shape, employees: vec![0; shape.employees as usize] }
    }

    /// The sums of the events with these numbers.
    pub fn of(workload: &Workload, numbers: Range<u64>) -> Tally {
        let mut tally = Tally::new(workload.shape);
        tally.add(workload, numbers);
        tally
    }

    /// Adds the events with these numbers.
    pub fn add(&mut self, workload: &Workload, numbers: Range<u64>) {
        for number in numbers {
            let Sale { employee, quantity } = workload.sale(number);
            self.employees[employee as usize] += u64::from(quantity);
        }
    }

    /// The total of all scores.
    pub fn total(&self) -> u64 {
        self.employees.iter().sum()
    }

    /// The score of each participant of a board.
    pub fn scores(&self, board: &str) -> Vec<u64> {
        if board == "employee" {
            return self.employees.clone();
        }
        let mut scores = vec![0; self.shape.size(board) as usize];
        for (employee, score) in (0..).zip(&self.employees) {
            let team = self.shape.team_of(employee);
            let at = if board == "team" { team } else { self.shape.branch_of(team) };
            scores[at as usize] += score;
        }
        scores
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workload(skewed: bool, everybody_first: bool) -> Workload {
        let shape = Shape { branches: 3, teams: 10, employees: 1_000 };
        Workload { shape, skewed, numbered: true, seed: 8, everybody_first }
    }

    #[test]
    fn the_boards_add_up_to_the_same() {
        let workload = workload(false, false);
        let tally = Tally::of(&workload, 0..5_000);
        let sent: i64 = (0..5_000).filter_map(|number| workload.event(number).quantity).sum();
        for board in shape::BOARDS {
            assert_eq!(tally.scores(board).iter().sum::<u64>(), sent as u64, "{board}");
        }
        assert_eq!(tally.total(), sent as u64);
    }

    #[test]
    fn skewed_events_crowd_on_a_few_and_uniform_ones_do_not() {
        let top = |skewed| {
            let mut scores = Tally::of(&workload(skewed, false), 0..20_000).scores("employee");
            scores.sort_unstable_by(|a, b| b.cmp(a));
            scores[..10].iter().sum::<u64>() * 100 / scores.iter().sum::<u64>()
        };
        assert!(top(true) > 25 && top(false) < 4, "{} {}", top(true), top(false));
    }

    #[test]
    fn everybody_first_leaves_nobody_out() {
        let scores = Tally::of(&workload(true, true), 0..1_000).scores("employee");
        assert!(scores.iter().all(|score| *score > 0));
    }
}
