//! A reader continues after every disturbance, and stops at every contradiction.

use crate::common::{Broker, at, eventually, records};
use async_nats::jetstream;
use bytes::Bytes;
use futures::TryStreamExt;
use longhu_log::batch::{DecodeError, Draft, encode};
use longhu_log::reader::Contradiction;
use longhu_log::{
    Checkpoint, ControlWriter, Entry, Hash, Kind, Log, ReadError, ReadFrom, ReadOptions, Reader, SlotWriter,
    WriterId,
};
use std::time::Duration;

/// A reader's next answer, which must come soon.
async fn next(reader: &mut Reader) -> Result<Option<Entry>, ReadError> {
    tokio::time::timeout(Duration::from_secs(10), reader.next()).await.expect("an answer within ten seconds")
}

async fn read_to(reader: &mut Reader, last: u64) {
    while reader.checkpoint().sequence < last {
        next(reader).await.unwrap();
    }
}

/// A log with one slot that contains `count` batches, counting the tick.
async fn filled(log: &Log, count: u64, tag: u64) -> SlotWriter {
    let mut slot = SlotWriter::open(log, "a", at(tag as i64)).await.unwrap();
    for number in 1..count {
        slot.append(Kind::Events, at(tag as i64), &records(tag + number, 2)).await.unwrap();
    }
    slot
}

