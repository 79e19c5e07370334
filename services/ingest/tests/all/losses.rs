//! Logs that lost what was acknowledged: emptied, restored from a backup, or exchanged. Ingest refuses them
//! until they are adopted. With a real nats-server.

use std::path::Path;
use std::sync::Arc;

use futures::future::BoxFuture;
use longhu_core::Position;
use longhu_core::control::Payload;
use longhu_ingest::{
    Acknowledged, Adopt, AdoptError, Contradicts, Ingest, IngestConfig, ProjectorLink, StartError, Witness,
    adopt, system_clock,
};
use longhu_log::Log;
use longhu_proto::wire::control::v1::ControlEntry;
use longhu_proto::wire::ingest::v1::{GetSourceStatusRequest, GetSourceStatusResponse};
use longhu_proto::wire::ops::v1::PreviewOrganisationResponse;
use tonic::Status;

use crate::common::*;

fn remembering(slot: &str, state: &Path) -> IngestConfig {
    IngestConfig { state_dir: Some(state.to_owned()), ..config(slot) }
}

async fn refusal(config: IngestConfig, log: &Log) -> Contradicts {
    match Ingest::prepare(config, log.clone()).await.map(|_| ()) {
        Err(StartError::Contradicts(told)) => *told,
        other => panic!("{other:?}"),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let (own, target) = (entry.as_ref().unwrap().path(), to.join(entry.unwrap().file_name()));
        match own.is_dir() {
            true => copy(&own, &target),
            false => std::fs::copy(&own, &target).map(|_| ()).unwrap(),
        }
    }
}

/// Sends one event and returns its sequence.
async fn send(node: &Node, id: &str) -> u64 {
    match &node.send(CARDS, vec![event(id)]).await.unwrap()[0] {
        Outcome::Accepted(sequence, _) => *sequence,
        refused => panic!("{refused:?}"),
    }
}

