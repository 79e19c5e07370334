//! Dense worlds: the same contests and facts, changed so that much happens to few participants, and rules on
//! sums, targets and intervals have an effect. Nothing is added, and copies of a fact stay copies.

use longhu_core::contest::{Contest, Filter};
use longhu_core::control::{Decision, Payload};
use longhu_core::event::Event;
use longhu_core::plan::{Target, Targets};
use longhu_core::types::money::{Amount, Currency};

use crate::generated::contests::day;
use crate::generated::dice::Dice;
use crate::generated::events::Fact;
use crate::generated::organisation::{decision, employee_id, unit_id};

/// The currency of all amounts.
const CURRENCY: &str = "CNY";

/// Narrows a contest.
pub fn draw_contest(contest: &mut Contest, dice: &mut Dice) {
    contest.currency = Currency::parse(CURRENCY).unwrap();
    if !contest.boards.iter().any(|board| board == "employee") {
        contest.boards[0] = "employee".to_owned();
        let first = contest.boards[0].clone();
        let caps = contest.indicators.iter_mut().flat_map(|indicator| &mut indicator.caps);
        caps.filter(|cap| !cap.boards.is_empty()).for_each(|cap| cap.boards = vec![first.clone()]);
    }
    for indicator in &mut contest.indicators {
        if !dice.once_in(4) {
            indicator.filter = Filter::default();
        }
    }
}

/// Narrows a fact: known employees, days that count, amounts in one currency.
pub fn draw_fact(fact: &mut Fact) {
    let event = &mut fact.event;
    let by = i64::from(event.business_date.day()) + event.occurred.0 / 3_600_000_000_000;
    let was = event.business_date;
    event.business_date = day(6 + by.rem_euclid(15));
    let moved = (event.business_date - was).get_days();
    event.occurred.0 += i64::from(moved) * 86_400_000_000_000;
    if let Some(amount) = &mut event.amount {
        *amount = Amount { currency: Currency::parse(CURRENCY).unwrap(), minor: amount.minor % 30_001 };
    }
    if let Some(part) = event.reverses.as_mut().and_then(|reverses| reverses.amount.as_mut()) {
        *part = Amount { currency: Currency::parse(CURRENCY).unwrap(), minor: part.minor % 30_001 };
    }
    event.quantity = event.quantity.map(|quantity| quantity % 7);
    draw_credits(event);
}

fn draw_credits(event: &mut Event<'static>) {
    let few = |id: &str| id.strip_prefix('p').and_then(|number| number.parse::<usize>().ok());
    let mut drawn = Vec::new();
    for mut credit in std::mem::take(&mut event.credits) {
        if let Some(number) = few(&credit.employee) {
            credit.employee = employee_id(number % 4).into();
        }
        let is_twice = drawn.iter().any(|other: &longhu_core::event::Credit| {
            other.employee == credit.employee && other.role == credit.role
        });
        if !is_twice {
            drawn.push(credit);
        }
    }
    event.credits = drawn;
    if event.branch.is_empty() {
        event.branch = unit_id(0).into();
    }
}

/// Targets for the participants to whom much happens.
pub fn targets(contest: &str, dice: &mut Dice) -> Vec<Vec<Decision>> {
    let participants = (0..4).map(employee_id).chain((0..5).map(unit_id));
    let mut runs = Vec::new();
    for participant in participants {
        let mut of_all = Vec::new();
        for indicator in ["i0", "i1", "i2", "rate", "total"] {
            for round in ["", "r0", "r1"] {
                if !dice.once_in(4) {
                    let value_e4 = dice.pick(&[0, 5_000, 10_000, 20_000, 40_000, 1_000_000, -20_000]);
                    of_all.push(Target { indicator: indicator.into(), round: round.into(), value_e4 });
                }
            }
        }
        let targets = Targets { contest: contest.to_owned(), participant, targets: of_all };
        runs.push(vec![decision(&targets.key(), 1, Payload::Targets(targets))]);
    }
    runs
}
