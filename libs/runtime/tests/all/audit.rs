//! The audit log of a real server, and what a crash or somebody with an editor does to it.

use std::path::{Path, PathBuf};

use longhu_runtime::audit::{Audit, Decided, Intent, Outcome, record_hash, verify};
use longhu_runtime::{AuditError, Gate, Principals};
use serde_json::{Value, json};

use crate::certificates::write_private;
use crate::raw::send;
use crate::server::start;
use tonic::Code;
use tonic_types::StatusExt;

const STATUS: &str = "/longhu.ingest.v1.IngestService/GetSourceStatus";
const LARGE: u64 = 1 << 20;

fn lines(path: &Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn intent(key: &str) -> Intent {
    let decided = Decided { kind: "contest".to_owned(), key: key.to_owned(), revision: 1 };
    Intent {
        principal: "hq".to_owned(),
        decisions: vec![decided],
        count: 1,
        record: record_hash(key.as_bytes()),
    }
}

fn log() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("audit.jsonl");
    (folder, path)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_what_is_recorded_and_who_might_not() {
    let (folder, path) = log();
    let principals = folder.path().join("principals.toml");
    let text = "[[principal]]\nname = \"wall\"\ntoken = \"wall-01234567890\"\nroles = [\"viewer\"]\n";
    write_private(&principals, text);
    let audit = Audit::open(&path, LARGE).unwrap();
    let gate = Gate { audit: Some(audit), ..Principals::from_file(&principals).unwrap().into() };
    let running = start(gate).await;
    let channel = running.connect().await;
    let token = Some("wall-01234567890");
    // `source: "core"`.
    let asked = [&[0x0a, 4][..], b"core"].concat();
    send(&channel, STATUS, asked, token).await.unwrap_err();
    let long = [&[0x0a, 0x88, 0x27][..], &[b'x'; 5000]].concat();
    send(&channel, STATUS, long, token).await.unwrap_err();
    send(&channel, "/longhu.ingest.v1.IngestService/IngestEvents", vec![], token).await.unwrap_err();
    send(&channel, STATUS, vec![], None).await.unwrap_err();
    let written = lines(&path);
    let shown: Vec<_> = written
        .iter()
        .map(|line| {
            [&line["kind"], &line["principal"], &line["purpose"], &line["asked"], &line["status"]]
                .map(Value::clone)
        })
        .collect();
    assert_eq!(
        shown,
        [
            [json!("begun"), Value::Null, Value::Null, Value::Null, Value::Null],
            [json!("call"), json!("wall"), json!("read"), json!({"source": "core"}), json!("Internal")],
            [json!("call"), json!("wall"), json!("read"), Value::Null, json!("Internal")],
            [json!("call"), json!("wall"), json!("event"), Value::Null, json!("PermissionDenied")],
        ]
    );
    assert!(written[1]["peer"].as_str().unwrap().starts_with("127.0.0.1:"));
    drop(channel);
    running.end().await;
    assert_eq!(verify(&path, None).unwrap().lines, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_recorded_is_not_answered() {
    let (folder, path) = log();
    // Every line begins another file, which cannot be once the folder is gone.
    let audit = Audit::open(&path, 1).unwrap();
    let running = start(Gate { audit: Some(audit), ..Principals::local("me").into() }).await;
    let channel = running.connect().await;
    assert_eq!(send(&channel, STATUS, vec![], None).await.unwrap_err().code(), Code::InvalidArgument);
    drop(folder);
    let refused = send(&channel, STATUS, vec![], None).await.unwrap_err();
    assert_eq!(refused.get_details_error_info().unwrap().reason, "AUDIT_FAILED");
    drop(channel);
    running.end().await;
}

#[test]
fn a_changed_removed_moved_or_added_line_is_found() {
    let (_folder, path) = log();
    let audit = Audit::open(&path, LARGE).unwrap();
    for key in ["a", "b", "c"] {
        let id = audit.intent(&intent(key)).unwrap();
        audit.outcome(id, &Outcome::InForce { position: "7.0".to_owned() }).unwrap();
    }
    drop(audit);
    let good = std::fs::read_to_string(&path).unwrap();
    let whole = verify(&path, None).unwrap();
    assert_eq!((whole.lines, whole.first, whole.files), (7, 1, 1));
    assert!(verify(&path, Some(&whole.head)).unwrap().has_hash);
    let all: Vec<&str> = good.lines().collect();
    let without = |index: usize| [&all[..index], &all[index + 1..]].concat().join("\n") + "\n";
    let mut moved = all.clone();
    moved.swap(2, 3);
    let cases = [
        (good.replacen("\"a\"", "\"x\"", 1), 2),
        (without(3), 4),
        (moved.join("\n") + "\n", 3),
        (good.clone() + all[6] + "\n", 8),
        (good.clone() + "{}\n", 8),
    ];
    for (text, expected) in cases {
        std::fs::write(&path, &text).unwrap();
        let Err(AuditError::Broken { line, .. }) = verify(&path, None) else { panic!("{text}") };
        assert_eq!(line, expected, "{text}");
        let again = Audit::open(&path, LARGE);
        assert!(matches!(again, Err(AuditError::Broken { line, .. }) if line == expected));
    }
    // Cutting off the end leaves a whole chain: only a hash that was noted elsewhere shows it.
    std::fs::write(&path, all[..5].join("\n") + "\n").unwrap();
    assert!(!verify(&path, Some(&whole.head)).unwrap().has_hash);
}

#[test]
fn a_crash_leaves_intents_open_and_a_torn_line_is_cut() {
    let (_folder, path) = log();
    let audit = Audit::open(&path, LARGE).unwrap();
    let done = audit.intent(&intent("done")).unwrap();
    audit.outcome(done, &Outcome::InForce { position: "7.0".to_owned() }).unwrap();
    let open = audit.intent(&intent("open")).unwrap();
    let unknown = audit.intent(&intent("unknown")).unwrap();
    audit.outcome(unknown, &Outcome::Unknown).unwrap();
    drop(audit);
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, whole.clone() + "{\"n\":7,\"time\":\"2026").unwrap();
    let audit = Audit::open(&path, LARGE).unwrap();
    let expected = [(open, record_hash(b"open")), (unknown, record_hash(b"unknown"))];
    assert_eq!(audit.open_intents(), expected);
    assert_eq!(lines(&path).last().unwrap()["cut_bytes"], 19);
    assert!(matches!(Audit::open(&path, LARGE), Err(AuditError::Locked { .. })));
    audit.outcome(open, &Outcome::NotInLog { reason: "a crash".to_owned() }).unwrap();
    drop(audit);
    assert_eq!(Audit::open(&path, LARGE).unwrap().open_intents(), [(unknown, record_hash(b"unknown"))]);
    verify(&path, None).unwrap();
}

#[test]
fn a_full_file_is_put_aside_and_the_chain_goes_on_but_not_between_an_intent_and_its_outcome() {
    let (_folder, path) = log();
    let audit = Audit::open(&path, 600).unwrap();
    for key in ["a", "b", "c", "d"] {
        let id = audit.intent(&intent(key)).unwrap();
        audit.outcome(id, &Outcome::InForce { position: "7.0".to_owned() }).unwrap();
    }
    drop(audit);
    let found = verify(&path, None).unwrap();
    assert!(found.files > 2 && found.first == 1, "{found:?}");
    let first = path.with_extension("jsonl.000001");
    for file in [&first, &path] {
        let kinds: Vec<_> =
            lines(file).iter().map(|line| line["kind"].as_str().unwrap().to_owned()).collect();
        let count = |kind: &str| kinds.iter().filter(|found| *found == kind).count();
        assert_eq!(count("intent"), count("outcome"), "{kinds:?}");
    }
    // Older files may be taken away; a gap in between may not be.
    std::fs::remove_file(&first).unwrap();
    assert!(verify(&path, None).unwrap().first > 1);
    Audit::open(&path, 600).unwrap();
    std::fs::remove_file(path.with_extension("jsonl.000002")).unwrap();
    if found.files > 3 {
        std::fs::copy(path.with_extension("jsonl.000003"), &first).unwrap();
        assert!(verify(&path, None).is_err());
    }
}
