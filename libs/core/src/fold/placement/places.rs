//! Whom a name means on a business date, and the place of that participant in the organisation, as one
//! number. Paths from a unit to the top are interned, so credits of days with the same path go to one leaf.
//! Cached lookups are dropped when the organisation changes; numbers never change their meaning.

use std::hint::black_box;
use std::ops::Range;

use hashbrown::HashMap;
use jiff::civil::Date;
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

use crate::fold::placement::context::Context;
use crate::organisation::{Employee, Naming, Organisation, Path, Role, Step};
use crate::types::ids::{HolderId, PlaceId, SourceId};
use crate::types::names::Names;
use crate::types::page_bounds::PageBounds;
use crate::types::pages::{DirtyPages, PageError, PagedList, Pages, decode};
use crate::types::prefix::Prefix;

/// Places in a page.
const PAGE: usize = 256;

/// A unit on the path to the top, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Stop {
    /// The unit is open and receives credits.
    Unit(HolderId),
    /// The unit receives nothing: the path leads past it or ends at it. It is kept because a change of this
    /// unit can change the path.
    Passed(HolderId),
}

impl Stop {
    /// The unit's number.
    pub fn unit(self) -> HolderId {
        match self {
            Stop::Unit(unit) | Stop::Passed(unit) => unit,
        }
    }
}

/// A participant as an event names it, by numbers.
#[derive(Clone, Copy, Debug)]
pub struct Named<'a> {
    /// The name: an id, or a source's code.
    pub name: HolderId,
    /// Whether the name is used as an employee or as a branch.
    pub role: Role,
    /// The event's source.
    pub source: SourceId,
    /// The event's customer.
    pub customer: &'a str,
    /// The day for which the place is asked.
    pub date: Date,
}

/// What is cached of a name, packed into few bytes, because every event looks up several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct KnownName {
    /// Its place on the earliest day.
    first: PlaceId,
    form: Form,
    /// Whether its place changes later; the changes are in `turns`.
    has_turns: bool,
    /// Whether the name can mean another participant for some source or customer.
    is_ambiguous: bool,
}

/// What kind of name it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    NotAsked,
    Employee,
    Unit,
    Unknown,
}

const NOT_ASKED: KnownName =
    KnownName { first: PlaceId::HELD, form: Form::NotAsked, has_turns: false, is_ambiguous: false };

/// The places of a participant over time: the first place, and each later change. It is built in order of
/// days.
struct Timeline {
    first: PlaceId,
    turns: Vec<(i32, PlaceId)>,
}

impl Timeline {
    fn new() -> Timeline {
        Timeline { first: PlaceId::NOWHERE, turns: Vec::new() }
    }

    /// Sets the place from a day on. Replaces an entry for the same day.
    fn turn(&mut self, day: i32, place: PlaceId) {
        if day <= crate::types::date::pack(Date::MIN) {
            self.first = place;
            return;
        }
        if self.turns.last().is_some_and(|(last, _)| *last == day) {
            self.turns.pop();
        }
        if self.turns.last().map_or(self.first, |(_, before)| *before) != place {
            self.turns.push((day, place));
        }
    }

    /// Stands where another timeline does, on these days, packed.
    fn follow(&mut self, days: Range<i32>, first: PlaceId, turns: &[(i32, PlaceId)]) {
        let begun = turns.partition_point(|(day, _)| *day <= days.start);
        self.turn(days.start, begun.checked_sub(1).map_or(first, |at| turns[at].1));
        for (day, place) in turns[begun..].iter().take_while(|(day, _)| *day < days.end) {
            self.turn(*day, *place);
        }
    }
}

/// All places, and the place of each name over time.
#[derive(Clone, Debug)]
pub struct Places {
    stops: Vec<Box<[Stop]>>,
    index: HashMap<Box<[Stop]>, PlaceId, FxBuildHasher>,
    /// Places from this index on have not been stored yet.
    written: usize,
    /// By number of the name; filled on demand after the organisation last changed.
    known: Vec<KnownName>,
    /// For names whose place changes: each later day, packed, with the place from then on.
    turns: FxHashMap<HolderId, Box<[(i32, PlaceId)]>>,
}

impl Default for Places {
    fn default() -> Self {
        // The two places that are not paths have stops that no path has.
        let stops: Vec<Box<[Stop]>> = vec![Box::new([]), Box::new([Stop::Passed(HolderId::NOBODY)])];
        let index = (0..).map(PlaceId::new).zip(&stops).map(|(id, stops)| (stops.clone(), id)).collect();
        Places { stops, index, written: 0, known: Vec::new(), turns: FxHashMap::default() }
    }
}

