//! Sealing a contest: when it may be sealed, by whom, what is stored, and that a sealed contest does not
//! change. With a real nats-server, and a clock set by the test.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::*;
use longhu_core::Time;
use longhu_core::control::{Payload, Seal};
use longhu_ingest::IngestConfig;
use longhu_log::Kind;
use longhu_proto::wire::contest::v1::ContestDefinition;
use longhu_proto::wire::control::v1 as wire;
use tonic::{Code, Status};

/// 2026-04-05T16:00:00Z: the end of 31 March plus five days of grace, in Shanghai.
const SETTLED: i64 = 1_775_404_800;

/// An ingest whose clock shows the time set by the test, in seconds.
fn at(clock: &Arc<AtomicI64>) -> IngestConfig {
    let clock = clock.clone();
    let mut config = config("a");
    config.clock = Arc::new(move || Time(clock.load(Ordering::Relaxed) * 1_000_000_000));
    config
}

async fn apply(node: &Node, contest: ContestDefinition) -> Result<wire::Change, Status> {
    let request = wire::ApplyContestRequest { contest: Some(contest), validate_only: false };
    Ok(node.control(HQ).apply_contest(request).await?.into_inner().change.unwrap())
}

fn request(contest: &str, force: bool, reason: &str) -> wire::SealContestRequest {
    wire::SealContestRequest { contest: contest.into(), force, reason: reason.into(), validate_only: false }
}

async fn seal(node: &Node, request: wire::SealContestRequest) -> Result<wire::Change, Status> {
    Ok(node.control(HQ).seal_contest(request).await?.into_inner().change.unwrap())
}

/// Every seal in the log, with who decided it and which revision it is.
async fn seals(node: &Node) -> Vec<(String, u64, Seal)> {
    let entries = stored(&node.log).await;
    let control = entries.iter().filter(|entry| entry.batch.header.kind == Kind::Control);
    let decisions = control
        .flat_map(|entry| entry.batch.records.clone())
        .map(|record| longhu_proto::control::decode(&record).unwrap());
    let seal = |decision: longhu_core::control::Decision| match decision.payload {
        Payload::Seal(seal) => Some((decision.principal, decision.revision, seal)),
        _ => None,
    };
    decisions.filter_map(seal).collect()
}

