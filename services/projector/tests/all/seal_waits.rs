//! A seal that is read while its contest is still being computed from the log, with a real broker and a real
//! store: it waits, and so does everything after it.

use longhu_core::Position;
use longhu_log::Log;

use crate::common::{
    Book, Broker, Node, card, cards, contest, digests, in_memory, organisation, seal, sealed,
};

const EMPLOYEES: usize = 40;
const BATCH: usize = 400;
const BATCHES: usize = 60;

/// Many events; then a contest and its seal in one batch, with something before it; then more events. Returns
/// the seal's position and the last sequence.
async fn write(log: &Log) -> (Position, u64) {
    let mut book = Book::begin(log, EMPLOYEES).await;
    for batch in 0..BATCHES {
        book.events(&cards(batch * BATCH..(batch + 1) * BATCH, EMPLOYEES)).await;
    }
    book.decide(&[contest("spring", 1, 50_000)]).await;
    let sequence = book.decide(&[contest("other", 1, 10_000), seal("spring"), contest("third", 1, 1)]).await;
    for batch in BATCHES..BATCHES + 10 {
        book.events(&cards(batch * BATCH..(batch + 1) * BATCH, EMPLOYEES)).await;
    }
    (Position::new(sequence, 1), book.last)
}

/// The hash of the result, and the digests at the end, of a shard that had the contest from the beginning.
fn expected() -> ([u8; 32], Vec<String>) {
    let mut first = organisation(EMPLOYEES);
    first.push(contest("spring", 1, 50_000));
    let events: Vec<_> = (0..BATCHES * BATCH).map(|number| card(number, EMPLOYEES)).collect();
    let hash = sealed(&in_memory(&first, &events, &[seal("spring")]), "spring").unwrap().1;
    let all: Vec<_> = (0..(BATCHES + 10) * BATCH).map(|number| card(number, EMPLOYEES)).collect();
    (hash, digests(&in_memory(&first, &all, &[]), "spring"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_read_while_its_contest_is_computed_fixes_the_standings_at_its_own_position() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let (at, last) = write(&log).await;
    let (hash, boards) = expected();
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    assert_eq!(node.sealed("spring"), Some((at, hash)));
    assert_eq!(node.digests("spring"), boards);
    let (others, thirds) = (node.digests("other"), node.digests("third"));
    node.stop().await.unwrap();
    let node = Node::start(&log, &broker.store("a")).await;
    assert_eq!(node.sealed("spring"), Some((at, hash)));
    let now = (node.digests("spring"), node.digests("other"), node.digests("third"));
    assert_eq!(now, (boards, others, thirds));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projector_that_ends_while_a_seal_waits_goes_on_before_it() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let (at, last) = write(&log).await;
    let (hash, boards) = expected();
    let mut was_held = false;
    for _ in 0..50 {
        let node = Node::start(&log, &broker.store("a")).await;
        node.reaches(at.sequence - 1).await;
        let position = node.reader.published().position;
        node.stop().await.unwrap();
        was_held |= position < at;
        if position >= at {
            break;
        }
    }
    assert!(was_held, "it was never seen before the seal");
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    assert_eq!(node.sealed("spring"), Some((at, hash)));
    assert_eq!(node.digests("spring"), boards);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contest_amended_while_it_is_computed_counts_every_event_once() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let mut book = Book::begin(&log, EMPLOYEES).await;
    let mut number = 0;
    for revision in 1..4 {
        for _ in 0..BATCHES {
            book.events(&cards(number..number + BATCH, EMPLOYEES)).await;
            number += BATCH;
        }
        book.decide(&[contest("spring", revision, revision as i64 * 10_000)]).await;
    }
    for _ in 0..10 {
        book.events(&cards(number..number + BATCH, EMPLOYEES)).await;
        number += BATCH;
    }
    let mut first = organisation(EMPLOYEES);
    first.push(contest("spring", 3, 30_000));
    let events: Vec<_> = (0..number).map(|number| card(number, EMPLOYEES)).collect();
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(book.last).await;
    node.is_done().await;
    assert_eq!(node.digests("spring"), digests(&in_memory(&first, &events, &[]), "spring"));
    node.stop().await.unwrap();
}