impl Places {
    /// The path of a place, from the lowest unit up.
    pub fn stops(&self, place: PlaceId) -> &[Stop] {
        &self.stops[place.index()]
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.stops.len()
    }

    /// Whether there are none; there always are.
    pub fn is_empty(&self) -> bool {
        self.stops.is_empty()
    }

    /// Prefetches what resolving this name will read. It affects only speed.
    pub(crate) fn warm(&self, name: HolderId, organisation: &Organisation, participants: &Names<HolderId>) {
        let standing = self.known.get(name.index());
        if standing.is_none_or(|standing| standing.form == Form::NotAsked) {
            let employee = organisation.employee(participants.text(name));
            black_box(employee.and_then(|employee| participants.find(&employee.memberships.first()?.unit)));
        }
    }

    /// Whether the organisation knows a name as an employee's id.
    pub fn is_employee(&self, name: HolderId, context: Context) -> bool {
        match self.known.get(name.index()).map(|standing| standing.form) {
            None | Some(Form::NotAsked) => {
                context.organisation.employee(context.participants.text(name)).is_some()
            }
            Some(form) => form == Form::Employee,
        }
    }

    /// Drops the cached places of these names, or of all names.
    pub fn forget(&mut self, names: Option<&FxHashSet<HolderId>>) {
        match names {
            None => {
                self.known.fill(NOT_ASKED);
                self.turns.clear();
            }
            Some(names) => {
                for name in names {
                    if let Some(standing) = self.known.get_mut(name.index()) {
                        *standing = NOT_ASKED;
                    }
                    self.turns.remove(name);
                }
            }
        }
    }

    /// The participant that a name means on the day, and its place.
    #[inline]
    pub fn of(&mut self, named: Named, context: Context) -> (HolderId, PlaceId) {
        let standing = self.standing(named.name, context);
        if !standing.is_ambiguous {
            return (named.name, self.place(named.name, standing, named));
        }
        let naming = Naming {
            name: context.participants.text(named.name),
            role: named.role,
            source: context.sources.text(named.source),
            customer: named.customer,
            date: named.date,
        };
        let Some(meant) = context.organisation.meant(naming) else {
            return (HolderId::UNKNOWN, PlaceId::HELD);
        };
        let Some(person) = context.participants.find(meant) else {
            return (HolderId::UNKNOWN, PlaceId::HELD);
        };
        let standing = self.standing(person, context);
        (person, self.place(person, standing, named))
    }

    fn place(&self, person: HolderId, standing: KnownName, named: Named) -> PlaceId {
        let is_known = match named.role {
            Role::Employee => standing.form == Form::Employee,
            Role::Unit => standing.form == Form::Unit,
        };
        if !is_known {
            return PlaceId::HELD;
        }
        let Some(turns) = self.turns.get(&person).filter(|_| standing.has_turns) else {
            return standing.first;
        };
        let date = crate::types::date::pack(named.date);
        let after = turns.partition_point(|(from, _)| *from <= date);
        after.checked_sub(1).map_or(standing.first, |at| turns[at].1)
    }

    #[inline]
    fn standing(&mut self, name: HolderId, context: Context) -> KnownName {
        match self.known.get(name.index()) {
            Some(standing) if standing.form != Form::NotAsked => *standing,
            _ => self.ask(name, context),
        }
    }

    /// What is cached of a name that is not an employee's. Employees are left out because their place is
    /// derived from their unit's, and this call may be part of that.
    fn unit(&mut self, name: HolderId, context: Context) -> Option<KnownName> {
        match self.known.get(name.index()).filter(|standing| standing.form != Form::NotAsked) {
            Some(standing) => (standing.form != Form::Employee).then_some(*standing),
            None if context.organisation.employee(context.participants.text(name)).is_some() => None,
            None => Some(self.ask(name, context)),
        }
    }

    fn ask(&mut self, name: HolderId, context: Context) -> KnownName {
        let Context { organisation, participants, .. } = context;
        let at = name.index();
        if self.known.len() <= at {
            self.known.resize(participants.len().max(at + 1), NOT_ASKED);
        }
        let id = participants.text(name);
        let (form, (first, turns)) = match organisation.employee(id) {
            Some(employee) => (Form::Employee, self.along_memberships(employee, context)),
            None if organisation.unit(id).is_some() => (Form::Unit, self.along_the_way(id, context)),
            None => (Form::Unknown, (PlaceId::HELD, Vec::new())),
        };
        let (has_turns, is_ambiguous) = (!turns.is_empty(), organisation.is_ambiguous(id));
        if has_turns {
            self.turns.insert(name, turns.into());
        }
        let standing = KnownName { first, form, has_turns, is_ambiguous };
        self.known[at] = standing;
        standing
    }

