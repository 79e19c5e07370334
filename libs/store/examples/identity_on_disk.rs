//! Identities on a real store: the cost of a commit, the disk space per identity, the time of a restart.
//! Prints figures and asserts nothing about them.
//!
//! `cargo run --release -p longhu-store --example identity_on_disk DIRECTORY [events]`

use std::borrow::Cow;
use std::time::Instant;

use longhu_core::event::Event;
use longhu_core::identity::Identities;
use longhu_core::types::ids::SourceId;
use longhu_core::types::pages::DirtyPages;
use longhu_core::{Position, Time};
use longhu_store::{Error, Store};

const COMMIT_EVENTS: u64 = 100_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().ok_or("name a directory that may be overwritten")?;
    let events = arguments.next().map_or(Ok(2_000_000), |text| text.parse())?;
    for numbered in [true, false] {
        let store = Store::recreate(&directory)?;
        fill(&store, numbered, events)?;
        let bytes = store.disk_bytes()?;
        drop(store);
        let began = Instant::now();
        let store = Store::open(&directory)?;
        let opened = began.elapsed().as_secs_f64();
        let mut identities = Identities::restore(&store)?;
        let restored = began.elapsed().as_secs_f64() - opened;
        let began = Instant::now();
        let copies = 20_000;
        for n in 0..copies {
            let event = example((n * 2_654_435_761) % events, numbered);
            identities.admit(&store, SourceId::new(0), numbered, &event, Position::new(events, 0))?;
        }
        let each = began.elapsed().as_secs_f64() / copies as f64;
        println!(
            "  {:.1} bytes an identity on disk; opened in {opened:.3} s, restored in {restored:.3} s; then a duplicate \
             of any age takes {:.0} µs",
            bytes as f64 / events as f64,
            each * 1e6,
        );
    }
    Ok(())
}

fn fill(store: &Store, numbered: bool, events: u64) -> Result<(), Box<dyn std::error::Error>> {
    let mut identities = Identities::new();
    let (mut committing, mut slowest) = (0.0, 0.0f64);
    let began = Instant::now();
    for n in 0..events {
        let position = Position::new(n / 500 + 1, (n % 500) as u32);
        identities.admit(store, SourceId::new(0), numbered, &example(n, numbered), position)?;
        if (n + 1) % COMMIT_EVENTS == 0 {
            let took = commit(store, &mut identities, n)?;
            committing += took;
            slowest = slowest.max(took);
        }
    }
    let all = began.elapsed().as_secs_f64();
    println!(
        "{}: {:.0} events/s with a commit every {COMMIT_EVENTS}; a commit {:.0} ms, at most {:.0} ms; memory {:.1} MB",
        if numbered { "numbered" } else { "un-numbered, 30 dates" },
        events as f64 / all,
        committing * 1e3 / (events / COMMIT_EVENTS).max(1) as f64,
        slowest * 1e3,
        identities.memory_bytes() as f64 / 1e6,
    );
    Ok(())
}

fn commit(store: &Store, identities: &mut Identities, n: u64) -> Result<f64, Error> {
    let began = Instant::now();
    let mut dirty = DirtyPages::new();
    identities.take_dirty(&mut dirty);
    store.commit(&dirty, &n.to_le_bytes())?;
    Ok(began.elapsed().as_secs_f64())
}

fn example(n: u64, numbered: bool) -> Event<'static> {
    let day = 1 + (n.wrapping_mul(0x9e37_79b9) >> 7) % 30;
    Event {
        source: "core".into(),
        id: format!("core-{n:012}").into(),
        source_sequence: numbered.then_some(n + 1),
        kind: "account.opened".into(),
        occurred: Time(n as i64),
        business_date: jiff::civil::date(2025, 1, day as i8),
        branch: "B0117".into(),
        credits: vec![],
        customer: Cow::default(),
        subject: Cow::default(),
        product: "DEBIT-GOLD".into(),
        channel: Cow::default(),
        segment: Cow::default(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: vec![],
    }
}
