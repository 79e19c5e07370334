//! Generated hand-overs and source codes: chains, swaps, hand-overs back, some for listed customers only,
//! substitutes, numbers given to the next teller, codes with gaps, and later revisions of all these. Each
//! passes the check on its own. Whether two of them overlap is random, because the fold must give the same
//! result anyway.

use std::collections::BTreeSet;

use longhu_core::control::{Decision, Payload};
use longhu_core::organisation::{HandOver, Meaning, SourceCode};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};

use crate::generated::contests::day;
use crate::generated::events::{NAMED, NUMBERED, OTHER_EPOCH, UNREGISTERED};
use crate::generated::histories::turn;
use crate::generated::organisation::{decision, employee_id, unit_id};

/// Customers, one of them with a pseudonym as ingest makes it. Events may also have no customer.
pub const CUSTOMERS: [&str; 3] = ["k1", "k2", "p1.Lt7_CcL650ZWkIHDGraRcw"];
/// Codes of sources for employees. The last one never gets a meaning.
pub const EMPLOYEE_CODES: [&str; 3] = ["t1", "t2", "t3"];
/// Codes of sources for units.
pub const UNIT_CODES: [&str; 2] = ["o1", "o2"];
/// Employees who hand customers over.
const FROM: usize = 4;

/// Decisions on names, each with its place among the other decisions.
pub fn naming() -> impl Strategy<Value = Vec<(Index, Decision)>> {
    let hand_overs = prop::collection::vec(hand_overs(), 2..6).prop_map(|drafts| {
        let drafts = drafts.into_iter().flatten().enumerate();
        drafts.flat_map(|(number, draft)| draft.decisions(number)).collect::<Vec<Decision>>()
    });
    let codes = prop::collection::vec(code(), 3..9).prop_map(|drafts| {
        let mut known = BTreeSet::new();
        let fresh = drafts.into_iter().filter(|(first, _)| known.insert(first.key()));
        fresh.flat_map(|(first, second)| of_code(first, second)).collect::<Vec<Decision>>()
    });
    let any = (hand_overs, codes, prop::collection::vec(any::<Index>(), 40)).prop_map(
        |(hand_overs, codes, places)| {
            places.into_iter().cycle().zip(hand_overs.into_iter().chain(codes)).collect()
        },
    );
    prop_oneof![1 => Just(Vec::new()), 4 => any]
}

/// A hand-over that has no number yet.
#[derive(Clone, Debug)]
struct Draft {
    from: usize,
    to: usize,
    start: i64,
    /// How many days it lasts after the first.
    lasts: Option<i64>,
    customers: Option<Vec<&'static str>>,
    /// A mistake: it names units, which cannot hand over customers.
    is_of_units: bool,
    second: Option<Change>,
}

/// What a later revision changes.
#[derive(Clone, Debug)]
enum Change {
    Start(i64),
    Lasts(Option<i64>),
    From(usize),
    To(usize),
    Customers(Option<Vec<&'static str>>),
}

/// Hand-overs that are related to each other.
#[derive(Clone, Copy, Debug)]
enum Pattern {
    One,
    Chain,
    Back,
    Swap,
    SomeBesideAll,
    Rivals,
}

fn hand_overs() -> impl Strategy<Value = Vec<Draft>> {
    use Pattern::*;
    let pattern = prop_oneof![3 => Just(One), 3 => Just(Chain), 2 => Just(Back), 3 => Just(Swap), 2 => Just(SomeBesideAll),
        2 => Just(Rivals)];
    let draft = || (times(), customers(), prop::bool::weighted(0.06), prop::option::weighted(0.5, change()));
    // From one employee to a second, and on to a third.
    let who = (0..FROM, 1..FROM, to(), select(vec![0i64, 1, 1, 2, 3, 5]));
    (pattern, who, draft(), draft()).prop_map(|(pattern, (from, by, third, gap), first, other)| {
        let second = (from + by) % FROM;
        let draft = |((start, lasts), customers, is_of_units, second), from, to| Draft {
            from,
            to,
            start,
            lasts,
            customers,
            is_of_units,
            second,
        };
        let start = first.0.0;
        let one = draft(first, from, if matches!(pattern, One) { third } else { second });
        let other = |from, to, start| Draft { start, ..draft(other.clone(), from, to) };
        match pattern {
            One => vec![one],
            Chain => vec![one, other(second, third, start + gap)],
            Back => vec![other(second, from, start + gap), one],
            Swap => vec![one, other(second, from, start)],
            Rivals => vec![Draft { customers: one.customers.clone(), ..other(from, third, start) }, one],
            SomeBesideAll => {
                let some = Some(one.customers.clone().unwrap_or_else(|| CUSTOMERS[..2].to_vec()));
                let all = Draft { customers: None, ..other(from, third, start) };
                vec![all, Draft { customers: some, ..one }]
            }
        }
    })
}

/// The employee who takes over may be unknown.
fn to() -> impl Strategy<Value = usize> {
    prop_oneof![16 => 0usize..9, 1 => Just(101)]
}

fn times() -> impl Strategy<Value = (i64, Option<i64>)> {
    (prop_oneof![2 => turn(), 3 => 9i64..18, 2 => 0i64..4], lasts())
}

fn lasts() -> impl Strategy<Value = Option<i64>> {
    prop::option::weighted(0.4, select(vec![0i64, 1, 2, 4, 7, 10]))
}

/// Of all customers, or of some. "No customer" is not among them, nor the pseudonym of a copy that does not
/// count.
fn customers() -> impl Strategy<Value = Option<Vec<&'static str>>> {
    let all = [&["", OTHER_EPOCH], &CUSTOMERS[..]].concat();
    prop_oneof![2 => Just(None), 3 => subsequence(all, 1..4).prop_map(Some)]
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => turn().prop_map(Change::Start),
        1 => lasts().prop_map(Change::Lasts),
        1 => (0..FROM).prop_map(Change::From),
        2 => to().prop_map(Change::To),
        1 => Just(Change::Customers(Some(Vec::new()))),
        2 => customers().prop_map(Change::Customers),
    ]
}

