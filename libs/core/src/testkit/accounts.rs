//! Compares statements with the oracle: the lines of each listed employee's statement must be the oracle's
//! credits. Statements of units are not compared, because they do not contain the credits of members.

use crate::contest::{Contest, Measure};
use crate::fold::query::statement::{StatementLine, statement};
use crate::fold::shard::Shard;
use crate::oracle::{self, Credit, Logged};
use crate::types::pages::Pages;

use crate::testkit::agreement::{Disagreement, contests};

/// A line of a statement for one credit.
type Line<'a> = (crate::Position, jiff::civil::Date, &'a str, usize, i128, i128);

/// Compares the statements of employees, in every contest that is served in its last revision.
///
/// # Errors
///
/// The first difference, or a page that cannot be read.
pub fn agree_on_accounts(shard: &mut Shard, pages: &dyn Pages, log: &[Logged]) -> Result<(), Disagreement> {
    let position = shard.head().position;
    for id in contests(log) {
        let Some(expected) = oracle::standings(log, id, position) else { continue };
        let live = shard.subscribers().contest(id).and_then(|served| served.live.as_ref());
        if live.is_none_or(|live| live.revision != expected.revision) {
            continue;
        }
        let listed = expected.tables.iter().filter(|table| table.kind == "employee").flat_map(|t| &t.rows);
        for row in listed {
            let account = statement(shard, pages, id, &row.id)?;
            let definition = live_contest(shard, id)?;
            let is_average =
                |at: usize| matches!(definition.indicators[at].measure, Measure::AverageBalance(_));
            let mut lines: Vec<Line> = account.iter().map(line).collect();
            let own = expected.credits.iter().filter(|credit| credit.employee == Some(row.id.as_str()));
            let mut credits: Vec<Line> = own.map(|credit| line_of(credit, log)).collect();
            // A statement shows what a balance adds to the average; the oracle has balances times days.
            lines
                .iter_mut()
                .chain(&mut credits)
                .filter(|line| is_average(line.3))
                .for_each(|line| line.4 = 0);
            lines.sort_unstable();
            credits.sort_unstable();
            if lines != credits {
                let what = format!("account of `{}` in {id} at {position}", row.id);
                return Err(Disagreement::of(what, lines, credits));
            }
        }
    }
    Ok(())
}

fn live_contest(shard: &Shard, id: &str) -> Result<std::sync::Arc<Contest>, Disagreement> {
    let live = shard.subscribers().contest(id).and_then(|served| served.live.as_ref());
    let live = live.ok_or_else(|| Disagreement::OnlyOne(format!("{id} is not served")))?;
    Ok(live.contest.clone())
}

fn line(line: &StatementLine) -> Line<'_> {
    (line.original, line.date, &line.id, line.indicator, line.measure, line.points)
}

fn line_of<'a>(credit: &Credit<'a>, log: &[Logged]) -> Line<'a> {
    let entry = credit.taken_by.unwrap_or(credit.event);
    let is_original =
        |logged: &&Logged| matches!(&logged.entry, oracle::Entry::Event(e) if std::ptr::eq(e, credit.event));
    let original = log.iter().find(is_original).map_or(credit.position, |logged| logged.position);
    (original, credit.date, entry.id.as_ref(), credit.indicator, credit.measure, credit.points)
}
