//! The oracle's tables: for each participant that the organisation ever knew all its credits, added up in each span and on
//! the whole, and compared with everybody else's.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::Time;
use crate::contest::RankedBy::PerHead;
use crate::contest::{Contest, Listing, Span};
use crate::oracle::credits::{Credit, Given};
use crate::oracle::decisions::Organisation;
use crate::oracle::exact::Rate;
use crate::oracle::figures::{self, Asked, Figure, Line};
use crate::oracle::spans::spans;
use crate::oracle::sum::Sum;
use crate::oracle::targets::Plan;
use crate::oracle::{overall, ranking, ways};
use crate::plan::Targets;

/// When a score was reached: business date, time, source, id.
pub type Reach = (Date, Time, String, String);

/// A key of the order of rows; the smaller stands first.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A number; the greater stands first.
    Number(Reverse<i128>),
    /// A fraction; the greater stands first, and none last.
    Rate(Reverse<Option<Rate>>),
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
    /// The score of the period before, where improvement is ranked.
    pub base: Option<i128>,
    /// Employees on the last day, where the score for each is ranked.
    pub heads: Option<u64>,
    /// By what it is ranked, if it has that; of a score the points.
    pub key: Option<Rate>,
    /// One an indicator.
    pub figures: Vec<Figure>,
    /// Live credits.
    pub live: usize,
    /// The key, then the tie-breaks in the order of the chain; of a contest that ranks scores the first is a number.
    pub keys: Vec<Key>,
    /// What the digest has of it.
    pub hash: Sum,
}

/// A board, on the whole or in one round.
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
    heads: u64,
    credits: Vec<&'a Credit<'a>>,
}

impl<'a> Participant<'a> {
    fn new(id: &'a str, name: &'a str, takes_part: bool, heads: u64) -> Participant<'a> {
        Participant { id, name, is_renamed: false, takes_part, heads, credits: Vec::new() }
    }
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
            let takes_part = ways::employee_takes_part(employee, first, last);
            all.insert(*id, Participant::new(id, &employee.name, takes_part, 1));
        }
        return all;
    }
    for (id, unit) in organisation.units.iter().filter(|(_, unit)| unit.kind == kind) {
        let (name, takes_part) = (ways::name(unit, last), ways::unit_takes_part(unit, first, last));
        // Asked only where it matters: it takes everybody's way.
        let heads = if contest.ranked_by == PerHead { ways::heads(organisation, id, last) } else { 0 };
        let is_renamed = name != unit.name;
        all.insert(*id, Participant { is_renamed, ..Participant::new(id, name, takes_part, heads) });
    }
    all
}

/// The tables of one board: on the whole, and in each round.
pub(super) fn tables(
    kind: &str,
    contest: &Contest,
    organisation: &Organisation,
    targets: &[&Targets],
    given: &Given,
) -> (Table, Vec<Table>) {
    let mut own = participants(kind, contest, organisation);
    for credit in &given.credits {
        let holder = match kind {
            "employee" => credit.employee,
            _ => credit.way.standing.iter().find(|unit| unit.kind == kind).map(|unit| unit.id.as_str()),
        };
        if let Some(participant) = holder.and_then(|holder| own.get_mut(holder)) {
            participant.credits.push(credit);
        }
    }
    let plans: Vec<Plan> = own.keys().map(|id| Plan::of(id, targets)).collect();
    let own: Vec<Participant> = own.into_values().collect();
    let spans = spans(contest);
    let in_span = |span: usize| -> Vec<Line> {
        let is_base = spans[span].is_base;
        let asked = |plan| Asked { contest, board: kind, plan, span, is_base };
        own.iter().zip(&plans).map(|(one, plan)| figures::line(&asked(plan), &one.credits, given)).collect()
    };
    let lines: Vec<Vec<Line>> = (0..spans.len()).map(in_span).collect();
    let bases = spans.iter().position(|Span { is_base, .. }| *is_base).map(|base| &lines[base]);
    let base = |at: usize| bases.map(|lines| lines[at].score);
    let table = |lines: &[Line]| {
        let listed = (0..own.len()).filter(|at| is_listed(&own[*at], &lines[*at], contest));
        let rows = listed.map(|at| row(&own[at], &lines[at], base(at), contest)).collect();
        ranking::table(kind, contest, own.len(), rows)
    };
    if contest.rounds.is_empty() {
        return (table(&lines[0]), Vec::new());
    }
    let rounds: Vec<Table> = lines.iter().take(contest.rounds.len()).map(|lines| table(lines)).collect();
    let on_the_whole = |at: usize| {
        let own_rounds: Vec<&Line> = lines.iter().take(rounds.len()).map(|lines| &lines[at]).collect();
        overall::line(contest, kind, own[at].id, &plans[at], &own_rounds, &rounds)
    };
    let whole: Vec<Line> = (0..own.len()).map(on_the_whole).collect();
    (table(&whole), rounds)
}

fn is_listed(participant: &Participant, line: &Line, contest: &Contest) -> bool {
    match contest.listing {
        Listing::Scored => line.live > 0,
        Listing::Eligible => line.live > 0 || participant.takes_part,
    }
}

fn row(participant: &Participant, line: &Line, base: Option<i128>, contest: &Contest) -> Row {
    let heads = (contest.ranked_by == PerHead).then_some(participant.heads);
    let key = ranking::key(contest, line, participant.heads, base.unwrap_or(0));
    Row {
        rank: 0,
        id: participant.id.to_owned(),
        name: participant.name.to_owned(),
        is_renamed: participant.is_renamed,
        score: line.score,
        base,
        heads,
        keys: ranking::keys(contest, line, key.as_ref(), participant.name),
        key,
        figures: line.figures.clone(),
        live: line.live,
        hash: Sum::default(),
    }
}

/// A credit has the reach of the entry that gave it.
pub(super) fn reach(credit: &Credit) -> Reach {
    let entry = credit.taken_by.unwrap_or(credit.event);
    (credit.date, entry.occurred, entry.source.to_string(), entry.id.to_string())
}
