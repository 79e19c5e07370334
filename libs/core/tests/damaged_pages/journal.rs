//! Pages of the journal, of dossiers, of waiting reversals and of dead letters.

use std::panic::{AssertUnwindSafe, catch_unwind};

use longhu_core::fold::journal::reversal_part::{ReversalPart, Target};
use longhu_core::fold::shard::dead_letters::{DeadLetter, Reason};
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::pages::{PageError, Pages};
use longhu_core::{Position, Time};
use serde::{Deserialize, Serialize};

use super::{Damage, assert_refused, use_all, written};

/// A link of the journal: sequence, index and date.
type Link = (u64, u32, i32);

#[test]
fn a_chain_of_nobody_or_to_a_future_entry_is_refused() {
    assert_refused::<Vec<Link>>(
        &[6, 1],
        &[
            ("participant", |chains| chains.extend([(0, 0, 0); 100])),
            ("entry", |chains| chains[0] = (99, 0, 0)),
            ("more than a page has", |chains| chains.resize(300, (0, 0, 0))),
        ],
    );
}

/// The beginning of a record of the journal or a dossier, as far as it is damaged here.
#[derive(Serialize, Deserialize)]
enum Code {
    Known(u32),
    Own(String),
}

#[derive(Serialize, Deserialize)]
enum Pseudonym {
    None,
    Packed(u32, [u8; 16]),
    Own(String),
}

/// The head of an event in a dossier: date, position, revision, two times, amount, whether it has reversals.
type Asked = (i32, Position, i64, Time, Time, i64, bool);
/// Heads, each with three lengths in bytes, and bodies.
type Segment = (Vec<(Asked, [u32; 3])>, Vec<u8>);

type Credit = (u32, Code, Option<u32>);

#[derive(Serialize, Deserialize)]
struct Fact {
    source: u32,
    id: String,
    number: Option<u64>,
    kind: Code,
    date: i32,
    occurred: Time,
    recorded: Time,
    branch: Option<u32>,
    credits: Vec<Credit>,
    customer: Pseudonym,
    subject: Pseudonym,
    product: Code,
    channel: Code,
    segment: Code,
    quantity: Option<i64>,
    amount: Option<Amount>,
    revision: Option<i64>,
    attributes: Vec<(String, String)>,
    links: Vec<Link>,
}

const FACTS: [Damage<Fact>; 10] = [
    ("source", |fact| fact.source = 9),
    ("kind", |fact| fact.kind = Code::Known(900)),
    ("date", |fact| fact.date = i32::MAX),
    ("branch", |fact| fact.branch = Some(1_000)),
    ("creditor", |fact| fact.credits[0].0 = 1_000),
    ("role", |fact| fact.credits[0].1 = Code::Known(900)),
    ("product", |fact| fact.product = Code::Known(900)),
    ("channel", |fact| fact.channel = Code::Known(900)),
    ("segment", |fact| fact.segment = Code::Known(900)),
    ("amount", |fact| {
        fact.amount = Some(Amount { currency: Currency::parse("CNY").unwrap(), minor: i64::MIN });
    }),
];

/// Applies each damage to a fact of every page with a prefix, one page after the other.
fn assert_fact_refused(prefix: &[u8], wrap: impl Fn(&[u8], fn(&mut Fact)) -> Option<Vec<u8>>) {
    let right = written();
    for (name, damage) in FACTS {
        let mut refused = 0;
        for (key, page) in right.scan(prefix).unwrap() {
            let Some(wrong) = wrap(&page, damage) else { continue };
            let mut pages = right.clone();
            pages.commit(vec![(key.clone(), Some(wrong))]);
            let said = catch_unwind(AssertUnwindSafe(|| use_all(&pages)));
            let is_refused =
                matches!(&said, Ok(Err(PageError::Damaged { key: named, .. })) if key.starts_with(named));
            // A record that nobody asks for is not read, so it is not refused either.
            assert!(is_refused || matches!(said, Ok(Ok(()))), "{name}: {said:?}");
            refused += usize::from(is_refused);
        }
        assert!(refused > 0, "{name}");
    }
}

