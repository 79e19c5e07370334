//! Decisions in the audit log: before they are in the log and after, and what a crash in between left open.

use std::path::Path;

use longhu_proto::wire::control::v1 as wire;
use longhu_runtime::audit::{Audit, Decided, Intent, record_hash};
use serde_json::Value;
use tonic::Code;

use crate::common::{Broker, HQ, Node, config, reason};
use crate::decisions::decisions;

fn lines(path: &Path, kind: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.filter(|line| line["kind"] == kind).collect()
}

fn request(name: &str) -> wire::ApplyEventTypeRequest {
    let event_type =
        wire::EventType { name: name.into(), required_fields: Vec::new(), description: String::new() };
    wire::ApplyEventTypeRequest { event_type: Some(event_type) }
}

async fn start(broker: &Broker, audit: &Audit) -> Node {
    let mut config = config("a");
    config.audit = Some(audit.clone());
    Node::start(broker, config).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_intent_that_a_crash_left_open_is_completed_from_the_log() {
    let (broker, folder) = (Broker::start().await, tempfile::tempdir().unwrap());
    let path = folder.path().join("audit.jsonl");
    let audit = Audit::open(&path, 1 << 20).unwrap();
    let node = start(&broker, &audit).await;
    let change = node.control(HQ).apply_event_type(request("bank.ours")).await.unwrap().into_inner().change;
    let position = change.unwrap().position.unwrap();
    node.stop().await.unwrap();
    drop(audit);
    let position = format!("{}.{}", position.sequence, position.index);
    let (intents, outcomes) = (lines(&path, "intent"), lines(&path, "outcome"));
    assert_eq!((intents.len(), outcomes.len()), (1, 1));
    assert_eq!(
        (&outcomes[0]["intent"], outcomes[0]["position"].as_str()),
        (&intents[0]["n"], Some(position.as_str()))
    );

    // A crash after the decision was in the log: its outcome was never written. And one before another was in the log.
    let text = std::fs::read_to_string(&path).unwrap();
    let outcome_at = text.lines().position(|line| line.contains("\"kind\":\"outcome\"")).unwrap();
    let until: Vec<&str> = text.lines().take(outcome_at).collect();
    std::fs::write(&path, until.join("\n") + "\n").unwrap();
    let audit = Audit::open(&path, 1 << 20).unwrap();
    let decided = Decided { kind: "contest".into(), key: "never".into(), revision: 1 };
    let never =
        Intent { principal: "hq".into(), decisions: vec![decided], count: 1, record: record_hash(b"never") };
    audit.intent(&never).unwrap();
    let node = start(&broker, &audit).await;
    assert!(audit.open_intents().is_empty());
    let outcomes = lines(&path, "outcome");
    assert_eq!(
        (&outcomes[0]["result"], outcomes[0]["position"].as_str()),
        (&"in_force".into(), Some(position.as_str()))
    );
    assert_eq!(outcomes[1]["result"], "not_in_log");
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_decided() {
    let (broker, folder) = (Broker::start().await, tempfile::tempdir().unwrap());
    // Every line begins another file, which cannot be once the folder is gone.
    let audit = Audit::open(&folder.path().join("audit.jsonl"), 1).unwrap();
    let node = start(&broker, &audit).await;
    node.control(HQ).apply_event_type(request("bank.ours")).await.unwrap();
    let before = decisions(&node.log).await.len();
    drop(folder);
    let refused = node.control(HQ).apply_event_type(request("bank.other")).await.unwrap_err();
    assert_eq!(reason(&refused), (Code::Unavailable, "AUDIT_FAILED".to_owned()));
    assert_eq!(decisions(&node.log).await.len(), before);
    node.stop().await.unwrap();
}