impl Draft {
    fn decisions(mut self, number: usize) -> Vec<Decision> {
        let of = |hand_over: HandOver, revision| {
            decision(&hand_over.id.clone(), revision, Payload::HandOver(hand_over))
        };
        let mut decisions = vec![of(self.hand_over(number), 1)];
        if let Some(change) = self.second.take() {
            match change {
                Change::Start(start) => self.start = start,
                Change::Lasts(lasts) => self.lasts = lasts,
                Change::From(from) => self.from = from,
                Change::To(to) => self.to = to,
                Change::Customers(customers) => self.customers = customers,
            }
            decisions.push(of(self.hand_over(number), 2));
        }
        decisions
    }

    fn hand_over(&self, number: usize) -> HandOver {
        let customers = self.customers.clone().unwrap_or_default();
        // The employee who takes over must be another one.
        let to = if self.to == self.from { self.to + 1 } else { self.to };
        let id = if self.is_of_units { unit_id } else { employee_id };
        HandOver {
            id: format!("h{number}"),
            from: id(self.from),
            to: id(to),
            start: day(self.start),
            end: self.lasts.map(|days| day(self.start + days)),
            is_for_all: self.customers.is_none(),
            customers: customers.into_iter().map(str::to_owned).collect(),
        }
    }
}

/// A code, and a later revision of its meanings.
fn code() -> impl Strategy<Value = (SourceCode, Option<Vec<Meaning>>)> {
    let source = select(vec![NUMBERED, NUMBERED, NUMBERED, NAMED, NAMED, NAMED, UNREGISTERED]);
    // Some codes equal the id of another employee.
    let [t1, t2, _] = EMPLOYEE_CODES;
    let of_employee = select(vec![t1, t1, t1, t1, t2, t2, "p1", "p2"]);
    let of_unit = select(vec![UNIT_CODES[0], UNIT_CODES[0], UNIT_CODES[0], UNIT_CODES[1], "u1"]);
    let drawn = prop_oneof![3 => (of_employee, Just(true)), 2 => (of_unit, Just(false))];
    (source, drawn).prop_flat_map(|(source, (code, is_employee))| {
        let (source, code) = (source.to_owned(), code.to_owned());
        (meanings(is_employee), prop::option::weighted(0.6, meanings(is_employee))).prop_map(
            move |(meanings, second)| {
                (SourceCode { source: source.clone(), code: code.clone(), meanings }, second)
            },
        )
    })
}

fn meanings(is_employee: bool) -> impl Strategy<Value = Vec<Meaning>> {
    // Sometimes wrong: a unit instead of an employee.
    let id = move || {
        (prop::bool::weighted(0.04), 0usize..7).prop_map(move |(is_wrong, number)| {
            if is_employee == is_wrong { unit_id(number) } else { employee_id(number) }
        })
    };
    let meaning = |id: String, start: Option<i64>, end: Option<i64>| Meaning {
        id,
        start: start.map(day),
        end: end.map(day),
    };
    let next = (id(), id(), select(vec![3i64, 10, 11, 15, 16, 20, 21]), select(vec![0i64, 0, 0, 1, 2]))
        .prop_map(move |(one, next, turn, gap)| {
            vec![meaning(one, None, Some(turn - 1 - gap)), meaning(next, Some(turn), None)]
        });
    let some = (id(), 8i64..18, select(vec![0i64, 1, 3, 8]))
        .prop_map(move |(id, start, lasts)| vec![meaning(id, Some(start), Some(start + lasts))]);
    prop_oneof![
        2 => id().prop_map(move |id| vec![meaning(id, None, None)]),
        7 => next,
        2 => some,
        1 => Just(Vec::new()),
    ]
}

fn of_code(first: SourceCode, second: Option<Vec<Meaning>>) -> Vec<Decision> {
    let second = second.map(|meanings| SourceCode { meanings, ..first.clone() });
    let of = |(code, revision): (SourceCode, u64)| decision(&code.key(), revision, Payload::SourceCode(code));
    [Some(first), second].into_iter().flatten().zip(1..).map(of).collect()
}
