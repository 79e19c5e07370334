//! Generated events: numbered and un-numbered sources, zero to four creditors with and without shares,
//! unknown employees, dates on the edges of periods, great and absent numbers. Each passes the catalogue's
//! check, as every event of a log does.

use std::borrow::Cow;

use longhu_core::Time;
use longhu_core::catalogue::{Catalogue, QUANTITY_MAX};
use longhu_core::event::{Credit, Event, WHOLE_PPM};
use longhu_core::types::money::{AMOUNT_MAX, Amount, Currency};
use proptest::prelude::*;
use proptest::sample::select;

use crate::generated::contests::{DEADLINES, PERIODS, day, instant};
use crate::generated::naming::{CUSTOMERS, EMPLOYEE_CODES, UNIT_CODES};
use crate::generated::organisation::{UNITS, employee_id, unit_id};

/// Types of events.
pub const TYPES: [&str; 4] = ["card.issued", "wealth.sold", "visit.made", "transaction.posted"];
/// Product codes.
pub const PRODUCTS: [&str; 4] = ["gold", "silver", "plain", ""];
/// Channels.
pub const CHANNELS: [&str; 3] = ["counter", "mobile", ""];
/// Segments.
pub const SEGMENTS: [&str; 3] = ["retail", "private", "corporate"];
/// A registered source that numbers its events.
pub const NUMBERED: &str = "core";
/// A registered source that does not.
pub const NAMED: &str = "cards";
/// A source that is not registered, which numbers some of its events.
pub const UNREGISTERED: &str = "wild";

/// The customer of a copy whose pseudonym was made with another key.
pub const OTHER_EPOCH: &str = "customer of another epoch";

/// An event as recorded by ingest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The event.
    pub event: Event<'static>,
    /// When it was recorded.
    pub recorded: Time,
}

/// How a later copy of an event differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The same.
    Same,
    /// The same, with pseudonyms of another key.
    OtherPseudonyms,
    /// Different content.
    OtherContent,
    /// A reversal of something else, without any effect; for an event that is not a reversal, different
    /// content.
    OtherTarget,
}

/// A fact.
pub fn fact() -> impl Strategy<Value = Fact> {
    (identity(), business(), credits(), (branch(), customer(), account()), values()).prop_map(
        |((source, id, source_sequence), business, credits, (branch, customer, account), values)| {
            let (kind, date, hour, recorded) = business;
            let (subject, revision) = account;
            let subject = if kind == "card.issued" && subject.is_empty() { "a3" } else { subject };
            let (codes, quantity, amount, attributes) = values;
            let (product, channel, segment) = codes;
            let amount = amount.or((kind == "wealth.sold").then(|| money("CNY", 20_000)));
            let rest_is_open = credits.iter().any(|credit| credit.share_ppm.is_none());
            let total: u32 = credits.iter().filter_map(|credit| credit.share_ppm).sum();
            let needs_branch = credits.is_empty() || (!rest_is_open && total < WHOLE_PPM);
            let branch = match branch {
                None if needs_branch => unit_id(0),
                None => String::new(),
                Some(branch) => branch,
            };
            let event = Event {
                source: source.into(),
                id: format!("e{id}").into(),
                source_sequence,
                kind: kind.into(),
                occurred: Time(instant(date).0 + hour * 3_600_000_000_000),
                business_date: day(date),
                branch: branch.into(),
                credits,
                customer: customer.into(),
                subject: subject.into(),
                product: product.into(),
                channel: channel.into(),
                segment: segment.into(),
                quantity,
                amount,
                revision,
                reverses: None,
                attributes,
            };
            debug_assert_eq!(Catalogue::default().check(&event), Ok(()));
            Fact { event, recorded }
        },
    )
}

/// A copy of a fact, recorded at another time.
pub fn again(fact: &Fact, how: Again, recorded: Time) -> Fact {
    let mut event = fact.event.clone();
    match how {
        Again::Same => {}
        Again::OtherPseudonyms => {
            event.customer = OTHER_EPOCH.into();
            event.subject = "subject of another epoch".into();
        }
        Again::OtherTarget if event.reverses.is_some() => {
            event.reverses = None;
            if event.branch.is_empty() {
                event.branch = unit_id(0).into();
            }
        }
        Again::OtherContent | Again::OtherTarget => {
            event.quantity = Some(event.quantity.unwrap_or(1) % 1_000 + 2)
        }
    }
    Fact { event, recorded }
}

fn identity() -> impl Strategy<Value = (&'static str, u32, Option<u64>)> {
    let number = || prop_oneof![20 => 1u64..200, 1 => 1_000_000_000u64..1_000_000_003];
    // In a numbered source ids do not identify events, so they may be used twice.
    let numbered = (0u32..40, prop::option::weighted(0.97, number())).prop_map(|(id, n)| (NUMBERED, id, n));
    let named = (0u32..200, prop::option::weighted(0.1, number())).prop_map(|(id, n)| (NAMED, id, n));
    let wild = (0u32..200, prop::option::weighted(0.5, number())).prop_map(|(id, n)| (UNREGISTERED, id, n));
    prop_oneof![3 => numbered, 3 => named, 1 => wild]
}