async fn checkpoint_at(log: &Log, sequence: u64) -> Checkpoint {
    let options = ReadOptions { until: Some(sequence), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await.unwrap();
    while next(&mut reader).await.unwrap().is_some() {}
    reader.checkpoint()
}

/// The same stream, but empty.
async fn recreate(broker: &Broker, log: &Log) {
    broker.jetstream().await.delete_stream(log.names().stream()).await.unwrap();
    broker.log(log.names().bank()).await;
}

async fn open(log: &Log, from: ReadFrom) -> Result<Reader, ReadError> {
    Reader::open(log, from, ReadOptions::default()).await
}

fn contradiction(result: Result<impl std::fmt::Debug, ReadError>) -> Contradiction {
    match result {
        Err(ReadError::Contradiction { contradiction, .. }) => contradiction,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_continues_after_the_broker_was_killed() {
    let broker = Broker::start().await;
    let log = broker.log("killed").await;
    let mut slot = filled(&log, 3, 0).await;
    let mut reader = open(&log, ReadFrom::Start).await.unwrap();
    read_to(&mut reader, 2).await;
    for round in 1..=3 {
        let before = broker.server.pid();
        broker.signal("-KILL");
        eventually("another process runs", async || {
            broker.server.pid().is_some_and(|pid| Some(pid) != before)
        })
        .await;
        let appended = slot.append(Kind::Events, at(9), &records(round, 1)).await.unwrap();
        let from = reader.checkpoint().sequence;
        for sequence in from + 1..=appended.sequence {
            assert_eq!(next(&mut reader).await.unwrap().unwrap().sequence, sequence);
        }
    }
    assert_eq!(reader.checkpoint(), checkpoint_at(&log, 6).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_continues_after_its_consumer_was_deleted() {
    let broker = Broker::start().await;
    let log = broker.log("consumer").await;
    let mut slot = filled(&log, 5, 0).await;
    let checkpoint = checkpoint_at(&log, 3).await;
    let mut reader = open(&log, ReadFrom::Checkpoint(checkpoint)).await.unwrap();
    let stream = broker.jetstream().await.get_stream(log.names().stream()).await.unwrap();
    for round in 0..3 {
        let names: Vec<String> = stream.consumer_names().try_collect().await.unwrap();
        for name in names {
            stream.delete_consumer(&name).await.unwrap();
        }
        let last = slot.append(Kind::Events, at(9), &records(round, 1)).await.unwrap().sequence;
        let from = reader.checkpoint().sequence;
        assert!(from >= 3);
        for sequence in from + 1..=last {
            assert_eq!(next(&mut reader).await.unwrap().unwrap().sequence, sequence);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn recreated_stream_is_recognised_by_its_checkpoint() {
    let broker = Broker::start().await;
    let log = broker.log("recreated").await;
    filled(&log, 6, 0).await;
    let checkpoint = checkpoint_at(&log, 4).await;
    assert_eq!(open(&log, ReadFrom::Checkpoint(checkpoint)).await.unwrap().checkpoint(), checkpoint);

    recreate(&broker, &log).await;
    assert_eq!(contradiction(open(&log, ReadFrom::Checkpoint(checkpoint)).await), Contradiction::EndsAt(0));
    filled(&log, 3, 50).await;
    assert_eq!(contradiction(open(&log, ReadFrom::Checkpoint(checkpoint)).await), Contradiction::EndsAt(3));
    filled(&log, 5, 70).await;
    let stored = log.get(4).await.unwrap().unwrap().batch.hash;
    let other = Contradiction::OtherBatch { read: checkpoint.batch_hash, stored };
    assert_eq!(contradiction(open(&log, ReadFrom::Checkpoint(checkpoint)).await), other);
}

#[tokio::test(flavor = "multi_thread")]
async fn running_reader_stops_when_the_stream_is_replaced_under_it() {
    let broker = Broker::start().await;
    let log = broker.log("replaced").await;
    filled(&log, 4, 0).await;
    let mut reader = open(&log, ReadFrom::Start).await.unwrap();
    read_to(&mut reader, 4).await;
    broker.jetstream().await.delete_stream(log.names().stream()).await.unwrap();
    assert_eq!(contradiction(next(&mut reader).await), Contradiction::NoStream);
    broker.log("replaced").await;
    assert_eq!(contradiction(next(&mut reader).await), Contradiction::EndsAt(0));
    filled(&log, 9, 50).await;
    for _ in 0..2 {
        assert!(matches!(contradiction(next(&mut reader).await), Contradiction::OtherBatch { .. }));
    }
    assert_eq!(reader.checkpoint().sequence, 4);
}

/// A stream from which messages can be deleted, in place of the right one. Longhu would refuse to open it.
async fn loosened(broker: &Broker, log: &Log) -> jetstream::stream::Stream {
    let jetstream = broker.jetstream().await;
    let right = jetstream.get_stream(log.names().stream()).await.unwrap().cached_info().config.clone();
    jetstream.delete_stream(&right.name).await.unwrap();
    let loose = jetstream::stream::Config { deny_delete: false, deny_purge: false, ..right };
    jetstream.create_stream(loose).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn trimmed_and_lost_are_told_apart() {
    let broker = Broker::start().await;
    let log = broker.log("gaps").await;
    let stream = loosened(&broker, &log).await;
    filled(&log, 10, 0).await;
    let (second, sixth) = (checkpoint_at(&log, 2).await, checkpoint_at(&log, 6).await);

    stream.delete_message(4).await.unwrap();
    stream.delete_message(5).await.unwrap();
    let mut reader = open(&log, ReadFrom::Start).await.unwrap();
    read_to(&mut reader, 3).await;
    for _ in 0..2 {
        let lost = next(&mut reader).await;
        assert!(matches!(lost, Err(ReadError::Lost { from: 4, to: 5 })), "{lost:?}");
    }
    stream.delete_message(6).await.unwrap();
    let lost = open(&log, ReadFrom::Checkpoint(sixth)).await;
    assert!(matches!(lost, Err(ReadError::Lost { from: 6, to: 6 })), "{lost:?}");

    stream.purge().sequence(8).await.unwrap();
    for (from, wanted) in [(ReadFrom::Start, 1), (ReadFrom::Checkpoint(second), 2), (ReadFrom::After(5), 6)] {
        match open(&log, from).await {
            Err(ReadError::Trimmed { wanted: found, first_sequence: 8 }) => assert_eq!(found, wanted),
            other => panic!("{other:?}"),
        }
    }
    let trimmed = next(&mut reader).await;
    assert!(matches!(trimmed, Err(ReadError::Trimmed { wanted: 3, first_sequence: 8 })), "{trimmed:?}");
    let mut rest = open(&log, ReadFrom::After(7)).await.unwrap();
    read_to(&mut rest, 10).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_does_not_wait_for_a_last_batch_that_was_deleted() {
    let broker = Broker::start().await;
    let log = broker.log("last").await;
    let stream = loosened(&broker, &log).await;
    filled(&log, 6, 0).await;
    stream.delete_message(6).await.unwrap();
    let mut reader = open(&log, ReadFrom::Start).await.unwrap();
    read_to(&mut reader, 5).await;
    for _ in 0..2 {
        let lost = next(&mut reader).await;
        assert!(matches!(lost, Err(ReadError::Lost { from: 6, to: 6 })), "{lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn unreadable_message_stops_the_reader_for_good() {
    let broker = Broker::start().await;
    let log = broker.log("garbage").await;
    let mut slot = filled(&log, 2, 0).await;
    let subject = log.names().slot_subject("b").unwrap().to_string();
    let jetstream = broker.jetstream().await;
    jetstream.publish(subject.clone(), "not a batch".into()).await.unwrap().await.unwrap();
    slot.append(Kind::Events, at(1), &records(1, 1)).await.unwrap();
    let mut reader = open(&log, ReadFrom::Start).await.unwrap();
    read_to(&mut reader, 2).await;
    for _ in 0..2 {
        match next(&mut reader).await {
            Err(ReadError::Unreadable { sequence: 3, subject: of, source: DecodeError::NotABatch }) => {
                assert_eq!(of, subject);
            }
            other => panic!("{other:?}"),
        }
    }
    let behind = SlotWriter::open(&log, "b", at(1)).await;
    assert!(matches!(behind, Err(longhu_log::AppendError::Unreadable { sequence: 3, .. })), "{behind:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn batch_outside_the_chain_stops_the_reader() {
    let broker = Broker::start().await;
    let log = broker.log("chain").await;
    let slot = filled(&log, 3, 0).await;
    let draft = Draft {
        kind: Kind::Events,
        writer: WriterId::new_incarnation(),
        number: 4,
        previous: Hash([9; 32]),
        recorded_time: at(1),
    };
    let foreign: Bytes = encode(&draft, &records(1, 1)).unwrap().bytes;
    let jetstream = broker.jetstream().await;
    jetstream.publish(slot.subject().to_owned(), foreign).await.unwrap().await.unwrap();
    let mut reader = open(&log, ReadFrom::Start).await.unwrap();
    read_to(&mut reader, 3).await;
    let broken = next(&mut reader).await;
    assert!(matches!(broken, Err(ReadError::BrokenChain { sequence: 4, number: 4, .. })), "{broken:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn follower_of_decisions_survives_a_killed_broker() {
    let broker = Broker::start().await;
    let log = broker.log("decisions").await;
    let mut control = ControlWriter::new(&log);
    let mut slot = filled(&log, 3, 0).await;
    let options = ReadOptions { subject: Some(control.subject().to_owned()), until: None };
    let mut reader = Reader::open(&log, ReadFrom::Start, options).await.unwrap();
    let mut seen = 0;
    for round in 0..3 {
        slot.append(Kind::Events, at(1), &records(round, 1)).await.unwrap();
        seen =
            control.append_expecting(seen, Kind::Control, at(1), &records(round, 1)).await.unwrap().sequence;
        assert_eq!(next(&mut reader).await.unwrap().unwrap().sequence, seen);
        broker.signal("-KILL");
        eventually("the server runs", async || broker.server.pid().is_some() && log.status().await.is_ok())
            .await;
    }
}
