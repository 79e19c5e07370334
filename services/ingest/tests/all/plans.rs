//! Targets and working-day calendars: what is stored and what is refused. With a real nats-server.

use crate::common::*;
use jiff::civil::date;
use longhu_core::control::{Decision, Payload};
use longhu_log::Kind;
use longhu_proto::google_type::Date;
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::contest::v1::{ContestDefinition, Indicator, Measure, Round, indicator};
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::organisation::v1::{Employee, Membership, Unit};
use longhu_proto::wire::plan::v1::{Calendar, Target};
use tonic::{Code, Status};
use tonic_types::StatusExt;

async fn plans(node: &Node) -> Vec<Decision> {
    let entries = stored(&node.log).await;
    let control = entries.iter().filter(|entry| entry.batch.header.kind == Kind::Control);
    let decisions = control
        .flat_map(|entry| entry.batch.records.clone())
        .map(|record| longhu_proto::control::decode(&record).unwrap());
    let is_plan = |kind| matches!(kind, "targets" | "calendar" | "close");
    // The organisation comes first and has its own close.
    decisions.filter(|decision| is_plan(decision.payload.kind())).skip(1).collect()
}

/// `spring` with rounds q1 and q2, counting cards and money, over two branches with an employee and a team.
async fn bank(broker: &Broker) -> Node {
    let node = Node::start(broker, config("a")).await;
    let unit = |id: &str, kind: &str, parent: &str| Unit {
        id: id.into(),
        kind: kind.into(),
        parent: parent.into(),
        name: id.into(),
        ..Unit::default()
    };
    let memberships = vec![Membership { unit: "B01".into(), ..Membership::default() }];
    let request = wire::ApplyOrganisationRequest {
        units: vec![unit("B01", "branch", ""), unit("B02", "branch", ""), unit("T01", "team", "B01")],
        employees: vec![Employee { id: "E01".into(), name: "张三".into(), memberships }],
        ..Default::default()
    };
    node.control(HQ).apply_organisation(tokio_stream::iter([request])).await.unwrap();
    apply_contest(&node, spring()).await;
    node
}

fn spring() -> ContestDefinition {
    let mut spring = contest("spring", 10_000);
    spring.boards.push("branch".into());
    spring.indicators.push(Indicator {
        id: "deposits".into(),
        measure: Measure::SumAmount.into(),
        points: Some(indicator::Points::PerUnit(longhu_proto::wire::contest::v1::PointsPerUnit {
            points_e4: 1,
        })),
        ..spring.indicators[0].clone()
    });
    let round = |id: &str, month: i8| Round {
        id: id.into(),
        start_date: Some(date_to_wire(date(2026, month, 1))),
        end_date: Some(date_to_wire(date(2026, month, 28))),
        ..Round::default()
    };
    spring.rounds = vec![round("q1", 1), round("q2", 2)];
    spring
}

async fn apply_contest(node: &Node, contest: ContestDefinition) {
    let request = wire::ApplyContestRequest { contest: Some(contest), validate_only: false };
    node.control(HQ).apply_contest(request).await.unwrap();
}

fn target(indicator: &str, round: &str, value_e4: i64) -> Target {
    Target { indicator: indicator.into(), round: round.into(), value_e4 }
}

fn aimed(participant: &str, targets: &[Target]) -> wire::ParticipantTargets {
    wire::ParticipantTargets { participant: participant.into(), targets: targets.to_vec() }
}

fn cards(participant: &str, cards: i64) -> wire::ParticipantTargets {
    aimed(participant, &[target("cards", "", cards * 10_000)])
}

fn part(participants: Vec<wire::ParticipantTargets>) -> wire::ApplyTargetsRequest {
    wire::ApplyTargetsRequest { contest: "spring".into(), participants, validate_only: false }
}

async fn aim(
    node: &Node,
    requests: Vec<wire::ApplyTargetsRequest>,
) -> Result<wire::ApplyTargetsResponse, Status> {
    Ok(node.control(HQ).apply_targets(tokio_stream::iter(requests)).await?.into_inner())
}

