//! How many events per second the identities handle on one thread, with a checkpoint into pages in memory
//! every 100,000 events. Prints figures and asserts nothing about them.
//!
//! `cargo run --release -p longhu-core --example identity_throughput [events]`

use jiff::ToSpan;
use jiff::civil::{Date, date};
use longhu_core::event::{Credit, Event};
use longhu_core::identity::{Admission, Identities};
use longhu_core::types::ids::SourceId;
use longhu_core::types::pages::{DirtyPages, MemoryPages};
use longhu_core::{Position, Time};

const CHECKPOINT_EVENTS: u64 = 100_000;
const BATCH_EVENTS: u64 = 500;
const DAYS: usize = 100;

fn main() {
    let events = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(10_000_000);
    let mut bench = Bench { identities: Identities::new(), pages: MemoryPages::default(), next: 0 };
    println!("{events} events a line, one thread's own time, a checkpoint every {CHECKPOINT_EVENTS}");
    bench.run("numbered, in order", events, |n, days| example("core", n, true, days));
    bench.run("numbered, shuffled by 1,000", events, |n, days| {
        let within = n / 1000 * 1000 + (n * 389) % 1000;
        example("ebank", within, true, days)
    });
    bench.run("un-numbered, fresh, today", events, |n, days| example("loans", n, false, &days[..1]));
    bench.run("un-numbered, fresh, 100 dates", events, |n, days| example("cards", n, false, days));
    bench.run("un-numbered, duplicates soon after", events, |n, days| {
        example("cards", events - 1 - (n * 7919) % 300_000.min(events), false, days)
    });
    bench.run("un-numbered, duplicates of any age", events.min(2_000_000), |n, days| {
        example("cards", (n * 2_654_435_761) % events, false, days)
    });
    let began = seconds();
    let restored = Identities::restore(&bench.pages);
    println!("restored in {:.3} s: {}", seconds() - began, restored.is_ok());
}

/// The processor time of this thread, in seconds. On a shared machine the wall clock would also measure other
/// processes.
fn seconds() -> f64 {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos: u64 = schedstat.split(' ').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    nanos as f64 / 1e9
}

fn example(source: &'static str, n: u64, numbered: bool, days: &[Date]) -> Event<'static> {
    Event {
        source: source.into(),
        id: format!("{source}-2025-{:012}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20).into(),
        source_sequence: numbered.then_some(n + 1),
        kind: "account.opened".into(),
        occurred: Time(1_741_900_000_000_000_000 + n as i64),
        business_date: days[(n.wrapping_mul(0x9e37_79b9) >> 7) as usize % days.len()],
        branch: "B0117".into(),
        credits: vec![Credit { employee: "E104233".into(), role: "opener".into(), share_ppm: None }],
        customer: "c5f0a6b1d3e49f72".into(),
        subject: "s77a6b1d3e49f7201".into(),
        product: "DEBIT-GOLD".into(),
        channel: "counter".into(),
        segment: "retail".into(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: vec![],
    }
}

struct Bench {
    identities: Identities,
    pages: MemoryPages,
    next: u64,
}

impl Bench {
    fn run(&mut self, what: &str, events: u64, make: impl Fn(u64, &[Date]) -> Event<'static>) {
        let days: Vec<_> = date(2025, 1, 1).series(1.days()).take(DAYS).collect();
        let before = self.identities.memory_bytes();
        let (mut fresh, mut admitting, mut writing, mut slowest, mut written) =
            (0u64, 0.0, 0.0, 0.0f64, 0usize);
        for first in (0..events).step_by(CHECKPOINT_EVENTS as usize) {
            // Events are made outside the measured time.
            let batch: Vec<_> =
                (first..events.min(first + CHECKPOINT_EVENTS)).map(|n| make(n, &days)).collect();
            let numbered = batch.first().is_some_and(|event| event.source_sequence.is_some());
            let source = batch.first().map_or(0, |event| event.source.as_bytes()[0]);
            let source = SourceId::new(source.into());
            let began = seconds();
            for event in &batch {
                let position = Position::new(self.next / BATCH_EVENTS + 1, (self.next % BATCH_EVENTS) as u32);
                self.next += 1;
                let admission = self.identities.admit(&self.pages, source, numbered, event, position);
                fresh += u64::from(admission == Ok(Admission::Fresh));
            }
            admitting += seconds() - began;
            let began = seconds();
            let mut dirty = DirtyPages::new();
            self.identities.take_dirty(&mut dirty);
            let took = seconds() - began;
            writing += took;
            slowest = slowest.max(took);
            written += dirty.iter().filter_map(|(_, page)| page.as_ref()).map(Vec::len).sum::<usize>();
            self.pages.commit(dirty);
        }
        let memory = self.identities.memory_bytes();
        println!(
            "{what:36} {:9.0} events/s ({:9.0} admitting alone); checkpoint at most {:4.0} ms; {:5.1} bytes written an \
             event; memory {:6.1} MB ({:+.1}); {fresh} fresh",
            events as f64 / (admitting + writing),
            events as f64 / admitting,
            slowest * 1e3,
            written as f64 / events as f64,
            memory as f64 / 1e6,
            (memory as f64 - before as f64) / 1e6,
        );
    }
}
