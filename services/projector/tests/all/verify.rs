//! The service that compares a read model with the log: with a read model of another history; with events,
//! reversals, amendments and seals in the log; and with several comparisons at once.

use longhu_core::fold::board::result_row::ResultRow;
use longhu_core::types::pages::Pages;
use longhu_core::types::prefix::Prefix;
use longhu_log::Log;
use longhu_proto::wire::ops::v1 as wire;
use longhu_proto::wire::ops::v1::projector_service_server::ProjectorService;
use longhu_proto::wire::ops::v1::verify_response::Step;
use longhu_store::Store;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::common::{self, Book, Broker, Node, back, cards, contest, seal};

const EMPLOYEES: usize = 20;

async fn verify(node: &Node, contests: &[&str]) -> Result<wire::VerifyResult, Status> {
    let operations = node.projector.operations(CancellationToken::new());
    let contests = contests.iter().map(|id| (*id).to_owned()).collect();
    let mut stream = operations.verify(Request::new(wire::VerifyRequest { contests })).await?.into_inner();
    while let Some(told) = stream.next().await {
        if let Some(Step::Result(result)) = told?.step {
            return Ok(result);
        }
    }
    panic!("it ended without a result");
}

async fn rebuild(node: &Node, contest: &str) -> wire::RebuildResponse {
    let operations = node.projector.operations(CancellationToken::new());
    let request = wire::RebuildRequest { contests: vec![contest.into()], all: false };
    let mut stream = operations.rebuild(Request::new(request)).await.unwrap().into_inner();
    while let Some(told) = stream.next().await {
        let told = told.unwrap();
        if told.done {
            return told;
        }
    }
    panic!("it ended without a result");
}

/// A log with every kind of entry; one of its events is for the given employee.
async fn write(log: &Log, for_whom: &'static str) -> u64 {
    let mut book = Book::begin(log, EMPLOYEES).await;
    book.events(&cards(0..500, EMPLOYEES)).await;
    book.decide(&[contest("spring", 1, 50_000), contest("summer", 1, 10_000)]).await;
    book.decide(&[seal("summer")]).await;
    let mut events = cards(500..900, EMPLOYEES);
    events[100].credits[0].employee = for_whom.into();
    events.extend((0..30).map(|nth| back(nth * 11)));
    book.events(&events).await;
    book.decide(&[contest("spring", 2, 70_000)]).await;
    book.events(&cards(900..1_000, EMPLOYEES)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_model_of_another_history_is_found_out_down_to_the_entry() {
    let (one, other) = (Broker::start().await, Broker::start().await);
    let (log, other_log) = (one.log("east").await, other.log("east").await);
    let last = write(&log, "e-1").await;
    assert_eq!(write(&other_log, "e-2").await, last);
    for (log, store) in [(&log, one.store("a")), (&other_log, other.store("a"))] {
        let node = Node::start(log, &store).await;
        node.reaches(last).await;
        node.is_done().await;
        let clean = verify(&node, &[]).await.unwrap();
        assert_eq!((clean.difference, clean.boards.len(), clean.events), (None, 5, 1_030));
        assert!(clean.boards.iter().all(|board| board.read_model == board.refolded));
        node.stop().await.unwrap();
    }
    // The other read model with the checkpoint of this one; nothing at the start can notice that.
    let checkpoint = Store::open(one.store("a")).unwrap().checkpoint().unwrap().unwrap();
    Store::open(other.store("a")).unwrap().commit(&[], &checkpoint).unwrap();
    let node = Node::start(&log, &other.store("a")).await;
    let result = verify(&node, &[]).await.unwrap();
    let difference = result.difference.unwrap();
    assert_eq!((difference.contest.as_str(), difference.board.as_str()), ("spring", "employee"));
    let (ours, theirs) = (difference.read_model.unwrap(), difference.refolded.unwrap());
    let sign = if difference.participant == "e-2" { 7 } else { -7 };
    let score = |row: &wire::VerifiedRow| row.score.parse::<i64>().unwrap();
    assert_eq!(score(&ours) - score(&theirs), sign);
    assert_eq!(ours.live - theirs.live, sign.signum());
    let account = difference.account.unwrap();
    let entry = account.entry.unwrap();
    assert_eq!((entry.id.as_str(), entry.indicator.as_str(), entry.points.as_str()), ("c-600", "cards", "7"));
    assert_eq!(account.in_read_model, difference.participant == "e-2");
    let rebuilt = rebuild(&node, "spring").await;
    assert!(rebuilt.boards.iter().all(|board| board.digest != board.digest_before), "{rebuilt:?}");
    assert_eq!(verify(&node, &["spring"]).await.unwrap().difference, None);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_sealed_result_is_found_out_and_is_not_mended_by_computing_its_contest_again() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let last = write(&log, "e-1").await;
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    node.stop().await.unwrap();
    let store = Store::open(broker.store("a")).unwrap();
    let checkpoint = store.checkpoint().unwrap().unwrap();
    let (key, page) = store.scan(Prefix::ResultRows.bytes()).unwrap().pop().unwrap();
    let mut rows: Vec<ResultRow> = postcard::from_bytes(&page).unwrap();
    rows[3].score += 10_000;
    store.commit(&[(key, Some(postcard::to_allocvec(&rows).unwrap()))], &checkpoint).unwrap();
    drop(store);
    let node = Node::start(&log, &broker.store("a")).await;
    for _ in 0..2 {
        let result = verify(&node, &[]).await.unwrap();
        let differing: Vec<_> =
            result.boards.iter().filter(|board| board.read_model != board.refolded).collect();
        assert!(differing.len() == 1 && differing[0].board.is_empty(), "{differing:?}");
        let difference = result.difference.unwrap();
        assert!(difference.sealed && difference.account.is_none());
        assert_eq!((difference.contest.as_str(), difference.board.as_str()), ("summer", "employee"));
        let score = |row: Option<wire::VerifiedRow>| row.unwrap().score.parse::<i64>().unwrap();
        assert_eq!(score(difference.read_model) - score(difference.refolded), 1);
        let rebuilt = rebuild(&node, "summer").await;
        assert!(rebuilt.boards.iter().all(|board| board.digest == board.digest_before), "{rebuilt:?}");
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_comparison_runs_at_a_time() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let last = write(&log, "e-1").await;
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(last).await;
    node.is_done().await;
    let all = futures::future::join_all((0..6).map(|_| verify(&node, &["spring"]))).await;
    let (done, refused): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    assert_eq!((done.len(), refused.len()), (1, 5));
    for status in refused.into_iter().map(Result::unwrap_err) {
        let reason = status.get_details_error_info().unwrap().reason;
        assert_eq!((status.code(), reason.as_str()), (Code::FailedPrecondition, "REFOLD_RUNNING"));
    }
    // A caller who goes away gives the permit back.
    let operations = node.projector.operations(CancellationToken::new());
    drop(operations.verify(Request::new(wire::VerifyRequest::default())).await.unwrap());
    common::eventually("the turn is free", async || verify(&node, &[]).await.is_ok()).await;
    assert_eq!(verify(&node, &["autumn"]).await.unwrap_err().code(), Code::NotFound);
    node.stop().await.unwrap();
}
