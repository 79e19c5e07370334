//! How long a shard takes to restore its last checkpoint, alone and in memory: 486,000 participants, a credit
//! for every employee, three boards with exact ranks and digests. Prints figures and asserts nothing about
//! them.
//!
//! `cargo run --release -p longhu-core --example restore_time`

mod bank;

use std::time::Instant;

use bank::EMPLOYEES;
use longhu_core::contest::{Measure, Points};
use longhu_core::control::Payload;
use longhu_core::fold::shard::Shard;
use longhu_core::rule::measure;

/// Events before the checkpoint.
const EVENTS: u64 = 1_000_000;
/// How often it is measured.
const TIMES: usize = 7;

fn main() {
    let employees: Vec<String> = (0..EMPLOYEES).map(bank::employee).collect();
    let ids: Vec<String> = (0..EVENTS).map(|number| format!("card-{number:010}")).collect();
    let mut shard = bank::organised();
    let cards = vec![bank::indicator(
        "cards",
        "card.issued",
        Measure::Count(measure::Count),
        Points::per_unit(20_000),
    )];
    bank::decide(&mut shard, 3, "bench", Payload::Contest(Box::new(bank::contest(cards))));
    bank::open_source(&mut shard, "", true);
    let (_, mut pages) = bank::fold(&mut shard, EVENTS, 16_000, |number| {
        bank::event(number, &ids[number as usize], &employees[(number % u64::from(EMPLOYEES)) as usize])
    });
    pages.commit(shard.take_dirty());
    let before = shard.head().position;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let started = Instant::now();
        let restored = Shard::restore(&pages).expect("pages are in memory");
        times.push(started.elapsed());
        assert_eq!(restored.head().position, before);
    }
    times.sort_unstable();
    let [least, middle, most] = [times[0], times[TIMES / 2], times[TIMES - 1]].map(|time| time.as_secs_f64());
    println!(
        "restored in {middle:.2} s (of {TIMES}: {least:.2} to {most:.2}), from a checkpoint after {EVENTS} events"
    );
}
