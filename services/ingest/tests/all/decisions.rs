//! Decisions: the bank's own entry, contests, organisations, sources, event types, and two processes that
//! decide at once. With a real nats-server.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use crate::common::*;
use longhu_core::control::{Decision, Payload};
use longhu_ingest::{Ingest, StartError};
use longhu_log::{Kind, Log};
use longhu_proto::wire::contest::v1::UtcOffset;
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::organisation::v1::{Employee, Membership, Unit};
use tonic::{Code, Status};

/// Every decision in the log, in order, with its stream sequence.
pub async fn decisions(log: &Log) -> Vec<(u64, Decision)> {
    let entries = stored(log).await;
    let control = entries.iter().filter(|entry| entry.batch.header.kind == Kind::Control);
    control
        .flat_map(|entry| entry.batch.records.iter().map(|record| (entry.sequence, record.clone())))
        .map(|(sequence, record)| (sequence, longhu_proto::control::decode(&record).unwrap()))
        .collect()
}

async fn apply(
    node: &Node,
    contest: longhu_proto::wire::contest::v1::ContestDefinition,
) -> Result<wire::Change, Status> {
    let request = wire::ApplyContestRequest { contest: Some(contest), validate_only: false };
    Ok(node.control(HQ).apply_contest(request).await?.into_inner().change.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_log_begins_with_its_bank_once_and_another_bank_is_refused() {
    let broker = Broker::start().await;
    let (one, two) = tokio::join!(Node::start(&broker, config("a")), Node::start(&broker, config("b")));
    let found = decisions(&one.log).await;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, &found[0].1.payload), (1, &Payload::Bank(bank())));
    drop(two);
    let start = async |change: fn(&mut longhu_ingest::IngestConfig)| {
        let mut config = config("c");
        change(&mut config);
        let log = broker.log("east").await;
        Ingest::prepare(config, log).await.map(|_| ()).unwrap_err()
    };
    let zone = start(|config| config.bank.zone = "Asia/Tokyo".into()).await;
    assert!(matches!(zone, StartError::OtherBank { .. }), "{zone}");
    let currency =
        start(|config| config.bank.currency = longhu_core::types::money::Currency::parse("USD").unwrap())
            .await;
    assert!(currency.to_string().contains("currency USD"), "{currency}");
    assert!(matches!(start(|config| config.bank.id = "west".into()).await, StartError::OtherLog { .. }));
    assert!(matches!(start(|config| config.bank.zone = "Moon/Base".into()).await, StartError::Zone { .. }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_nobody_began_is_refused_and_stays_as_it_is() {
    let broker = Broker::start().await;
    let log = broker.log("east").await;
    let refused = Ingest::prepare(config("a"), log.clone()).await.map(|_| ()).unwrap_err();
    assert!(matches!(refused, StartError::NotBegun { .. }), "{refused}");
    assert!(
        refused.to_string().contains("longhu bank init") && refused.to_string().contains("(LOG_NOT_BEGUN)")
    );
    assert_eq!(log.status().await.unwrap().last_sequence, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_prepares_leaves_the_one_that_has_the_slot_alone() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let last = node.log.status().await.unwrap().last_sequence;
    drop(Ingest::prepare(config("a"), broker.log("east").await).await.unwrap());
    assert_eq!(node.log.status().await.unwrap().last_sequence, last);
    assert!(node.send(CARDS, vec![event("1")]).await.unwrap()[0].is_accepted());
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn contest_is_published_amended_and_not_appended_when_nothing_changes() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let check = wire::ApplyContestRequest { contest: Some(contest("spring", 10_000)), validate_only: true };
    let dry = node.control(HQ).apply_contest(check).await.unwrap().into_inner().change.unwrap();
    assert_eq!((dry.revision, dry.changed, dry.position), (0, true, None));
    let first = apply(&node, contest("spring", 10_000)).await.unwrap();
    assert_eq!((first.revision, first.changed), (1, true));
    let same = apply(&node, contest("spring", 10_000)).await.unwrap();
    assert_eq!((same.revision, same.changed, same.position), (1, false, None));
    let second = apply(&node, contest("spring", 20_000)).await.unwrap();
    assert_eq!((second.revision, second.changed), (2, true));
    let found = decisions(&node.log).await;
    assert_eq!(found.len(), 3, "the bank and two revisions");
    let Payload::Contest(stored) = &found[2].1.payload else { panic!("{found:?}") };
    assert_eq!((found[2].1.revision, found[2].1.principal.as_str()), (2, "hq"));
    assert_eq!(stored.currency, bank().currency);
    // 5 April 2026 ends in Shanghai at 16:00 UTC.
    let deadline = jiff::Timestamp::from_nanosecond(i128::from(stored.scoring_deadline.unwrap().0)).unwrap();
    assert_eq!(deadline.to_string(), "2026-04-05T16:00:00Z");
    let offsets: Vec<i32> = stored.utc_offsets.iter().map(|offset| offset.seconds).collect();
    assert_eq!(offsets, [28_800], "the bank's zone has not changed its clocks since");
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn contests_that_contradict_themselves_are_refused_and_write_nothing() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let invalid = |code: &str| (Code::InvalidArgument, code.to_owned());
    let mut output_only = contest("spring", 1);
    output_only.scoring_deadline_time = Some(prost_types::Timestamp::default());
    assert_eq!(reason(&apply(&node, output_only).await.unwrap_err()), invalid("OUTPUT_ONLY"));
    let mut output_only = contest("spring", 1);
    output_only.utc_offsets = vec![UtcOffset { from_seconds: 0, seconds: 0 }];
    assert_eq!(reason(&apply(&node, output_only).await.unwrap_err()), invalid("OUTPUT_ONLY"));
    organise(&node, vec![part(vec![unit("hq", "")], vec![])]).await.unwrap();
    let before = decisions(&node.log).await.len();
    let mut no_such_board = contest("spring", 1);
    no_such_board.boards.push("league".into());
    assert_eq!(reason(&apply(&node, no_such_board).await.unwrap_err()), invalid("UNKNOWN_UNIT_KIND"));
    let mut endless = contest("spring", 1);
    endless.grace_days = Some(u32::MAX);
    assert_eq!(reason(&apply(&node, endless).await.unwrap_err()), invalid("OUT_OF_RANGE"));
    let mut misspelt = contest("spring", 1);
    misspelt.indicators[0].events = vec!["card.isued".into()];
    assert_eq!(reason(&apply(&node, misspelt).await.unwrap_err()), invalid("UNKNOWN_TYPE"));
    let nothing = node.control(HQ).apply_contest(wire::ApplyContestRequest::default()).await.unwrap_err();
    assert_eq!(reason(&nothing), invalid("MISSING_FIELD"));
    let adapter = node.control(CARDS).apply_contest(wire::ApplyContestRequest::default()).await.unwrap_err();
    assert_eq!(reason(&adapter), (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    assert_eq!(decisions(&node.log).await.len(), before);
    node.stop().await.unwrap();
}

fn unit(id: &str, parent: &str) -> Unit {
    Unit { id: id.into(), kind: "branch".into(), parent: parent.into(), name: id.into(), ..Unit::default() }
}

fn employee(id: &str, unit: &str) -> Employee {
    Employee {
        id: id.into(),
        name: id.into(),
        memberships: vec![Membership { unit: unit.into(), ..Membership::default() }],
    }
}

async fn organise(
    node: &Node,
    requests: Vec<wire::ApplyOrganisationRequest>,
) -> Result<wire::ApplyOrganisationResponse, Status> {
    Ok(node.control(HQ).apply_organisation(tokio_stream::iter(requests)).await?.into_inner())
}

fn part(units: Vec<Unit>, employees: Vec<Employee>) -> wire::ApplyOrganisationRequest {
    wire::ApplyOrganisationRequest { units, employees, ..wire::ApplyOrganisationRequest::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn organisation_takes_effect_whole_and_only_differences_are_appended() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let parts = || {
        vec![part(vec![unit("b-1", "hq")], vec![employee("e-1", "b-1")]), part(vec![unit("hq", "")], vec![])]
    };
    let mut dry = parts();
    dry[1].validate_only = true;
    let checked = organise(&node, dry).await.unwrap();
    assert_eq!((checked.added, checked.position), (3, None));
    let first = organise(&node, parts()).await.unwrap();
    assert_eq!((first.added, first.changed, first.unchanged), (3, 0, 0));
    let found = decisions(&node.log).await;
    let set = &found[1..];
    assert_eq!(set.len(), 4);
    assert!(set.iter().all(|(sequence, d)| *sequence == set[0].0 && d.change_set == set[0].1.change_set));
    assert_eq!(set[3].1.payload, Payload::Close { count: 3 });
    let position = first.position.unwrap();
    assert_eq!((position.sequence, position.index), (set[3].0, 3));
    let same = organise(&node, parts()).await.unwrap();
    assert_eq!((same.unchanged, same.position), (3, None));
    let moved = organise(&node, vec![part(vec![], vec![employee("e-1", "hq"), employee("e-2", "b-1")])])
        .await
        .unwrap();
    assert_eq!((moved.added, moved.changed, moved.unchanged), (1, 1, 0));
    assert_eq!(decisions(&node.log).await.len(), found.len() + 3);
    // Boards may now only be named after kinds of units that exist.
    let mut by_branch = contest("spring", 1);
    by_branch.boards.push("branch".into());
    assert!(apply(&node, by_branch).await.unwrap().changed);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn organisation_that_would_empty_the_bank_is_refused_unless_confirmed() {
    let broker = Broker::start().await;
    // 15:59 UTC of the 14th is still the 14th in Shanghai; a minute later it is the 15th.
    let clock = Arc::new(AtomicI64::new(1_771_084_740));
    let mut with_clock = config("a");
    let told = clock.clone();
    with_clock.clock = Arc::new(move || longhu_core::Time(told.load(Ordering::Relaxed) * 1_000_000_000));
    let node = Node::start(&broker, with_clock).await;
    let mut left = employee("e-1", "b-1");
    left.memberships[0].end_date =
        Some(longhu_proto::scalar::date_to_wire(jiff::civil::Date::constant(2026, 2, 14)));
    organise(&node, vec![part(vec![unit("b-1", "")], vec![employee("e-1", "b-1")])]).await.unwrap();
    let leaves = |allow_empty, validate_only| {
        vec![wire::ApplyOrganisationRequest {
            employees: vec![left.clone()],
            allow_empty,
            validate_only,
            ..Default::default()
        }]
    };
    // On the last day itself there is still somebody. The day begins and ends in the bank's zone.
    assert_eq!(organise(&node, leaves(false, true)).await.unwrap().changed, 1);
    clock.fetch_add(60, Ordering::Relaxed);
    let before = decisions(&node.log).await.len();
    for validate_only in [false, true] {
        let refused = organise(&node, leaves(false, validate_only)).await.unwrap_err();
        assert_eq!(reason(&refused), (Code::FailedPrecondition, "WOULD_EMPTY_BANK".to_owned()));
        let figures = "on 2026-02-15 0 employees would belong to a unit (1 do now)";
        assert!(refused.message().contains(figures), "{refused}");
    }
    assert_eq!(decisions(&node.log).await.len(), before);
    assert_eq!(organise(&node, leaves(true, false)).await.unwrap().changed, 1);
    // The bank is already without employees, so the same feed again empties nothing.
    assert_eq!(organise(&node, leaves(false, false)).await.unwrap().unchanged, 1);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn large_organisation_spans_batches_and_a_wrong_one_writes_nothing() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let staff = |unit: &str| (0..2500).map(|index| employee(&format!("e-{index}"), unit)).collect::<Vec<_>>();
    let wrong = organise(&node, vec![part(vec![unit("hq", "")], staff("nowhere"))]).await.unwrap_err();
    assert_eq!(reason(&wrong), (Code::InvalidArgument, "UNKNOWN_UNIT".to_owned()));
    assert_eq!(decisions(&node.log).await.len(), 1);
    let applied =
        organise(&node, vec![part(vec![unit("hq", "")], vec![]), part(vec![], staff("hq"))]).await.unwrap();
    assert_eq!(applied.added, 2501);
    let found = decisions(&node.log).await;
    let batches: std::collections::BTreeSet<u64> = found[1..].iter().map(|(sequence, _)| *sequence).collect();
    assert_eq!((found.len(), batches.len()), (1 + 2501 + 1, 3));
    assert_eq!(found.last().unwrap().1.payload, Payload::Close { count: 2501 });
    assert_eq!(organise(&node, vec![part(vec![], staff("hq"))]).await.unwrap().unchanged, 2500);
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_decide_at_once_one_is_aborted_and_no_revision_is_written_twice() {
    let broker = Broker::start().await;
    let (one, two) = tokio::join!(Node::start(&broker, config("a")), Node::start(&broker, config("b")));
    let (one, two) = (Arc::new(one), Arc::new(two));
    let mut aborted = 0;
    for round in 0..100 {
        let by = |node: &Arc<Node>, points| {
            let node = node.clone();
            tokio::spawn(async move { apply(&node, contest("spring", points)).await })
        };
        let (first, second) = (by(&one, 2 * round + 1), by(&two, 2 * round + 2));
        for status in [first.await.unwrap(), second.await.unwrap()].into_iter().filter_map(Result::err) {
            assert_eq!(reason(&status), (Code::Aborted, "REVISION_CONFLICT".to_owned()));
            aborted += 1;
        }
        if aborted >= 3 {
            break;
        }
    }
    assert!(aborted >= 1, "two processes never met in 100 rounds");
    let found = decisions(&one.log).await;
    let revisions: Vec<u64> = found[1..].iter().map(|(_, decision)| decision.revision).collect();
    assert_eq!(revisions, (1..=revisions.len() as u64).collect::<Vec<_>>());
    // The aborted process has caught up, so the next attempt succeeds at once.
    assert!(apply(&one, contest("spring", 999_999)).await.unwrap().changed);
}

#[tokio::test(flavor = "multi_thread")]
async fn numbering_of_a_source_is_fixed_and_its_horizon_is_not() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let source = |numbered, horizon_days| wire::ApplySourceRequest {
        source: Some(wire::Source {
            name: "core-1".into(),
            numbered,
            horizon_days,
            principal: String::new(),
        }),
    };
    let apply = async |token, request| {
        let response = node.control(token).apply_source(request).await?;
        Ok::<_, Status>(response.into_inner().change.unwrap())
    };
    assert_eq!(apply(CARDS, source(true, None)).await.unwrap().revision, 1);
    assert!(!apply(CARDS, source(true, None)).await.unwrap().changed);
    assert_eq!(apply(CARDS, source(true, Some(30))).await.unwrap().revision, 2);
    let fixed = apply(CARDS, source(false, Some(30))).await.unwrap_err();
    assert_eq!(reason(&fixed), (Code::InvalidArgument, "SOURCE_NUMBERING_FIXED".to_owned()));
    let foreign = apply(LOANS, source(true, None)).await.unwrap_err();
    assert_eq!(reason(&foreign), (Code::PermissionDenied, "SOURCE_NOT_YOURS".to_owned()));
    // An admin changes the horizon without changing the principal of the source.
    assert_eq!(apply(HQ, source(true, Some(60))).await.unwrap().revision, 3);
    let last = decisions(&node.log).await.pop().unwrap().1;
    let Payload::Source(stored) = &last.payload else { panic!("{last:?}") };
    assert_eq!(
        (stored.principal.as_str(), stored.horizon_days, last.principal.as_str()),
        ("cards", Some(60), "hq")
    );
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn added_event_type_is_in_force_at_once_and_built_in_ones_stay() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let kind = |name: &str, required: &str| wire::ApplyEventTypeRequest {
        event_type: Some(wire::EventType {
            name: name.into(),
            required_fields: vec![required.into()],
            description: String::new(),
        }),
    };
    let apply = async |request| {
        let response = node.control(HQ).apply_event_type(request).await?;
        Ok::<_, Status>(response.into_inner().change.unwrap())
    };
    let mut sent = event("e-1");
    sent.r#type = "gold.sold".into();
    assert_eq!(node.send(CARDS, vec![sent.clone()]).await.unwrap()[0], rejected("type", "UNKNOWN_TYPE"));
    assert!(apply(kind("gold.sold", "amount")).await.unwrap().changed);
    assert_eq!(node.send(CARDS, vec![sent.clone()]).await.unwrap()[0], rejected("amount", "MISSING_FIELD"));
    assert!(!apply(kind("gold.sold", "amount")).await.unwrap().changed);
    assert_eq!(apply(kind("gold.sold", "branch")).await.unwrap().revision, 2);
    assert!(node.send(CARDS, vec![sent]).await.unwrap()[0].is_accepted());
    let built_in = apply(kind("card.issued", "amount")).await.unwrap_err();
    assert_eq!(reason(&built_in), (Code::InvalidArgument, "BUILT_IN_TYPE".to_owned()));
    let unknown_field = apply(kind("gold.bought", "weight")).await.unwrap_err();
    assert_eq!(reason(&unknown_field), (Code::InvalidArgument, "UNKNOWN_FIELD".to_owned()));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn decisions_of_one_process_reach_the_others() {
    let broker = Broker::start().await;
    let (one, two) = tokio::join!(Node::start(&broker, config("a")), Node::start(&broker, config("b")));
    assert!(apply(&one, contest("spring", 1)).await.unwrap().changed);
    eventually("the other process knows", async || {
        let change = apply(&two, contest("spring", 1)).await;
        change.is_ok_and(|change| !change.changed && change.revision == 1)
    })
    .await;
    assert_eq!(decisions(&one.log).await.len(), 2);
}
