//! Compares the identities with a plain map, over random histories with checkpoints, restarts and evictions.

use std::collections::HashMap;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::tests::event;
use super::*;
use crate::types::ids::SourceId;
use crate::types::pages::MemoryPages;

const SOURCES: [(&str, bool); 4] = [("core", true), ("ebank", true), ("cards", false), ("loans", false)];

#[derive(Clone, Debug)]
enum Step {
    /// A copy of an event: source, identity, content, days after the first date.
    Admit {
        source: usize,
        identity: u64,
        content: i64,
        day: i64,
    },
    Checkpoint,
    Restart {
        budget_bytes: usize,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let identity = prop_oneof![4 => 0u64..40, 4 => 0u64..4000, 1 => any::<u64>()];
    let admit = (0..SOURCES.len(), identity, 0i64..3, 0i64..4)
        .prop_map(|(source, identity, content, day)| Step::Admit { source, identity, content, day });
    let restart = prop_oneof![Just(0usize), Just(20_000), Just(1 << 26)]
        .prop_map(|budget_bytes| Step::Restart { budget_bytes });
    prop_oneof![60 => admit, 2 => Just(Step::Checkpoint), 1 => restart]
}

/// The rules of identities, in their simplest form.
#[derive(Default)]
struct Model {
    first: HashMap<(usize, u64), (i64, Date, Position)>,
    counts: HashMap<usize, (u64, u64, u64)>,
}

impl Model {
    fn admit(&mut self, source: usize, identity: u64, content: (i64, Date), position: Position) -> Admission {
        let counts = self.counts.entry(source).or_default();
        match self.first.get(&(source, identity)) {
            None => {
                self.first.insert((source, identity), (content.0, content.1, position));
                counts.0 += 1;
                Admission::Fresh
            }
            Some((value, date, first)) if (*value, *date) == content => {
                counts.1 += 1;
                Admission::Duplicate { first: *first }
            }
            Some((_, _, first)) => {
                counts.2 += 1;
                Admission::Conflict { first: *first }
            }
        }
    }

    fn gaps(&self, source: usize, greatest: u64) -> Vec<(u64, u64)> {
        let mut numbers: Vec<_> = self.first.keys().filter(|(s, _)| *s == source).map(|(_, n)| *n).collect();
        numbers.sort_unstable();
        let mut gaps = Vec::new();
        let mut next = 1;
        for number in numbers.into_iter().filter(|number| *number != 0 && *number <= greatest) {
            if number > next {
                gaps.push((next, number - 1));
            }
            next = number.saturating_add(1);
        }
        gaps.truncate(GAPS_MAX);
        gaps
    }
}

fn check(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut model = Model::default();
    let mut pages = MemoryPages::default();
    let mut identities = Identities::with_budget(10_000);
    let checkpoint = |identities: &mut Identities, pages: &mut MemoryPages| {
        let mut dirty = DirtyPages::new();
        identities.take_dirty(&mut dirty);
        pages.commit(dirty);
    };
    for (at, step) in steps.iter().enumerate() {
        match *step {
            Step::Checkpoint => checkpoint(&mut identities, &mut pages),
            Step::Restart { budget_bytes } => {
                checkpoint(&mut identities, &mut pages);
                identities = Identities::restore_with_budget(&pages, budget_bytes).unwrap();
            }
            Step::Admit { source, identity, content, day } => {
                let (name, numbered) = SOURCES[source];
                let day = date(2025, 1, 30) + jiff::Span::new().days(day);
                let id = if numbered { String::new() } else { identity.to_string() };
                let mut event = event(name, &id, numbered.then_some(identity), day);
                event.quantity = Some(content);
                let position = Position::new(at as u64 / 10 + 1, at as u32 % 10);
                let expected = model.admit(source, identity, (content, day), position);
                let admission =
                    identities.admit(&pages, SourceId::at(source), numbered, &event, position).unwrap();
                prop_assert_eq!(admission, expected, "step {}: {:?}", at, step);
                let is_first = identities
                    .is_counted_copy(&pages, SourceId::at(source), numbered, &event, position)
                    .unwrap();
                prop_assert_eq!(is_first, expected == Admission::Fresh);
            }
        }
    }
    for (source, (_, numbered)) in SOURCES.iter().enumerate() {
        let status = identities.status(&pages, SourceId::at(source)).unwrap();
        let counts = model.counts.get(&source).copied().unwrap_or_default();
        prop_assert_eq!((status.counted, status.duplicates, status.conflicts), counts);
        let of_source = model.first.keys().filter(|(s, _)| *s == source && *numbered);
        let greatest = of_source.map(|(_, number)| *number).max().unwrap_or(0);
        prop_assert_eq!(status.greatest, greatest);
        if *numbered {
            let gaps = model.gaps(source, greatest);
            let contiguous = gaps.first().map_or(greatest, |(first, _)| first - 1);
            prop_assert_eq!((status.gaps, status.contiguous), (gaps, contiguous));
        }
        let listed = identities.conflicts(&pages, SourceId::at(source)).unwrap();
        prop_assert_eq!(listed.len() as u64, counts.2.min(CONFLICTS_MAX as u64));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn identities_answer_as_a_plain_map_would(steps in prop::collection::vec(step(), 1..3000)) {
        check(&steps)?;
    }
}
