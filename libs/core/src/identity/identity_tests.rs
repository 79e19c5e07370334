//! Tests of identities, one question each.

use std::borrow::Cow;

use jiff::civil::{Date, date};

use super::*;
use crate::Time;
use crate::event::Credit;
use crate::types::ids::SourceId;
use crate::types::money::{Amount, Currency};
use crate::types::pages::MemoryPages;
use crate::types::prefix::Prefix;

const DAY: Date = date(2025, 3, 14);

pub(super) fn event<'a>(source: &'a str, id: &'a str, number: Option<u64>, day: Date) -> Event<'a> {
    Event {
        source: source.into(),
        id: id.into(),
        source_sequence: number,
        kind: "account.opened".into(),
        occurred: Time(1_741_900_000_000_000_000),
        business_date: day,
        branch: "B001".into(),
        credits: vec![Credit { employee: "E1".into(), role: Cow::default(), share_ppm: None }],
        customer: "c-epoch-1".into(),
        subject: "s-epoch-1".into(),
        product: Cow::default(),
        channel: Cow::default(),
        segment: Cow::default(),
        quantity: None,
        amount: None,
        revision: None,
        reverses: None,
        attributes: vec![],
    }
}

/// Identities with their pages, as in a shard.
struct Kit {
    identities: Identities,
    pages: MemoryPages,
    next: u64,
}

impl Kit {
    fn new() -> Kit {
        Kit { identities: Identities::new(), pages: MemoryPages::default(), next: 0 }
    }

    fn admit(&mut self, numbered: bool, event: &Event) -> Admission {
        self.next += 1;
        let position = Position::new(self.next, 0);
        self.identities.admit(&self.pages, SourceId::new(0), numbered, event, position).unwrap()
    }

    fn number(&mut self, number: u64) -> Admission {
        self.admit(true, &event("core", "x", Some(number), DAY))
    }

    fn named(&mut self, id: &str, day: Date) -> Admission {
        self.admit(false, &event("cards", id, None, day))
    }

    fn status(&self) -> SourceStatus {
        self.identities.status(&self.pages, SourceId::new(0)).unwrap()
    }

    fn checkpoint(&mut self) {
        let mut dirty = DirtyPages::new();
        self.identities.take_dirty(&mut dirty);
        self.pages.commit(dirty);
    }

    fn restart(&mut self) {
        self.checkpoint();
        self.identities = Identities::restore_with_budget(&self.pages, 0).unwrap();
    }
}

fn at(sequence: u64) -> Position {
    Position::new(sequence, 0)
}

#[test]
fn redelivered_event_is_a_duplicate() {
    let mut kit = Kit::new();
    assert_eq!(kit.named("a", DAY), Admission::Fresh);
    assert_eq!(kit.named("b", DAY), Admission::Fresh);
    assert_eq!(kit.named("a", DAY), Admission::Duplicate { first: at(1) });
    kit.restart();
    assert_eq!(kit.named("a", DAY), Admission::Duplicate { first: at(1) });
    assert_eq!(kit.status().duplicates, 2);
    assert_eq!(kit.status().counted, 2);
}

#[test]
fn redelivered_number_is_a_duplicate() {
    let mut kit = Kit::new();
    assert_eq!(kit.number(7), Admission::Fresh);
    assert_eq!(kit.number(7), Admission::Duplicate { first: at(1) });
    kit.restart();
    assert_eq!(kit.number(7), Admission::Duplicate { first: at(1) });
}

#[test]
fn same_id_with_another_business_date_is_a_conflict() {
    let mut kit = Kit::new();
    kit.named("a", DAY);
    let later = date(2025, 3, 15);
    assert_eq!(kit.named("a", later), Admission::Conflict { first: at(1) });
    kit.restart();
    assert_eq!(kit.named("a", later), Admission::Conflict { first: at(1) });
    assert_eq!(kit.named("a", DAY), Admission::Duplicate { first: at(1) });
    let conflicts = kit.identities.conflicts(&kit.pages, SourceId::new(0)).unwrap();
    let listed: Vec<_> =
        conflicts.iter().map(|c| (c.id.as_str(), c.position, c.first, c.business_date)).collect();
    assert_eq!(listed, [("a", at(2), at(1), later), ("a", at(3), at(1), later)]);
    assert_eq!(conflicts[0].first_business_date, Some(DAY));
}

#[test]
fn same_number_with_another_amount_is_a_conflict_and_the_first_stays() {
    let mut kit = Kit::new();
    kit.number(1);
    let mut other = event("core", "x", Some(1), DAY);
    other.amount = Some(Amount { currency: Currency::parse("CNY").unwrap(), minor: 1 });
    assert_eq!(kit.admit(true, &other), Admission::Conflict { first: at(1) });
    assert_eq!(kit.admit(true, &other), Admission::Conflict { first: at(1) });
    assert_eq!(kit.number(1), Admission::Duplicate { first: at(1) });
}

