//! Queries over gRPC, as a dashboard makes them: pages of one version, batches of ranks, neighbours, limited
//! waits, and what the server reports about itself.

use longhu_proto::wire::event::v1::Position;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::standings_service_client::StandingsServiceClient;
use serde_json::json;
use tonic::transport::Channel;
use tonic::{Code, Status};
use tonic_types::StatusExt;

use crate::support::Dev;

const EVENTS: &str = "deploy/examples/quickstart/events.jsonl";

/// The quickstart's bank with its events, once answers reflect all of them.
fn quickstart(folder: &std::path::Path) -> Dev {
    let dev = Dev::start(folder);
    dev.run(&["org", "apply", "deploy/examples/quickstart/organisation.toml"]).ends_with(0);
    dev.run(&["contest", "apply", "deploy/examples/quickstart/contest.toml"]).ends_with(0);
    let outcomes = dev.run(&["emit", EVENTS, "-o", "jsonl"]).json_lines();
    let last = outcomes.iter().rev().find_map(|outcome| outcome["position"].as_str()).unwrap().to_owned();
    dev.run(&["standings", "spring-2026", "--board", "team", "--min-position", &last]).ends_with(0);
    dev
}

async fn client(dev: &Dev) -> StandingsServiceClient<Channel> {
    StandingsServiceClient::connect(dev.url.clone()).await.unwrap()
}

fn page(size: i32, token: &str) -> wire::GetStandingsRequest {
    wire::GetStandingsRequest {
        contest: "spring-2026".into(),
        board: "employee".into(),
        page_size: size,
        page_token: token.into(),
        ..Default::default()
    }
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map(|info| info.reason).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_by_pages_of_the_version_that_its_first_page_showed() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let mut client = client(&dev).await;
    let whole = client.get_standings(page(0, "")).await.unwrap().into_inner();
    assert!(whole.rows.len() > 3 && whole.next_page_token.is_empty(), "{whole:?}");
    let first = client.get_standings(page(2, "")).await.unwrap().into_inner();
    // A new event changes the board, but not the pages of a list that has been started.
    let event = json!({"source": "later", "id": "1", "type": "card.issued", "subject": "s", "product": "gold",
        "occurred_time": "2026-02-02T02:00:00Z", "credits": [{"employee": "e-003"}]});
    let outcome = dev.emit(&[event]);
    let position = outcome[0]["position"].as_str().unwrap();
    dev.run(&["standings", "spring-2026", "--board", "team", "--min-position", position]).ends_with(0);
    let (mut rows, mut token) = (first.rows.clone(), first.next_page_token.clone());
    while !token.is_empty() {
        let next = client.get_standings(page(2, &token)).await.unwrap().into_inner();
        assert_eq!(next.header, first.header);
        rows.extend(next.rows);
        token = next.next_page_token;
    }
    assert_eq!(rows, whole.rows);
    let now = client.get_standings(page(0, "")).await.unwrap().into_inner();
    assert_ne!(now.header.unwrap().digest, whole.header.unwrap().digest);
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pages_and_sizes_are_refused_with_their_reason() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let mut client = client(&dev).await;
    let first = client.get_standings(page(1, "")).await.unwrap().into_inner();
    let mut other = page(1, &first.next_page_token);
    other.board = "team".into();
    for (request, why) in
        [(other, "BAD_PAGE_TOKEN"), (page(1, "x"), "BAD_PAGE_TOKEN"), (page(-1, ""), "OUT_OF_RANGE")]
    {
        let status = client.get_standings(request).await.unwrap_err();
        assert_eq!((status.code(), reason(&status)), (Code::InvalidArgument, why.to_owned()));
    }
    let gone = first.next_page_token.replacen(|c: char| c.is_ascii_digit(), "999", 1);
    let status = client.get_standings(page(1, &gone)).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::Aborted, "PAGE_TOKEN_EXPIRED".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_ranks_are_looked_up_at_once_and_one_with_its_neighbours() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let mut client = client(&dev).await;
    let whole = client.get_standings(page(0, "")).await.unwrap().into_inner();
    let asked: Vec<String> = whole.rows.iter().rev().map(|row| row.participant.clone()).collect();
    let request = wire::BatchGetRanksRequest {
        contest: "spring-2026".into(),
        board: "employee".into(),
        participants: asked.iter().cloned().chain(["nobody".to_owned()]).collect(),
        ..Default::default()
    };
    let ranks = client.batch_get_ranks(request.clone()).await.unwrap().into_inner();
    let expected: Vec<wire::Row> = whole.rows.iter().rev().cloned().collect();
    assert_eq!((ranks.rows, ranks.unlisted), (expected, vec!["nobody".to_owned()]));
    let many = wire::BatchGetRanksRequest { participants: vec!["e-001".into(); 1_001], ..request };
    assert_eq!(client.batch_get_ranks(many).await.unwrap_err().code(), Code::InvalidArgument);
    let request = wire::GetParticipantRequest {
        contest: "spring-2026".into(),
        board: "employee".into(),
        participant: whole.rows[2].participant.clone(),
        around: 1,
        ..Default::default()
    };
    let one = client.get_participant(request).await.unwrap().into_inner();
    assert_eq!(one.row.as_ref(), Some(&whole.rows[2]));
    assert_eq!((one.above, one.below), (vec![whole.rows[1].clone()], vec![whole.rows[3].clone()]));
    assert_eq!(one.total_size, whole.rows.len() as u64);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_that_does_not_come_is_waited_for_within_bounds() {
    let folder = tempfile::tempdir().unwrap();
    let dev = quickstart(folder.path());
    let mut client = client(&dev).await;
    let far = wire::GetContestRequest {
        contest: "spring-2026".into(),
        min_position: Some(Position { sequence: 1_000_000, ..Position::default() }),
    };
    let status = client.get_contest(far).await.unwrap_err();
    assert_eq!((status.code(), reason(&status)), (Code::Unavailable, "POSITION_NOT_REACHED".to_owned()));
    assert!(status.get_details_retry_info().is_some());
    let contests = client.list_contests(wire::ListContestsRequest::default()).await.unwrap().into_inner();
    let state = contests.contests[0].state;
    assert_eq!((contests.contests.len(), state), (1, wire::ServingState::Live.into()));
}
