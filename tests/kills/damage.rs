//! Damage to stored data: a bit flips in a batch or a page; the stream is an older state of itself, was
//! created again, or belongs to another bank. The damage is recognised, the process that cannot continue says
//! what can be done, and a rebuilt read model is correct.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use longhu_core::control::{Bank, Decision, Payload};
use longhu_core::types::money::Currency;
use longhu_core::{Position, Time};
use longhu_log::{ControlWriter, Kind, Log, LogConfig};

use crate::bank;
use crate::load::{Load, Shape};
use crate::nats::Nats;
use crate::run::{Dice, Run, cycles};
use crate::service::{Ended, has_ended, starts_or_ends};
use crate::streams::{copy, files, replace};
use crate::support::{Dev, longhu};

const SHAPE: Shape = Shape { callers: 4, events: 50, pause: Duration::from_millis(5) };

/// How long a projector may take to stop because of damage, or to answer.
const SETTLES: Duration = Duration::from_secs(20);

/// A bank with some events, all of them folded and committed, with only the broker running.
struct Stopped {
    folder: tempfile::TempDir,
    nats: Nats,
    /// The last event's position, and the digests there.
    last: Position,
    digests: Vec<(Position, String)>,
}

impl Stopped {
    async fn with_events(events: u64) -> Stopped {
        let folder = tempfile::tempdir().unwrap();
        let nats = Nats::start(&folder.path().join("nats"));
        let ingest = bank::ingest(folder.path(), "ingest", &nats.url());
        bank::found(folder.path(), &ingest);
        assert_eq!(ingest.end(), 0);
        let mut stopped = Stopped { folder, nats, last: Position::START, digests: Vec::new() };
        stopped.grow(1, events).await;
        stopped
    }

    /// Sends more events, with numbers from `first` on.
    async fn grow(&mut self, first: u64, events: u64) {
        let ingest = self.ingest();
        let projector = self.projector();
        let load = Load::begin_at(&ingest.url, SHAPE, first);
        load.more(events).await;
        load.end().await;
        self.last = bank::events_of(&bank::log(&self.nats.url()).await).await.last().unwrap().1;
        self.digests = bank::digests(&projector.url, self.last).await;
        assert_eq!((ingest.end(), projector.end()), (0, 0));
    }

    fn ingest(&self) -> Dev {
        bank::ingest(self.folder.path(), "ingest", &self.nats.url())
    }

    fn projector(&self) -> Dev {
        bank::projector(self.folder.path(), &self.nats.url())
    }

    /// Replaces the broker's streams while it is stopped.
    fn change(&mut self, change: impl FnOnce(&Path)) {
        self.nats.kill();
        change(&self.nats.data());
        self.nats.restart();
    }

    /// The last sequence of the stream.
    async fn last_sequence(&self) -> u64 {
        bank::log(&self.nats.url()).await.status().await.unwrap().last_sequence
    }

    /// Starts a projector that is not expected to continue, on the store `name`.
    fn try_projector(&self, name: &str, more: &[&str]) -> Ended {
        let store = self.folder.path().join(name).display().to_string();
        let url = self.nats.url();
        let arguments = ["--nats", &url, "--bank", bank::ID, "--store-dir", &store];
        starts_or_ends(&self.folder.path().join("tries"), "projector", &[&arguments, more].concat())
    }

    /// Starts an ingest that remembers what it acknowledged in the folder `state`.
    fn try_ingest(&self, state: &str) -> Ended {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let (url, keys, state) = (self.nats.url(), at("keys.toml"), at(state));
        let arguments =
            ["--nats", &url, "--bank", bank::ID, "--pseudonym-keys", &keys, "--state-dir", &state];
        starts_or_ends(&self.folder.path().join("tries"), "ingest", &arguments)
    }

