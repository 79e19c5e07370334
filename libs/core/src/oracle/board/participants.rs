//! The tables of a board: for every participant that the organisation ever had, all its credits, added up in
//! each span and for the whole contest, then ranked.

use std::collections::BTreeMap;

use crate::contest::{Contest, Listing, RankedBy, Span};
use crate::oracle::board::digest::Sum;
use crate::oracle::board::table::{Row, Table};
use crate::oracle::board::{ranking, whole};
use crate::oracle::contest::spans::spans;
use crate::oracle::contest::targets::Plan;
use crate::oracle::credit::given::{Credit, Given};
use crate::oracle::ledger::line::{self, Asked, Line};
use crate::oracle::placement::way;
use crate::oracle::register::Organisation;
use crate::plan::Targets;
use crate::rule::ranking::PerHead;

/// A participant known to the organisation, with its credits on a board.
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

/// Everybody who can have a row, by id.
fn participants<'a>(
    kind: &str,
    contest: &Contest,
    organisation: &Organisation<'a>,
) -> BTreeMap<&'a str, Participant<'a>> {
    let (first, last) = (contest.start, contest.end);
    let mut all = BTreeMap::new();
    if kind == "employee" {
        for (id, employee) in &organisation.employees {
            let takes_part = way::employee_takes_part(employee, first, last);
            all.insert(*id, Participant::new(id, &employee.name, takes_part, 1));
        }
        return all;
    }
    for (id, unit) in organisation.units.iter().filter(|(_, unit)| unit.kind == kind) {
        let (name, takes_part) = (way::name(unit, last), way::unit_takes_part(unit, first, last));
        // Computed only if it is needed, since it follows the path of every employee.
        let heads = if contest.ranked_by == RankedBy::PerHead(PerHead) {
            way::heads(organisation, id, last)
        } else {
            0
        };
        let is_renamed = name != unit.name;
        all.insert(*id, Participant { is_renamed, ..Participant::new(id, name, takes_part, heads) });
    }
    all
}

/// The tables of one board: of the whole contest, and of each round.
pub(crate) fn tables(
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
        own.iter().zip(&plans).map(|(one, plan)| line::line(&asked(plan), &one.credits, given)).collect()
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
        whole::line(contest, kind, own[at].id, &plans[at], &own_rounds, &rounds)
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
    let heads = (contest.ranked_by == RankedBy::PerHead(PerHead)).then_some(participant.heads);
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