#[test]
fn pseudonym_epoch_change_is_still_a_duplicate() {
    let mut kit = Kit::new();
    kit.named("a", DAY);
    let mut rekeyed = event("cards", "a", None, DAY);
    rekeyed.customer = "c-epoch-2".into();
    rekeyed.subject = "s-epoch-2".into();
    assert_eq!(kit.admit(false, &rekeyed), Admission::Duplicate { first: at(1) });
}

#[test]
fn texts_that_are_equal_when_joined_are_different_content() {
    let mut kit = Kit::new();
    let mut first = event("cards", "a", None, DAY);
    first.attributes = vec![("ab".into(), "c".into())];
    kit.admit(false, &first);
    first.attributes = vec![("a".into(), "bc".into())];
    assert_eq!(kit.admit(false, &first), Admission::Conflict { first: at(1) });
    first.attributes = vec![("ab".into(), "c".into())];
    assert_eq!(kit.admit(false, &first), Admission::Duplicate { first: at(1) });
}

#[test]
fn one_id_in_two_sources_is_two_identities() {
    let mut kit = Kit::new();
    assert_eq!(kit.admit(false, &event("ab", "c", None, DAY)), Admission::Fresh);
    assert_eq!(kit.admit(false, &event("a", "bc", None, DAY)), Admission::Fresh);
}

#[test]
fn gaps_are_listed_until_they_are_filled() {
    let mut kit = Kit::new();
    for number in (1..=5000).filter(|n| ![17, 18, 1024, 1025, 4000].contains(n)) {
        kit.number(number);
    }
    kit.restart();
    let status = kit.status();
    assert_eq!((status.contiguous, status.greatest), (16, 5000));
    assert_eq!(status.gaps, [(17, 18), (1024, 1025), (4000, 4000)]);
    for number in [18, 17, 4000, 1025] {
        assert_eq!(kit.number(number), Admission::Fresh);
    }
    assert_eq!((kit.status().contiguous, kit.status().gaps), (1023, vec![(1024, 1024)]));
    kit.number(1024);
    kit.restart();
    assert_eq!((kit.status().contiguous, kit.status().gaps), (5000, vec![]));
}

#[test]
fn a_source_that_skips_every_other_number_lists_the_first_gaps_only() {
    let mut kit = Kit::new();
    for number in 1..=3000 {
        kit.number(number * 2);
    }
    let status = kit.status();
    assert_eq!((status.contiguous, status.gaps.len(), status.more_gaps), (0, GAPS_MAX, true));
    assert_eq!(status.gaps[..2], [(1, 1), (3, 3)]);
}

#[test]
fn a_far_jump_in_numbers_allocates_little() {
    let mut kit = Kit::new();
    let far = [1 << 63, u64::MAX, u64::MAX - 5000, 1 << 40, 0];
    let before = kit.identities.memory_bytes();
    for number in far {
        assert_eq!(kit.number(number), Admission::Fresh);
    }
    let took = kit.identities.memory_bytes() - before;
    assert!(took < 4000, "{took} bytes");
    kit.restart();
    for (index, number) in far.into_iter().enumerate() {
        assert_eq!(kit.number(number), Admission::Duplicate { first: at(index as u64 + 1) });
    }
    let status = kit.status();
    assert_eq!((status.contiguous, status.greatest, status.gaps.len()), (0, u64::MAX, 4));
    assert_eq!(status.gaps[0], (1, (1 << 40) - 1));
}

#[test]
fn the_counted_copy_is_the_first_in_the_log() {
    let mut kit = Kit::new();
    let (named, numbered) = (event("cards", "a", None, DAY), event("core", "x", Some(3), DAY));
    kit.admit(false, &named);
    kit.admit(true, &numbered);
    kit.admit(false, &named);
    kit.restart();
    let Kit { identities, pages, .. } = &mut kit;
    assert!(identities.is_counted_copy(pages, SourceId::new(0), false, &named, at(1)).unwrap());
    assert!(!identities.is_counted_copy(pages, SourceId::new(0), false, &named, at(3)).unwrap());
    assert!(identities.is_counted_copy(pages, SourceId::new(0), true, &numbered, at(2)).unwrap());
    assert_eq!(identities.counted_at(pages, SourceId::new(0), Identity::Numbered(4)).unwrap(), None);
    let unknown = Identity::Named { source: "cards", id: "b" };
    assert_eq!(identities.counted_at(pages, SourceId::new(0), unknown).unwrap(), None);
}

