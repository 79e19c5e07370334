//! The projector is killed (SIGKILL) at random points, including while it opens its store and while it
//! commits, and started again, while events and amendments keep arriving. Every digest that it ever answers
//! must be the oracle's at that position.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_core::oracle;
use longhu_proto::scalar::position_from_wire;
use tonic::Code;

use crate::bank::{self, BOARDS};
use crate::ledger::Ledger;
use crate::nats::Nats;
use crate::run::{Dice, Run, Times, cycles};
use crate::support::longhu;
use crate::traffic::{CONTESTS, Traffic};

/// A projector commits about once a second; half of the kills are near its first commit.
const COMMIT_MS: u64 = 1_000;
/// After this many kills, a new bank is set up.
const KILLS_A_BANK: u64 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn projector_that_is_killed_at_any_moment_answers_what_the_oracle_answers() {
    let mut run = Run::begin("projector");
    let kills = cycles(10);
    let mut found = Found::default();
    while found.kills < kills {
        // A new bank from time to time, because the oracle reads the whole log for each answer, which takes
        // long.
        let some = (kills - found.kills).min(KILLS_A_BANK);
        a_bank_with_kills(&mut run, some, &mut found).await;
        run.says(format_args!("after {} kills: {} digests compared", found.kills, found.digests));
    }
    let Found { opening_kills, banks, opened, digests, positions, revisions, stale, .. } = &found;
    run.says(format_args!(
        "{kills} kills while it folded, {opening_kills} while it opened its store, in {banks} banks"
    ));
    run.says(format_args!("from its start to its first answer: {opened}"));
    run.says(format_args!(
        "{digests} digests at {positions} positions, of {revisions} revisions, {stale} while another revision was \
         computed: all the oracle's"
    ));
    assert!(*digests >= kills && *revisions > CONTESTS.len() as u64);
}

/// The numbers of all banks.
#[derive(Default)]
struct Found {
    kills: u64,
    opening_kills: u64,
    banks: u64,
    opened: Times,
    digests: u64,
    positions: u64,
    revisions: u64,
    stale: u64,
}

/// One bank, from its first event to its last, with a number of kills.
async fn a_bank_with_kills(run: &mut Run, kills: u64, found: &mut Found) {
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    let ingest = bank::ingest(folder.path(), "ingest", &nats.url());
    bank::found(folder.path(), &ingest);
    let mut ledger = Ledger::open(bank::log(&nats.url()).await).await;
    let traffic = Traffic::begin(&ingest.url, run.dice.next());
    let mut seen = Seen::default();
    for _ in 0..kills {
        if run.dice.once_in(5) {
            kill_while_opening(folder.path(), &nats.url(), run.dice.up_to_ms(80));
            found.opening_kills += 1;
        }
        let started = Instant::now();
        let projector = bank::projector(folder.path(), &nats.url());
        found.opened.note(started.elapsed());
        let mut told = ask(&projector.url).await;
        tokio::time::sleep(life(&mut run.dice)).await;
        told.extend(ask(&projector.url).await);
        projector.kill();
        found.kills += 1;
        seen.compare(&mut ledger, &told, found).await;
    }
    let last = traffic.end().await;
    let projector = bank::projector(folder.path(), &nats.url());
    bank::standings_in_time(&projector.url, BOARDS[0], last).await;
    seen.compare(&mut ledger, &ask(&projector.url).await, found).await;
    found.banks += 1;
    found.positions += seen.positions.len() as u64;
    found.revisions += seen.revisions.len() as u64;
    assert_eq!((projector.end(), ingest.end()), (0, 0));
}

fn life(dice: &mut Dice) -> Duration {
    if dice.once_in(2) {
        dice.up_to_ms(COMMIT_MS * 3 / 2)
    } else {
        Duration::from_millis(COMMIT_MS - 100) + dice.up_to_ms(150)
    }
}

/// Starts a projector and kills it before it can answer.
fn kill_while_opening(folder: &Path, nats: &str, life: Duration) {
    let store = folder.join("read-model").display().to_string();
    let mut command = longhu();
    command.args(["projector", "--grpc-addr", "127.0.0.1:0", "--nats", nats, "--bank", bank::ID]);
    command.args(["--store-dir", &store]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    std::thread::sleep(life);
    child.kill().unwrap();
    child.wait().unwrap();
}

/// A projector's answer about a board.
struct Told {
    contest: &'static str,
    board: &'static str,
    position: Position,
    revision: u64,
    digest: String,
    stale: bool,
}

impl Told {
    fn place(&self) -> (&'static str, Position, u64) {
        (self.contest, self.position, self.revision)
    }
}

/// Asks for all boards, each with the position it reflects.
async fn ask(url: &str) -> Vec<Told> {
    let channel = bank::channel(url);
    let mut told = Vec::new();
    for contest in CONTESTS {
        for board in BOARDS {
            match bank::standings(&channel, contest, board, Position::START).await {
                Ok(answer) => {
                    let header = answer.header.unwrap();
                    let position = position_from_wire(&header.position.unwrap());
                    let (revision, digest, stale) = (header.revision, header.digest, header.stale);
                    told.push(Told { contest, board, position, revision, digest, stale });
                }
                // It has not read the contest's definition yet, or is computing the contest for the first
                // time.
                Err(status) => assert!(
                    matches!(status.code(), Code::NotFound | Code::Unavailable | Code::FailedPrecondition),
                    "{contest} {board}: {status}"
                ),
            }
        }
    }
    told
}

/// An answer that was seen.
#[derive(Default)]
struct Seen {
    positions: BTreeSet<Position>,
    revisions: BTreeSet<(&'static str, u64)>,
}

impl Seen {
    async fn compare(&mut self, ledger: &mut Ledger, told: &[Told], found: &mut Found) {
        let is_same = |one: &Told, other: &Told| one.place() == other.place();
        for told in told.chunk_by(is_same) {
            let (contest, position, revision) = told[0].place();
            let entries = ledger.up_to(position).await;
            // While a new revision is being computed, the previous one is served, with everything that came
            // since.
            let served = Ledger::definition(entries, contest, revision);
            let expected = oracle::standings_under(served, revision, entries, position);
            for Told { board, digest, stale, .. } in told {
                let table = expected.tables.iter().find(|table| table.kind == *board).unwrap();
                let place = format!("{contest} {board} at {position}, revision {revision}, stale {stale}");
                assert_eq!(*digest, table.digest.to_string(), "{place}");
                found.digests += 1;
                found.stale += u64::from(*stale);
            }
            self.positions.insert(position);
            self.revisions.insert((contest, revision));
        }
    }
}