fn sealed(forced: bool, reason: &str) -> Vec<(String, u64, Seal)> {
    vec![("hq".into(), 1, Seal { contest: "spring".into(), forced, reason: reason.into() })]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contest_is_sealed_once_its_last_day_and_grace_are_over_and_only_once() {
    let broker = Broker::start().await;
    let clock = Arc::new(AtomicI64::new(SETTLED - 1));
    let node = Node::start(&broker, at(&clock)).await;
    apply(&node, contest("spring", 10_000)).await.unwrap();
    let early = seal(&node, request("spring", false, "")).await.unwrap_err();
    assert_eq!(reason(&early), (Code::FailedPrecondition, "SEAL_TOO_EARLY".to_owned()));
    assert!(early.message().contains("2026-04-06T00:00:00+08:00[Asia/Shanghai]"), "{early}");
    assert!(early.message().contains("5 days of grace") && early.message().contains("--force --reason"));
    clock.store(SETTLED, Ordering::Relaxed);
    let dry = wire::SealContestRequest { validate_only: true, ..request("spring", false, "") };
    let dry = seal(&node, dry).await.unwrap();
    assert_eq!((dry.changed, dry.position, dry.revision), (true, None, 0));
    assert_eq!(seals(&node).await, []);
    let change = seal(&node, request("spring", false, "")).await.unwrap();
    assert!(change.changed && change.position.is_some() && change.warnings.is_empty(), "{change:?}");
    assert_eq!(seals(&node).await, sealed(false, ""));
    let again = seal(&node, request("spring", true, "once more")).await.unwrap();
    assert_eq!((again.changed, again.position, again.revision), (false, None, 1));
    assert_eq!(seals(&node).await, sealed(false, ""));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sealing_early_needs_force_and_a_reason_and_is_recorded_as_forced() {
    let broker = Broker::start().await;
    let clock = Arc::new(AtomicI64::new(SETTLED - 1));
    let node = Node::start(&broker, at(&clock)).await;
    apply(&node, contest("spring", 10_000)).await.unwrap();
    for without in ["", "  "] {
        let refused = seal(&node, request("spring", true, without)).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::InvalidArgument, "REASON_REQUIRED".to_owned()));
    }
    let long = seal(&node, request("spring", true, &"x".repeat(501))).await.unwrap_err();
    assert_eq!(reason(&long), (Code::InvalidArgument, "TOO_LONG".to_owned()));
    let only_reason = seal(&node, request("spring", false, "HQ says so")).await.unwrap_err();
    assert_eq!(reason(&only_reason), (Code::FailedPrecondition, "SEAL_TOO_EARLY".to_owned()));
    let change = seal(&node, request("spring", true, "HQ says so")).await.unwrap();
    assert!(change.changed && change.warnings.len() == 1, "{change:?}");
    assert_eq!(seals(&node).await, sealed(true, "HQ says so"));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn unneeded_force_is_not_recorded() {
    let broker = Broker::start().await;
    let clock = Arc::new(AtomicI64::new(SETTLED));
    let node = Node::start(&broker, at(&clock)).await;
    apply(&node, contest("spring", 10_000)).await.unwrap();
    assert!(seal(&node, request("spring", true, "to be sure")).await.unwrap().changed);
    assert_eq!(seals(&node).await, sealed(false, "to be sure"));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_grace_a_contest_can_be_sealed_after_its_last_day() {
    let broker = Broker::start().await;
    let clock = Arc::new(AtomicI64::new(SETTLED - 5 * 86_400 - 1));
    let node = Node::start(&broker, at(&clock)).await;
    apply(&node, ContestDefinition { grace_days: None, ..contest("spring", 1) }).await.unwrap();
    let early = seal(&node, request("spring", false, "")).await.unwrap_err();
    assert_eq!(reason(&early).1, "SEAL_TOO_EARLY");
    assert!(early.message().contains("2026-04-01T00:00:00+08:00"), "{early}");
    clock.fetch_add(1, Ordering::Relaxed);
    assert!(seal(&node, request("spring", false, "")).await.unwrap().changed);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_contest_cannot_be_amended_nor_an_unknown_one_sealed() {
    let broker = Broker::start().await;
    let clock = Arc::new(AtomicI64::new(SETTLED));
    let node = Node::start(&broker, at(&clock)).await;
    let unknown = seal(&node, request("spring", false, "")).await.unwrap_err();
    assert_eq!(reason(&unknown), (Code::NotFound, "CONTEST_NOT_FOUND".to_owned()));
    let unnamed = seal(&node, request("", false, "")).await.unwrap_err();
    assert_eq!(reason(&unnamed), (Code::InvalidArgument, "MISSING_FIELD".to_owned()));
    let adapter = node.control(CARDS).seal_contest(request("spring", false, "")).await.unwrap_err();
    assert_eq!(reason(&adapter), (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    apply(&node, contest("spring", 10_000)).await.unwrap();
    seal(&node, request("spring", false, "")).await.unwrap();
    let amended = apply(&node, contest("spring", 20_000)).await.unwrap_err();
    assert_eq!(reason(&amended), (Code::FailedPrecondition, "CONTEST_SEALED".to_owned()));
    assert!(amended.message().contains("publish another contest"), "{amended}");
    let same = apply(&node, contest("spring", 10_000)).await.unwrap();
    assert!(!same.changed);
    assert!(apply(&node, contest("summer", 20_000)).await.unwrap().changed);
    node.stop().await.unwrap();
}
