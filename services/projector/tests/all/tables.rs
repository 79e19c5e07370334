//! Tables of rounds, rankings by one indicator and figures, from the service itself: page by page equal to
//! all at once, in batches, as known earlier, after the definition changed under a list, and if there are too
//! many figures to keep.

use jiff::civil::{Date, date};
use longhu_core::Time;
use longhu_core::contest::{Completion, Contest, Listing, Period, Points, RankedBy, Round, ZeroTarget};
use longhu_core::control::{Decision, Payload};
use longhu_core::event::Event;
use longhu_core::plan::{Target, Targets};
use longhu_core::rule::ranking;
use longhu_projector::Standings;
use longhu_proto::wire::standings::v1 as wire;
use longhu_proto::wire::standings::v1::get_standings_as_known_request::KnownAt;
use longhu_proto::wire::standings::v1::get_standings_as_known_response::Step;
use longhu_proto::wire::standings::v1::standings_service_server::StandingsService;
use tokio_stream::StreamExt;
use tokio_util::sync::CancellationToken;
use tonic::{Code, Request, Status};
use tonic_types::StatusExt;

use crate::common::{Book, Broker, Node, RECORDED, card, contest, decision, seal};

const EMPLOYEES: usize = 7;

/// The contest on cards, in two rounds, ranked by completion, with everyone listed.
fn planned(change: impl FnOnce(&mut Contest)) -> Decision {
    let Payload::Contest(mut own) = contest("spring", 1, 10_000).payload else { unreachable!() };
    let round = |id: &str, start: Date, end: Date| Round {
        id: id.into(),
        name: Default::default(),
        period: Period { start, end },
    };
    own.rounds = vec![
        round("r1", date(2026, 1, 1), date(2026, 1, 31)),
        round("r2", date(2026, 2, 1), date(2026, 3, 31)),
    ];
    own.listing = Listing::Eligible;
    own.tie_breaks.clear();
    own.indicators[0].points = Points::Completion(Completion {
        weight_e4: 1_000_000,
        floor_e4: None,
        cap_e4: Some(12_000),
        threshold_e4: Some(5_000),
        zero_target: ZeroTarget::NoCompletion,
    });
    own.ranked_by = RankedBy::Completion(ranking::Completion(0));
    change(&mut own);
    decision("spring", 1, Payload::Contest(own))
}

/// The target of an employee in a round.
fn target(employee: usize, revision: u64, cards: &[(&str, i64)]) -> Decision {
    let participant = format!("e-{employee}");
    let one = |(round, cards): &(&str, i64)| Target {
        indicator: "cards".into(),
        round: (*round).into(),
        value_e4: cards * 10_000,
    };
    let targets = Targets { contest: "spring".into(), participant, targets: cards.iter().map(one).collect() };
    decision(&targets.key(), revision, Payload::Targets(targets))
}

/// Cards of an employee on a day.
fn cards(employee: usize, day: Date, count: usize) -> Vec<Event<'static>> {
    let one = |number: usize| {
        let mut event = card(employee, EMPLOYEES * 2);
        event.id = format!("{employee}-{day}-{number}").into();
        event.business_date = day;
        event.credits[0].employee = format!("e-{employee}").into();
        event
    };
    (0..count).map(one).collect()
}

/// A projector with the contest: `e-0` to `e-4` have a target of 4 cards in the first round and as many cards
/// as their number; `e-0` to `e-2` have a target of 3 in the second round and 6, 3 and 2 cards.
async fn node(broker: &Broker, employees: usize, change: impl FnOnce(&mut Contest)) -> (Book, Node) {
    let log = broker.log("east").await;
    let mut book = Book::begin(&log, employees).await;
    let mut decisions = vec![planned(change)];
    decisions.extend((0..3).map(|number| target(number, 1, &[("r1", 4), ("r2", 3)])));
    decisions.extend((3..5).map(|number| target(number, 1, &[("r1", 4)])));
    book.decide(&decisions).await;
    let (january, february) = (date(2026, 1, 9), date(2026, 2, 9));
    for number in 1..5 {
        book.events(&cards(number, january, number)).await;
    }
    for (number, count) in [(0, 6), (1, 3), (2, 2)] {
        book.events(&cards(number, february, count)).await;
    }
    let node = Node::start(&log, &broker.store("a")).await;
    node.reaches(book.last).await;
    node.is_done().await;
    (book, node)
}

fn of(round: &str, indicator: &str) -> wire::GetStandingsRequest {
    wire::GetStandingsRequest {
        contest: "spring".into(),
        board: "employee".into(),
        round: round.into(),
        indicator: indicator.into(),
        figures: true,
        ..Default::default()
    }
}

async fn get(
    standings: &Standings,
    request: wire::GetStandingsRequest,
) -> Result<wire::GetStandingsResponse, Status> {
    Ok(standings.get_standings(Request::new(request)).await?.into_inner())
}

