//! The simulated bank's days, one after the other, as its adapters deliver them: in order, but with late
//! events, copies of single events, and whole files that are sent again. It never ends, and the same seed
//! gives the same deliveries. It does not read a clock.

use std::collections::{BTreeMap, VecDeque};

use jiff::civil::Date;
use longhu_core::types::money::Currency;
use longhu_dice::{Dice, Weights};
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::event::v1::Event;
use prost_types::Timestamp;

use crate::bank::Bank;
use crate::business::{Business, Source};
use crate::contests::{Worth, worth};
use crate::names::REGIONS;

/// The relative volume of each day of the week from Monday, and the sum.
const RHYTHM: ([u64; 7], u64) = ([120, 110, 105, 105, 115, 45, 30], 630);
/// One in this many events arrives days late.
const LATE: u64 = 60;
/// One in this many events is sent twice at once.
const TWICE: u64 = 300;
/// On one in this many days, the gateway's whole file is sent again on the next day.
const FILE_AGAIN: u64 = 9;
/// The branches open at 08:30 for nine hours, in a time zone eight hours ahead of UTC.
const OPENING_S: i64 = 8 * 3600 + 1800 - 8 * 3600;
const OPEN_S: u64 = 9 * 3600;

/// The parameters of the simulation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The same seed gives the same deliveries.
    pub seed: u64,
    /// The first and the last business date. After the last, the first follows again, with other events.
    pub period: (Date, Date),
    /// Events on an average day.
    pub events_a_day: u64,
    /// The number of the core banking system's first event: after the last number of an earlier run, or 1.
    pub first_number: u64,
    /// The bank's currency.
    pub currency: Currency,
}

/// How an event arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// On its day.
    OnTime,
    /// Days later.
    Late,
    /// A second time.
    Again,
}

/// One event as it is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// The event.
    pub event: Event,
    /// The source that sends it.
    pub source: Source,
    /// How it arrives.
    pub arrival: Arrival,
    /// What it adds to a contest; `None` if it arrives a second time.
    pub worth: Option<Worth>,
}

/// The days.
#[derive(Debug)]
pub struct Days {
    bank: Bank,
    business: Business,
    plan: Plan,
    dice: Dice,
    today: Today,
    next_number: u64,
    /// Late events, by the day on which they arrive.
    late: BTreeMap<u64, Vec<Delivery>>,
    /// Late events that are ready to be sent.
    due: VecDeque<Delivery>,
    /// Events to be sent a second time.
    again: VecDeque<Delivery>,
    /// The gateway's file of today, if it will be sent again tomorrow.
    file: Option<Vec<Delivery>>,
}

/// The current day.
#[derive(Debug)]
struct Today {
    /// The number of the day from 0; it keeps counting when the period begins again.
    number: u64,
    date: Date,
    /// Seconds since the epoch when the branches open.
    opening_s: i64,
    events: u64,
    made: u64,
    /// How much business each branch does this week.
    form: Weights,
}

impl Days {
    /// The days of a bank.
    pub fn new(bank: Bank, plan: Plan) -> Days {
        let business = Business::new(REGIONS[0].1.len(), plan.currency);
        let today = Today::new(&bank, &plan, 0);
        Days {
            bank,
            business,
            plan,
            dice: Dice::new(plan.seed, u64::MAX),
            today,
            next_number: plan.first_number,
            late: BTreeMap::new(),
            due: VecDeque::new(),
            again: VecDeque::new(),
            file: None,
        }
    }

    /// The current business date.
    pub fn date(&self) -> Date {
        self.today.date
    }

    /// How many days have begun.
    pub fn begun(&self) -> u64 {
        self.today.number + 1
    }

    /// The next delivery; there is always one.
    pub fn next(&mut self) -> Delivery {
        loop {
            if !self.due.is_empty() && self.dice.once_in(12) {
                return self.due.pop_front().unwrap_or_else(|| self.happen());
            }
            if !self.again.is_empty() && self.dice.once_in(3) {
                return self.again.pop_front().unwrap_or_else(|| self.happen());
            }
            if self.today.made == self.today.events {
                self.begin_next_day();
            }
            let delivery = self.happen();
            if self.dice.once_in(LATE) {
                let day = self.today.number + 1 + self.dice.below(5);
                self.late.entry(day).or_default().push(Delivery { arrival: Arrival::Late, ..delivery });
                continue;
            }
            if self.dice.once_in(TWICE) {
                self.again.push_back(once_more(&delivery));
            }
            if let Some(file) = self.file.as_mut().filter(|_| delivery.source == Source::Gateway) {
                file.push(once_more(&delivery));
            }
            return delivery;
        }
    }

    /// The late events that are still held back, so that nothing is missing at the end.
    pub fn rest(&mut self) -> Vec<Delivery> {
        let late = std::mem::take(&mut self.late).into_values().flatten();
        self.due.drain(..).chain(late).collect()
    }

    fn begin_next_day(&mut self) {
        self.again.extend(self.file.take().unwrap_or_default());
        self.today = Today::new(&self.bank, &self.plan, self.today.number + 1);
        while let Some(day) = self.late.first_entry()
            && *day.key() <= self.today.number
        {
            self.due.extend(day.remove());
        }
        // A file is only kept if the previous one has been sent, which limits memory.
        if self.again.is_empty() && self.dice.once_in(FILE_AGAIN) {
            self.file = Some(Vec::new());
        }
    }

