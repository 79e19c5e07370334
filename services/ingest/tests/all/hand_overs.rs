//! Hand-overs as they are stored: with the customers' pseudonyms of every epoch of keys, never with raw ids.
//! With a real nats-server.

use crate::common::*;
use jiff::civil::Date;
use longhu_core::control::Payload;
use longhu_core::organisation::HandOver;
use longhu_ingest::{IngestConfig, Keyring};
use longhu_log::{Kind, Log};
use longhu_proto::scalar::date_to_wire;
use longhu_proto::wire::control::v1 as wire;
use longhu_proto::wire::organisation::v1 as organisation;
use tonic::{Code, Status};

fn keyring(epochs: &[u32]) -> Keyring {
    Keyring::new(&epochs.iter().map(|epoch| (*epoch, [*epoch as u8; 32])).collect()).unwrap()
}

fn with_epochs(slot: &str, epochs: &[u32]) -> IngestConfig {
    IngestConfig::new(bank(), slot, keyring(epochs))
}

fn hand_over(customers: &[&str]) -> organisation::HandOver {
    organisation::HandOver {
        id: "h-1".into(),
        from_employee: "e-1".into(),
        to_employee: "e-2".into(),
        start_date: Some(date_to_wire(Date::constant(2026, 2, 15))),
        customers: customers.iter().map(|one| (*one).to_owned()).collect(),
        ..organisation::HandOver::default()
    }
}

async fn apply(
    node: &Node,
    request: wire::ApplyOrganisationRequest,
) -> Result<wire::ApplyOrganisationResponse, Status> {
    Ok(node.control(HQ).apply_organisation(tokio_stream::iter([request])).await?.into_inner())
}

async fn hand(node: &Node, customers: &[&str]) -> Result<wire::ApplyOrganisationResponse, Status> {
    let hand_overs = vec![hand_over(customers)];
    apply(node, wire::ApplyOrganisationRequest { hand_overs, ..Default::default() }).await
}

async fn staff(node: &Node) {
    let employee = |id: &str| organisation::Employee { id: id.into(), name: id.into(), memberships: vec![] };
    let employees = vec![employee("e-1"), employee("e-2")];
    apply(node, wire::ApplyOrganisationRequest { employees, ..Default::default() }).await.unwrap();
}

/// Every hand-over in the log, in order. No stored byte may contain a customer in clear text.
async fn hand_overs(log: &Log) -> Vec<HandOver> {
    let mut found = Vec::new();
    for entry in stored(log).await {
        for record in entry.batch.records.iter() {
            assert!(!record.windows(8).any(|part| part == b"CUSTOMER"), "a customer in clear text");
            if entry.batch.header.kind == Kind::Control
                && let Payload::HandOver(one) = longhu_proto::control::decode(record).unwrap().payload
            {
                found.push(one);
            }
        }
    }
    found
}

/// The pseudonyms of customers in these epochs, sorted as they are stored.
fn pseudonyms(epochs: &[u32], customers: &[&str]) -> Vec<String> {
    let of = |epoch: &u32| customers.iter().map(|one| keyring(&[*epoch]).customer(one)).collect::<Vec<_>>();
    let mut all: Vec<String> = epochs.iter().flat_map(of).collect();
    all.sort();
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hand_over_is_written_with_the_pseudonyms_of_every_epoch() {
    let broker = Broker::start().await;
    let two = ["CUSTOMER-4711", "CUSTOMER-4712"];
    let node = Node::start(&broker, with_epochs("a", &[1])).await;
    staff(&node).await;
    assert_eq!(hand(&node, &two).await.unwrap().added, 1);
    assert_eq!(hand(&node, &[two[1], two[0], two[1]]).await.unwrap().unchanged, 1);
    node.stop().await.unwrap();

    // A new epoch begins: events now have other pseudonyms, and the same file gives those too.
    let node = Node::start(&broker, with_epochs("a", &[1, 2])).await;
    assert_eq!(hand(&node, &two).await.unwrap().changed, 1);
    assert_eq!(hand(&node, &two).await.unwrap().unchanged, 1);
    assert!(node.send(CARDS, vec![event("c-1")]).await.unwrap()[0].is_accepted());
    let found = hand_overs(&node.log).await;
    assert_eq!(found.len(), 2, "an unchanged hand-over is not written");
    assert_eq!(found[0].customers, pseudonyms(&[1], &two));
    assert_eq!(found[1].customers, pseudonyms(&[1, 2], &two));
    node.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invalid_customer_is_refused_before_it_becomes_a_pseudonym() {
    let broker = Broker::start().await;
    let node = Node::start(&broker, with_epochs("a", &[1, 2])).await;
    staff(&node).await;
    let refused = hand(&node, &["CUSTOMER-4711", ""]).await.unwrap_err();
    assert_eq!(reason(&refused), (Code::InvalidArgument, "MISSING_FIELD".to_owned()));
    assert!(refused.message().contains("hand_overs[0].customers[1]"), "{refused}");
    // The limit is on pseudonyms: with two epochs, half as many customers.
    let many: Vec<String> = (0..2_001).map(|index| format!("CUSTOMER-{index}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = hand(&node, &many).await.unwrap_err();
    assert_eq!(reason(&refused), (Code::InvalidArgument, "TOO_MANY".to_owned()));
    assert!(!refused.message().contains("CUSTOMER"), "{refused}");
    assert_eq!(hand(&node, &many[1..]).await.unwrap().added, 1);
    assert_eq!(hand_overs(&node.log).await.len(), 1);
    node.stop().await.unwrap();
}
