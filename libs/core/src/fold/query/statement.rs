//! The statement of a participant in a contest: every credit behind its score, entry by entry, from the
//! journal. It explains a score and changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::Position;
use crate::fold::contest::recredit::gather_all;
use crate::fold::contest::state::ContestState;
use crate::fold::credit::group::Credit;
use crate::fold::credit::original::Original;
use crate::fold::entity::dossiers::reading::Reading;
use crate::fold::journal::chain::walk;
use crate::fold::ledger::leaf::LeafKey;
use crate::fold::placement::context::Context;
use crate::fold::placement::places::Places;
use crate::fold::shard::Shard;
use crate::fold::subscriber::Parts;
use crate::types::ids::{HolderId, PlaceId, SourceId};
use crate::types::pages::{PageError, Pages};

/// One credit, or what a dated reversal took away.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct StatementLine {
    /// The position of the original.
    pub original: Position,
    /// The business date on which it counts.
    pub date: Date,
    /// The source's name.
    pub source: String,
    /// The id of the entry behind it: the original, or the dated reversal.
    pub id: String,
    /// The indicator's index.
    pub indicator: usize,
    /// In 1/10,000 of the measure's unit. For an average balance, what it adds to the average, rounded; for
    /// customers and products, one reference.
    pub measure: i128,
    /// In 1/10,000 of a point; 0 if points are computed from the participant's totals.
    pub points: i128,
}

/// The statement of an employee; or of a unit, for the part that no employee is credited with. It has the
/// credits of the contest as it is served, by original. `None` if contest or participant are unknown.
///
/// # Errors
/// A page that cannot be read or is damaged.
pub fn statement(
    shard: &mut Shard,
    pages: &dyn Pages,
    contest: &str,
    participant: &str,
) -> Result<Vec<StatementLine>, PageError> {
    let (Parts { context, places, journal, dossiers, gathered, .. }, subscribers) = shard.split();
    let Some(number) = context.participants.find(participant) else { return Ok(Vec::new()) };
    let slot = subscribers.contest(contest);
    let Some(state) = slot.and_then(|slot| slot.live.as_ref()) else { return Ok(Vec::new()) };
    let mut lines: BTreeMap<Position, Vec<StatementLine>> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let owner = Owner { number, is_employee: context.organisation.employee(participant).is_some() };
    let names = context.organisation.names_that_may_mean([participant]);
    for holder in names.into_iter().filter_map(|name| context.participants.find(name)) {
        walk(journal, pages, holder, &mut |journal, met| {
            let original = Original::of(met.fact, met.reversal_parts, journal.codes(), context);
            let holders = original.holders(context.keys);
            let mut own = Vec::new();
            state.credits(original.group(), &mut |credit| {
                let leaf = state.leaf_of(holders, &credit, context, places);
                if leaf.is_some_and(|leaf| owner.has(leaf, places)) {
                    own.push(line(met.position, met.fact.source, &credit, state, context));
                }
            });
            lines.insert(met.position, own);
            ids.extend(gathered.find_dossiers(original.event(), context.keys));
            None
        })?;
    }
    for id in ids {
        let codes = journal.codes();
        dossiers.read(pages, id, |dossier| {
            let reading = Reading::new(dossier, codes, context);
            gather_all(&state.rules, id, &reading, None, &mut |member, credit| {
                let leaf = state.leaf_of(member.holders(context.keys), &credit, context, places);
                if leaf.is_some_and(|leaf| owner.has(leaf, places)) {
                    let line = line(member.position, member.source, &credit, state, context);
                    lines.entry(member.position).or_default().push(line);
                }
            })
        })?;
    }
    Ok(lines.into_values().flatten().collect())
}

fn line(
    original: Position,
    source: SourceId,
    credit: &Credit,
    state: &ContestState,
    context: Context,
) -> StatementLine {
    StatementLine {
        original,
        date: credit.date,
        source: context.sources.text(source).to_owned(),
        id: credit.reach.id.to_owned(),
        indicator: credit.indicator.index(),
        measure: state.measure_of(credit),
        points: state.points_of(credit),
    }
}

/// The participant whose statement it is.
struct Owner {
    number: HolderId,
    is_employee: bool,
}

impl Owner {
    /// Whether the credits of a leaf belong in the statement. Waiting credits are in the statement of the
    /// name they wait for, except if it is also an employee's id: an employee's statement must agree exactly
    /// with the employee's row.
    fn has(&self, leaf: LeafKey, places: &Places) -> bool {
        match leaf.person {
            HolderId::NOBODY if leaf.place != PlaceId::HELD => {
                places.stops(leaf.place).first().is_some_and(|stop| stop.unit() == self.number)
            }
            HolderId::NOBODY | HolderId::UNKNOWN => leaf.holder == self.number && !self.is_employee,
            person => person == self.number,
        }
    }
}
