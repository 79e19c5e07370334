//! How many events per second the fold handles, alone and in memory: 16,000 branches, 50,000 teams, 420,000
//! employees, three boards with exact ranks and digests. Prints figures and asserts nothing about them.
//!
//! `cargo run --release -p longhu-core --example fold_throughput [-- MILLIONS_OF_EVENTS [PART_OF_A_NAME]]`

mod bank;
mod report;

use std::time::Instant;

use bank::{BRANCHES, EMPLOYEES, Spent, TEAMS};
use jiff::civil::Date;
use longhu_core::contest::{Contest, Measure, Points, TieBreak};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::rule::{measure, tie_break};
use longhu_core::types::pages::{MemoryPages, Pages};
use longhu_core::types::prefix::Prefix;

struct Workload<'a> {
    employees: &'a [String],
    ids: &'a [String],
    numbered: bool,
    skewed: bool,
}

impl<'a> Workload<'a> {
    fn event(&self, number: u64) -> Event<'a> {
        let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let range = u64::from(EMPLOYEES);
        // Skewed: the product of two uniform random numbers prefers the first employees.
        let at = if self.skewed { (mixed % range) * (mixed / range % range) / range } else { mixed % range };
        let id = &self.ids[number as usize % self.ids.len()];
        Event {
            source: "core-cards".into(),
            source_sequence: self.numbered.then_some(number + 1),
            business_date: Date::constant(
                2026,
                1 + (number / 1_000_000 % 12) as i8,
                1 + (number / 40_000 % 28) as i8,
            ),
            customer: "p1.Lt7_CcL650ZWkIHDGraRcw".into(),
            subject: "p1.0f0e0d0c0b0a09080706050403020100".into(),
            channel: "lobby".into(),
            ..bank::event(number, id, &self.employees[at as usize])
        }
    }
}

fn run(name: &str, workload: &Workload, events: u64, settle_every: usize, tie_breaks: Vec<TieBreak>) {
    if !report::is_asked(name) {
        return;
    }
    let mut shard = bank::organised();
    let cards = vec![bank::indicator(
        "cards",
        "card.issued",
        Measure::Count(measure::Count),
        Points::per_unit(20_000),
    )];
    let contest = Contest { tie_breaks, ..bank::contest(cards) };
    bank::decide(&mut shard, 3, "bench", Payload::Contest(Box::new(contest)));
    bank::open_source(&mut shard, "core-cards", workload.numbered);
    let (spent, pages) = bank::fold(&mut shard, events, settle_every, |number| workload.event(number));
    print(name, events, &spent, &pages);
}

fn print(name: &str, events: u64, spent: &Spent, pages: &MemoryPages) {
    // All prefixes of the journal begin with one byte, and all prefixes of identities with another.
    let bytes_of = |one: Prefix| {
        let pages = pages.scan(&one.bytes()[..1]).unwrap_or_default();
        pages.iter().map(|(key, page)| key.len() + page.len()).sum::<usize>() as f64 / events as f64
    };
    let (journal, identity) = (bytes_of(Prefix::JournalRecords), bytes_of(Prefix::IdentityMeta));
    println!(
        "{name:<58} {}; {journal:.0} B of journal and {identity:.0} B of identity an event",
        report::rate(events, spent)
    );
}

fn main() {
    let millions = report::millions_asked();
    let events = millions * 1_000_000;
    let employees: Vec<String> = (0..EMPLOYEES).map(bank::employee).collect();
    let ids: Vec<String> = (0..events).map(|number| format!("card-{number:010}")).collect();
    let started = Instant::now();
    bank::organised();
    println!(
        "organisation of {} applied in {:.2} s",
        BRANCHES + TEAMS + EMPLOYEES,
        started.elapsed().as_secs_f64()
    );
    println!("{millions} M events, 3 boards; checkpoints of 100 k events into memory");
    for (numbered, skewed) in [(true, false), (true, true), (false, false)] {
        let workload = Workload { employees: &employees, ids: &ids, numbered, skewed };
        let kind = if numbered { "numbered" } else { "un-numbered" };
        let spread = if skewed { "skewed" } else { "uniform" };
        for settle_every in [1_000, 16_000] {
            run(
                &format!("{kind}, {spread}, settled every {settle_every}"),
                &workload,
                events,
                settle_every,
                vec![],
            );
        }
    }
    let workload = Workload { employees: &employees, ids: &ids, numbered: true, skewed: false };
    let earliest = vec![TieBreak::Earliest(tie_break::Earliest)];
    run("numbered, uniform, settled every 16000, earliest breaks ties", &workload, events, 16_000, earliest);
}
