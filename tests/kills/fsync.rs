//! An acknowledgement only leaves after the fsync of what it acknowledges. This is checked in the order of
//! system calls (strace) of the real broker and of the store. The same check must fail for a broker with its
//! default `sync_interval`, and for sled's own `flush()`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bytes::Bytes;
use longhu_core::Time;
use longhu_log::{Kind, Log, LogConfig, SlotWriter};
use longhu_store::Store;

use crate::bank;
use crate::nats::Nats;
use crate::run::{Run, cycles};
use crate::trace::{Objection, Rules, check};

/// The working folder of a child process. Without it, this process is not a child.
const FOLDER: &str = "LONGHU_KILL_FOLDER";
const CALLS: &str =
    "trace=write,writev,pwrite64,pwritev,pwritev2,sendto,sendmsg,fsync,fdatasync,sync_file_range,msync";

/// An acknowledgement of JetStream, as strace prints it.
const BROKER: Rules = Rules { data: &[".blk"], acknowledgement: &["\\\"stream\\\":", "\\\"seq\\\":"] };
const STORE: Rules = Rules { data: &["/db"], acknowledgement: &["committed "] };

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broker_acknowledges_only_what_is_on_disk_and_the_default_is_caught() {
    let run = Run::begin("fsync of the broker");
    if let Some(why) = cannot_trace() {
        return run.says(why);
    }
    let appends = cycles(40);
    let sound = traced_broker(appends, |configuration| configuration).await;
    let acknowledged = sound.unwrap_or_else(|wrong| panic!("{}", crate::streams::show(&wrong)));
    assert!(acknowledged as u64 >= appends, "{acknowledged} acknowledgements of {appends} were seen");
    run.says(format_args!("as shipped: {acknowledged} acknowledgements, each after the fsync of its batch"));
    let by_default = |text: String| text.replace("sync_interval: always", "");
    let wrong = traced_broker(appends, by_default).await.expect_err("the default syncs every two minutes");
    let unsynced = wrong.iter().filter(|wrong| matches!(wrong, Objection::NotSynced { .. })).count();
    assert!(unsynced as u64 >= appends, "{wrong:?}");
    run.says(format_args!(
        "with the default sync_interval: {unsynced} acknowledged before their fsync: caught"
    ));
}

#[test]
fn store_reports_a_commit_only_when_it_is_on_disk_and_sleds_own_flush_is_caught() {
    let run = Run::begin("fsync of the store");
    if let Some(why) = cannot_trace() {
        return run.says(why);
    }
    let sound = traced_child("fsync::commits_with_the_store");
    let commits = sound.unwrap_or_else(|wrong| panic!("{}", crate::streams::show(&wrong)));
    assert_eq!(commits as u64, COMMITS);
    run.says(format_args!("longhu's store: {commits} commits reported, each after the fsync of its pages"));
    let wrong = traced_child("fsync::commits_with_plain_sled").expect_err("it is sync_file_range, not fsync");
    let unsynced = wrong.iter().filter(|wrong| matches!(wrong, Objection::NotSynced { .. })).count();
    assert_eq!(unsynced as u64, COMMITS, "{wrong:?}");
    run.says(format_args!("sled's own flush(): {unsynced} reported before their fsync: caught"));
}

/// Appends to a broker under strace, one batch after the other, and checks the trace.
async fn traced_broker(appends: u64, change: impl FnOnce(String) -> String) -> Result<usize, Vec<Objection>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("trace");
    let nats = Nats::start_under(&strace(&out), &folder.path().join("nats"), change);
    let log = Log::create(LogConfig::new(nats.url(), bank::ID)).await.unwrap();
    let mut slot = SlotWriter::open(&log, "ingest-1", Time(1)).await.unwrap();
    for number in 0..appends {
        let record = Bytes::from(format!("record {number}").repeat(40));
        slot.append(Kind::Events, Time(2), &[record]).await.unwrap();
    }
    drop(nats);
    let trace = std::fs::read_to_string(&out).unwrap();
    check(&trace, &BROKER)
}

/// Runs one of the tests below under strace, in a separate process.
fn traced_child(body: &str) -> Result<usize, Vec<Objection>> {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("trace");
    let [program, arguments @ ..] = &strace(&out)[..] else { unreachable!() };
    let status = Command::new(program)
        .args(arguments)
        .arg(std::env::current_exe().unwrap())
        .args([body, "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path().join("store"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{body}: {status}");
    check(&std::fs::read_to_string(&out).unwrap(), &STORE)
}

/// How often the child commits.
const COMMITS: u64 = 20;

/// Not a test of its own: the code of a process that is traced.
#[test]
#[ignore = "run by the test above, in a process of its own"]
fn commits_with_the_store() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let store = Store::open(folder).unwrap();
    for number in 1..=COMMITS {
        store.commit(&[(vec![4, 1], Some(vec![number as u8; 3_000]))], &number.to_le_bytes()).unwrap();
        report(number);
    }
}

/// Not a test of its own: a store that relies on sled's flush.
#[test]
#[ignore = "run by the test above, in a process of its own"]
fn commits_with_plain_sled() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let db = sled::Config::new().path(folder).flush_every_ms(None).open().unwrap();
    for number in 1..=COMMITS {
        db.insert([4, 1], vec![number as u8; 3_000]).unwrap();
        db.flush().unwrap();
        report(number);
    }
}

fn report(number: u64) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "committed {number}").unwrap();
    out.flush().unwrap();
}

fn strace(out: &Path) -> Vec<PathBuf> {
    let mut command: Vec<PathBuf> =
        ["strace", "-f", "-y", "-s", "4096", "-e", CALLS, "-o"].map(PathBuf::from).into();
    command.push(out.to_owned());
    command
}

/// Why tracing is not possible here; `None` if it is.
fn cannot_trace() -> Option<String> {
    let tried = Command::new("strace")
        .args(["-f", "-o", "/dev/null", "true"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output();
    let why = match tried {
        Ok(output) if output.status.success() => return None,
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    Some(format!("SKIPPED, the order of system calls was not looked at: strace does not run here ({why})"))
}