    /// Builds a read model from the present stream. Returns its digests at a position.
    async fn rebuilt(&self, position: Position) -> Vec<(Position, String)> {
        let rebuilt = self.try_projector("read-model", &["--rebuild"]).still_runs();
        let digests = bank::digests(&rebuilt.url, position).await;
        assert_eq!(rebuilt.end(), 0);
        digests
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn stream_that_is_restored_to_an_older_state_halts_services_that_read_further() {
    let run = Run::begin("restored stream");
    let mut bank = Stopped::with_events(2_000).await;
    let backup = bank.folder.path().join("backup");
    let (last, digests) = (bank.last, bank.digests.clone());
    bank.change(|data| copy(data, &backup));
    bank.grow(1_000_000, 2_000).await;

    // While services are running.
    let (ingest, projector) = (bank.ingest(), bank.projector());
    let load = Load::begin_at(&ingest.url, SHAPE, 2_000_000);
    load.more(500).await;
    bank.change(|data| replace(data, &backup));
    let halted = Ended::of(projector, &bank.folder.path().join("projector.log"));
    let said = halted.halts_saying(&["it ends at", "restored or recreated", "--rebuild"]);
    let old_end = number_after(&said, "read up to sequence ");
    let ended = Ended::of(ingest, &bank.folder.path().join("ingest/ingest.log"));
    ended.halts_saying(&["had been acknowledged", "restored or recreated"]);
    run.says("running projector and ingest: recognised, ended with 1 and the choice explained");

    // After a restart, and again when the stream has grown past the old end with other batches.
    bank.try_projector("read-model", &[]).halts_saying(&["restored or recreated", "--rebuild"]);
    let refused = bank.try_ingest("state");
    refused.halts_saying(&[
        "(LOG_CONTRADICTS)",
        "was acknowledged (batch hash",
        "longhu log adopt --lost-after",
    ]);
    // One that remembers nothing, and asks no projector, cannot know better.
    let other = bank.try_ingest("elsewhere").still_runs();
    load.turn_to(&other.url);
    while bank.last_sequence().await <= old_end {
        load.more(200).await;
    }
    load.end().await;
    assert_eq!(other.end(), 0);
    bank.try_projector("read-model", &[]).halts_saying(&["instead of", "--rebuild"]);
    run.says("a projector that is started on it, and after the stream outgrew its old end: halts");

    bank.change(|data| replace(data, &backup));
    assert_eq!(bank.rebuilt(last).await, digests, "what the backup had");
    run.says("rebuilt from what the backup has: the digests of that time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn services_do_not_continue_on_a_recreated_stream_or_another_banks() {
    let run = Run::begin("foreign stream");
    let mut bank = Stopped::with_events(1_000).await;
    let own = bank.folder.path().join("own");
    bank.change(|data| copy(data, &own));

    let projector = bank.projector();
    bank.change(|data| std::fs::remove_dir_all(data).unwrap());
    Ended::of(projector, &bank.folder.path().join("projector.log"))
        .halts_saying(&["does not exist any more", "--rebuild"]);
    bank.try_projector("read-model", &[])
        .halts_saying(&["there is no log of bank `kills`", "(LOG_NOT_BEGUN)"]);
    bank.try_ingest("state").halts_saying(&["there is no log of bank `kills`", "(LOG_NOT_BEGUN)"]);
    bank::init(&bank.nats.url());
    bank.try_projector("read-model", &[]).halts_saying(&["it ends at 1, so it was restored", "--rebuild"]);
    bank.try_ingest("state").halts_saying(&["does not have it and ends at 1.0", "(LOG_CONTRADICTS)"]);
    run.says("the stream is gone, or made anew: halts");

    // Another installation of a bank with the same id.
    let stranger = Stopped::with_events(1_500).await;
    let theirs = stranger.nats.data();
    let stranger_folder = stranger.folder;
    drop(stranger.nats);
    bank.change(|data| replace(data, &theirs));
    bank.try_projector("read-model", &[]).halts_saying(&["is not the one that was read", "--rebuild"]);
    run.says("another installation's stream under the same name: halts");

    bank.change(|data| replace(data, &own));
    let going_on = bank.try_projector("read-model", &[]).still_runs();
    assert_eq!(bank::digests(&going_on.url, bank.last).await, bank.digests);
    assert_eq!(going_on.end(), 0);
    let url = bank.nats.url();
    let store = bank.folder.path().join("read-model").display().to_string();
    let tries = bank.folder.path().join("tries");
    let of_other = ["--nats", &url, "--bank", "elsewhere", "--store-dir", &store];
    starts_or_ends(&tries, "projector", &of_other)
        .halts_saying(&["there is no log of bank `elsewhere`", "(LOG_NOT_BEGUN)"]);
    let made = longhu().args(["bank", "init", "--nats", &url, "--bank", "elsewhere"]).status().unwrap();
    assert!(made.success());
    starts_or_ends(&tries, "projector", &of_other).halts_saying(&["belongs to bank `kills`", "`elsewhere`"]);
    run.says("its own stream is back: goes on, with the same digests; a read model of another bank: refused");
    drop(stranger_folder);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn log_that_names_another_bank_is_not_folded() {
    let run = Run::begin("another bank's log");
    let folder = tempfile::tempdir().unwrap();
    let nats = Nats::start(&folder.path().join("nats"));
    // As after a restore into the wrong stream: the stream's name is right, its content is not.
    let currency = Currency::parse("CNY").unwrap();
    let payload = Payload::Bank(Bank { id: "elsewhere".into(), zone: "Asia/Shanghai".into(), currency });
    let (principal, change_set) = ("hq".into(), String::new());
    let first = Decision { principal, key: "elsewhere".into(), revision: 1, change_set, payload };
    let record = longhu_proto::control::encode(&first).into();
    let log = Log::create(LogConfig::new(nats.url(), bank::ID)).await.unwrap();
    ControlWriter::new(&log).append_first(Kind::Control, Time(1), &[record]).await.unwrap();
    let (url, place) = (nats.url(), folder.path().join("tries"));
    let (store, keys) = (place.join("model").display().to_string(), place.join("keys").display().to_string());
    let of_bank = ["--nats", &url, "--bank", bank::ID];
    let projector = starts_or_ends(&place, "projector", &[&of_bank[..], &["--store-dir", &store]].concat());
    projector.halts_saying(&["belongs to bank `elsewhere`", "but `kills`"]);
    let state = place.join("state").display().to_string();
    let more = ["--pseudonym-keys", &keys, "--state-dir", &state];
    let ingest = starts_or_ends(&place, "ingest", &[&of_bank[..], &more].concat());
    ingest.halts_saying(&["elsewhere", "kills"]);
    run.says("projector and ingest: neither goes on, both name the two banks");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flipped_bit_in_a_stored_batch_is_never_folded() {
    let mut run = Run::begin("flipped bit in a batch");
    let flips = cycles(4);
    let mut bank = Stopped::with_events(3_000).await;
    let sound = bank.folder.path().join("sound");
    bank.change(|data| copy(data, &sound));
    let (mut halted, mut unharmed, mut shorter, mut silent, mut stuck) = (0, 0, 0, 0, 0);
    let mut reasons = BTreeSet::new();
    for flip in 0..flips {
        bank.change(|data| replace(data, &sound));
        // A broker that was killed reads its files again at the start; one that was stopped relies on its own
        // summary.
        match flip == 0 || run.dice.once_in(2) {
            true => bank.nats.stop(),
            false => bank.nats.kill(),
        }
        let block = &files(&bank.nats.data(), ".blk")[0];
        match flip {
            0 => flip_second_sequence(block),
            _ => flip_bit(block, &mut run.dice),
        }
        if !bank.nats.restart_damaged() {
            // No service can connect, so nothing is folded.
            stuck += 1;
            continue;
        }
        let fresh = bank.folder.path().join(format!("fresh-{flip}"));
        if bank.last_sequence().await < bank.last.sequence {
            // The broker truncated its file at the damage. Whoever had read further notices.
            shorter += 1;
            let saying = ["the stream is not the one that was read", "--rebuild"];
            bank.try_projector("read-model", &[]).halts_saying(&saying);
            continue;
        }
        match bank.try_projector(&format!("fresh-{flip}"), &[]) {
            Ended::Runs(projector) => {
                // Waiting would not fold anything wrong, but nobody would be told either.
                let settling = tokio::time::timeout(SETTLES, settles(projector, &bank)).await;
                silent += u64::from(settling.is_err());
                unharmed += u64::from(matches!(settling, Ok(None)));
                if let Ok(Some(ended)) = settling {
                    reasons.insert(ended.reason());
                    ended.halts_saying(&["Restore the log", "a rebuild would halt there too"]);
                    halted += 1;
                }
            }
            ended => {
                reasons.insert(ended.reason());
                ended.halts_saying(&["Restore the log", "a rebuild would halt there too"]);
                halted += 1;
            }
        }
        std::fs::remove_dir_all(fresh).ok();
    }
    run.says(format_args!(
        "{flips} flips: {halted} halted a projector that folds from the start, {shorter} made the broker cut its stream, which \
         halted one that had read further, {stuck} kept the broker from starting, {unharmed} harmed nothing that is \
         read, {silent} left it waiting without a word"
    ));
    reasons.iter().for_each(|reason| run.says(format_args!("for example: {reason}")));
    assert_eq!(silent, 0);
    bank.change(|data| replace(data, &sound));
    assert_eq!(bank.rebuilt(bank.last).await, bank.digests);
}

/// Waits until a projector has ended (then the end is returned), or answers in the same way as before.
async fn settles(projector: Dev, bank: &Stopped) -> Option<Ended> {
    let channel = bank::channel(&projector.url);
    for _ in 0..200 {
        if has_ended(&projector) {
            return Some(Ended::of(projector, &bank.folder.path().join("tries/projector.log")));
        }
        if bank::standings(&channel, bank::CONTEST, "branch", bank.last).await.is_ok() {
            assert_eq!(
                bank::digests(&projector.url, bank.last).await,
                bank.digests,
                "it folded what was not stored"
            );
            assert_eq!(projector.end(), 0);
            return None;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!(
        "it neither answers nor ends: {:?}",
        std::fs::read_to_string(bank.folder.path().join("tries/projector.log"))
    );
}

fn number_after(text: &str, words: &str) -> u64 {
    let rest = text.split_once(words).unwrap().1;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap()
}

fn flip_bit(path: &Path, dice: &mut Dice) {
    let mut bytes = std::fs::read(path).unwrap();
    let used = bytes.iter().rposition(|byte| *byte != 0).unwrap() as u64;
    let at = dice.below(used) as usize;
    bytes[at] ^= 1 << dice.below(8);
    std::fs::write(path, bytes).unwrap();
}

/// If the sequence number of a stored batch is far too high, nats-server 2.15.1 counts up to it at its start,
/// before it checks the checksum, and uses memory for each number. (File format: length in 4 bytes, sequence
/// in 8, little endian.)
fn flip_second_sequence(path: &Path) {
    const HAS_HEADERS: u32 = 1 << 31;
    let mut bytes = std::fs::read(path).unwrap();
    let second = (u32::from_le_bytes(bytes[..4].try_into().unwrap()) & !HAS_HEADERS) as usize;
    let sequence = second + 4;
    assert_eq!(bytes[sequence..sequence + 8], 2_u64.to_le_bytes());
    bytes[sequence + 6] ^= 2;
    std::fs::write(path, bytes).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn flipped_bit_in_a_page_halts_or_steps_back_and_a_rebuild_is_right() {
    let mut run = Run::begin("flipped bit in a page");
    let flips = cycles(6);
    let mut bank = Stopped::with_events(3_000).await;
    let sound = ["written-once", "opened-again"].map(|name| bank.folder.path().join(name));
    copy(&bank.folder.path().join("read-model"), &sound[0]);
    // From then on the store has a snapshot of its log, and cannot go back past it.
    for _ in 0..2 {
        assert_eq!(bank.projector().end(), 0);
    }
    copy(&bank.folder.path().join("read-model"), &sound[1]);
    // Later events use pages that were not needed at the start.
    let before = bank.last;
    bank.grow(1_000_000, 1_000).await;
    let (mut refused, mut right, mut reasons) = (0, 0, BTreeSet::new());
    for flip in 0..flips {
        let name = format!("flipped-{flip}");
        let copied = bank.folder.path().join(&name);
        copy(&sound[flip as usize % 2], &copied);
        flip_bit(&copied.join("db"), &mut run.dice);
        let ended = match bank.try_projector(&name, &[]) {
            Ended::Runs(projector) => settles(projector, &bank).await,
            ended => Some(ended),
        };
        match ended {
            Some(ended) => {
                reasons.insert(ended.reason());
                ended.halts_saying(&["rebuil"]);
                refused += 1;
            }
            None => right += 1,
        }
        let rebuilt = bank.try_projector(&name, &["--rebuild"]).still_runs();
        assert_eq!(bank::digests(&rebuilt.url, bank.last).await, bank.digests, "rebuilt over the damage");
        assert_eq!(rebuilt.end(), 0);
        std::fs::remove_dir_all(copied).unwrap();
    }
    run.says(format_args!(
        "{flips} flips in a store of {before}: {refused} halted, naming the rebuild, {right} gave the right digests at {}; \
         every rebuild was right",
        bank.last
    ));
    reasons.iter().for_each(|reason| run.says(format_args!("for example: {reason}")));
}