/// `rank participant key` of each row.
fn keys(rows: &[wire::Row]) -> Vec<String> {
    rows.iter().map(|row| format!("{} {} {}", row.rank, row.participant, row.key)).collect()
}

fn reason(status: &Status) -> (Code, String) {
    (status.code(), status.get_details_error_info().unwrap().reason)
}

const FIRST: [&str; 7] = ["1 e-4 1", "2 e-3 0.75", "3 e-2 0.5", "4 e-1 0.25", "5 e-0 0", "6 e-5 ", "6 e-6 "];

#[tokio::test(flavor = "multi_thread")]
async fn pages_show_the_same_keys_and_figures_as_the_whole_list() {
    let broker = Broker::start().await;
    let (_book, node) = node(&broker, EMPLOYEES, |_| ()).await;
    let standings = node.projector.standings(CancellationToken::new());
    for (round, indicator) in [("r1", ""), ("r2", ""), ("", ""), ("", "cards"), ("r2", "cards")] {
        let whole = get(&standings, of(round, indicator)).await.unwrap();
        assert_eq!((whole.rows.len(), whole.total_size), (EMPLOYEES, EMPLOYEES as u64));
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let request =
                wire::GetStandingsRequest { page_size: 2, page_token: token, ..of(round, indicator) };
            let page = get(&standings, request).await.unwrap();
            assert_eq!(page.header, whole.header);
            paged.extend(page.rows);
            token = page.next_page_token;
            if token.is_empty() {
                break;
            }
        }
        assert_eq!(paged, whole.rows, "{round} {indicator}");
    }
    assert_eq!(keys(&get(&standings, of("r1", "")).await.unwrap().rows), FIRST);
    let by_value = get(&standings, of("r2", "cards")).await.unwrap();
    let expected = ["1 e-0 6", "2 e-1 3", "3 e-2 2", "4 e-3 0", "4 e-4 0", "4 e-5 0", "4 e-6 0"];
    assert_eq!(keys(&by_value.rows), expected);
    let figure = &by_value.rows[0].figures[0];
    let shown = [&figure.value, &figure.target, &figure.completion, &figure.points, &figure.forecast];
    assert_eq!(
        (shown, figure.is_reached),
        (["6", "3", "2", "120", "177"].map(String::from).each_ref(), Some(true))
    );
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_belongs_to_one_table_and_its_list_outlives_the_round() {
    let broker = Broker::start().await;
    let (mut book, node) = node(&broker, EMPLOYEES, |_| ()).await;
    let standings = node.projector.standings(CancellationToken::new());
    let two = |round: &str| wire::GetStandingsRequest { page_size: 2, ..of(round, "") };
    let first = get(&standings, two("r1")).await.unwrap();
    for other in [two("r2"), two(""), wire::GetStandingsRequest { page_size: 2, ..of("r1", "cards") }] {
        let request = wire::GetStandingsRequest { page_token: first.next_page_token.clone(), ..other };
        let status = get(&standings, request).await.unwrap_err();
        assert_eq!(reason(&status), (Code::InvalidArgument, "BAD_PAGE_TOKEN".to_owned()));
    }
    // Another revision has no rounds and two indicators; the list that was started continues.
    let mut later = planned(|own| {
        own.rounds.clear();
        own.indicators.push(own.indicators[0].clone());
        own.indicators[1].id = "more".into();
    });
    later.revision = 2;
    let last = book.decide(&[later]).await;
    node.reaches(last).await;
    node.is_done().await;
    let request = wire::GetStandingsRequest { page_token: first.next_page_token, ..two("r1") };
    let second = get(&standings, request).await.unwrap();
    assert_eq!((keys(&second.rows), second.rows[0].figures.len()), (keys_of(&FIRST[2..4]), 1));
    assert_eq!(reason(&get(&standings, two("r1")).await.unwrap_err()).1, "ROUND_NOT_FOUND");
    node.stop().await.unwrap();
}

