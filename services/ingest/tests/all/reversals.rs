//! What an adapter can get wrong about reversals; and that a correct reversal is accepted without the fields
//! that only its original must have. With a real nats-server.

use crate::common::*;
use longhu_proto::wire::event::v1::{Event, Reversal, ReversalPart};

/// A reversal of the event with that id, in an un-numbered source. It names nothing else.
fn takes_back(id: &str, original: &str, change: impl FnOnce(&mut Reversal)) -> Event {
    let mut reverses = Reversal { id: original.into(), ..Reversal::default() };
    change(&mut reverses);
    let bare = Event { branch: String::new(), credits: Vec::new(), subject: String::new(), ..event(id) };
    Event { customer: String::new(), reverses: Some(reverses), ..bare }
}

/// The same in a numbered source.
fn takes_back_number(number: u64, original: Option<u64>) -> Event {
    let reversal = takes_back(&format!("r-{number}"), "", |reverses| reverses.source_sequence = original);
    Event { source: "core-numbered".into(), source_sequence: Some(number), ..reversal }
}

fn part(quantity: Option<i64>, units: Option<i64>) -> Option<ReversalPart> {
    let mut part = ReversalPart { quantity, amount: None };
    if let Some(units) = units {
        let amount = part.amount.get_or_insert_default();
        (amount.currency_code, amount.units) = ("CNY".into(), units);
    }
    Some(part)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_reversal_is_refused_with_field_and_code_and_right_ones_are_taken() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let first = Event { source: "core-numbered".into(), source_sequence: Some(1), ..event("n-1") };
    assert!(node.send(CARDS, vec![event("e-1"), first]).await.unwrap().iter().all(Outcome::is_accepted));
    let with_part = |id: &str, part| takes_back(id, "e-1", |reverses| reverses.part = part);
    let wrong = vec![
        (takes_back("r-1", "", |_| {}), "reverses.id", "MISSING_FIELD"),
        (takes_back("r-1", "r-1", |_| {}), "reverses.id", "SELF_REVERSAL"),
        (takes_back("r-1", "a\nb", |_| {}), "reverses.id", "CONTROL_CHARACTER"),
        (
            takes_back("r-1", "e-1", |r| r.source_sequence = Some(1)),
            "reverses.source_sequence",
            "UNEXPECTED_SEQUENCE",
        ),
        (takes_back("r-1", "e-1", |r| r.mode = 9), "reverses.mode", "OUT_OF_RANGE"),
        (with_part("r-1", part(None, None)), "reverses.part", "EMPTY_PART"),
        (with_part("r-1", part(Some(0), None)), "reverses.part.quantity", "EMPTY_PART"),
        (with_part("r-1", part(Some(-1), None)), "reverses.part.quantity", "NEGATIVE_QUANTITY"),
        (with_part("r-1", part(Some(1), Some(0))), "reverses.part.amount", "EMPTY_PART"),
        (takes_back_number(2, None), "reverses.source_sequence", "MISSING_FIELD"),
        (takes_back_number(2, Some(2)), "reverses.source_sequence", "SELF_REVERSAL"),
        (takes_back_number(2, Some(0)), "reverses.source_sequence", "OUT_OF_RANGE"),
    ];
    let outcomes = node.send(CARDS, wrong.iter().map(|(event, ..)| event.clone()).collect()).await.unwrap();
    for (outcome, (event, field, code)) in outcomes.iter().zip(&wrong) {
        assert_eq!(outcome, &rejected(field, code), "{event:?}");
    }
    let right = vec![
        takes_back("r-1", "e-1", |_| {}),
        with_part("r-2", part(Some(1), None)),
        with_part("r-3", part(None, Some(-3))),
        with_part("r-4", part(Some(2), Some(5))),
        takes_back("r-5", "not-here-yet", |reverses| reverses.mode = 2),
        takes_back_number(2, Some(1)),
        takes_back_number(3, Some(99)),
    ];
    let outcomes = node.send(CARDS, right).await.unwrap();
    assert!(outcomes.iter().all(Outcome::is_accepted), "{outcomes:?}");
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_reversal_registers_no_source_and_a_right_one_does() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, config("a")).await;
    let of = |source: &str, event: Event| Event { source: source.into(), ..event };
    let wrong = of("core-new", takes_back_number(2, None));
    assert_eq!(
        node.send(CARDS, vec![wrong]).await.unwrap(),
        [rejected("reverses.source_sequence", "MISSING_FIELD")]
    );
    // If the invalid one had registered the source as numbered, this one would need a number.
    let right = of("core-new", takes_back("r-1", "e-1", |_| {}));
    assert!(node.send(CARDS, vec![right]).await.unwrap()[0].is_accepted());
    node.stop().await.unwrap();
}
