//! The outcome of events, one by one: which are refused with which field and code, and what is in the log of
//! the others. With a real nats-server.

use crate::common::*;
use futures::future::BoxFuture;
use longhu_ingest::ProjectorLink;
use longhu_log::Kind;
use longhu_proto::wire::control::v1 as control;
use longhu_proto::wire::control::v1::ControlEntry;
use longhu_proto::wire::event::v1::{Credit, Event};
use longhu_proto::wire::ingest::v1 as wire;
use longhu_proto::wire::ops::v1::PreviewOrganisationResponse;
use prost::Message;
use std::sync::Arc;
use tonic::{Code, Status};

fn with(change: impl FnOnce(&mut Event)) -> Event {
    let mut event = event("x");
    change(&mut event);
    event
}

fn money(code: &str, units: i64, nanos: i32) -> Event {
    with(|event| {
        let amount = event.amount.get_or_insert_default();
        (amount.currency_code, amount.units, amount.nanos) = (code.into(), units, nanos);
    })
}

/// Every invalid event in the list, with the field and code of its refusal.
fn bad_events() -> Vec<(Event, &'static str, &'static str)> {
    let date = |year, month, day| {
        Some(longhu_proto::scalar::date_to_wire(jiff::civil::Date::constant(year, month, day)))
    };
    let credit = |employee: &str| Credit { employee: employee.into(), ..Credit::default() };
    vec![
        (with(|e| e.r#type = "card.isued".into()), "type", "UNKNOWN_TYPE"),
        (with(|e| e.r#type.clear()), "type", "MISSING_FIELD"),
        (with(|e| e.source.clear()), "source", "MISSING_FIELD"),
        (with(|e| e.id.clear()), "id", "MISSING_FIELD"),
        (with(|e| (e.branch, e.credits) = Default::default()), "branch", "MISSING_FIELD"),
        (with(|e| e.subject.clear()), "subject", "MISSING_FIELD"),
        (with(|e| e.r#type = "fund.sold".into()), "amount", "MISSING_FIELD"),
        (
            with(|e| (e.r#type, e.customer) = ("visit.made".into(), "\u{7}".into())),
            "customer",
            "CONTROL_CHARACTER",
        ),
        (with(|e| e.occurred_time = None), "occurred_time", "MISSING_FIELD"),
        (with(|e| e.occurred_time.as_mut().unwrap().nanos = -1), "occurred_time", "OUT_OF_RANGE"),
        (with(|e| e.business_date = date(2199, 12, 31)), "business_date", "FUTURE_DATE"),
        (with(|e| e.recorded_time = e.occurred_time), "recorded_time", "OUTPUT_ONLY"),
        (with(|e| e.quantity = Some(-1)), "quantity", "NEGATIVE_QUANTITY"),
        (money("", 1, 0), "amount.currency_code", "MISSING_CURRENCY"),
        (money("yuan", 1, 0), "amount.currency_code", "BAD_CURRENCY"),
        (money("CNY", 1, 5_000_000), "amount.nanos", "TOO_MANY_DIGITS"),
        (money("CNY", 1, -10_000_000), "amount.nanos", "BAD_AMOUNT"),
        (with(|e| e.id = "i".repeat(129)), "id", "TOO_LONG"),
        (with(|e| e.source = "s".repeat(129)), "source", "TOO_LONG"),
        (with(|e| e.branch = "b".repeat(129)), "branch", "TOO_LONG"),
        (with(|e| e.id = "a\nb".into()), "id", "CONTROL_CHARACTER"),
        (with(|e| e.credits = vec![credit("")]), "credits[0].employee", "MISSING_FIELD"),
        (with(|e| e.credits = vec![credit("e"), credit("e")]), "credits[1].employee", "DUPLICATE_CREDIT"),
        (with(|e| e.credits[0].role = "r".repeat(65)), "credits[0].role", "TOO_LONG"),
        (with(|e| e.source_sequence = Some(0)), "source_sequence", "OUT_OF_RANGE"),
        (with(|e| e.source_sequence = Some(1)), "source_sequence", "UNEXPECTED_SEQUENCE"),
        (with(|e| e.product = "p".repeat(20_000)), "event", "TOO_LARGE"),
        (with(|e| e.source = "savings".into()), "source", "SOURCE_NOT_ALLOWED"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn each_bad_event_is_refused_with_field_and_code_and_the_good_ones_beside_it_are_taken() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let (mut events, mut expected) = (vec![event("first")], vec![None]);
    for (index, (bad, field, code)) in bad_events().into_iter().enumerate() {
        events.extend([bad, event(&format!("good-{index}"))]);
        expected.extend([Some(rejected(field, code)), None]);
    }
    let outcomes = node.send(CARDS, events).await.unwrap();
    assert_eq!(outcomes.len(), expected.len());
    for (index, (outcome, expected)) in outcomes.iter().zip(&expected).enumerate() {
        match expected {
            Some(expected) => assert_eq!(outcome, expected, "event {index}"),
            None => assert!(outcome.is_accepted(), "event {index}: {outcome:?}"),
        }
    }
    let taken: usize = stored(&node.log)
        .await
        .iter()
        .map(|entry| match entry.batch.header.kind {
            Kind::Events => entry.batch.records.len(),
            _ => 0,
        })
        .sum();
    assert_eq!(taken, expected.iter().filter(|expected| expected.is_none()).count());
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn malformed_calls_are_refused_as_a_whole() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let refused = |events| {
        let node = &node;
        async move { reason(&node.send(CARDS, events).await.unwrap_err()) }
    };
    let invalid = |code: &str| (Code::InvalidArgument, code.to_owned());
    assert_eq!(refused(vec![]).await, invalid("NO_EVENTS"));
    assert_eq!(refused(vec![event("x"); 1001]).await, invalid("TOO_MANY_EVENTS"));
    let large = with(|e| e.product = "p".repeat(15_000));
    assert_eq!(refused(vec![large; 300]).await, invalid("MESSAGE_TOO_LARGE"));
    for method in
        ["/longhu.ingest.v1.IngestService/IngestEvents", "/longhu.ingest.v1.IngestService/StreamEvents"]
    {
        let not_utf8 = vec![0x0a, 0x03, 0x0a, 0x01, 0xff];
        let status = raw::send(&node.channel, method, not_utf8, Some(CARDS)).await.unwrap_err();
        assert_eq!(reason(&status), invalid("INVALID_UTF8"));
        let status = raw::send(&node.channel, method, vec![0x0a, 0x7f], Some(CARDS)).await.unwrap_err();
        assert_eq!(reason(&status), invalid("MALFORMED_MESSAGE"));
    }
    let viewer = node.send(WALL, vec![event("x")]).await.unwrap_err();
    assert_eq!(reason(&viewer), (Code::PermissionDenied, "ROLE_MISSING".to_owned()));
    assert!(stored(&node.log).await.iter().all(|entry| entry.batch.header.kind != Kind::Events));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn source_belongs_to_its_first_sender_and_keeps_its_numbering() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let of = |source: &str, id: &str, number| Event {
        source: source.into(),
        source_sequence: number,
        ..event(id)
    };
    let outcomes = node
        .send(CARDS, vec![of("core-n", "1", Some(1)), of("core-n", "2", None), of("core-u", "1", None)])
        .await
        .unwrap();
    assert!(outcomes[0].is_accepted() && outcomes[2].is_accepted());
    assert_eq!(outcomes[1], rejected("source_sequence", "MISSING_FIELD"));
    let outcomes = node
        .send(CARDS, vec![of("core-n", "3", None), of("core-u", "2", Some(1)), of("core-n", "2", Some(2))])
        .await
        .unwrap();
    assert_eq!(outcomes[0], rejected("source_sequence", "MISSING_FIELD"));
    assert_eq!(outcomes[1], rejected("source_sequence", "UNEXPECTED_SEQUENCE"));
    assert!(outcomes[2].is_accepted());
    let foreign = node.send(LOANS, vec![of("core-u", "9", None), of("loans", "9", None)]).await.unwrap();
    assert_eq!(foreign[0], rejected("source", "SOURCE_NOT_YOURS"));
    assert!(foreign[1].is_accepted());
    // An invalid event does not register its source.
    let bad =
        node.send(LOANS, vec![Event { id: String::new(), ..of("core-later", "", None) }]).await.unwrap();
    assert!(!bad[0].is_accepted());
    assert!(node.send(CARDS, vec![of("core-later", "1", Some(1))]).await.unwrap()[0].is_accepted());
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_first_calls_to_one_source_register_it_once() {
    let broker = Broker::start().await;
    let (one, two) = tokio::join!(Node::start(&broker, config("a")), Node::start(&broker, config("b")));
    let (one, two) = (Arc::new(one), Arc::new(two));
    let calls = (0..40).map(|index| {
        let node = if index % 2 == 0 { one.clone() } else { two.clone() };
        tokio::spawn(async move { node.send(CARDS, vec![event(&format!("e-{index}"))]).await.unwrap() })
    });
    for call in calls.collect::<Vec<_>>() {
        assert!(call.await.unwrap()[0].is_accepted());
    }
    let sources = stored(&one.log)
        .await
        .iter()
        .flat_map(|entry| match entry.batch.header.kind {
            Kind::Control => entry.batch.records.clone(),
            _ => Vec::new(),
        })
        .filter(|record| longhu_proto::control::decode(record).unwrap().payload.kind() == "source")
        .count();
    assert_eq!(sources, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn acknowledged_events_are_in_the_log_with_pseudonyms_and_no_raw_customer() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let mut sent = event("e-1");
    sent.r#type = "visit.made".into();
    let outcomes = node.send(CARDS, vec![sent.clone(), event("e-2")]).await.unwrap();
    let entries = stored(&node.log).await;
    for (outcome, id) in outcomes.iter().zip(["e-1", "e-2"]) {
        let Outcome::Accepted(sequence, index) = outcome else { panic!("{outcome:?}") };
        let entry = entries.iter().find(|entry| entry.sequence == *sequence).unwrap();
        let record = &entry.batch.records[*index as usize];
        let event = longhu_proto::stored_event::decode(record).unwrap();
        assert_eq!(event.id, id);
        let keys = config("a").keys;
        assert_eq!(event.customer, keys.customer("CUSTOMER-4711"));
        assert_eq!(event.subject, keys.subject("ACCOUNT-0815"));
        assert!(event.customer.starts_with("p1."));
        // 1,774,000,000 is 2026-03-20T09:46:40Z.
        assert_eq!(event.business_date, jiff::civil::Date::constant(2026, 3, 20));
        assert!(Event::decode(record.clone()).unwrap().recorded_time.is_none());
    }
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    for record in entries.iter().flat_map(|entry| &entry.batch.records) {
        assert!(!holds(record, "CUSTOMER-4711") && !holds(record, "ACCOUNT-0815"));
    }
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn old_events_are_refused_beyond_the_horizon_of_their_source() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let source =
        control::Source { name: "core-cards".into(), horizon_days: Some(30), ..control::Source::default() };
    let request = control::ApplySourceRequest { source: Some(source) };
    node.control(CARDS).apply_source(request).await.unwrap();
    let old = with(|e| {
        e.business_date = Some(longhu_proto::scalar::date_to_wire(jiff::civil::Date::constant(2020, 1, 1)))
    });
    let outcomes = node.send(CARDS, vec![old]).await.unwrap();
    assert_eq!(outcomes[0], rejected("business_date", "BEYOND_HORIZON"));
    node.stop().await.unwrap();
}

/// A projector that has counted 42 events of every source.
struct Told;

impl ProjectorLink for Told {
    fn source_status(
        &self,
        request: wire::GetSourceStatusRequest,
    ) -> BoxFuture<'static, Result<wire::GetSourceStatusResponse, Status>> {
        let response =
            wire::GetSourceStatusResponse { source: request.source, contiguous: 42, ..Default::default() };
        Box::pin(async move { Ok(response) })
    }

    fn checkpoint(
        &self,
    ) -> futures::future::BoxFuture<'static, Result<Option<longhu_ingest::Acknowledged>, tonic::Status>> {
        Box::pin(async { Ok(None) })
    }

    fn preview(
        &self,
        _: Vec<ControlEntry>,
    ) -> BoxFuture<'static, Result<PreviewOrganisationResponse, Status>> {
        Box::pin(async move { Ok(PreviewOrganisationResponse::default()) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn source_status_comes_from_the_projector_or_is_unavailable() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let request = || wire::GetSourceStatusRequest { source: "core-cards".into(), min_position: None };
    let status = node.events(CARDS).get_source_status(request()).await.unwrap_err();
    assert_eq!(reason(&status), (Code::Unavailable, "PROJECTOR_NOT_CONFIGURED".to_owned()));
    let mut with_provider = config("b");
    with_provider.projector = Some(Arc::new(Told));
    let other = Node::start(&broker, with_provider).await;
    let response = other.events(WALL).get_source_status(request()).await.unwrap().into_inner();
    assert_eq!((response.source.as_str(), response.contiguous), ("core-cards", 42));
}