fn keys_of(rows: &[&str]) -> Vec<String> {
    rows.iter().map(|row| (*row).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn ranks_are_queried_in_any_table_and_unknown_names_are_refused() {
    let broker = Broker::start().await;
    let (_book, node) = node(&broker, EMPLOYEES, |_| ()).await;
    let standings = node.projector.standings(CancellationToken::new());
    let one = |round: &str, participant: &str| wire::GetParticipantRequest {
        contest: "spring".into(),
        board: "employee".into(),
        participant: participant.into(),
        round: round.into(),
        around: 1,
        ..Default::default()
    };
    let answer = standings.get_participant(Request::new(one("r1", "e-2"))).await.unwrap().into_inner();
    assert_eq!(
        keys(&[answer.above, vec![answer.row.unwrap()], answer.below].concat()),
        keys_of(&FIRST[1..4])
    );
    assert_eq!(answer.gap_to_next, "0.25");
    for (participant, gap) in [("e-4", ""), ("e-5", "")] {
        let answer = standings.get_participant(Request::new(one("r1", participant))).await.unwrap();
        assert_eq!(answer.into_inner().gap_to_next, gap, "{participant}");
    }
    let many = |figures| wire::BatchGetRanksRequest {
        contest: "spring".into(),
        board: "employee".into(),
        participants: vec!["e-6".into(), "e-4".into()],
        round: "r1".into(),
        figures,
        ..Default::default()
    };
    for (figures, count) in [(false, 0), (true, 1)] {
        let answer = standings.batch_get_ranks(Request::new(many(figures))).await.unwrap().into_inner();
        assert_eq!(keys(&answer.rows), [FIRST[6], FIRST[0]]);
        assert!(answer.rows.iter().all(|row| row.figures.len() == count));
    }
    for (request, code, known) in [
        (of("r3", ""), "ROUND_NOT_FOUND", "it has r1, r2"),
        (of("", "card"), "INDICATOR_NOT_FOUND", "it has cards"),
    ] {
        let status = get(&standings, request).await.unwrap_err();
        assert_eq!(reason(&status), (Code::NotFound, code.to_owned()));
        assert!(status.message().contains(known), "{}", status.message());
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sealed_round_and_one_as_known_earlier_are_shown_with_all_figures() {
    let broker = Broker::start().await;
    let (mut book, node) = node(&broker, EMPLOYEES, |_| ()).await;
    let standings = node.projector.standings(CancellationToken::new());
    let before = get(&standings, of("r2", "")).await.unwrap();
    let position = before.header.as_ref().unwrap().position;
    book.decide(&[seal("spring"), target(0, 2, &[("r2", 300)])]).await;
    // An entry recorded ten days later changes the time of running contests, but not of the result.
    let later = Time(RECORDED.0 + 10 * 86_400_000_000_000);
    let last = book.events_at(later, &cards(6, date(2026, 4, 1), 1)).await;
    node.reaches(last).await;
    let sealed = get(&standings, of("r2", "")).await.unwrap();
    assert_eq!(sealed.rows, before.rows);
    let own = |response: &wire::GetStandingsResponse| response.header.clone().unwrap();
    assert_eq!((own(&sealed).digest, own(&sealed).elapsed), (own(&before).digest, own(&before).elapsed));
    let unsealed =
        get(&standings, wire::GetStandingsRequest { unsealed: true, ..of("r2", "") }).await.unwrap();
    let gone = |response: &wire::GetStandingsResponse| own(response).elapsed.unwrap().elapsed_days;
    assert_eq!((gone(&sealed), gone(&unsealed)), (2, 12));
    assert_eq!(keys(&unsealed.rows)[..2], ["1 e-1 1".to_owned(), "2 e-2 0.6667".to_owned()]);
    let request = wire::GetStandingsAsKnownRequest {
        contest: "spring".into(),
        boards: vec!["employee".into()],
        known_at: position.map(KnownAt::Position),
        round: "r2".into(),
        figures: true,
        ..Default::default()
    };
    let mut stream = standings.get_standings_as_known(Request::new(request)).await.unwrap().into_inner();
    let mut rows = Vec::new();
    while let Some(told) = stream.next().await {
        match told.unwrap().step.unwrap() {
            Step::Progress(_) => {}
            Step::Board(board) => assert_eq!(board.header, before.header),
            Step::Rows(more) => rows.extend(more.rows),
        }
    }
    assert_eq!(rows, before.rows);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_are_too_many_to_keep_come_on_the_first_page_only() {
    let broker = Broker::start().await;
    let many = |own: &mut Contest| {
        own.ranked_by = RankedBy::Score(ranking::Score);
        let first = own.indicators[0].clone();
        let another =
            |number: usize| longhu_core::contest::Indicator { id: format!("i{number}"), ..first.clone() };
        own.indicators = (0..70).map(another).collect();
    };
    let (_book, node) = node(&broker, 1_500, many).await;
    let standings = node.projector.standings(CancellationToken::new());
    let two = wire::GetStandingsRequest { page_size: 2, ..of("r1", "") };
    let first = get(&standings, two.clone()).await.unwrap();
    assert_eq!(first.rows[0].figures.len(), 70);
    let next = wire::GetStandingsRequest { page_token: first.next_page_token, ..two };
    let status = get(&standings, next.clone()).await.unwrap_err();
    assert_eq!(reason(&status), (Code::FailedPrecondition, "FIGURES_NOT_KEPT".to_owned()));
    let without = get(&standings, wire::GetStandingsRequest { figures: false, ..next }).await.unwrap();
    assert_eq!(without.rows.len(), 2);
    node.stop().await.unwrap();
}
