//! The tree of units on a day, in several messages. All of it is read at one position before the first
//! message is sent.

use jiff::civil::Date;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::{Node, Organisation};
use longhu_proto::scalar::{date_to_wire, time_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::organisation::v1 as wire;
use tonic::{Code, Status};

use crate::query::organisation::day::{default_date, not_found};
use crate::query::position_tokens::reflected;

/// Units in a message.
const NODES: usize = 1_000;

/// Answers `Tree`, with at least one message.
///
/// # Errors
/// NOT_FOUND for a root that is not known, FAILED_PRECONDITION for one that is not open on the day or not a
/// unit.
pub fn tree(
    shard: &Shard,
    root: &str,
    levels: u32,
    asked: Option<Date>,
) -> Result<Vec<wire::TreeResponse>, Status> {
    let organisation = shard.register().organisation();
    let date = asked.unwrap_or_else(|| default_date(shard));
    let root = (!root.is_empty()).then_some(root);
    if let Some(root) = root {
        check_root(organisation, root, date)?;
    }
    let levels = if levels == 0 { usize::MAX } else { levels as usize };
    let (nodes, counts) = (organisation.tree(root, levels, date), organisation.head_counts(date));
    let shown = |node: &Node| wire::TreeNode {
        id: node.unit.id.clone(),
        kind: node.unit.kind.clone(),
        name: node.unit.name_on(date).to_owned(),
        depth: node.depth as u32,
        head_count: counts.of(&node.unit.id),
        peer_groups: node.unit.peer_groups_on(date).map(str::to_owned).collect(),
        children: node.children as u32,
    };
    let header = wire::TreeHeader {
        position: Some(reflected(shard)),
        as_of_time: Some(time_to_wire(shard.head().as_of)),
        date: Some(date_to_wire(date)),
        total_nodes: nodes.len() as u64,
        in_no_unit: counts.in_no_unit,
        unit_missing: counts.unit_missing,
    };
    let part = |nodes: &[Node]| wire::TreeResponse { header: None, nodes: nodes.iter().map(shown).collect() };
    let mut parts: Vec<wire::TreeResponse> = nodes.chunks(NODES).map(part).collect();
    match parts.first_mut() {
        Some(first) => first.header = Some(header),
        None => parts.push(wire::TreeResponse { header: Some(header), nodes: Vec::new() }),
    }
    Ok(parts)
}

fn check_root(organisation: &Organisation, root: &str, date: Date) -> Result<(), Status> {
    let Some(unit) = organisation.unit(root) else {
        return Err(match organisation.employee(root) {
            None => not_found(root),
            Some(_) => {
                let message = format!(
                    "`{root}` is an employee, not a unit; `longhu org show {root}` shows the units above"
                );
                refusal(Code::FailedPrecondition, "NOT_A_UNIT", message)
            }
        });
    };
    if unit.is_open(date) {
        return Ok(());
    }
    let message = match organisation.path(root, date).first() {
        Some(into) => {
            format!("`{root}` is not open on {date}: it was merged into `{into}`; ask for that one")
        }
        None => format!("`{root}` is not open on {date}; ask for another day"),
    };
    Err(refusal(Code::FailedPrecondition, "UNIT_NOT_OPEN", message))
}
