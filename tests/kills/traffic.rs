//! Events and decisions for a bank while its projector is killed: cards, copies and conflicts, whole and
//! partial reversals, amended contests, transfers and hand-overs. They come slowly, so that the oracle can
//! follow.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use longhu_core::Position;
use longhu_proto::google_type::Date;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::contest::v1::{
    ContestDefinition, Indicator, Listing, LocalizedText, Measure, PointsPerUnit, TieRule, UnitFrom,
    indicator,
};
use longhu_proto::wire::control::v1::control_service_client::ControlServiceClient;
use longhu_proto::wire::control::v1::{ApplyContestRequest, ApplyOrganisationRequest};
use longhu_proto::wire::event::v1::{Credit, Event, Reversal, ReversalMode, ReversalPart};
use longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient;
use longhu_proto::wire::ingest::v1::{IngestEventsRequest, outcome};
use longhu_proto::wire::organisation::v1::{Employee, HandOver, Membership};
use tokio::task::JoinHandle;
use tonic::transport::Channel;

use crate::bank::{self, BOARDS, BRANCHES, EMPLOYEES};
use crate::run::Dice;

/// The contests that are amended: the bank's own, and one that counts customers.
pub const CONTESTS: [&str; 2] = [bank::CONTEST, "customers"];
/// The pause between two calls.
const PAUSE: Duration = Duration::from_millis(60);
/// One in this many calls is a decision.
const DECISION_ONE_IN: u64 = 12;

/// Traffic until it is ended.
pub struct Traffic {
    is_over: Arc<AtomicBool>,
    task: JoinHandle<Position>,
}

impl Traffic {
    pub fn begin(url: &str, seed: u64) -> Traffic {
        let is_over = Arc::new(AtomicBool::new(false));
        let mut source =
            Source { channel: bank::channel(url), dice: Dice(seed), cards: 0, last: Position::START };
        let over = is_over.clone();
        let task = tokio::spawn(async move {
            source.amend("customers").await;
            while !over.load(Ordering::Acquire) {
                source.step().await;
                tokio::time::sleep(PAUSE).await;
            }
            source.last
        });
        Traffic { is_over, task }
    }

    /// Ends the traffic. Returns the position of the last event.
    pub async fn end(self) -> Position {
        self.is_over.store(true, Ordering::Release);
        self.task.await.unwrap()
    }
}

struct Source {
    channel: Channel,
    dice: Dice,
    cards: u64,
    last: Position,
}

