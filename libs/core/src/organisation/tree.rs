//! The tree on a day: its open units, each with its depth and the number of units directly below it.
//! Employees are not counted here.

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use crate::organisation::in_force::Organisation;
use crate::organisation::unit::{DEPTH_MAX, Unit};

/// An open unit in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// The number of units above it, up to the root of this tree.
    pub depth: usize,
    /// The number of open units directly below it.
    pub children: usize,
}

impl Organisation {
    /// The open units of a day, depth first, children ordered by id: all units, or `root` and everything
    /// below it, to a depth of `levels`. A unit whose parent was merged is placed below the unit that took
    /// the parent over. A unit whose parent is closed is placed at the top, as on boards.
    pub fn tree<'a>(&'a self, root: Option<&'a str>, levels: usize, date: Date) -> Vec<Node<'a>> {
        let mut under: FxHashMap<Option<&'a str>, Vec<&Unit>> = FxHashMap::default();
        for unit in self.units().filter(|unit| unit.is_open(date)) {
            under.entry(self.above(unit, date)).or_default().push(unit);
        }
        let children = |of: Option<&'a str>| under.get(&of).map(Vec::as_slice).unwrap_or_default();
        let first: Vec<&Unit> = match root {
            None => children(None).to_vec(),
            Some(root) => self.unit(root).filter(|unit| unit.is_open(date)).into_iter().collect(),
        };
        let mut open: Vec<(&Unit, usize)> = first.into_iter().rev().map(|unit| (unit, 0)).collect();
        let mut nodes = Vec::new();
        // Only a log that nobody checked could contain a cycle; it ends at the maximum depth.
        let levels = levels.min(DEPTH_MAX + 1);
        // It is a stack: what is pushed last is visited first.
        while let Some((unit, depth)) = open.pop() {
            let below = children(Some(&unit.id));
            nodes.push(Node { unit, depth, children: below.len() });
            if depth + 1 < levels {
                open.extend(below.iter().rev().map(|unit| (*unit, depth + 1)));
            }
        }
        nodes
    }

    /// The unit directly above an open unit on a day, as given by its path.
    pub fn above<'a>(&'a self, unit: &'a Unit, date: Date) -> Option<&'a str> {
        let parent = unit.parent_on(date)?;
        // Nearly always the parent is open, and the rest of the path is not needed.
        match self.unit(parent).is_some_and(|parent| parent.is_open(date)) {
            true => Some(parent),
            false => self.path(parent, date).first(),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::organisation::unit::UnitChange;

    const BEFORE: Date = date(2025, 3, 14);
    const LATER: Date = date(2025, 3, 15);

    fn bank() -> Organisation {
        let unit = |id: &str, parent: Option<&str>| Unit::new(id, "unit", parent, id);
        let moved = UnitChange { date: LATER, parent: Some(Some("r".to_owned())), name: None };
        let mut bank = Organisation::default();
        for unit in [
            unit("r", None),
            unit("r2", Some("r")),
            unit("r1", Some("r")),
            unit("r1-b", Some("r1")),
            unit("r1-a", Some("r1")),
            Unit { end: Some(BEFORE), merged_into: Some("r2".to_owned()), ..unit("r3", Some("r")) },
            unit("r3-a", Some("r3")),
            Unit { end: Some(BEFORE), ..unit("s", None) },
            unit("s-a", Some("s")),
            Unit { changes: vec![moved], ..unit("t", None) },
        ] {
            bank.put_unit(unit);
        }
        bank
    }

    fn shown(nodes: &[Node]) -> String {
        let node = |node: &Node| format!("{}{}/{}", "-".repeat(node.depth), node.unit.id, node.children);
        nodes.iter().map(node).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_tree_is_read_depth_first_with_children_by_id() {
        let bank = bank();
        let all = "r/3 -r1/2 --r1-a/0 --r1-b/0 -r2/0 -r3/1 --r3-a/0 s/1 -s-a/0 t/0";
        assert_eq!(shown(&bank.tree(None, usize::MAX, BEFORE)), all);
    }

    #[test]
    fn closed_units_are_left_out_and_what_was_under_them_stands_where_their_way_leads() {
        let bank = bank();
        let all = "r/3 -r1/2 --r1-a/0 --r1-b/0 -r2/1 --r3-a/0 -t/0 s-a/0";
        assert_eq!(shown(&bank.tree(None, usize::MAX, LATER)), all);
        assert_eq!(shown(&bank.tree(Some("r3"), usize::MAX, LATER)), "");
    }

    #[test]
    fn levels_and_a_root_cut_the_tree_and_children_are_still_counted() {
        let bank = bank();
        assert_eq!(shown(&bank.tree(None, 1, LATER)), "r/3 s-a/0");
        assert_eq!(shown(&bank.tree(Some("r1"), 1, LATER)), "r1/2");
        assert_eq!(shown(&bank.tree(Some("r1"), 2, LATER)), "r1/2 -r1-a/0 -r1-b/0");
    }
}
