//! How events flow: shared batches, full queues, a broker that dies, a slot that is taken over, streams,
//! shutdown. With a real nats-server, which is killed by its pid.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use crate::common::*;
use longhu_core::Time;
use longhu_ingest::QueueLimits;
use longhu_log::{Kind, NatsServer, ServerConfig};
use longhu_proto::wire::ingest::v1 as wire;
use tokio_stream::StreamExt;
use tonic::Code;
use tonic_types::StatusExt;

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_calls_share_few_batches() {
    let broker = Broker::start().await;
    let node = Arc::new(Node::start(&broker, config("a")).await);
    assert!(node.send(CARDS, vec![event("first")]).await.unwrap()[0].is_accepted());
    let calls: Vec<_> = (0..500)
        .map(|index| {
            let node = node.clone();
            tokio::spawn(async move { node.send(CARDS, vec![event(&format!("e-{index}"))]).await.unwrap() })
        })
        .collect();
    let mut positions = std::collections::BTreeSet::new();
    for call in calls {
        let Outcome::Accepted(sequence, index) = call.await.unwrap()[0].clone() else { panic!("refused") };
        assert!(positions.insert((sequence, index)), "two events at one position");
    }
    let batches: std::collections::BTreeSet<u64> = positions.iter().map(|(sequence, _)| *sequence).collect();
    assert!(batches.len() <= 150, "{} batches for 500 concurrent calls", batches.len());
    assert_eq!(positions.len(), 500);
}