    /// The first place of an employee, and each later change: the place of the employee's unit of the day.
    fn along_memberships(&mut self, employee: &Employee, context: Context) -> (PlaceId, Vec<(i32, PlaceId)>) {
        let mut timeline = Timeline::new();
        let turning = employee.turning_days();
        let first_days = std::iter::once(Date::MIN).chain(turning.iter().copied());
        let ends = turning.iter().map(|day| crate::types::date::pack(*day)).chain([i32::MAX]);
        for (day, end) in first_days.zip(ends) {
            let start = crate::types::date::pack(day);
            let Some(membership) = employee.primary_on(day) else {
                timeline.turn(start, PlaceId::NOWHERE);
                continue;
            };
            let unit = context.participants.find(&membership.unit);
            let (first, turns) = match unit.and_then(|unit| Some((unit, self.unit(unit, context)?))) {
                Some((unit, standing)) => {
                    (standing.first, self.turns.get(&unit).filter(|_| standing.has_turns).cloned())
                }
                None => {
                    let (first, turns) = self.along_the_way(&membership.unit, context);
                    (first, Some(turns.into()))
                }
            };
            timeline.follow(start..end, first, turns.as_deref().unwrap_or_default());
        }
        (timeline.first, timeline.turns)
    }

    /// The first place of a unit, and each later change.
    fn along_the_way(&mut self, id: &str, context: Context) -> (PlaceId, Vec<(i32, PlaceId)>) {
        let Context { organisation, participants, .. } = context;
        let mut timeline = Timeline::new();
        let mut day = Some(Date::MIN);
        while let Some(date) = day {
            let path = organisation.path(id, date);
            let turns = path.0.iter().filter_map(|step| {
                let (Step::Unit(id) | Step::Merged(id) | Step::Missing(id)) = step;
                organisation.unit(id)?.turning_days().into_iter().find(|turn| *turn > date)
            });
            day = turns.min();
            let place = self.intern(&path, participants);
            timeline.turn(crate::types::date::pack(date), place);
        }
        (timeline.first, timeline.turns)
    }

    fn intern(&mut self, path: &Path, participants: &Names<HolderId>) -> PlaceId {
        if path.first().is_none() {
            return PlaceId::HELD;
        }
        let stop = |step: &Step| match step {
            Step::Unit(id) => Some(Stop::Unit(participants.find(id)?)),
            Step::Merged(id) | Step::Missing(id) => Some(Stop::Passed(participants.find(id)?)),
        };
        let stops: Box<[Stop]> = path.0.iter().filter_map(stop).collect();
        if let Some(place) = self.index.get(&stops) {
            return *place;
        }
        let place = PlaceId::at(self.stops.len());
        self.stops.push(stops.clone());
        self.index.insert(stops, place);
        place
    }

    /// Stores places that are new.
    pub fn take_dirty(&mut self, pages: &mut DirtyPages) {
        if self.written == self.stops.len() {
            return;
        }
        for (page, chunk) in self.stops.chunks(PAGE).enumerate().skip(self.written / PAGE) {
            let key = Prefix::Places.numbered(page as u32);
            pages.push((key, postcard::to_allocvec(chunk).ok()));
        }
        self.written = self.stops.len();
    }

    /// Restores places from the stored pages.
    ///
    /// # Errors
    /// A page that cannot be read or is damaged.
    pub fn restore(limits: &PageBounds, pages: &dyn Pages) -> Result<Places, PageError> {
        let (mut places, mut held) = (Places::default(), 0);
        let list = PagedList { prefix: Prefix::Places.bytes(), page_max: PAGE };
        for (number, (key, page)) in pages.scan(list.prefix)?.into_iter().enumerate() {
            let chunk: Vec<Box<[Stop]>> = decode(&key, &page)?;
            list.check(&key, number, held, &chunk)?;
            for stops in chunk {
                let is_there = places.index.get(&stops).copied();
                match is_there {
                    // The two places that are not paths come first and are there already.
                    Some(place) if place.index() == held => {}
                    Some(_) => return Err(PageError::damaged(&key, "it has a way that was there before")),
                    None if held < places.stops.len() => {
                        return Err(PageError::damaged(
                            &key,
                            "it does not begin with the two that are no ways",
                        ));
                    }
                    None => {
                        stops
                            .iter()
                            .try_for_each(|stop| limits.participant(stop.unit()))
                            .map_err(|reason| PageError::damaged(&key, reason))?;
                        places.index.insert(stops.clone(), PlaceId::at(held));
                        places.stops.push(stops);
                    }
                }
                held += 1;
            }
        }
        places.written = held;
        Ok(places)
    }
}