fn business() -> impl Strategy<Value = (&'static str, i64, i64, Time)> {
    let edges: Vec<i64> =
        PERIODS.iter().flat_map(|(first, last)| [first - 1, *first, *last, last + 1]).collect();
    let date = prop_oneof![2 => select(edges), 3 => 10i64..21];
    let around = (select(DEADLINES.to_vec()), -1i64..2).prop_map(|(day, by)| Time(instant(day).0 + by));
    let recorded = prop_oneof![
        3 => (5i64..45).prop_map(instant),
        1 => around,
    ];
    (select(TYPES.to_vec()), date, 8i64..11, recorded)
}

fn credits() -> impl Strategy<Value = Vec<Credit<'static>>> {
    let share = prop_oneof![
        3 => Just(None),
        2 => select(vec![0u32, 1, 100_000, 250_000, 333_333, 500_000, WHOLE_PPM]).prop_map(Some),
    ];
    let employee = prop_oneof![24 => 0usize..9, 2 => 9usize..60, 1 => 100usize..102];
    let employee = prop_oneof![
        40 => employee.prop_map(employee_id),
        // A mistake of an adapter: there is no such employee.
        1 => (0..UNITS).prop_map(unit_id),
        8 => select([&EMPLOYEE_CODES[..], &EMPLOYEE_CODES[..2], &EMPLOYEE_CODES[..1], &UNIT_CODES[..1]].concat())
            .prop_map(str::to_owned),
    ];
    let role = select(vec!["", "assistant", "responsible"]);
    let credit = (employee, role, share);
    let count = prop_oneof![1 => Just(0usize), 8 => Just(1), 3 => Just(2), 2 => Just(3), 1 => Just(4)];
    count.prop_flat_map(move |count| prop::collection::vec(credit.clone(), count)).prop_map(|raw| {
        let mut credits: Vec<Credit<'static>> = Vec::new();
        let mut left = WHOLE_PPM;
        for (employee, role, share) in raw {
            let employee = Cow::Owned(employee);
            if credits.iter().any(|credit| credit.employee == employee && credit.role == role) {
                continue;
            }
            let share_ppm = share.map(|share| share.min(left));
            left -= share_ppm.unwrap_or(0);
            credits.push(Credit { employee, role: role.into(), share_ppm });
        }
        credits
    })
}

/// An account and the revision of a report about it.
fn account() -> impl Strategy<Value = (&'static str, Option<i64>)> {
    (
        prop_oneof![6 => select(vec!["a1", "a2", "a3", "a1"]), 1 => Just("")],
        prop::option::weighted(0.4, select(vec![0i64, 1, 2, -1])),
    )
}

fn customer() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => select(CUSTOMERS.to_vec()), 1 => Just("")]
}

fn branch() -> impl Strategy<Value = Option<String>> {
    prop_oneof![
        8 => (0..UNITS).prop_map(|number| Some(unit_id(number))),
        1 => Just(Some("u-stranger".to_owned())),
        1 => (0usize..9).prop_map(|number| Some(employee_id(number))),
        2 => select([&UNIT_CODES[..], &UNIT_CODES[..1], &UNIT_CODES[..1], &EMPLOYEE_CODES[..1]].concat())
            .prop_map(|code| Some(code.to_owned())),
        3 => Just(None),
    ]
}

type Codes = (&'static str, &'static str, &'static str);
type Attributes = Vec<(Cow<'static, str>, Cow<'static, str>)>;

fn values() -> impl Strategy<Value = (Codes, Option<i64>, Option<Amount>, Attributes)> {
    let codes = (select(PRODUCTS.to_vec()), select(CHANNELS.to_vec()), select(SEGMENTS.to_vec()));
    let quantity = prop::option::weighted(0.5, select(vec![0i64, 1, 2, 3, 7, 1_001, QUANTITY_MAX]));
    let minor = select(vec![
        0i64,
        1,
        -1,
        3,
        5,
        100,
        9_999,
        10_000,
        10_001,
        12_345,
        -12_345,
        50_000,
        70_001,
        AMOUNT_MAX,
        -AMOUNT_MAX,
    ]);
    let currency = prop_oneof![6 => Just("CNY"), 2 => Just("JPY"), 1 => Just("USD"), 2 => Just("KWD")];
    let amount = (currency, minor).prop_map(|(currency, minor)| money(currency, minor));
    let campaign = prop::option::weighted(0.6, select(vec!["spring", "autumn", "winter"]));
    let vip = prop::option::weighted(0.6, select(vec!["yes", "no"]));
    let attributes = (campaign, vip).prop_map(|(campaign, vip)| {
        let campaign = campaign.map(|value| ("campaign".into(), value.into()));
        let vip = vip.map(|value| ("vip".into(), value.into()));
        campaign.into_iter().chain(vip).collect()
    });
    (codes, quantity, prop::option::weighted(0.7, amount), attributes)
}

/// An amount of money.
pub fn money(currency: &str, minor: i64) -> Amount {
    Amount { currency: Currency::parse(currency).unwrap(), minor }
}
