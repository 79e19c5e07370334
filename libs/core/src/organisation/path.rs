//! The path from a unit to the top of the tree on a day. A merged unit leads on to the unit that it was
//! merged into. The path ends at a unit that is not known or not open.

use jiff::civil::Date;

use crate::organisation::in_force::Organisation;
use crate::organisation::unit::DEPTH_MAX;

/// One unit on the path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// An open unit.
    Unit(&'a str),
    /// A unit that was merged into the next one on the path.
    Merged(&'a str),
    /// A unit that is not known, or not open on the day. The path ends here.
    Missing(&'a str),
}

/// The path upwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path<'a>(pub Vec<Step<'a>>);

impl<'a> Path<'a> {
    /// The open units on the path, from the lowest up.
    pub fn units(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.0.iter().filter_map(|step| match step {
            Step::Unit(id) => Some(*id),
            Step::Merged(_) | Step::Missing(_) => None,
        })
    }

    /// The first open unit on the path. If there is none, credits wait.
    pub fn first(&self) -> Option<&'a str> {
        self.units().next()
    }
}

impl Organisation {
    /// The path from a unit to the top on a day, with at most [`DEPTH_MAX`] open units.
    pub fn path<'a>(&'a self, unit: &'a str, date: Date) -> Path<'a> {
        let mut path = Path::default();
        let mut next = Some(unit);
        // Merged units count as steps as well, so that a cycle of mergers ends.
        while let Some(id) = next.filter(|_| path.0.len() < 2 * DEPTH_MAX) {
            let Some(unit) = self.unit(id) else {
                path.0.push(Step::Missing(id));
                break;
            };
            if unit.is_open(date) {
                path.0.push(Step::Unit(id));
                next = unit.parent_on(date);
                continue;
            }
            let into = unit.merged_into.as_deref().filter(|_| unit.end.is_some_and(|end| end < date));
            match into {
                Some(into) => {
                    path.0.push(Step::Merged(id));
                    next = Some(into);
                }
                None => {
                    path.0.push(Step::Missing(id));
                    break;
                }
            }
        }
        path
    }
}
