//! The oracle's tables: for each participant that the organisation ever knew all its credits, added up, compared with
//! everybody else's. It never keeps a rank that it could count again.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Time;
use crate::contest::{Contest, Listing, TieBreak, TieRule};
use crate::oracle::credits::Credit;
use crate::oracle::decisions::Organisation;
use crate::oracle::sum::{Sum, row_hash};
use crate::oracle::ways;

/// When a score was reached: business date, time, source, id.
pub type Reach = (Date, Time, String, String);

/// A key of the order of rows; the smaller stands first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A number; the greater stands first.
    Number(Reverse<i128>),
    /// When the score was reached; never comes last.
    Reach(bool, Option<Reach>),
    /// A text.
    Name(String),
}

/// A listed participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// By the contest's tie rule.
    pub rank: u64,
    /// The participant's id.
    pub id: String,
    /// The participant's name on the last day.
    pub name: String,
    /// Whether that is not its first name.
    pub is_renamed: bool,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// Live credits.
    pub live: usize,
    /// The score, then the tie-breaks in the order of the chain.
    pub keys: Vec<Key>,
}

/// A board.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// A unit kind, or `employee`.
    pub kind: String,
    /// Listed rows in order.
    pub rows: Vec<Row>,
    /// How many participants are not listed.
    pub unlisted: usize,
    /// The digest of the listed rows.
    pub digest: Sum,
}

/// Somebody whom the organisation knows, with the credits of a board.
struct Participant<'a> {
    id: &'a str,
    name: &'a str,
    is_renamed: bool,
    takes_part: bool,
    credits: Vec<&'a Credit<'a>>,
}

/// Everybody who may have a row, by id.
fn participants<'a>(
    kind: &str,
    contest: &Contest,
    organisation: &Organisation<'a>,
) -> BTreeMap<&'a str, Participant<'a>> {
    let (first, last) = (contest.start, contest.end);
    let mut all = BTreeMap::new();
    if kind == "employee" {
        for (id, employee) in &organisation.employees {
            let (name, takes_part) =
                (employee.name.as_str(), ways::employee_takes_part(employee, first, last));
            all.insert(*id, Participant { id, name, is_renamed: false, takes_part, credits: Vec::new() });
        }
        return all;
    }
    for (id, unit) in organisation.units.iter().filter(|(_, unit)| unit.kind == kind) {
        let (name, takes_part) = (ways::name(unit, last), ways::unit_takes_part(unit, first, last));
        let is_renamed = name != unit.name;
        all.insert(*id, Participant { id, name, is_renamed, takes_part, credits: Vec::new() });
    }
    all
}

/// The table of one board.
pub(super) fn table(kind: &str, contest: &Contest, organisation: &Organisation, credits: &[Credit]) -> Table {
    let mut own = participants(kind, contest, organisation);
    for credit in credits {
        let holder = match kind {
            "employee" => credit.employee,
            _ => credit.way.standing.iter().find(|unit| unit.kind == kind).map(|unit| unit.id.as_str()),
        };
        if let Some(participant) = holder.and_then(|holder| own.get_mut(holder)) {
            participant.credits.push(credit);
        }
    }
    let participants = own.len();
    let mut digest = Sum::default();
    let mut rows: Vec<Row> = Vec::new();
    for participant in own.into_values() {
        let is_listed = match contest.listing {
            Listing::Scored => !participant.credits.is_empty(),
            Listing::Eligible => !participant.credits.is_empty() || participant.takes_part,
        };
        if is_listed {
            let row = row(&participant, contest);
            digest.add(row_hash(&row));
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| (&a.keys, &a.id).cmp(&(&b.keys, &b.id)));
    let ranks: Vec<u64> = (0..rows.len()).map(|place| rank(place, &rows, contest.tie_rule)).collect();
    for (row, rank) in rows.iter_mut().zip(ranks) {
        row.rank = rank;
    }
    Table { kind: kind.to_owned(), unlisted: participants - rows.len(), rows, digest }
}

fn row(participant: &Participant, contest: &Contest) -> Row {
    let Participant { id, name, credits, .. } = participant;
    let score: i128 = credits.iter().map(|credit| credit.points).sum();
    let mut keys = vec![Key::Number(Reverse(score))];
    for tie_break in &contest.tie_breaks {
        keys.push(match tie_break {
            TieBreak::Earliest => {
                let raised = credits.iter().filter(|credit| credit.points > 0);
                let reach = raised.map(|credit| reach(credit)).max();
                Key::Reach(reach.is_none(), reach)
            }
            TieBreak::Indicator(index) => {
                let own = credits.iter().filter(|credit| credit.indicator == *index);
                Key::Number(Reverse(own.map(|credit| credit.measure).sum()))
            }
            TieBreak::Name => Key::Name((*name).to_owned()),
        });
    }
    let (id, name, is_renamed) = ((*id).to_owned(), (*name).to_owned(), participant.is_renamed);
    Row { rank: 0, id, name, is_renamed, score, live: credits.len(), keys }
}

/// A credit has the reach of the entry that gave it.
pub(super) fn reach(credit: &Credit) -> Reach {
    let entry = credit.taken_by.unwrap_or(credit.event);
    (credit.date, entry.occurred, entry.source.to_string(), entry.id.to_string())
}

fn rank(place: usize, rows: &[Row], rule: TieRule) -> u64 {
    let better = rows.iter().filter(|row| row.keys < rows[place].keys);
    let count = match rule {
        TieRule::Standard1224 => better.count(),
        TieRule::Dense1223 => {
            let mut different: Vec<&Vec<Key>> = better.map(|row| &row.keys).collect();
            different.dedup();
            different.len()
        }
        TieRule::Ordinal1234 => place,
    };
    count as u64 + 1
}