#[test]
fn a_journal_record_with_an_unknown_id_is_refused_when_its_page_is_read() {
    assert_fact_refused(&[6, 0], |page, damage| {
        // The version; then index, length and content of the only record. An original is the first kind.
        let (head, record) = page[1..].split_at(8);
        let (kind, record) = record.split_first()?;
        let (mut fact, rest) = postcard::take_from_bytes::<Fact>(record).ok().filter(|_| *kind == 0)?;
        damage(&mut fact);
        let record = [&[0], &postcard::to_allocvec(&fact).unwrap()[..], rest].concat();
        let length = (record.len() as u32).to_le_bytes();
        Some([&page[..1], &head[..4], &length, &record].concat())
    });
}

#[test]
fn a_journal_record_in_the_wrong_page_is_refused() {
    let mut pages = written();
    let (key, mut page) = pages.scan(&[6, 0]).unwrap().remove(0);
    page[1..5].copy_from_slice(&900u32.to_le_bytes());
    pages.commit(vec![(key.clone(), Some(page))]);
    let said = use_all(&pages);
    assert!(matches!(&said, Err(PageError::Damaged { key: named, .. }) if *named == key), "{said:?}");
}

#[test]
fn a_circular_chain_is_refused_and_not_followed_for_ever() {
    let right = written();
    let mut refused = 0;
    for (key, page) in right.scan(&[6, 0]).unwrap() {
        let (head, record) = page[1..].split_at(8);
        let Ok((mut fact, rest)) = postcard::take_from_bytes::<Fact>(&record[1..]) else { continue };
        let own = u64::from_be_bytes(key[2..10].try_into().unwrap());
        fact.links.iter_mut().for_each(|link| *link = (own, 0, link.2));
        let record = [&[0], &postcard::to_allocvec(&fact).unwrap()[..], rest].concat();
        let mut pages = right.clone();
        let length = (record.len() as u32).to_le_bytes();
        pages.commit(vec![(key, Some([&page[..1], &head[..4], &length, &record].concat()))]);
        refused += usize::from(matches!(use_all(&pages), Err(PageError::Damaged { .. })));
    }
    assert!(refused > 0);
}

#[test]
fn a_dossier_entry_with_an_unknown_id_is_refused_when_it_is_read() {
    assert_fact_refused(&[8], |page, damage| {
        let mut segments: [Segment; 16] = postcard::from_bytes(page).ok()?;
        let (heads, bodies) = segments.iter_mut().find(|(heads, _)| !heads.is_empty())?;
        // For each event: where its bytes begin, the length of its shape, and its length.
        heads.sort_unstable_by_key(|head| head.1[0]);
        let (mut rest, mut changed) = (std::mem::take(bodies), Vec::new());
        for (_, [at, shape, length]) in heads.iter_mut() {
            let after = rest.split_off(*length as usize);
            let (form, event) = rest.split_at(*shape as usize);
            let (mut fact, reversal_parts) = postcard::take_from_bytes::<Fact>(event).ok()?;
            damage(&mut fact);
            let body = [form, &postcard::to_allocvec(&fact).unwrap(), reversal_parts].concat();
            (*at, *length) = (changed.len() as u32, body.len() as u32);
            changed.extend(body);
            rest = after;
        }
        heads.sort_unstable_by_key(|head| (head.0.0, head.0.1));
        *bodies = changed;
        postcard::to_allocvec(&segments).ok()
    });
}

#[test]
fn a_waiting_reversal_of_an_unknown_source_or_in_the_wrong_page_is_refused() {
    assert_refused::<Vec<((u32, Target), Vec<ReversalPart>)>>(
        &[6, 4],
        &[
            ("source", |waiting| waiting[0].0.0 = 9),
            ("entry", |waiting| waiting[0].1[0].position = Position::new(99, 0)),
            ("page", |waiting| waiting[0].0.1 = Target::Number(7)),
            ("original twice", |waiting| waiting.push(waiting[0].clone())),
        ],
    );
}

#[test]
fn too_many_dead_letters_or_future_ones_are_refused() {
    assert_refused::<Vec<DeadLetter>>(
        &[5, 1],
        &[
            ("entry", |letters| letters[0].position = Position::new(99, 0)),
            ("too many", |letters| {
                let position = Position::new(1, 0);
                letters.resize(1_001, DeadLetter { position, reason: Reason::NoEffect });
            }),
        ],
    );
}
