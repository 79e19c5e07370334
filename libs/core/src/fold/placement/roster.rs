//! The rows of a board: every participant of its kind that the organisation knows, ordered by id, so that the
//! row number is the last tie-break. All tables of a board have the same rows.

use crate::contest::Contest;
use crate::fold::placement::context::Context;
use crate::organisation::EMPLOYEE;
use crate::rule::separates::Separates;
use crate::types::ids::{HolderId, RowId};

/// A participant that may have a row.
#[derive(Clone, Copy, Debug)]
pub struct Participant<'a> {
    /// The number.
    pub number: HolderId,
    /// The name.
    pub name: &'a str,
    /// Whether the participant exists on any day of the contest.
    pub takes_part: bool,
}

/// The rows of a kind.
#[derive(Clone, Debug)]
pub struct Roster {
    /// A unit kind, or `employee`.
    pub kind: String,
    /// The participants' numbers, by row.
    participants: Vec<HolderId>,
    /// By row: whether the participant is listed even without a credit, if the contest lists all who are
    /// eligible.
    takes_part: Vec<bool>,
    /// The row of each participant, by participant number.
    row_of: Vec<RowId>,
    /// Rows of equal name have equal numbers. Empty unless names break ties.
    name_order: Vec<u32>,
    /// Employees of each row. Empty unless scores are ranked per head.
    heads: Vec<u32>,
}

impl Roster {
    /// The rows of `participants`, which must be ordered by id.
    pub fn new(kind: &str, contest: &Contest, participants: &[Participant], numbers: usize) -> Roster {
        let mut row_of = vec![RowId::NONE; numbers];
        for (row, participant) in participants.iter().enumerate() {
            row_of[participant.number.index()] = RowId::at(row);
        }
        let uses_name = contest.tie_breaks.iter().any(|tie_break| tie_break.separates() == Separates::Name);
        Roster {
            kind: kind.to_owned(),
            participants: participants.iter().map(|participant| participant.number).collect(),
            takes_part: participants.iter().map(|participant| participant.takes_part).collect(),
            row_of,
            name_order: if uses_name { name_order(participants) } else { Vec::new() },
            heads: Vec::new(),
        }
    }

    /// The rows of a board of a contest, from the organisation.
    pub fn of_board(kind: &str, contest: &Contest, context: Context) -> Roster {
        let organisation = context.organisation;
        let (first, last) = (contest.start, contest.end);
        // Most ids differ within their first 16 bytes, so those are kept beside the row and compared first.
        let mut rows: Vec<(u128, &str, &str, bool)> = if kind == EMPLOYEE {
            let employees = organisation.employees();
            let row = |e: &'_ crate::organisation::Employee| e.is_active_within(first, last);
            employees.map(|e| (beginning(&e.id), e.id.as_str(), e.name.as_str(), row(e))).collect()
        } else {
            let of_kind = organisation.units().filter(|unit| unit.kind == *kind);
            let row = |unit: &crate::organisation::Unit| unit.is_open_within(first, last);
            of_kind
                .map(|unit| (beginning(&unit.id), unit.id.as_str(), unit.name_on(last), row(unit)))
                .collect()
        };
        sort(&mut rows);
        let numbers = context.participants.find_each(rows.iter().map(|(_, id, ..)| *id));
        let known = numbers.into_iter().zip(rows).filter_map(|(number, (_, _, name, takes_part))| {
            Some(Participant { number: number?, name, takes_part })
        });
        let mut roster = Roster::new(kind, contest, &known.collect::<Vec<_>>(), context.participants.len());
        if contest.ranked_by.counts_heads() {
            let counts = (kind != EMPLOYEE).then(|| organisation.head_counts(last));
            let heads = |number: &HolderId| {
                let unit = context.participants.text(*number);
                counts.as_ref().map_or(1, |counts| counts.of(unit) as u32)
            };
            roster.heads = roster.participants.iter().map(heads).collect();
        }
        roster
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.participants.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.participants.is_empty()
    }

    /// The row of a participant's number; [`RowId::NONE`] if it has no row.
    pub fn row_of(&self, number: HolderId) -> RowId {
        self.row_of.get(number.index()).copied().unwrap_or(RowId::NONE)
    }

    /// The participant's number of a row.
    pub fn participant(&self, row: RowId) -> HolderId {
        self.participants[row.index()]
    }

    /// Whether a row is listed even without a credit, if the contest lists all who are eligible.
    pub fn takes_part(&self, row: RowId) -> bool {
        self.takes_part[row.index()]
    }

    /// The position of a row's name among all names; 0 for every row if names do not break ties.
    pub fn name_order(&self, row: RowId) -> u32 {
        self.name_order.get(row.index()).copied().unwrap_or(0)
    }

    /// Employees of a row, if scores are ranked per head.
    pub fn heads(&self, row: RowId) -> u32 {
        self.heads.get(row.index()).copied().unwrap_or(0)
    }
}

/// Sorts rows on two threads, half each, because a restart waits for it. The final sort merges the two sorted
/// runs.
fn sort<T: Ord + Send>(rows: &mut [T]) {
    let (first, last) = rows.split_at_mut(rows.len() / 2);
    std::thread::scope(|scope| {
        scope.spawn(|| first.sort_unstable());
        last.sort_unstable();
    });
    rows.sort();
}

/// The first 16 bytes of a text, padded with zeros. Sorts like the text, except among texts with the same
/// beginning.
fn beginning(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let count = text.len().min(bytes.len());
    bytes[..count].copy_from_slice(&text.as_bytes()[..count]);
    u128::from_be_bytes(bytes)
}

fn name_order(participants: &[Participant]) -> Vec<u32> {
    let mut names: Vec<&str> = participants.iter().map(|participant| participant.name).collect();
    names.sort_unstable();
    names.dedup();
    participants
        .iter()
        .map(|participant| names.partition_point(|other| *other < participant.name) as u32)
        .collect()
}