fn counts(answer: &wire::ApplyTargetsResponse) -> [u32; 4] {
    [answer.added, answer.changed, answer.unchanged, answer.removed]
}

/// Field and code of each violation.
fn violations(status: &Status) -> Vec<String> {
    assert_eq!(status.code(), Code::InvalidArgument, "{status:?}");
    let codes = status.get_details_error_info().unwrap().metadata;
    let found = status.get_details_bad_request().unwrap().field_violations;
    found.iter().map(|one| format!("{} {}", one.field, codes[&one.field])).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_take_effect_together_and_only_changed_ones_are_written() {
    let broker = Broker::start().await;
    let node = bank(&broker).await;
    let both = || vec![part(vec![cards("B01", 100)]), part(vec![cards("E01", 7)])];
    let mut dry = both();
    dry[1].validate_only = true;
    let checked = aim(&node, dry).await.unwrap();
    assert_eq!((counts(&checked), checked.position), ([2, 0, 0, 0], None));
    assert!(plans(&node).await.is_empty(), "a check writes nothing");

    let first = aim(&node, both()).await.unwrap();
    assert_eq!(counts(&first), [2, 0, 0, 0]);
    let found = plans(&node).await;
    let keys: Vec<&str> = found.iter().map(|decision| decision.key.as_str()).collect();
    assert_eq!(keys, ["spring\tB01", "spring\tE01", ""]);
    assert_eq!(found[2].payload, Payload::Close { count: 2 });
    assert!(found.iter().all(|one| one.change_set == found[0].change_set && one.principal == "hq"));
    assert_eq!(first.position.unwrap().index, 2, "it takes effect at the close");

    let same = aim(&node, both()).await.unwrap();
    assert_eq!((counts(&same), same.position), ([0, 0, 2, 0], None));
    // The decision on one participant takes effect by itself.
    let second = aim(&node, vec![part(vec![cards("B01", 120), cards("E01", 7)])]).await.unwrap();
    assert_eq!((counts(&second), second.position.unwrap().index), ([0, 1, 1, 0], 0));
    let last = plans(&node).await.pop().unwrap();
    assert_eq!((last.key.as_str(), last.revision, last.change_set.as_str()), ("spring\tB01", 2, ""));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_removes_targets_and_the_order_of_a_list_does_not_matter() {
    let broker = Broker::start().await;
    let node = bank(&broker).await;
    let list = [target("deposits", "q2", 100), target("cards", "q1", 1), target("cards", "", 2)];
    let mut turned = list.clone();
    turned.reverse();
    aim(&node, vec![part(vec![aimed("B01", &list)])]).await.unwrap();
    assert_eq!(counts(&aim(&node, vec![part(vec![aimed("B01", &turned)])]).await.unwrap()), [0, 0, 1, 0]);
    // Removing targets of a participant who has none changes nothing.
    let gone = || vec![part(vec![aimed("B01", &[]), aimed("B02", &[])])];
    assert_eq!(counts(&aim(&node, gone()).await.unwrap()), [0, 0, 1, 1]);
    assert_eq!(counts(&aim(&node, gone()).await.unwrap()), [0, 0, 2, 0]);
    let last = plans(&node).await.pop().unwrap();
    let Payload::Targets(stored) = &last.payload else { panic!("{last:?}") };
    assert!(stored.targets.is_empty() && last.revision == 2);
    assert_eq!(counts(&aim(&node, vec![part(vec![cards("B01", 1)])]).await.unwrap()), [1, 0, 0, 0]);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_that_the_contest_cannot_have_are_refused_with_their_fields_and_write_nothing() {
    let broker = Broker::start().await;
    let node = bank(&broker).await;
    let wrong = async |participants| violations(&aim(&node, vec![part(participants)]).await.unwrap_err());
    let of = |targets: &[Target]| vec![cards("B02", 1), aimed("B01", targets)];
    let ok = target("cards", "", 1);
    for (targets, expected) in [
        (vec![ok.clone(), target("card", "", 1)], "participants[1].targets[1].indicator UNKNOWN_INDICATOR"),
        (vec![target("cards", "q3", 1)], "participants[1].targets[0].round UNKNOWN_ROUND"),
        (vec![ok.clone(), ok.clone()], "participants[1].targets[1].indicator DUPLICATE_TARGET"),
        (vec![target("cards", "", -1)], "participants[1].targets[0].value_e4 NEGATIVE_TARGET"),
        (vec![target("deposits", "", 10)], "participants[1].targets[0].value_e4 TOO_MANY_DIGITS"),
    ] {
        assert_eq!(wrong(of(&targets)).await, [expected]);
    }
    for outside in ["T01", "B03"] {
        assert_eq!(wrong(vec![cards(outside, 1)]).await, ["participants[0].participant NOT_IN_CONTEST"]);
    }
    let twice = wrong(vec![cards("B01", 1), cards("B01", 2)]).await;
    assert_eq!(twice, ["participants[1].participant DUPLICATE_PARTICIPANT"]);
    assert_eq!(wrong(vec![]).await, ["participants NO_ENTRIES"]);
    // One wrong column is one problem, and the answer is limited.
    let column = (0..50).map(|_| aimed("B01", &[target("card", "", 1)])).collect();
    let told = wrong(column).await;
    assert_eq!(told.iter().filter(|one| one.contains("UNKNOWN_INDICATOR")).count(), 1);
    assert_eq!((told.len(), told.last().unwrap().as_str()), (11, "participants MORE_PROBLEMS"));
    assert!(plans(&node).await.is_empty());
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn targets_need_one_existing_contest_that_is_not_sealed() {
    let broker = Broker::start().await;
    let node = bank(&broker).await;
    let of =
        |contest: &str| wire::ApplyTargetsRequest { contest: contest.into(), ..part(vec![cards("B01", 1)]) };
    let unknown = aim(&node, vec![of("sprung")]).await.unwrap_err();
    assert_eq!(violations(&unknown), ["contest UNKNOWN_CONTEST"]);
    assert!(unknown.message().contains("longhu contest list"), "{unknown}");
    assert_eq!(violations(&aim(&node, vec![of("")]).await.unwrap_err()), ["contest MISSING_FIELD"]);
    let two = aim(&node, vec![of("spring"), of("other")]).await.unwrap_err();
    assert_eq!(violations(&two), ["contest CONTRADICTION"]);
    let adapter = node.control(CARDS).apply_targets(tokio_stream::iter([of("spring")])).await.unwrap_err();
    assert_eq!(reason(&adapter), (Code::PermissionDenied, "ROLE_MISSING".to_owned()));

    aim(&node, vec![of("spring")]).await.unwrap();
    let (force, reason_given) = (true, "结果提前公布".to_owned());
    let seal = wire::SealContestRequest {
        contest: "spring".into(),
        force,
        reason: reason_given,
        validate_only: false,
    };
    node.control(HQ).seal_contest(seal).await.unwrap();
    assert_eq!(aim(&node, vec![of("spring")]).await.unwrap().unchanged, 1, "unchanged targets are accepted");
    for validate_only in [false, true] {
        let request = wire::ApplyTargetsRequest { validate_only, ..part(vec![cards("B01", 2)]) };
        let sealed = aim(&node, vec![request]).await.unwrap_err();
        assert_eq!(reason(&sealed), (Code::FailedPrecondition, "CONTEST_SEALED".to_owned()));
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn large_targets_span_batches_and_take_effect_as_one() {
    let broker = Broker::start().await;
    let node = bank(&broker).await;
    let employee =
        |index| Employee { id: format!("e-{index}"), name: "李四".into(), memberships: Vec::new() };
    let staff = wire::ApplyOrganisationRequest {
        employees: (0..3_000).map(employee).collect(),
        ..Default::default()
    };
    node.control(HQ).apply_organisation(tokio_stream::iter([staff])).await.unwrap();
    let before = plans(&node).await.len();
    let parts = |cards_each: i64| {
        let of = |range: std::ops::Range<i32>| {
            part(range.map(|one| cards(&format!("e-{one}"), cards_each)).collect())
        };
        vec![of(0..1_000), of(1_000..2_000), of(2_000..3_000)]
    };
    let mut last_is_wrong = parts(1);
    last_is_wrong[2].participants[999].participant = "nobody".into();
    let refused = violations(&aim(&node, last_is_wrong).await.unwrap_err());
    assert_eq!(refused, ["participants[2999].participant NOT_IN_CONTEST"]);
    assert_eq!(plans(&node).await.len(), before, "none of it is written");
    assert_eq!(counts(&aim(&node, parts(1)).await.unwrap()), [3_000, 0, 0, 0]);
    let found = plans(&node).await;
    assert_eq!(
        (found.len(), &found[found.len() - 1].payload),
        (before + 3_001, &Payload::Close { count: 3_000 })
    );
    assert_eq!(counts(&aim(&node, parts(1)).await.unwrap()), [0, 0, 3_000, 0]);
    node.stop().await.unwrap();
}

fn may(day: i8) -> Date {
    date_to_wire(date(2026, 5, day))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_calendar_is_stored_in_order_amended_and_not_appended_when_nothing_changes() {
    let broker = Broker::start().await;
    let node = bank(&broker).await;
    let apply = async |calendar: Calendar, validate_only| {
        let request = wire::ApplyCalendarRequest { calendar: Some(calendar), validate_only };
        Ok::<_, Status>(node.control(HQ).apply_calendar(request).await?.into_inner().change.unwrap())
    };
    let year = |closed: &[i8], open: &[i8]| Calendar {
        id: "cn-2026".into(),
        weekend: vec![7, 6],
        closed_dates: closed.iter().map(|day| may(*day)).collect(),
        open_dates: open.iter().map(|day| may(*day)).collect(),
    };
    let dry = apply(year(&[4, 1], &[9]), true).await.unwrap();
    assert_eq!((dry.revision, dry.changed, dry.position), (0, true, None));
    assert_eq!(apply(year(&[4, 1], &[9]), false).await.unwrap().revision, 1);
    assert!(!apply(year(&[1, 4], &[9]), false).await.unwrap().changed);
    assert_eq!(apply(year(&[1, 4, 5], &[9]), false).await.unwrap().revision, 2);
    let found = plans(&node).await;
    let Payload::Calendar(stored) = &found[0].payload else { panic!("{found:?}") };
    assert_eq!(
        (stored.weekend.as_slice(), &stored.closed[..]),
        (&[6, 7][..], &[date(2026, 5, 1), date(2026, 5, 4)][..])
    );
    assert_eq!(found.len(), 2);

    let wrong = async |calendar| violations(&apply(calendar, false).await.unwrap_err());
    assert_eq!(wrong(year(&[1, 1], &[])).await, ["closed_dates[1] DUPLICATE_DATE"]);
    assert_eq!(wrong(year(&[9], &[9])).await, ["open_dates[0] CONTRADICTION"]);
    assert_eq!(wrong(Calendar { weekend: vec![8], ..year(&[], &[]) }).await, ["weekend[0] OUT_OF_RANGE"]);
    assert_eq!(
        wrong(Calendar { weekend: vec![6, 6], ..year(&[], &[]) }).await,
        ["weekend[1] DUPLICATE_WEEKDAY"]
    );
    let never = Calendar { weekend: (1..=7).collect(), ..year(&[], &[]) };
    assert_eq!(wrong(never).await, ["weekend NO_WORKING_DAY"]);
    let nothing = node.control(HQ).apply_calendar(wire::ApplyCalendarRequest::default()).await.unwrap_err();
    assert_eq!(violations(&nothing), ["calendar MISSING_FIELD"]);
    let adapter =
        node.control(CARDS).apply_calendar(wire::ApplyCalendarRequest::default()).await.unwrap_err();
    assert_eq!(reason(&adapter), (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    node.stop().await.unwrap();
}
