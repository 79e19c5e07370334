//! The way from a unit to the top of the tree on a day. A unit that has been merged leads on to the one it went into; the
//! way ends at a unit that nobody knows or that is not open.

use jiff::civil::Date;

use crate::organisation::in_force::Organisation;
use crate::organisation::unit::DEPTH_MAX;

/// One unit on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// A unit that stands there.
    Unit(&'a str),
    /// A unit that was merged: the next one stands for it.
    Merged(&'a str),
    /// A unit that is not known, or not open on the day: the way ends.
    Missing(&'a str),
}

/// The way upwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path<'a>(pub Vec<Step<'a>>);

impl<'a> Path<'a> {
    /// The units that stand on it, from below.
    pub fn units(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.0.iter().filter_map(|step| match step {
            Step::Unit(id) => Some(*id),
            Step::Merged(_) | Step::Missing(_) => None,
        })
    }

    /// The unit that it begins with, if that can be found: credits wait where it cannot.
    pub fn first(&self) -> Option<&'a str> {
        self.units().next()
    }
}

impl Organisation {
    /// The way from a unit to the top on a day: at most [`DEPTH_MAX`] units.
    pub fn path<'a>(&'a self, unit: &'a str, date: Date) -> Path<'a> {
        let mut path = Path::default();
        let mut next = Some(unit);
        // Mergers count as well, so that a ring of them ends.
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
