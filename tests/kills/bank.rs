//! The small bank whose processes are killed: its services as processes, its organisation and contest, and
//! the final question: has everything in the log been counted, and counted once? Stores are never read
//! directly.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_log::{Kind, Log, LogConfig, ReadFrom, ReadOptions, Reader};
use longhu_proto::scalar::{position_from_wire, position_to_wire};
use longhu_proto::stored_event;
use longhu_proto::wire::standings::v1::standings_service_client::StandingsServiceClient;
use longhu_proto::wire::standings::v1::{GetStandingsRequest, GetStandingsResponse};
use tonic::Status;
use tonic::transport::{Channel, Endpoint};

use crate::support::{Dev, file, longhu};

/// The bank's id.
pub const ID: &str = "kills";
/// The slot of its ingest process.
const SLOT: &str = "ingest-1";
/// Its contest.
pub const CONTEST: &str = "cards";
/// Its boards.
pub const BOARDS: [&str; 2] = ["branch", "employee"];
/// The number of employees, `e-0` and so on.
pub const EMPLOYEES: u64 = 40;
/// The number of branches, `b-0` and so on.
pub const BRANCHES: u64 = 4;

/// How long an expected answer may take.
const ANSWER_MAX: Duration = Duration::from_secs(120);

/// Starts `longhu ingest` in its own folder below the bank's, with the bank's keys.
pub fn ingest(folder: &Path, name: &str, nats: &str) -> Dev {
    let own = folder.join(name);
    std::fs::create_dir_all(&own).unwrap();
    let keys = folder.join("keys.toml").display().to_string();
    init(nats);
    let state = folder.join("state").display().to_string();
    let arguments = ["--nats", nats, "--bank", ID, "--slot", SLOT, "--pseudonym-keys", &keys];
    Dev::serve(&own, "ingest", &[&arguments[..], &["--state-dir", &state]].concat())
}

/// Begins the bank's log, unless it has begun.
pub fn init(nats: &str) {
    let done = longhu().args(["bank", "init", "--nats", nats, "--bank", ID]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Starts `longhu projector` on the store in its folder.
pub fn projector(folder: &Path, nats: &str) -> Dev {
    std::fs::create_dir_all(folder).unwrap();
    let store = folder.join("read-model").display().to_string();
    Dev::serve(folder, "projector", &["--nats", nats, "--bank", ID, "--store-dir", &store])
}

/// Sets up the bank: its organisation, and a contest with one point per card.
pub fn found(folder: &Path, ingest: &Dev) {
    let organisation = file(folder, "organisation.toml", &organisation());
    ingest.run(&["org", "apply", &organisation]).ends_with(0);
    let contest = file(folder, "contest.toml", CONTEST_FILE);
    ingest.run(&["contest", "apply", "--no-wait", &contest]).ends_with(0);
}

const CONTEST_FILE: &str = r#"
id = "cards"
name = { en = "Cards" }
period = { from = 2026-01-01, to = 2026-12-31 }
boards = ["branch", "employee"]
listed = "scored"
tie_breaks = ["earliest"]
unit_from = "membership"
currency = "CNY"

[[indicators]]
id = "cards"
events = ["card.issued"]
measure = "count"
points = { per_unit = 1 }
"#;

fn organisation() -> String {
    let unit =
        |number| format!("[[units]]\nid = \"b-{number}\"\nkind = \"branch\"\nname = \"Branch {number}\"\n");
    let employee = |number| {
        let branch = number % BRANCHES;
        format!("[[employees]]\nid = \"e-{number}\"\nname = \"Employee {number}\"\nunit = \"b-{branch}\"\n")
    };
    (0..BRANCHES).map(unit).chain((0..EMPLOYEES).map(employee)).collect()
}

/// A connection that is made when it is first used.
pub fn channel(url: &str) -> Channel {
    Endpoint::from_shared(url.to_owned()).unwrap().connect_lazy()
}

/// The bank's log, for reading.
pub async fn log(nats: &str) -> Log {
    Log::connect(LogConfig::new(nats, ID)).await.unwrap()
}

/// The number and position of each event in the log. The log is read in order, and every batch and its chain
/// are verified.
pub async fn events_of(log: &Log) -> Vec<(u64, Position)> {
    let until = Some(log.status().await.unwrap().last_sequence);
    let mut reader = Reader::open(log, ReadFrom::Start, ReadOptions { until, subject: None }).await.unwrap();
    let mut events = Vec::new();
    while let Some(entry) = reader.next().await.unwrap() {
        if entry.batch.header.kind != Kind::Events {
            continue;
        }
        for (index, record) in (0..).zip(&entry.batch.records) {
            let event = stored_event::decode(record).unwrap();
            let number = event.id.strip_prefix("k-").expect("an id of this load").parse().unwrap();
            events.push((number, entry.position(index)));
        }
    }
    events
}

/// A board at one position, its first 1,000 rows.
pub async fn standings(
    channel: &Channel,
    contest: &str,
    board: &str,
    min_position: Position,
) -> Result<GetStandingsResponse, Status> {
    let request = GetStandingsRequest {
        contest: contest.to_owned(),
        board: board.to_owned(),
        page_size: 1_000,
        min_position: Some(position_to_wire(min_position)),
        ..GetStandingsRequest::default()
    };
    let mut client = StandingsServiceClient::new(channel.clone());
    Ok(client.get_standings(request).await?.into_inner())
}

/// The same, repeated until it is answered, because a projector needs time to read a long log.
pub async fn standings_in_time(url: &str, board: &str, min_position: Position) -> GetStandingsResponse {
    let (channel, started) = (channel(url), Instant::now());
    loop {
        match standings(&channel, CONTEST, board, min_position).await {
            Ok(answer) if !answer.header.as_ref().is_some_and(|header| header.stale) => return answer,
            Err(status) if started.elapsed() > ANSWER_MAX => panic!("no answer for {min_position}: {status}"),
            _ => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        assert!(started.elapsed() < ANSWER_MAX * 2, "{board} stays stale");
    }
}

/// Compares a projector's boards with the log: each different event counts once, however many copies there
/// are.
pub async fn assert_counted_once(url: &str, events: &[(u64, Position)]) {
    let distinct: BTreeSet<u64> = events.iter().map(|(number, _)| *number).collect();
    let last = events.last().map_or(Position::START, |(_, position)| *position);
    for board in BOARDS {
        let answer = standings_in_time(url, board, last).await;
        let sum: u64 = answer.rows.iter().map(|row| row.score.parse::<u64>().unwrap()).sum();
        assert_eq!(sum, distinct.len() as u64, "{board} does not count what the log has");
    }
}

/// Position and digest of each board.
pub async fn digests(url: &str, min_position: Position) -> Vec<(Position, String)> {
    let mut digests = Vec::new();
    for board in BOARDS {
        let header = standings_in_time(url, board, min_position).await.header.unwrap();
        digests.push((position_from_wire(&header.position.unwrap()), header.digest));
    }
    digests
}