    /// The next event of today.
    fn happen(&mut self) -> Delivery {
        let at = self.today.form.choose(&mut self.dice);
        let (source, mut event) = self.business.happen(&self.bank, at, &mut self.dice);
        let today = &mut self.today;
        let second = today.made * OPEN_S / today.events.max(1);
        event.occurred_time = Some(Timestamp {
            seconds: today.opening_s + second as i64,
            nanos: self.dice.below(1_000_000_000) as i32,
        });
        event.business_date = Some(date_to_wire(today.date));
        match source {
            Source::Core => {
                event.id = format!("t{:010}", self.next_number);
                event.source_sequence = Some(self.next_number);
                self.next_number += 1;
            }
            // The first number is part of the id, so that a later run has other ids.
            Source::Gateway => {
                event.id = format!("g{}-{:04}-{:06}", self.plan.first_number, today.number, today.made);
            }
        }
        today.made += 1;
        let worth = worth(&event);
        Delivery { event, source, arrival: Arrival::OnTime, worth }
    }
}

impl Today {
    fn new(bank: &Bank, plan: &Plan, number: u64) -> Today {
        let (first, last) = plan.period;
        let days = first.duration_until(last).as_secs() as u64 / 86_400 + 1;
        let date = first.saturating_add(jiff::Span::new().days((number % days) as i64));
        let since_epoch = Date::constant(1970, 1, 1).duration_until(date).as_secs();
        let weekday = date.weekday().to_monday_zero_offset() as usize;
        let (rhythm, sum) = RHYTHM;
        let events = (plan.events_a_day * rhythm[weekday] * 7 / sum).max(1);
        let mut dice = Dice::new(plan.seed, 1_000 + number / 7);
        // Each week other branches do well; some do three times what others do.
        let form = bank.branches.iter().map(|branch| branch.people.len() as u64 * (50 + dice.below(100)));
        Today {
            number,
            date,
            opening_s: since_epoch + OPENING_S,
            events,
            made: 0,
            form: Weights::new(form.collect::<Vec<_>>()),
        }
    }
}

fn once_more(delivery: &Delivery) -> Delivery {
    Delivery { event: delivery.event.clone(), source: delivery.source, arrival: Arrival::Again, worth: None }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use longhu_core::catalogue::Catalogue;
    use longhu_core::types::money::Currency;
    use longhu_proto::event::from_wire;

    use super::super::contests;
    use super::*;

    fn days(seed: u64, events_a_day: u64) -> Days {
        let currency = Currency::parse("CNY").unwrap();
        let plan = Plan { seed, period: contests::period(2025), events_a_day, first_number: 1, currency };
        Days::new(Bank::new(seed), plan)
    }

    fn some(days: &mut Days, count: usize) -> Vec<Delivery> {
        (0..count).map(|_| days.next()).collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_events() {
        assert_eq!(some(&mut days(8, 500), 20_000), some(&mut days(8, 500), 20_000));
        assert_ne!(some(&mut days(8, 500), 100), some(&mut days(9, 500), 100));
    }

    #[test]
    fn every_event_passes_the_check_of_the_catalogue() {
        let (catalogue, mut days) = (Catalogue::default(), days(8, 300));
        for delivery in some(&mut days, 30_000) {
            let event = from_wire(&delivery.event, |_| panic!("it names its business date")).unwrap();
            assert_eq!(catalogue.check(&event), Ok(()), "{event:?}");
            assert_eq!(event.source_sequence.is_some(), delivery.source == Source::Core);
        }
    }

    #[test]
    fn some_events_come_late_some_again_and_nothing_is_missing_or_changed() {
        let mut days = days(8, 400);
        let mut deliveries = some(&mut days, 40_000);
        deliveries.extend(days.rest());
        let count = |arrival| deliveries.iter().filter(|delivery| delivery.arrival == arrival).count();
        assert!(count(Arrival::Late) > 300 && count(Arrival::Again) > 500);
        let mut first: BTreeMap<(&str, &str), &Event> = BTreeMap::new();
        for delivery in &deliveries {
            let event = &delivery.event;
            let known = first.insert((&event.source, &event.id), event);
            assert_eq!(known.is_some(), delivery.arrival == Arrival::Again);
            assert!(known.is_none_or(|known| known == event));
        }
        let mut numbers: Vec<u64> = first.values().filter_map(|event| event.source_sequence).collect();
        numbers.sort_unstable();
        assert!((1..).zip(&numbers).all(|(number, found)| number == *found), "a number is missing");
    }

    #[test]
    fn days_follow_one_another_and_begin_again_with_other_events() {
        let mut days = days(8, 20);
        let (first, last) = contests::period(2025);
        assert_eq!(days.date(), first);
        let mut before = days.begun();
        let mut dates = vec![days.date()];
        while days.begun() < 200 {
            days.next();
            if days.begun() != before {
                assert_eq!(days.begun(), before + 1);
                before = days.begun();
                dates.push(days.date());
            }
        }
        assert_eq!(dates[180], last);
        assert_eq!(dates[181], first);
    }
}
