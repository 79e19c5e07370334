//! Standings as they were known at an earlier point, from the service itself: at every position of a log,
//! also within batches, compared with the oracle; by time, where times are not in order; and what is refused.

use longhu_core::control::{Decision, Payload};
use longhu_core::oracle::{self, Entry, Logged, Table};
use longhu_core::organisation::{Employee, Unit};
use longhu_core::types::score::Score;
use longhu_core::{Position, Time};
use longhu_log::{Kind, Log, ReadFrom, ReadOptions, Reader};
use longhu_proto::scalar::{position_from_wire, position_to_wire, time_to_wire};
use longhu_proto::wire::ops::v1::VerifyRequest;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt;
use longhu_proto::wire::standings::v1::get_standings_as_known_response::Step;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::common::{Book, Broker, Node, RECORDED, back, card, cards, contest, decision, eventually, seal};

const EMPLOYEES: usize = 6;
const SECOND: i64 = 1_000_000_000;

/// A board and its rows.
type Board = (wire::AsKnownBoard, Vec<wire::Row>);

async fn ask(node: &Node, request: wire::GetStandingsAsKnownRequest) -> Result<Vec<Board>, Status> {
    let standings = node.projector.standings(CancellationToken::new());
    let mut stream = standings.get_standings_as_known(Request::new(request)).await?.into_inner();
    let mut boards: Vec<Board> = Vec::new();
    while let Some(told) = stream.next().await {
        match told?.step.unwrap() {
            Step::Progress(_) => {}
            Step::Board(board) => boards.push((board, Vec::new())),
            Step::Rows(more) => boards.last_mut().unwrap().1.extend(more.rows),
        }
    }
    Ok(boards)
}

fn at(contest: &str, position: Position) -> wire::GetStandingsAsKnownRequest {
    let known_at = Some(KnownAt::Position(position_to_wire(position)));
    wire::GetStandingsAsKnownRequest { contest: contest.into(), known_at, ..Default::default() }
}

fn by(contest: &str, time: Time) -> wire::GetStandingsAsKnownRequest {
    let known_at = Some(KnownAt::Time(time_to_wire(time)));
    wire::GetStandingsAsKnownRequest { contest: contest.into(), known_at, ..Default::default() }
}

fn code(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().unwrap().reason)
}

