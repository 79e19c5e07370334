//! Whatever was acknowledged can be read back, in order, with a verified chain, from any position.

use crate::common::{Broker, at, records};
use longhu_log::{
    AppendError, Checkpoint, ControlWriter, Hash, Kind, Log, LogError, ReadError, ReadFrom, ReadOptions,
    Reader, SlotWriter,
};
use std::time::Duration;

fn until(sequence: u64) -> ReadOptions {
    ReadOptions { until: Some(sequence), ..ReadOptions::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_batches_are_read_back_in_order() {
    let broker = Broker::start().await;
    let log = broker.log("order").await;
    let mut control = ControlWriter::new(&log);
    control.append_first(Kind::Control, at(0), &records(0, 1)).await.unwrap();
    let mut slots = [
        SlotWriter::open(&log, "a", at(1)).await.unwrap(),
        SlotWriter::open(&log, "b", at(1)).await.unwrap(),
    ];
    let mut sent = Vec::new();
    for tag in 1..=20 {
        let slot = &mut slots[tag % 2];
        let appended = slot.append(Kind::Events, at(2), &records(tag as u64, 7)).await.unwrap();
        sent.push((appended, records(tag as u64, 7)));
    }
    let status = log.status().await.unwrap();
    assert_eq!((status.first_sequence, status.last_sequence, status.messages), (1, 23, 23));

    let mut reader = Reader::open(&log, ReadFrom::Start, until(status.last_sequence)).await.unwrap();
    let mut running_hash = Hash::ZERO;
    let mut read = Vec::new();
    while let Some(entry) = reader.next().await.unwrap() {
        running_hash = running_hash.followed_by(entry.batch.hash);
        assert_eq!(entry.running_hash, running_hash);
        assert_eq!(entry.pending, 23 - entry.sequence);
        if entry.batch.header.kind == Kind::Events {
            read.push((entry.sequence, entry.batch.hash, entry.batch.records));
        }
    }
    let sent: Vec<_> = sent.into_iter().map(|(done, records)| (done.sequence, done.hash, records)).collect();
    assert_eq!(read, sent);
    assert_eq!(reader.checkpoint().running_hash, running_hash);
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_resumes_at_any_checkpoint_with_the_same_running_hash() {
    let broker = Broker::start().await;
    let log = broker.log("resume").await;
    let mut slot = SlotWriter::open(&log, "a", at(1)).await.unwrap();
    for tag in 0..9 {
        slot.append(Kind::Events, at(2), &records(tag, 2)).await.unwrap();
    }
    let mut whole = Reader::open(&log, ReadFrom::Start, until(10)).await.unwrap();
    let mut checkpoints = vec![Checkpoint::START];
    while let Some(entry) = whole.next().await.unwrap() {
        checkpoints.push(entry.checkpoint());
    }
    assert_eq!(checkpoints.len(), 11);
    for from in &checkpoints {
        let mut reader = Reader::open(&log, ReadFrom::Checkpoint(*from), until(10)).await.unwrap();
        while reader.next().await.unwrap().is_some() {}
        assert_eq!(reader.checkpoint(), checkpoints[10]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn following_reader_gets_what_is_appended_later() {
    let broker = Broker::start().await;
    let log = broker.log("follow").await;
    let mut reader = Reader::open(&log, ReadFrom::Start, ReadOptions::default()).await.unwrap();
    let mut slot = SlotWriter::open(&log, "a", at(1)).await.unwrap();
    let tick = reader.next().await.unwrap().unwrap();
    assert_eq!((tick.sequence, tick.batch.header.kind, tick.batch.records.len()), (1, Kind::Tick, 0));
    for tag in 0..5 {
        let appended = slot.append(Kind::Events, at(2), &records(tag, 3)).await.unwrap();
        let entry = reader.next().await.unwrap().unwrap();
        assert_eq!((entry.sequence, entry.batch.records), (appended.sequence, records(tag, 3)));
    }
    let nothing = tokio::time::timeout(Duration::from_millis(200), reader.next()).await;
    assert!(nothing.is_err(), "a dropped wait loses nothing");
    slot.append(Kind::Events, at(3), &records(9, 1)).await.unwrap();
    assert_eq!(reader.next().await.unwrap().unwrap().batch.records, records(9, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn reader_of_one_subject_skips_the_others() {
    let broker = Broker::start().await;
    let log = broker.log("filter").await;
    let mut control = ControlWriter::new(&log);
    let mut slot = SlotWriter::open(&log, "a", at(1)).await.unwrap();
    let mut expected = 0;
    let mut decided = Vec::new();
    for tag in 0..4 {
        slot.append(Kind::Events, at(2), &records(tag, 3)).await.unwrap();
        expected = control
            .append_expecting(expected, Kind::Control, at(2), &records(tag, 1))
            .await
            .unwrap()
            .sequence;
        decided.push(expected);
    }
    slot.append(Kind::Events, at(3), &records(9, 3)).await.unwrap();
    let subject = Some(control.subject().to_owned());
    for (end, count) in [(10, 4), (9, 4), (6, 2), (5, 2), (2, 0)] {
        let options = ReadOptions { subject: subject.clone(), until: Some(end) };
        let mut reader = Reader::open(&log, ReadFrom::Start, options).await.unwrap();
        let mut read = Vec::new();
        while let Some(entry) = reader.next().await.unwrap() {
            read.push(entry.sequence);
        }
        assert_eq!(read, decided[..count], "until {end}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn range_is_read_and_the_future_is_refused() {
    let broker = Broker::start().await;
    let log = broker.log("range").await;
    let mut slot = SlotWriter::open(&log, "a", at(1)).await.unwrap();
    for tag in 0..9 {
        slot.append(Kind::Events, at(2), &records(tag, 2)).await.unwrap();
    }
    let sequences =
        |entries: Vec<longhu_log::Entry>| entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>();
    assert_eq!(sequences(log.read_range(3, 6, 100).await.unwrap()), [3, 4, 5, 6]);
    assert_eq!(sequences(log.read_range(3, 6, 2).await.unwrap()), [3, 4]);
    assert!(log.read_range(6, 3, 2).await.unwrap().is_empty());
    assert!(matches!(
        log.read_range(3, 11, 100).await,
        Err(ReadError::PastEnd { until: 11, last_sequence: 10 })
    ));
    assert_eq!(log.get(10).await.unwrap().unwrap().batch.records, records(8, 2));
    assert!(log.get(11).await.unwrap().is_none());
    assert_eq!(log.last_on(slot.subject()).await.unwrap().unwrap().sequence, 10);
    assert!(log.last_on("longhu.range.slot.other").await.unwrap().is_none());
    assert_eq!(log.next_on(slot.subject(), 4).await.unwrap().unwrap().sequence, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_batches_go_through() {
    let broker = Broker::start().await;
    let log = broker.log("large").await;
    let mut slot = SlotWriter::open(&log, "a", at(1)).await.unwrap();
    let mut state = 1_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 56) as u8
    };
    let large = bytes::Bytes::from_iter((0..longhu_log::batch::RAW_BYTES_MAX - 4).map(|_| noise()));
    for _ in 0..6 {
        slot.append(Kind::Events, at(2), std::slice::from_ref(&large)).await.unwrap();
    }
    let entries = log.read_range(1, 7, 100).await.unwrap();
    assert!(entries[1..].iter().all(|entry| entry.batch.records == [large.clone()]));
    let too_large = bytes::Bytes::from(vec![0; longhu_log::batch::RAW_BYTES_MAX]);
    assert!(matches!(slot.append(Kind::Events, at(2), &[too_large]).await, Err(AppendError::Encode(_))));
    slot.append(Kind::Events, at(2), &records(1, 1)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn full_log_refuses_and_takes_more_once_it_has_room() {
    let broker = Broker::start().await;
    let small = longhu_log::LogConfig { max_bytes: 64 * 1024, ..broker.config("full") };
    let log = Log::create(small).await.unwrap();
    let mut slot = SlotWriter::open(&log, "a", at(1)).await.unwrap();
    let noise = bytes::Bytes::from_iter((0..20_000_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8));
    let mut stored = 0;
    let refused = loop {
        match slot.append(Kind::Events, at(2), std::slice::from_ref(&noise)).await {
            Ok(_) => stored += 1,
            Err(error) => break error,
        }
        assert!(stored < 100);
    };
    assert!(matches!(refused, AppendError::Full(_)) && refused.is_certain(), "{refused:?}");
    assert!(slot.unresolved().is_none());
    Log::create(broker.config("full")).await.unwrap();
    slot.append(Kind::Events, at(2), &[noise]).await.unwrap();
    assert_eq!(log.status().await.unwrap().messages, stored + 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_that_could_lose_batches_is_refused() {
    use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType};
    let broker = Broker::start().await;
    let jetstream = broker.jetstream().await;
    let unsuitable = Config {
        name: "LONGHU_BAD".to_owned(),
        subjects: vec!["longhu.bad.>".to_owned()],
        storage: StorageType::Memory,
        discard: DiscardPolicy::Old,
        ..Config::default()
    };
    jetstream.create_stream(unsuitable).await.unwrap();
    let error = Log::create(broker.config("bad")).await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, LogError::Unsuitable { .. }));
    assert!(text.contains("memory") && text.contains("discards old") && text.contains("purged"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_server_is_reported_within_the_time_limit() {
    let broker = Broker::start().await;
    let config =
        longhu_log::LogConfig { connect_timeout: Duration::from_millis(400), ..broker.config("nobody") };
    broker.server.shutdown().await;
    let before = std::time::Instant::now();
    let error = Log::create(config).await.unwrap_err();
    assert!(matches!(error, LogError::Connect { .. }) && error.is_retriable(), "{error:?}");
    assert!(before.elapsed() < Duration::from_secs(3));
}