impl Source {
    async fn step(&mut self) {
        if self.dice.once_in(DECISION_ONE_IN) {
            return match self.dice.below(4) {
                contest @ (0 | 1) => self.amend(CONTESTS[contest as usize]).await,
                2 => self.move_somebody().await,
                _ => self.hand_over().await,
            };
        }
        let events: Vec<Event> = (0..1 + self.dice.below(4)).map(|_| self.event()).collect();
        let mut client = IngestServiceClient::new(self.channel.clone());
        let answer = client.ingest_events(IngestEventsRequest { events }).await.unwrap().into_inner();
        for outcome in answer.outcomes {
            match outcome.result {
                Some(outcome::Result::Accepted(accepted)) => {
                    self.last = self.last.max(position_from_wire(&accepted.position.unwrap()));
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn event(&mut self) -> Event {
        let known = self.cards.max(1);
        match self.dice.below(10) {
            0 => card(self.dice.below(known), false),
            1 => card(self.dice.below(known), true),
            2 | 3 => {
                // The original may be a card that arrives only later.
                let original = self.dice.below(known + 3);
                self.back(original)
            }
            _ => {
                self.cards += 1;
                card(self.cards, false)
            }
        }
    }

    fn back(&mut self, original: u64) -> Event {
        let part = self.dice.once_in(2).then_some(ReversalPart { quantity: Some(1), amount: None });
        let mode = if self.dice.once_in(2) { ReversalMode::Void } else { ReversalMode::Dated };
        let reverses =
            Reversal { id: format!("k-{original}"), source_sequence: None, part, mode: mode.into() };
        Event {
            source: "core-cards".to_owned(),
            id: format!("r-{}", self.dice.next()),
            r#type: "card.cancelled".to_owned(),
            occurred_time: Some(prost_types::Timestamp { seconds: 1_771_000_000, nanos: 0 }),
            business_date: Some(day(3, 1 + self.dice.below(28))),
            reverses: Some(reverses),
            ..Event::default()
        }
    }

    async fn amend(&mut self, contest: &str) {
        let points_e4 = 10_000 * (1 + self.dice.below(5) as i64);
        let rules = [TieRule::TieRule1224, TieRule::TieRule1223, TieRule::TieRule1234];
        let rule = rules[self.dice.below(3) as usize];
        let is_of_customers = contest != bank::CONTEST;
        let indicator = Indicator {
            id: "cards".to_owned(),
            events: vec!["card.issued".to_owned()],
            measure: if is_of_customers { Measure::Customers } else { Measure::Count }.into(),
            points: Some(indicator::Points::PerUnit(PointsPerUnit { points_e4 })),
            ..Indicator::default()
        };
        let definition = ContestDefinition {
            id: contest.to_owned(),
            name: Some(LocalizedText { zh: String::new(), en: format!("Cards {}", self.dice.below(100)) }),
            start_date: Some(day(1, 1)),
            end_date: Some(day(12, 31)),
            boards: BOARDS.map(str::to_owned).to_vec(),
            listing: Listing::Scored.into(),
            indicators: vec![indicator],
            tie_rule: rule.into(),
            unit_from: UnitFrom::Membership.into(),
            currency: "CNY".to_owned(),
            ..ContestDefinition::default()
        };
        let request = ApplyContestRequest { contest: Some(definition), validate_only: false };
        ControlServiceClient::new(self.channel.clone()).apply_contest(request).await.unwrap();
    }

    /// Transfers an employee from a day on, which may be long past.
    async fn move_somebody(&mut self) {
        let number = self.dice.below(EMPLOYEES);
        let (month, first) = (1 + self.dice.below(4) as i32, 2 + self.dice.below(26));
        let branch = |number: u64| format!("b-{}", number % BRANCHES);
        let before = Membership {
            unit: branch(number),
            end_date: Some(day(month, first - 1)),
            ..Membership::default()
        };
        let unit = branch(number + 1 + self.dice.below(3));
        let after = Membership { unit, start_date: Some(day(month, first)), ..Membership::default() };
        let employee = Employee {
            id: format!("e-{number}"),
            name: format!("Employee {number}"),
            memberships: vec![before, after],
        };
        self.organise(ApplyOrganisationRequest { employees: vec![employee], ..Default::default() }).await;
    }

    /// Hands an employee's customers over to a colleague for some days.
    async fn hand_over(&mut self) {
        let from = self.dice.below(EMPLOYEES / 2);
        let first = 1 + self.dice.below(20);
        let hand_over = HandOver {
            id: format!("h-{from}"),
            from_employee: format!("e-{from}"),
            to_employee: format!("e-{}", EMPLOYEES / 2 + self.dice.below(EMPLOYEES / 2)),
            start_date: Some(day(2, first)),
            end_date: Some(day(2, first + self.dice.below(8))),
            all_customers: true,
            customers: Vec::new(),
        };
        self.organise(ApplyOrganisationRequest { hand_overs: vec![hand_over], ..Default::default() }).await;
    }

    async fn organise(&self, request: ApplyOrganisationRequest) {
        let mut client = ControlServiceClient::new(self.channel.clone());
        client.apply_organisation(tokio_stream::iter([request])).await.unwrap();
    }
}

/// The card with a number: the same each time, or with conflicting content.
fn card(number: u64, contradicts: bool) -> Event {
    let credit = |number: u64| Credit { employee: format!("e-{}", number % EMPLOYEES), ..Credit::default() };
    let credits = if number.is_multiple_of(5) {
        vec![credit(number), credit(number * 7 + 1)]
    } else {
        vec![credit(number)]
    };
    Event {
        source: "core-cards".to_owned(),
        id: format!("k-{number}"),
        r#type: "card.issued".to_owned(),
        occurred_time: Some(prost_types::Timestamp { seconds: 1_770_000_000 + number as i64, nanos: 0 }),
        business_date: Some(day(2, 1 + number % 28)),
        credits,
        customer: format!("customer-{}", number % 60),
        subject: format!("card-{number}"),
        product: if contradicts { "silver" } else { "gold" }.to_owned(),
        quantity: Some(1 + (number % 3) as i64),
        ..Event::default()
    }
}

fn day(month: i32, day: u64) -> Date {
    Date { year: 2026, month, day: day as i32 }
}