/// A bank with one event in the backup and another one that the backup lacks. Returns the broker of the
/// restored backup, and the lost position.
async fn restored(state: &Path) -> (Broker, u64) {
    let broker = Broker::start().await;
    let backup = tempfile::tempdir().unwrap();
    let node = Node::start(&broker, remembering("a", state)).await;
    send(&node, "kept").await;
    node.stop().await.unwrap();
    let directory = broker.directory.path().to_owned();
    broker.server.shutdown().await;
    copy(&directory, backup.path());
    let broker = Broker::on(broker.directory).await;
    let node = Node::start(&broker, remembering("a", state)).await;
    let lost = send(&node, "lost").await;
    node.stop().await.unwrap();
    broker.server.shutdown().await;
    (Broker::on(backup).await, lost)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_log_is_refused_until_it_is_adopted() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let (broker, lost) = restored(&state).await;
    let log = broker.log("east").await;
    let told = refusal(remembering("a", &state), &log).await;
    let end = log.last().await.unwrap().unwrap();
    assert_eq!((told.witness, told.position), (Witness::Memory, Position::new(lost, 0)));
    assert_eq!((told.end, told.end_hash, told.found), (end.last_position(), end.batch.hash, None));
    let said = told.to_string();
    let next = format!("longhu log adopt --lost-after {} --reason", told.end);
    assert!(said.contains(&next) && said.contains("(LOG_CONTRADICTS)"), "{said}");
    assert!(said.contains(&told.hash.to_string()) && said.contains(&told.end_hash.to_string()), "{said}");
    // Whatever the slot: the folder remembers the bank's log.
    refusal(remembering("b", &state), &log).await;
    assert_eq!(log.status().await.unwrap().last_sequence, end.sequence, "refusing writes nothing");

    let wanted = |lost_after| Adopt { lost_after, reason: "from Monday".into(), principal: "ops".into() };
    let elsewhere = adopt(&log, wanted(Position::new(1, 0)), system_clock()).await.unwrap_err();
    assert!(matches!(elsewhere, AdoptError::NotTheEnd { end, .. } if end == told.end), "{elsewhere}");
    let unreasoned = Adopt { reason: String::new(), ..wanted(told.end) };
    let unreasoned = adopt(&log, unreasoned, system_clock()).await.unwrap_err();
    assert!(matches!(unreasoned, AdoptError::Reason(_)), "{unreasoned}");
    let adopted = adopt(&log, wanted(told.end), system_clock()).await.unwrap();
    assert_eq!((adopted.position, adopted.is_new), (Position::new(end.sequence + 1, 0), true));
    assert_eq!((adopted.adoption.lost_after, adopted.adoption.batch_hash), (told.end, end.batch.hash.0));
    assert_eq!(adopted.sources.iter().map(|source| source.name.as_str()).collect::<Vec<_>>(), ["core-cards"]);
    let again = adopt(&log, wanted(told.end), system_clock()).await.unwrap();
    assert_eq!((again.position, again.is_new), (adopted.position, false));

    let node = Node::start(&broker, remembering("a", &state)).await;
    send(&node, "lost").await;
    node.stop().await.unwrap();
    let node = Node::start(&broker, remembering("a", &state)).await;
    send(&node, "more").await;
    node.stop().await.unwrap();
    let found = stored(&log).await;
    let entry = &found[end.sequence as usize].batch.records[0];
    let decision = longhu_proto::control::decode(entry).unwrap();
    assert_eq!(decision.payload, Payload::Adoption(adopted.adoption));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_log_and_a_foreign_one_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let broker = Broker::start().await;
    let node = Node::start(&broker, remembering("a", &state)).await;
    let last = send(&node, "1").await;
    node.stop().await.unwrap();
    // Somebody begins the bank once more.
    let emptied = Broker::start().await;
    let log = emptied.log("east").await;
    longhu_ingest::found(&log, &bank(), system_clock()).await.unwrap();
    let told = refusal(remembering("a", &state), &log).await;
    assert_eq!((told.end, told.found), (Position::new(1, 0), None));
    // The same bank elsewhere, which has more entries than this one.
    let other = Node::start(&emptied, config("a")).await;
    while send(&other, "2").await <= last {}
    other.stop().await.unwrap();
    let told = refusal(remembering("a", &state), &log).await;
    assert!(told.found.is_some_and(|found| found != told.hash), "{told}");
    assert!(told.to_string().contains("has another batch there"), "{told}");
}

/// A projector that has read up to an entry.
struct Reads(Acknowledged);

impl ProjectorLink for Reads {
    fn source_status(
        &self,
        _: GetSourceStatusRequest,
    ) -> BoxFuture<'static, Result<GetSourceStatusResponse, Status>> {
        Box::pin(async { Ok(GetSourceStatusResponse::default()) })
    }

    fn checkpoint(&self) -> BoxFuture<'static, Result<Option<Acknowledged>, Status>> {
        let read = self.0;
        Box::pin(async move { Ok(Some(read)) })
    }

    fn preview(
        &self,
        _: Vec<ControlEntry>,
    ) -> BoxFuture<'static, Result<PreviewOrganisationResponse, Status>> {
        Box::pin(async { Ok(PreviewOrganisationResponse::default()) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projector_that_has_read_more_is_a_witness_too() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    send(&node, "1").await;
    node.stop().await.unwrap();
    let log = broker.log("east").await;
    let end = log.last().await.unwrap().unwrap();
    let read = Acknowledged {
        position: end.last_position(),
        hash: end.batch.hash,
        recorded: end.batch.header.recorded_time,
        adoptions: 0,
    };
    let asking = |read| IngestConfig { projector: Some(Arc::new(Reads(read))), ..config("a") };
    Ingest::prepare(asking(read), log.clone()).await.unwrap();
    let further = Acknowledged { position: Position::new(end.sequence + 1, 0), ..read };
    let told = refusal(asking(further), &log).await;
    assert_eq!((told.witness, told.end), (Witness::Projector, end.last_position()));
    assert!(told.to_string().contains("the projector has read"), "{told}");
}
