//! Where a creditor stands in the tree on a business date, as one number: the way from a unit to the top is interned, so
//! that credits of days on which it is the same go to one leaf. What was worked out is forgotten when the organisation
//! changes; numbers never change their meaning.

use hashbrown::HashMap;
use jiff::civil::Date;
use rustc_hash::FxBuildHasher;
use serde::{Deserialize, Serialize};

use crate::names::Names;
use crate::organisation::{Organisation, Path, Step};
use crate::pages::{DirtyPages, PageError, Pages, Space};

/// A place's number.
pub type PlaceId = u32;
/// In no unit.
pub const NOWHERE: PlaceId = 0;
/// In a unit that cannot be found, or of an employee whom nobody knows: credits wait there.
pub const HELD: PlaceId = 1;

const PREFIX: [u8; 2] = [Space::Names as u8, 3];
/// Places a page.
const PAGE: usize = 256;

/// A unit on the way to the top, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stop {
    /// It stands there.
    Unit(u32),
    /// The way leads past it, or ends at it: it matters only when it changes.
    Passed(u32),
}

impl Stop {
    /// The unit's number.
    pub fn unit(self) -> u32 {
        match self {
            Stop::Unit(unit) | Stop::Passed(unit) => unit,
        }
    }
}

/// As what somebody is asked for: an adapter may name a unit as a creditor, or an employee as a branch, and neither is
/// known as such.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A creditor.
    Employee,
    /// A branch.
    Unit,
}

/// Where somebody stands: first, and from each later day on, packed. Nearly everybody stays where they were first.
#[derive(Clone, Debug)]
struct Timeline {
    role: Role,
    first: PlaceId,
    turns: Box<[(i32, PlaceId)]>,
}

/// Places, and who stands where.
#[derive(Clone, Debug)]
pub struct Places {
    stops: Vec<Box<[Stop]>>,
    index: HashMap<Box<[Stop]>, PlaceId, FxBuildHasher>,
    /// Places from here on are not yet written.
    written: usize,
    /// By number of the employee or the unit, as far as asked since the organisation last changed.
    timelines: Vec<Option<Timeline>>,
}

impl Default for Places {
    fn default() -> Self {
        // The two that are not ways have stops that no way has.
        let stops: Vec<Box<[Stop]>> = vec![Box::new([]), Box::new([Stop::Passed(u32::MAX)])];
        let index = (0..).zip(&stops).map(|(id, stops)| (stops.clone(), id)).collect();
        Places { stops, index, written: 0, timelines: Vec::new() }
    }
}

impl Places {
    /// The way of a place, from below.
    pub fn stops(&self, place: PlaceId) -> &[Stop] {
        &self.stops[place as usize]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.stops.len()
    }

    /// Whether there are none; there always are.
    pub fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    /// Forgets who stands where.
    pub fn forget(&mut self) {
        self.timelines.iter_mut().for_each(|timeline| *timeline = None);
    }

    /// Where an employee or a unit stands on a day.
    pub fn of(
        &mut self,
        holder: u32,
        role: Role,
        date: Date,
        organisation: &Organisation,
        participants: &Names,
    ) -> PlaceId {
        let at = holder as usize;
        if self.timelines.len() <= at {
            self.timelines.resize(participants.len().max(at + 1), None);
        }
        if self.timelines[at].is_none() {
            self.timelines[at] = Some(self.timeline(participants.text(holder), organisation, participants));
        }
        let Some(timeline) = self.timelines[at].as_ref().filter(|timeline| timeline.role == role) else {
            return HELD;
        };
        if timeline.turns.is_empty() {
            return timeline.first;
        }
        let date = crate::date::pack(date);
        let after = timeline.turns.partition_point(|(from, _)| *from <= date);
        after.checked_sub(1).map_or(timeline.first, |at| timeline.turns[at].1)
    }

    fn timeline(&mut self, id: &str, organisation: &Organisation, participants: &Names) -> Timeline {
        let role = if organisation.employee(id).is_some() { Role::Employee } else { Role::Unit };
        let (first, mut day) = self.place_on(id, Date::MIN, organisation, participants);
        let mut turns: Vec<(i32, PlaceId)> = Vec::new();
        while let Some(date) = day {
            let (place, next) = self.place_on(id, date, organisation, participants);
            if turns.last().map_or(first, |(_, before)| *before) != place {
                turns.push((crate::date::pack(date), place));
            }
            day = next;
        }
        Timeline { role, first, turns: turns.into() }
    }

    /// Where somebody stands on a day, and the next day on which that may become otherwise.
    fn place_on(
        &mut self,
        id: &str,
        date: Date,
        organisation: &Organisation,
        participants: &Names,
    ) -> (PlaceId, Option<Date>) {
        let later = |turns: Vec<Date>| turns.into_iter().find(|turn| *turn > date);
        let (unit, own_turn) = match organisation.employee(id) {
            Some(employee) => {
                let turn = later(employee.turning_days());
                match employee.primary_on(date) {
                    Some(membership) => (membership.unit.as_str(), turn),
                    None => return (NOWHERE, turn),
                }
            }
            None if organisation.unit(id).is_some() => (id, None),
            None => return (HELD, None),
        };
        let path = organisation.path(unit, date);
        let turns = path.0.iter().filter_map(|step| {
            let (Step::Unit(id) | Step::Merged(id) | Step::Missing(id)) = step;
            later(organisation.unit(id)?.turning_days())
        });
        let next = turns.chain(own_turn).min();
        (self.intern(&path, participants), next)
    }

    fn intern(&mut self, path: &Path, participants: &Names) -> PlaceId {
        if path.first().is_none() {
            return HELD;
        }
        let stop = |step: &Step| match step {
            Step::Unit(id) => Some(Stop::Unit(participants.find(id)?)),
            Step::Merged(id) | Step::Missing(id) => Some(Stop::Passed(participants.find(id)?)),
        };
        let stops: Box<[Stop]> = path.0.iter().filter_map(stop).collect();
        if let Some(place) = self.index.get(&stops) {
            return *place;
        }
        let place = self.stops.len() as PlaceId;
        self.stops.push(stops.clone());
        self.index.insert(stops, place);
        place
    }

    /// Writes what is new.
    pub fn take_dirty(&mut self, pages: &mut DirtyPages) {
        if self.written == self.stops.len() {
            return;
        }
        for (page, chunk) in self.stops.chunks(PAGE).enumerate().skip(self.written / PAGE) {
            let key = [&PREFIX[..], &(page as u32).to_be_bytes()].concat();
            pages.push((key, postcard::to_allocvec(chunk).ok()));
        }
        self.written = self.stops.len();
    }

    /// Reads what was written.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(pages: &dyn Pages) -> Result<Places, PageError> {
        let mut places = Places::default();
        let mut all: Vec<Box<[Stop]>> = Vec::new();
        for (key, page) in pages.scan(&PREFIX)? {
            let chunk: Vec<Box<[Stop]>> = postcard::from_bytes(&page)
                .map_err(|error| PageError::Damaged { key, reason: error.to_string() })?;
            all.extend(chunk);
        }
        for stops in all.into_iter().skip(places.stops.len()) {
            places.index.insert(stops.clone(), places.stops.len() as PlaceId);
            places.stops.push(stops);
        }
        places.written = places.stops.len();
        Ok(places)
    }
}
