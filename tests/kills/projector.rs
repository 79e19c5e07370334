//! The projector is killed (SIGKILL) at random points, also while it opens its store and while it commits, and opened again,
//! while events and amendments go on arriving. Every digest that it ever answers is the oracle's at that position.

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

/// A projector commits about once a second; half of the kills fall near its first commit.
const COMMIT_MS: u64 = 1_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn projector_that_is_killed_at_any_moment_answers_what_the_oracle_answers() {
    let mut run = Run::begin("projector");
    let kills = cycles(10);
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    let ingest = bank::ingest(folder.path(), "ingest", &nats.url());
    bank::found(folder.path(), &ingest);
    let mut ledger = Ledger::open(bank::log(&nats.url()).await).await;
    let traffic = Traffic::begin(&ingest.url, run.dice.next());
    let (mut opened, mut compared, mut opening_kills) = (Times::default(), Compared::default(), 0);
    for kill in 1..=kills {
        if run.dice.once_in(5) {
            kill_while_opening(folder.path(), &nats.url(), run.dice.up_to_ms(80));
            opening_kills += 1;
        }
        let started = Instant::now();
        let projector = bank::projector(folder.path(), &nats.url());
        opened.note(started.elapsed());
        let mut told = ask(&projector.url).await;
        tokio::time::sleep(life(&mut run.dice)).await;
        told.extend(ask(&projector.url).await);
        projector.kill();
        compared.with(&mut ledger, told).await;
        run.progress(kill, format_args!("{} digests compared, {opened}", compared.digests));
    }
    let last = traffic.end().await;
    let projector = bank::projector(folder.path(), &nats.url());
    bank::standings_in_time(&projector.url, BOARDS[0], last).await;
    compared.with(&mut ledger, ask(&projector.url).await).await;
    run.says(format_args!("{kills} kills while it folded, {opening_kills} while it opened its store"));
    run.says(format_args!("from its start to its first answer: {opened}"));
    run.says(format_args!(
        "{} digests at {} positions up to {last}, of {} revisions, {} while a computation ran: all the oracle's",
        compared.digests, compared.positions, compared.revisions, compared.stale
    ));
    assert!(compared.digests >= kills && compared.revisions > CONTESTS.len() as u64);
    assert_eq!((projector.end(), ingest.end()), (0, 0));
}

fn life(dice: &mut Dice) -> Duration {
    if dice.once_in(2) {
        dice.up_to_ms(COMMIT_MS * 3 / 2)
    } else {
        Duration::from_millis(COMMIT_MS - 100) + dice.up_to_ms(150)
    }
}

/// A projector that does not live to answer.
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

/// What a projector said of a board.
struct Told {
    contest: &'static str,
    board: &'static str,
    position: Position,
    revision: u64,
    digest: String,
    stale: bool,
}

/// All boards, each at the position that it is answered at.
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
                // It has not read as far as the contest's definition, or is computing it for the first time.
                Err(status) => assert!(
                    matches!(status.code(), Code::NotFound | Code::Unavailable | Code::FailedPrecondition),
                    "{contest} {board}: {status}"
                ),
            }
        }
    }
    told
}

#[derive(Default)]
struct Compared {
    digests: u64,
    positions: u64,
    revisions: u64,
    stale: u64,
    seen: std::collections::BTreeSet<Position>,
    seen_revisions: std::collections::BTreeSet<(&'static str, u64)>,
}

impl Compared {
    async fn with(&mut self, ledger: &mut Ledger, told: Vec<Told>) {
        for told in told {
            let entries = ledger.up_to(told.position).await;
            let (contest, position) = (told.contest, told.position);
            // While a new revision is computed, the one before is served, on everything that came since.
            let served = Ledger::definition(entries, contest, told.revision);
            let expected = oracle::standings_under(served, told.revision, entries, position);
            let table = expected.tables.iter().find(|table| table.kind == told.board).unwrap();
            assert_eq!(
                told.digest,
                table.digest.to_string(),
                "{contest} {} at {position}, revision {}, stale {}",
                told.board,
                told.revision,
                told.stale
            );
            self.digests += 1;
            self.stale += u64::from(told.stale);
            self.positions += u64::from(self.seen.insert(position));
            self.revisions += u64::from(self.seen_revisions.insert((contest, told.revision)));
        }
    }
}
