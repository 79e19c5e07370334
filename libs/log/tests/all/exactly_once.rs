//! Whatever happens to a publish, its outcome is found, and no batch is stored twice.

use crate::common::proxy::{Mode, Proxy};
use crate::common::{Broker, at, eventually, records};
use longhu_log::{
    AppendError, ControlWriter, Kind, Log, LogConfig, ReadFrom, ReadOptions, Reader, Settled, SlotWriter,
};
use std::time::Duration;

/// All records of the log in order, read with a verified chain.
async fn stored(log: &Log) -> Vec<String> {
    let last = log.status().await.unwrap().last_sequence;
    let options = ReadOptions { until: Some(last), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await.unwrap();
    let mut all = Vec::new();
    while let Some(entry) = reader.next().await.unwrap() {
        all.extend(entry.batch.records.iter().map(|record| String::from_utf8(record.to_vec()).unwrap()));
    }
    all
}

/// A broker, an undisturbed log, and a writer behind a proxy with a short timeout.
async fn behind_a_proxy(bank: &str, append_timeout: Duration) -> (Broker, Log, Proxy, SlotWriter) {
    let broker = Broker::start().await;
    let direct = broker.log(bank).await;
    let proxy = Proxy::to(broker.server.port()).await;
    let config = LogConfig {
        url: proxy.url(),
        ack_timeout: Duration::from_millis(500),
        append_timeout,
        ..broker.config(bank)
    };
    let writer = SlotWriter::open(&Log::create(config).await.unwrap(), "a", at(0)).await.unwrap();
    (broker, direct, proxy, writer)
}

#[tokio::test(flavor = "multi_thread")]
async fn zombie_is_fenced_as_soon_as_its_slot_is_taken_over() {
    let broker = Broker::start().await;
    let log = broker.log("zombie").await;
    let mut zombie = SlotWriter::open(&log, "a", at(0)).await.unwrap();
    zombie.append(Kind::Events, at(1), &records(1, 1)).await.unwrap();
    let mut successor = SlotWriter::open(&log, "a", at(2)).await.unwrap();
    for _ in 0..2 {
        let fenced = zombie.append(Kind::Events, at(3), &records(2, 1)).await.unwrap_err();
        match &fenced {
            AppendError::Fenced { by, sequence, .. } => assert_eq!((*by, *sequence), (successor.writer(), 3)),
            other => panic!("{other:?}"),
        }
        assert!(fenced.is_permanent() && fenced.is_certain() && !fenced.is_retriable());
    }
    assert!(zombie.is_fenced());
    let appended = successor.append(Kind::Events, at(4), &records(3, 1)).await.unwrap();
    assert_eq!((appended.sequence, appended.number), (4, 4), "the chain goes on across incarnations");
    assert_eq!(stored(&log).await, ["record 1.0", "record 3.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_decisions_about_the_same_state_one_is_stored() {
    let broker = Broker::start().await;
    let log = broker.log("decisions").await;
    let mut first = ControlWriter::new(&log);
    let mut second = ControlWriter::new(&log);
    first.append_first(Kind::Control, at(0), &records(0, 1)).await.unwrap();
    let again = second.append_first(Kind::Control, at(0), &records(9, 1)).await;
    assert!(matches!(again, Err(AppendError::Conflict { expected: 0, .. })), "{again:?}");
    let mut seen = 1;
    for round in 1..10 {
        let (one, two) = (records(round, 1), records(round + 100, 1));
        let (a, b) = tokio::join!(
            first.append_expecting(seen, Kind::Control, at(1), &one),
            second.append_expecting(seen, Kind::Control, at(1), &two),
        );
        let (stored, refused) = if a.is_ok() { (a, b) } else { (b, a) };
        assert!(matches!(refused, Err(AppendError::Conflict { .. })), "{refused:?}");
        seen = stored.unwrap().sequence;
    }
    assert_eq!(stored(&log).await.len(), 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn first_entry_is_refused_when_a_slot_was_opened_before() {
    let broker = Broker::start().await;
    let log = broker.log("late").await;
    SlotWriter::open(&log, "a", at(0)).await.unwrap();
    let late = ControlWriter::new(&log).append_first(Kind::Control, at(0), &records(0, 1)).await;
    assert!(matches!(late, Err(AppendError::Conflict { .. })), "{late:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn outcome_of_a_lost_acknowledgement_is_read_from_the_log() {
    let (_broker, direct, proxy, mut writer) = behind_a_proxy("lost-ack", Duration::from_secs(8)).await;
    proxy.set(Mode::LoseAnswers);
    let appending = tokio::spawn(async move { writer.append(Kind::Events, at(1), &records(1, 3)).await });
    eventually("the batch is stored", async || direct.status().await.unwrap().last_sequence == 2).await;
    proxy.set(Mode::Pass);
    proxy.cut();
    assert_eq!(appending.await.unwrap().unwrap().sequence, 2);
    assert_eq!(stored(&direct).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn batch_that_arrives_after_its_repetition_is_stored_once() {
    let (_broker, direct, proxy, mut writer) = behind_a_proxy("late-once", Duration::from_secs(8)).await;
    proxy.set(Mode::HoldRequests);
    let appending = tokio::spawn(async move { writer.append(Kind::Events, at(1), &records(1, 3)).await });
    eventually("the batch is held back", async || proxy.held() > 0).await;
    proxy.set(Mode::Pass);
    proxy.cut();
    assert_eq!(appending.await.unwrap().unwrap().sequence, 2);
    proxy.release().await;
    assert_eq!(direct.status().await.unwrap().last_sequence, 2);
    assert_eq!(stored(&direct).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn settled_batch_can_never_arrive_any_more() {
    let (_broker, direct, proxy, mut writer) = behind_a_proxy("settled", Duration::from_millis(700)).await;
    proxy.set(Mode::HoldRequests);
    let unknown = writer.append(Kind::Events, at(1), &records(1, 3)).await.unwrap_err();
    assert!(matches!(unknown, AppendError::Unknown(_)) && !unknown.is_certain(), "{unknown:?}");
    assert!(writer.unresolved().is_some());
    proxy.set(Mode::Pass);
    proxy.cut();
    eventually("the writer settles", async || match writer.settle(at(2)).await {
        Ok(settled) => settled == Settled::NotStored,
        Err(error) => panic_unless_retriable(error),
    })
    .await;
    proxy.release().await;
    assert_eq!(writer.settle(at(2)).await.unwrap(), Settled::Nothing);
    writer.append(Kind::Events, at(3), &records(2, 1)).await.unwrap();
    assert_eq!(stored(&direct).await, ["record 2.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn batch_that_arrived_late_is_found_when_it_is_settled() {
    let (_broker, direct, proxy, mut writer) = behind_a_proxy("found", Duration::from_millis(700)).await;
    proxy.set(Mode::HoldRequests);
    writer.append(Kind::Events, at(1), &records(1, 3)).await.unwrap_err();
    let hash = writer.unresolved().unwrap();
    proxy.set(Mode::Pass);
    proxy.cut();
    proxy.release().await;
    eventually("the writer settles", async || match writer.settle(at(2)).await {
        Ok(Settled::Stored(appended)) => appended.hash == hash && appended.sequence == 2,
        Ok(other) => panic!("{other:?}"),
        Err(error) => panic_unless_retriable(error),
    })
    .await;
    writer.append(Kind::Events, at(3), &records(2, 1)).await.unwrap();
    assert_eq!(stored(&direct).await.len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn unresolved_writer_is_fenced_by_its_successor() {
    let (_broker, direct, proxy, mut writer) = behind_a_proxy("unresolved", Duration::from_millis(700)).await;
    proxy.set(Mode::HoldRequests);
    writer.append(Kind::Events, at(1), &records(1, 3)).await.unwrap_err();
    let mut successor = SlotWriter::open(&direct, "a", at(2)).await.unwrap();
    proxy.set(Mode::Pass);
    proxy.cut();
    eventually("the writer is fenced", async || {
        match writer.append(Kind::Events, at(3), &records(2, 1)).await {
            Err(AppendError::Fenced { .. }) => true,
            Ok(appended) => panic!("{appended:?}"),
            Err(error) => panic_unless_retriable(error),
        }
    })
    .await;
    proxy.release().await;
    successor.append(Kind::Events, at(4), &records(3, 1)).await.unwrap();
    assert_eq!(stored(&direct).await, ["record 3.0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn dropped_append_is_settled_by_the_next_one() {
    let broker = Broker::start().await;
    let log = broker.log("dropped").await;
    let mut writer = SlotWriter::open(&log, "a", at(0)).await.unwrap();
    let mut kept = 0;
    for round in 0..30 {
        let pause = Duration::from_micros(round * 40);
        let batch = records(round, 1);
        match tokio::time::timeout(pause, writer.append(Kind::Events, at(1), &batch)).await {
            Ok(appended) => kept += usize::from(appended.is_ok()),
            Err(_) => match writer.settle(at(2)).await.unwrap() {
                Settled::Stored(_) => kept += 1,
                Settled::NotStored | Settled::Nothing => {}
            },
        }
    }
    assert_eq!(stored(&log).await.len(), kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_and_stopped_brokers_lose_nothing_and_double_nothing() {
    let broker = Broker::start().await;
    let log = broker.log("killed").await;
    let mut writer = SlotWriter::open(&log, "a", at(0)).await.unwrap();
    let appending = tokio::spawn(async move {
        let mut expected = Vec::new();
        let started = tokio::time::Instant::now();
        let mut tag = 0;
        while started.elapsed() < Duration::from_secs(6) {
            tag += 1;
            match writer.append(Kind::Events, at(1), &records(tag, 1)).await {
                Ok(_) => expected.push(format!("record {tag}.0")),
                Err(error) => panic!("{error:?}"),
            }
        }
        expected
    });
    for (signal, pause_ms) in
        [("-KILL", 700), ("-STOP", 1500), ("-CONT", 500), ("-KILL", 900), ("-KILL", 600)]
    {
        tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        eventually("the server runs", async || broker.server.pid().is_some()).await;
        broker.signal(signal);
    }
    let expected = appending.await.unwrap();
    assert!(expected.len() > 100, "{}", expected.len());
    assert_eq!(stored(&log).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn writer_recognises_a_recreated_stream() {
    let broker = Broker::start().await;
    let short = LogConfig { append_timeout: Duration::from_millis(600), ..broker.config("rewound") };
    let log = Log::create(short.clone()).await.unwrap();
    let mut writer = SlotWriter::open(&log, "a", at(0)).await.unwrap();
    writer.append(Kind::Events, at(1), &records(1, 1)).await.unwrap();
    broker.jetstream().await.delete_stream(log.names().stream()).await.unwrap();
    let gone = writer.append(Kind::Events, at(1), &records(2, 1)).await.unwrap_err();
    assert!(matches!(gone, AppendError::NotSent(_)), "{gone:?}");
    Log::create(short).await.unwrap();
    for _ in 0..2 {
        // On a busy machine the broker may not answer in time; then nothing was sent.
        let mut rewound = writer.append(Kind::Events, at(1), &records(2, 1)).await.unwrap_err();
        for _ in 0..50 {
            if matches!(rewound, AppendError::NotSent(_)) {
                rewound = writer.append(Kind::Events, at(1), &records(2, 1)).await.unwrap_err();
            }
        }
        assert!(
            matches!(rewound, AppendError::Rewound { expected: 2, .. }) && rewound.is_permanent(),
            "{rewound:?}"
        );
    }
}

/// While the connection is down, every error must mean "later".
fn panic_unless_retriable(error: AppendError) -> bool {
    assert!(error.is_retriable(), "{error:?}");
    false
}