#[tokio::test(flavor = "multi_thread")]
async fn large_calls_are_split_and_answered_with_every_position() {
    let broker = Broker::start().await;
    let mut small_batches = config("a");
    small_batches.batch.count_max = 300;
    let node = Node::start(&broker, small_batches).await;
    let events = (0..1000).map(|index| event(&format!("e-{index}"))).collect();
    let outcomes = node.send(CARDS, events).await.unwrap();
    let entries = stored(&node.log).await;
    for (index, outcome) in outcomes.iter().enumerate() {
        let Outcome::Accepted(sequence, place) = outcome else { panic!("{outcome:?}") };
        let entry = entries.iter().find(|entry| entry.sequence == *sequence).unwrap();
        let record = &entry.batch.records[*place as usize];
        assert_eq!(longhu_proto::stored_event::decode(record).unwrap().id, format!("e-{index}"));
        assert!(entry.batch.records.len() <= 300);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_broker_is_unavailable_soon_and_service_recovers_by_itself() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let before = node.send(CARDS, vec![event("before")]).await.unwrap();
    broker.signal("-KILL");
    let mut unavailable = 0;
    for attempt in 0..50 {
        let started = Instant::now();
        match node.send(CARDS, vec![event(&format!("during-{attempt}"))]).await {
            Ok(outcomes) => assert!(outcomes[0].is_accepted()),
            Err(status) => {
                assert_eq!(reason(&status), (Code::Unavailable, "LOG_UNAVAILABLE".to_owned()));
                assert!(status.get_details_retry_info().is_some());
                unavailable += 1;
            }
        }
        assert!(started.elapsed() < Duration::from_secs(6), "{:?}", started.elapsed());
        if unavailable > 0 && node.send(CARDS, vec![event("after")]).await.is_ok() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    eventually("recovered", async || node.send(CARDS, vec![event("after")]).await.is_ok()).await;
    let ids: Vec<String> = stored(&node.log)
        .await
        .iter()
        .filter(|entry| entry.batch.header.kind == Kind::Events)
        .flat_map(|entry| entry.batch.records.clone())
        .map(|record| longhu_proto::stored_event::decode(&record).unwrap().id.into_owned())
        .collect();
    assert!(
        before[0].is_accepted() && ids.contains(&"before".to_owned()) && ids.contains(&"after".to_owned())
    );
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_broker_is_away_calls_are_refused_at_once_and_bad_events_still_named() {
    let broker = Broker::start().await;
    let port = broker.server.port();
    let node = Node::start(&broker, config("a")).await;
    assert!(node.send(CARDS, vec![event("before")]).await.unwrap()[0].is_accepted());
    let Broker { server, directory } = broker;
    server.shutdown().await;
    eventually("disconnected", async || !node.log.is_connected()).await;
    for _ in 0..3 {
        let started = Instant::now();
        let status = node.send(CARDS, vec![event("during")]).await.unwrap_err();
        assert_eq!(reason(&status), (Code::Unavailable, "LOG_UNAVAILABLE".to_owned()));
        assert!(status.get_details_retry_info().unwrap().retry_delay.is_some());
        assert!(started.elapsed() < Duration::from_millis(500), "{:?}", started.elapsed());
    }
    let bad = node.send(CARDS, vec![event("")]).await.unwrap();
    assert_eq!(bad[0], rejected("id", "MISSING_FIELD"));
    let contest = Some(contest("spring", 1));
    let request = longhu_proto::wire::control::v1::ApplyContestRequest { contest, validate_only: false };
    let status = node.control(HQ).apply_contest(request).await.unwrap_err();
    assert_eq!(reason(&status), (Code::Unavailable, "LOG_UNAVAILABLE".to_owned()));
    let same_place = ServerConfig { port: Some(port), ..ServerConfig::new(directory.path()) };
    let _server = NatsServer::start(same_place).await.unwrap();
    eventually("recovered", async || node.send(CARDS, vec![event("after")]).await.is_ok()).await;
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn stopped_broker_is_unavailable_within_the_answer_timeout() {
    let broker = Broker::start().await;
    let mut patient = config("a");
    patient.answer_timeout = Duration::from_secs(1);
    let node = Node::start(&broker, patient).await;
    assert!(node.send(CARDS, vec![event("before")]).await.unwrap()[0].is_accepted());
    broker.signal("-STOP");
    let started = Instant::now();
    let status = node.send(CARDS, vec![event("during")]).await.unwrap_err();
    assert_eq!(reason(&status), (Code::Unavailable, "LOG_UNAVAILABLE".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(3));
    // Also if the first event of a source has to wait for a decision.
    let of_new_source = longhu_proto::wire::event::v1::Event { source: "core-new".into(), ..event("new") };
    let started = Instant::now();
    let status = node.send(CARDS, vec![of_new_source]).await.unwrap_err();
    assert_eq!(reason(&status), (Code::Unavailable, "LOG_UNAVAILABLE".to_owned()));
    assert!(started.elapsed() < Duration::from_secs(3));
    broker.signal("-CONT");
    eventually("recovered", async || node.send(CARDS, vec![event("during")]).await.is_ok()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn full_queue_is_resource_exhausted_with_a_hint_and_takes_again_later() {
    let broker = Broker::start().await;
    let mut tiny = config("a");
    tiny.queue = QueueLimits { events_max: 2, bytes_max: 1 << 20 };
    let node = Arc::new(Node::start(&broker, tiny).await);
    assert!(node.send(CARDS, vec![event("first")]).await.unwrap()[0].is_accepted());
    broker.signal("-STOP");
    let mut answers: futures::stream::FuturesUnordered<_> = (0..10)
        .map(|index| {
            let node = node.clone();
            tokio::spawn(async move { node.send(CARDS, vec![event(&format!("w-{index}"))]).await })
        })
        .collect();
    // Nothing can be accepted while the broker does not answer, so the first answer is a refusal, whatever
    // the order of the calls.
    let status = answers.next().await.unwrap().unwrap().unwrap_err();
    broker.signal("-CONT");
    assert_eq!(reason(&status), (Code::ResourceExhausted, "INGEST_OVERLOADED".to_owned()));
    assert!(status.get_details_retry_info().unwrap().retry_delay.unwrap() > Duration::ZERO);
    let mut accepted = 0;
    while let Some(answer) = answers.next().await {
        match answer.unwrap() {
            Ok(outcomes) => accepted += outcomes.iter().filter(|outcome| outcome.is_accepted()).count(),
            Err(status) => assert_eq!(reason(&status).1, "INGEST_OVERLOADED"),
        }
    }
    assert!(accepted >= 2, "{accepted}");
    assert!(node.send(CARDS, vec![event("c")]).await.unwrap()[0].is_accepted());
}

#[tokio::test(flavor = "multi_thread")]
async fn process_whose_slot_is_taken_over_says_so_and_ends() {
    let broker = Broker::start().await;
    let old = Node::start(&broker, config("a")).await;
    assert!(old.send(CARDS, vec![event("1")]).await.unwrap()[0].is_accepted());
    let new = Node::start(&broker, config("a")).await;
    let status = old.send(CARDS, vec![event("2")]).await.unwrap_err();
    assert_eq!(reason(&status), (Code::Unavailable, "SLOT_FENCED".to_owned()));
    assert!(old.shutdown.is_cancelled());
    let ended = old.ended().await.unwrap_err();
    let cause = std::error::Error::source(&ended).unwrap().to_string();
    assert!(cause.contains("slot of its own"), "{cause}");
    assert!(new.send(CARDS, vec![event("2")]).await.unwrap()[0].is_accepted());
}

fn message(first: usize, count: usize) -> wire::StreamEventsRequest {
    wire::StreamEventsRequest { events: (first..first + count).map(|i| event(&format!("s-{i}"))).collect() }
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_is_answered_in_order_and_drained_after_its_half_close() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let messages: Vec<_> = (0..100).map(|index| message(index * 10, 10)).collect();
    let answers = node.events(CARDS).stream_events(tokio_stream::iter(messages)).await.unwrap().into_inner();
    let answers: Vec<_> = answers.collect::<Result<Vec<_>, _>>().await.unwrap();
    assert_eq!(answers.len(), 100);
    let positions: Vec<_> = answers
        .into_iter()
        .flat_map(|answer| answer.outcomes)
        .map(|o| match outcome(o) {
            Outcome::Accepted(sequence, index) => (sequence, index),
            refused => panic!("{refused:?}"),
        })
        .collect();
    assert_eq!(positions.len(), 1000);
    assert!(positions.is_sorted(), "a stream keeps its order in the log");
}

#[tokio::test(flavor = "multi_thread")]
async fn stream_waits_for_room_and_ends_with_its_first_bad_message_after_the_answers_before() {
    let broker = Broker::start().await;
    let mut tiny = config("a");
    tiny.queue = QueueLimits { events_max: 10, bytes_max: 1 << 20 };
    let node = Node::start(&broker, tiny).await;
    let mut messages: Vec<_> = (0..20).map(|index| message(index * 10, 10)).collect();
    messages.push(message(0, 0));
    messages.push(message(900, 1));
    let mut answers =
        node.events(CARDS).stream_events(tokio_stream::iter(messages)).await.unwrap().into_inner();
    for _ in 0..20 {
        let answer = answers.message().await.unwrap().unwrap();
        assert!(answer.outcomes.into_iter().all(|o| outcome(o).is_accepted()));
    }
    let status = answers.message().await.unwrap_err();
    assert_eq!(reason(&status), (Code::InvalidArgument, "NO_EVENTS".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_end_with_the_process() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    let requests = futures::stream::unfold(receiver, |mut receiver: tokio::sync::mpsc::Receiver<_>| async {
        receiver.recv().await.map(|message| (message, receiver))
    });
    sender.send(message(0, 3)).await.unwrap();
    let mut answers = node.events(CARDS).stream_events(requests).await.unwrap().into_inner();
    assert_eq!(answers.message().await.unwrap().unwrap().outcomes.len(), 3);
    let shutdown = node.shutdown.clone();
    shutdown.cancel();
    let status = answers.message().await.unwrap_err();
    assert_eq!(reason(&status), (Code::Unavailable, "SHUTTING_DOWN".to_owned()));
    drop((sender, answers));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn time_passes_in_an_idle_log_and_never_goes_back() {
    let broker = Broker::start().await;
    let seconds = Arc::new(AtomicI64::new(1_780_000_000));
    let mut ticking = config("a");
    ticking.tick_interval = Duration::from_millis(100);
    let clock = seconds.clone();
    ticking.clock = Arc::new(move || Time(clock.load(Ordering::Relaxed) * 1_000_000_000));
    let node = Node::start(&broker, ticking.clone()).await;
    let ticks = async || stored(&node.log).await.iter().filter(|e| e.batch.header.kind == Kind::Tick).count();
    eventually("ticks", async || ticks().await >= 3).await;
    seconds.store(1_700_000_000, Ordering::Relaxed);
    let before = ticks().await;
    eventually("more ticks", async || ticks().await >= before + 2).await;
    node.stop().await.unwrap();
    // The next process, with its clock behind, also continues from the last recorded time.
    let node = Node::start(&broker, ticking).await;
    assert!(node.send(CARDS, vec![event("1")]).await.unwrap()[0].is_accepted());
    let times: Vec<Time> =
        stored(&node.log).await.iter().map(|entry| entry.batch.header.recorded_time).collect();
    assert!(times.is_sorted(), "{times:?}");
}
