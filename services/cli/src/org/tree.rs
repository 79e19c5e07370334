//! `longhu org tree`: the tree of units on a day, with head counts, in the server's order.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::organisation::v1::{TreeHeader, TreeNode, TreeRequest};
use serde::Serialize;

use crate::org::words::{self, When, count};

/// Arguments of `longhu org tree`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu org tree
  longhu org tree hangzhou --depth 2
  longhu org tree --on 2026-02-14
  longhu org tree -o json | jq -r '.units[] | select(.head_count == 0) | .id'

Units that are closed on the day are left out; the members of a merged unit count in the unit it was
merged into.")]
pub struct Args {
    /// The unit to start from. Default: every unit at the top.
    #[arg(value_name = "UNIT")]
    unit: Option<String>,
    /// How many levels; 1 for the first only. Default: all.
    #[arg(long, value_name = "LEVELS", value_parser = clap::value_parser!(u32).range(1..))]
    depth: Option<u32>,
    #[command(flatten)]
    when: When,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let request = TreeRequest {
        date: args.when.date(),
        root: args.unit.clone().unwrap_or_default(),
        depth: args.depth.unwrap_or(0),
        min_position: args.when.min_position(),
    };
    let refused = |status| words::failure(&server, &status);
    let mut stream = server.ask(server.organisation().tree(request)).await.map_err(refused)?;
    let (mut header, mut nodes) = (TreeHeader::default(), Vec::new());
    while let Some(part) = stream.message().await.map_err(refused)? {
        header = part.header.unwrap_or(header);
        nodes.extend(part.nodes);
    }
    if (nodes.len() as u64) < header.total_nodes {
        return Err(Failure::new("the server ended before the tree did").next("run it again"));
    }
    match format {
        Format::Json => output::print_json(&json(&header, &nodes)),
        _ => output::print(&text(&header, &nodes)),
    }
}

/// The tree as JSON.
#[derive(Serialize)]
struct Document<'a> {
    position: Option<String>,
    as_of: Option<String>,
    date: Option<String>,
    in_no_unit: u64,
    unit_missing: u64,
    units: Vec<UnitLine<'a>>,
}

#[derive(Serialize)]
struct UnitLine<'a> {
    id: &'a str,
    kind: &'a str,
    name: &'a str,
    depth: u32,
    head_count: u64,
    children: u32,
    peer_groups: &'a [String],
}

fn json<'a>(header: &TreeHeader, nodes: &'a [TreeNode]) -> Document<'a> {
    let unit = |node: &'a TreeNode| UnitLine {
        id: &node.id,
        kind: &node.kind,
        name: &node.name,
        depth: node.depth,
        head_count: node.head_count,
        children: node.children,
        peer_groups: &node.peer_groups,
    };
    Document {
        position: words::position(&header.position),
        as_of: header.as_of_time.as_ref().and_then(proto_json::rfc3339),
        date: words::day(&header.date),
        in_no_unit: header.in_no_unit,
        unit_missing: header.unit_missing,
        units: nodes.iter().map(unit).collect(),
    }
}

fn text(header: &TreeHeader, nodes: &[TreeNode]) -> String {
    let mut text = words::reflected(&header.date, &header.position, &header.as_of_time) + "\n";
    if nodes.is_empty() {
        return text
            + "no unit is open on this day: apply units with `longhu org apply FILE`, or choose another day with `--on`\n";
    }
    let has_groups = nodes.iter().any(|node| !node.peer_groups.is_empty());
    let mut columns =
        vec![("UNIT", Align::Left), ("KIND", Align::Left), ("NAME", Align::Left), ("HEADS", Align::Right)];
    columns.extend(has_groups.then_some(("PEER GROUPS", Align::Left)));
    let deepest = nodes.iter().map(|node| node.depth).max();
    let rows = nodes.iter().map(|node| {
        let indent = "  ".repeat(node.depth as usize);
        // Only the last level can have been cut off.
        let below = if Some(node.depth) == deepest && node.children > 0 {
            format!("  +{}", node.children)
        } else {
            String::new()
        };
        let id = format!("{indent}{}{below}", node.id);
        let mut row = vec![id, node.kind.clone(), node.name.clone(), node.head_count.to_string()];
        row.extend(has_groups.then(|| node.peer_groups.join(", ")));
        row
    });
    text.push_str(&output::table(&columns, rows));
    text.push('\n');
    text.push_str(&count(header.total_nodes, "unit", "units"));
    if header.in_no_unit > 0 {
        text.push_str(&format!("; in the whole bank {} in no unit", employees(header.in_no_unit)));
    }
    if header.unit_missing > 0 {
        text.push_str(&format!("; {} in a unit that is not open", employees(header.unit_missing)));
    }
    text + "\n"
}

fn employees(number: u64) -> String {
    count(number, "employee is", "employees are")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(id: &str, name: &str, depth: u32, head_count: u64, children: u32) -> TreeNode {
        let (id, kind, name) = (id.to_owned(), "branch".to_owned(), name.to_owned());
        TreeNode { id, kind, name, depth, head_count, peer_groups: Vec::new(), children }
    }

    #[test]
    fn units_stand_indented_and_aligned_beside_chinese_names() {
        let header = TreeHeader { total_nodes: 2, in_no_unit: 1, unit_missing: 3, ..Default::default() };
        let nodes = [node("hz", "杭州分行", 0, 12, 1), node("east", "East", 1, 7, 3)];
        let text = text(&header, &nodes);
        let table = "UNIT        KIND    NAME      HEADS\n\
                     hz          branch  杭州分行     12\n  \
                       east  +3  branch  East          7\n\n";
        assert!(text.contains(table), "{text}");
        assert!(text.ends_with(
            "2 units; in the whole bank 1 employee is in no unit; 3 employees are in a unit that is not open\n"
        ));
    }
}