#[test]
fn only_the_latest_conflicts_are_listed_but_all_are_counted() {
    let mut kit = Kit::new();
    kit.number(1);
    for round in 0..2600u64 {
        let mut other = event("core", "x", Some(1), DAY);
        other.quantity = Some(round as i64 + 2);
        kit.admit(true, &other);
        if round % 700 == 0 {
            kit.restart();
        }
    }
    for _ in 0..2 {
        let conflicts = kit.identities.conflicts(&kit.pages, SourceId::new(0)).unwrap();
        assert_eq!(conflicts.len(), CONFLICTS_MAX);
        assert_eq!((conflicts[0].position, conflicts[999].position), (at(1602), at(2601)));
        assert_eq!(kit.status().conflicts, 2600);
        kit.restart();
    }
    assert_eq!(kit.pages.scan(Prefix::IdentityConflict.bytes()).unwrap().len(), CONFLICTS_MAX);
}

#[test]
fn dates_beyond_the_range_of_the_filter_are_still_searched() {
    let mut kit = Kit::new();
    let days: Vec<_> = date(2010, 1, 1).series(jiff::ToSpan::days(1)).take(4200).collect();
    for day in &days {
        assert_eq!(kit.named(&day.to_string(), *day), Admission::Fresh);
    }
    kit.restart();
    for (index, day) in days.iter().enumerate() {
        assert_eq!(kit.named(&day.to_string(), *day), Admission::Duplicate { first: at(index as u64 + 1) });
    }
}

#[test]
fn a_position_that_cannot_be_stored_stops_the_fold_and_counts_nothing() {
    let mut kit = Kit::new();
    let wanted = event("core", "x", Some(1), DAY);
    let beyond = kit.identities.admit(&kit.pages, SourceId::new(0), true, &wanted, Position::new(1, 70_000));
    assert!(matches!(beyond, Err(PageError::Unreadable { .. })));
    assert_eq!(kit.number(1), Admission::Fresh);
}

#[test]
fn runs_stay_few_and_nothing_is_lost_in_merging() {
    let mut kit = Kit::new();
    for id in 0..40_000 {
        kit.named(&id.to_string(), DAY);
        if id % 400 == 0 {
            kit.checkpoint();
        }
    }
    kit.restart();
    let runs = kit.pages.scan(Prefix::IdentityRunPage.bytes()).unwrap();
    let ids: std::collections::BTreeSet<_> = runs.iter().map(|(key, _)| key[6..10].to_vec()).collect();
    assert!(ids.len() <= 16, "{} runs", ids.len());
    for id in (0..40_000).step_by(97) {
        assert_eq!(kit.named(&id.to_string(), DAY), Admission::Duplicate { first: at(id + 1) });
    }
}

#[test]
fn damaged_pages_are_recognised_and_never_panic() {
    let mut kit = Kit::new();
    for id in 1..=700 {
        kit.named(&id.to_string(), DAY);
        kit.number(id * 3);
        let mut other = event("core", "x", Some(id * 3), DAY);
        other.quantity = Some(9);
        kit.admit(true, &other);
    }
    kit.checkpoint();
    let pages = kit.pages.scan(&[]).unwrap();
    for (key, value) in &pages {
        let cuts = (0..value.len()).step_by(value.len() / 8 + 1);
        for at in cuts {
            let mut flipped = value.clone();
            flipped[at] ^= 0x5a;
            for bad in [value[..at].to_vec(), flipped] {
                let mut damaged = kit.pages.clone();
                damaged.commit(vec![(key.clone(), Some(bad))]);
                exercise(&damaged);
            }
        }
        let mut missing = kit.pages.clone();
        missing.commit(vec![(key.clone(), None)]);
        exercise(&missing);
    }
}

/// Uses every kind of page. Errors are fine here, panics are not.
fn exercise(pages: &MemoryPages) {
    let Ok(mut identities) = Identities::restore(pages) else { return };
    for id in [1, 500, 2000] {
        let text = id.to_string();
        let _ = identities.admit(pages, SourceId::new(0), false, &event("cards", &text, None, DAY), at(99));
        let _ = identities.admit(pages, SourceId::new(0), true, &event("core", "x", Some(id), DAY), at(99));
    }
    let _ = identities.status(pages, SourceId::new(0));
    let _ = identities.conflicts(pages, SourceId::new(0));
    identities.take_dirty(&mut DirtyPages::new());
}

/// Found by the model test: a checkpoint that wrote a merged run and nothing else did not store the next
/// run's id. After a restart a new run overwrote the merged one, and its identities were counted again.
#[test]
fn a_merge_without_new_events_keeps_its_run_after_a_restart() {
    let mut kit = Kit::new();
    for id in 0..4 {
        kit.named(&id.to_string(), DAY);
        kit.checkpoint();
    }
    kit.named("0", DAY);
    kit.restart();
    kit.named("new", DAY);
    kit.restart();
    for id in 0..4 {
        assert_eq!(kit.named(&id.to_string(), DAY), Admission::Duplicate { first: at(id + 1) });
    }
}