/// The log in the oracle's form.
async fn logged(log: &Log) -> Vec<Logged> {
    let until = Some(log.status().await.unwrap().last_sequence);
    let options = ReadOptions { until, ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await.unwrap();
    let mut all = Vec::new();
    while let Some(entry) = reader.next().await.unwrap() {
        let (header, records) = (entry.batch.header, &entry.batch.records);
        let recorded = header.recorded_time;
        let positions = (0..).map(|index| Position::new(entry.sequence, index));
        if header.kind == Kind::Tick {
            all.push(Logged { position: Position::new(entry.sequence, 0), recorded, entry: Entry::Tick });
        }
        for (position, record) in positions.zip(records) {
            let bytes: &'static [u8] = Box::leak(record.to_vec().into_boxed_slice());
            let entry = match header.kind {
                Kind::Events => Entry::Event(longhu_proto::stored_event::decode(bytes).unwrap()),
                _ => Entry::Decision(longhu_proto::control::decode(bytes).unwrap()),
            };
            all.push(Logged { position, recorded, entry });
        }
    }
    all
}

fn in_set(set: &str, decision: Decision) -> Decision {
    Decision { change_set: set.into(), ..decision }
}

/// Moves `employee` to another branch, without dates.
fn moved(employee: usize, revision: u64, branch: usize) -> Decision {
    let id = format!("e-{employee}");
    let unit = format!("b-{branch}");
    let moved = Employee::new(&id, &format!("Employee {employee}"), Some(unit.as_str()));
    decision(&id, revision, Payload::Employee(moved))
}

/// A short log with every kind of entry, most of it within batches.
async fn write(log: &Log) -> u64 {
    let mut book = Book::begin(log, EMPLOYEES).await;
    book.events(&cards(0..3, EMPLOYEES)).await;
    // The second contest is defined in the middle of a batch, and backfilled up to there.
    let renamed = Unit::new("b-0", "branch", None, "Another name");
    let unit = decision("b-0", 2, Payload::Unit(renamed));
    book.decide(&[contest("spring", 1, 50_000), unit, contest("summer", 1, 10_000)]).await;
    book.events(&[card(3, EMPLOYEES), back(1), back(4), card(4, EMPLOYEES), card(3, EMPLOYEES)]).await;
    // A change set that is closed in a later batch, and then an amendment.
    book.decide(&[in_set("set", moved(0, 2, 1)), in_set("set", moved(1, 2, 2))]).await;
    let close = in_set("set", decision("", 0, Payload::Close { count: 2 }));
    book.decide(&[close, moved(2, 2, 0), contest("spring", 2, 70_000), moved(2, 3, 1)]).await;
    book.events(&cards(5..8, EMPLOYEES)).await;
    // A seal that must wait, because the revision before it in the same batch is being computed from the log.
    let summer = contest("summer", 2, 30_000);
    book.decide(&[moved(3, 2, 1), summer, seal("summer"), moved(3, 3, 2)]).await;
    // A contest that does not exist before its change set is closed.
    book.decide(&[in_set("autumn", contest("autumn", 1, 10_000))]).await;
    book.decide(&[in_set("autumn", decision("", 0, Payload::Close { count: 1 }))]).await;
    book.events(&[card(8, EMPLOYEES), back(5), card(9, EMPLOYEES)]).await
}

/// Asserts that an answer equals the oracle's for this prefix.
#[track_caller]
fn assert_computed(answer: &[Board], log: &[Logged], contest: &str, position: Position) {
    let sealed = oracle::sealed(log, contest, position);
    let standings = match &sealed {
        Some(sealed) => &sealed.standings,
        None => &oracle::standings(log, contest, position).unwrap(),
    };
    let prefix = log.iter().take_while(|logged| logged.position <= position);
    let as_of = prefix.map(|logged| logged.recorded).max().unwrap();
    assert_eq!(answer.len(), 2);
    for (board, rows) in answer {
        let header = board.header.as_ref().unwrap();
        let table: &Table = standings.tables.iter().find(|table| table.kind == header.board).unwrap();
        let place = format!("{contest} {} at {position}", header.board);
        assert_eq!(header.digest, table.digest.to_string(), "{place}");
        let seal = sealed.as_ref().map(|sealed| sealed.hash.clone());
        assert_eq!(header.seal.as_ref().map(|seal| seal.result_hash.clone()), seal, "{place}");
        let reflected = sealed.as_ref().map_or(position, |sealed| sealed.position);
        assert_eq!(header.position.as_ref().map(position_from_wire), Some(reflected), "{place}");
        assert_eq!(header.as_of_time, Some(time_to_wire(standings.as_of)), "{place}");
        assert!(!header.stale && header.revision == standings.revision, "{place}: {header:?}");
        assert_eq!(board.known_at_position.as_ref().map(position_from_wire), Some(position), "{place}");
        assert_eq!(board.known_at_time, Some(time_to_wire(as_of)), "{place}");
        let shown = rows.iter().map(|row| (row.rank, &*row.participant, &*row.name, row.score.clone()));
        let computed =
            table.rows.iter().map(|row| (row.rank, &*row.id, &*row.name, Score(row.score).to_string()));
        assert_eq!(shown.collect::<Vec<_>>(), computed.collect::<Vec<_>>(), "{place}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn at_every_position_within_batches_too_the_boards_are_those_that_the_oracle_computes_of_the_prefix() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let last = write(&log).await;
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    let entries = logged(&log).await;
    let mut computed = 0;
    for contest in ["spring", "summer", "autumn"] {
        for position in entries.iter().map(|logged| logged.position) {
            let defined = oracle::standings(&entries, contest, position).is_some();
            match ask(&node, at(contest, position)).await {
                Ok(answer) => assert_computed(&answer, &entries, contest, position),
                Err(status) => {
                    assert!(!defined, "{contest} at {position}: {status:?}");
                    assert_eq!(code(&status), (Code::NotFound, "CONTEST_NOT_YET_DEFINED".to_owned()));
                    continue;
                }
            }
            assert!(defined, "{contest} at {position}");
            computed += 1;
        }
    }
    assert!(computed > 40, "{computed} answers were compared");
    // At the end the answer equals what is served, and none of these questions changed what is served.
    let answer = ask(&node, at("spring", entries.last().unwrap().position)).await.unwrap();
    let digests: Vec<String> =
        answer.iter().map(|(board, _)| board.header.as_ref().unwrap().digest.clone()).collect();
    assert_eq!(digests, node.digests("spring"));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_means_the_longest_prefix_in_which_nothing_was_recorded_later() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let mut book = Book::begin(&log, EMPLOYEES).await;
    let defined = book.decide(&[contest("spring", 1, 10_000)]).await;
    let later = |seconds: i64| Time(RECORDED.0 + seconds * SECOND);
    let first = book.events_at(later(10), &cards(0..2, EMPLOYEES)).await;
    let ahead = book.events_at(later(30), &cards(2..4, EMPLOYEES)).await;
    let behind = book.events_at(later(20), &cards(4..6, EMPLOYEES)).await;
    let last = book.events_at(later(40), &cards(6..8, EMPLOYEES)).await;
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    for (seconds, sequence, index) in [
        (0, defined, 0),
        (9, defined, 0),
        (10, first, 1),
        (29, first, 1),
        (30, behind, 1),
        (39, behind, 1),
        (40, last, 1),
        (1_000, last, 1),
    ] {
        let answer = ask(&node, by("spring", later(seconds))).await.unwrap();
        let position = Position::new(sequence, index);
        let found = answer[0].0.known_at_position.as_ref().map(position_from_wire);
        assert_eq!(found, Some(position), "after {seconds} s; the batch of 30 s is {ahead}");
        assert_eq!(answer, ask(&node, at("spring", position)).await.unwrap());
    }
    let status = ask(&node, by("spring", later(-1))).await.unwrap_err();
    assert_eq!(code(&status), (Code::NotFound, "CONTEST_NOT_YET_DEFINED".to_owned()));
    assert!(status.message().contains(&format!("since {defined}.0")), "{}", status.message());
    let tomorrow = jiff::Timestamp::now() + jiff::Span::new().hours(24);
    let tomorrow = Time(i64::try_from(tomorrow.as_nanosecond()).unwrap());
    let status = ask(&node, by("spring", tomorrow)).await.unwrap_err();
    assert_eq!(code(&status), (Code::OutOfRange, "TIME_NOT_REACHED".to_owned()));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn participant_rows_and_boards_are_limited_as_requested_and_unknown_ones_are_refused() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let last = write(&log).await;
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    let end = node.reader.published().position;
    let (start, employee) = (Position::START, vec!["employee".to_owned()]);
    let whole = ask(&node, at("spring", end)).await.unwrap();
    let people = whole.iter().find(|(board, _)| board.header.as_ref().unwrap().board == "employee").unwrap();
    assert!(people.1.len() > 3);
    let first =
        wire::GetStandingsAsKnownRequest { rows_max: 2, boards: employee.clone(), ..at("spring", end) };
    let first = ask(&node, first).await.unwrap();
    assert_eq!((first.len(), &first[0].0, &first[0].1[..]), (1, &people.0, &people.1[..2]));
    let of = |participant: &str, around| wire::GetStandingsAsKnownRequest {
        participant: participant.to_owned(),
        around,
        boards: employee.clone(),
        ..at("spring", end)
    };
    let one = ask(&node, of(&people.1[1].participant, 1)).await.unwrap();
    assert_eq!(one[0].1, people.1[..3]);
    let served = node.projector.standings(CancellationToken::new());
    let request = wire::GetParticipantRequest {
        contest: "spring".into(),
        board: "employee".into(),
        participant: people.1[1].participant.clone(),
        ..Default::default()
    };
    let served = served.get_participant(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(one[0].0.gap_to_next, served.gap_to_next);

    let beyond = Position::new(end.sequence, end.index + 1);
    let status = ask(&node, at("spring", beyond)).await.unwrap_err();
    assert_eq!(code(&status), (Code::OutOfRange, "POSITION_BEYOND_END".to_owned()));
    assert!(status.message().contains(&format!("ends at {end}")), "{}", status.message());
    let nowhere = wire::GetStandingsAsKnownRequest { boards: vec!["team".into()], ..at("spring", end) };
    let unsaid = wire::GetStandingsAsKnownRequest { known_at: None, ..at("spring", end) };
    let two = wire::GetStandingsAsKnownRequest { boards: Vec::new(), ..of("e-0", 1) };
    for (request, expected) in [
        (at("spring", start), (Code::NotFound, "CONTEST_NOT_YET_DEFINED")),
        (at("winter", end), (Code::NotFound, "CONTEST_NOT_FOUND")),
        (nowhere, (Code::NotFound, "BOARD_NOT_FOUND")),
        (of("nobody", 1), (Code::NotFound, "PARTICIPANT_NOT_LISTED")),
        (of("e-0", 51), (Code::InvalidArgument, "OUT_OF_RANGE")),
        (unsaid, (Code::InvalidArgument, "MISSING_FIELD")),
        (two, (Code::InvalidArgument, "OUT_OF_RANGE")),
    ] {
        let status = ask(&node, request.clone()).await.unwrap_err();
        assert_eq!(code(&status), (expected.0, expected.1.to_owned()), "{request:?}");
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn it_takes_turns_with_verify_and_gives_up_its_turn_when_the_caller_goes() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let last = write(&log).await;
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    let end = node.reader.published().position;
    let refused = (Code::FailedPrecondition, "REFOLD_RUNNING".to_owned());
    let operations = node.projector.operations(CancellationToken::new());
    let verify = || operations.verify(Request::new(VerifyRequest::default()));
    let standings = node.projector.standings(CancellationToken::new());
    let running = standings.get_standings_as_known(Request::new(at("spring", end))).await.unwrap();
    assert_eq!(code(&verify().await.err().unwrap()), refused);
    assert_eq!(code(&ask(&node, at("spring", end)).await.unwrap_err()), refused);
    drop(running);
    eventually("the turn is free", async || ask(&node, at("spring", end)).await.is_ok()).await;
    let running = verify().await.unwrap();
    assert_eq!(code(&ask(&node, at("spring", end)).await.unwrap_err()), refused);
    drop(running);
    eventually("the turn is free", async || ask(&node, at("spring", end)).await.is_ok()).await;
    node.stop().await.unwrap();
}
