//! Decisions: what can change a standing and is not an event. The highest revision of a (kind, key) wins, whatever
//! the order; nothing here knows who may decide.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::organisation::{Employee, HandOver, SourceCode, Unit};
use crate::plan::{Calendar, Targets};

/// One decision as the log holds it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who made it.
    pub principal: String,
    /// What it is about, unique in its kind.
    pub key: String,
    /// From 1.
    pub revision: u64,
    /// The change set that it waits for; empty when it stands alone.
    pub change_set: String,
    /// What was decided.
    pub payload: Payload,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// Names the bank.
    Bank(Bank),
    /// Registers a source.
    Source(Source),
    /// Adds an event type.
    EventType(EventType),
    /// A unit of the organisation.
    Unit(Unit),
    /// An employee.
    Employee(Employee),
    /// A contest's definition.
    Contest(Box<Contest>),
    /// The end of a contest.
    Seal(Seal),
    /// Ends a change set of so many entries.
    Close {
        /// Entries in the set, without this one.
        count: u32,
    },
    /// A hand-over of customers between employees.
    HandOver(HandOver),
    /// What a source's code means.
    SourceCode(SourceCode),
    /// What a participant of a contest is to reach.
    Targets(Targets),
    /// Which days are working days.
    Calendar(Calendar),
}

/// The bank whose log it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bank {
    /// Stable id.
    pub id: String,
    /// IANA time zone.
    pub zone: String,
    /// ISO 4217.
    pub currency: crate::types::money::Currency,
}

/// A source of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Whether it numbers its events from 1 without gaps.
    pub numbered: bool,
    /// Days after its business date during which an event is accepted; `None`: for ever.
    pub horizon_days: Option<u32>,
    /// The only principal that may write to it.
    pub principal: String,
}

/// An event type that the built-in catalogue lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventType {
    /// A dotted past-tense name.
    pub name: String,
    /// The fields it needs.
    pub required: Vec<crate::catalogue::Field>,
    /// What it means.
    pub description: String,
}

/// The end of a contest: the standings at the entry's own position are its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The contest's id.
    pub contest: String,
    /// Whether it came before every deadline of the contest had passed.
    pub forced: bool,
    /// Why; given when it is forced.
    pub reason: String,
}

impl Payload {
    /// The kind's name; with the key it says what a decision is about.
    pub fn kind(&self) -> &'static str {
        match self {
            Payload::Bank(_) => "bank",
            Payload::Source(_) => "source",
            Payload::EventType(_) => "event_type",
            Payload::Unit(_) => "unit",
            Payload::Employee(_) => "employee",
            Payload::Contest(_) => "contest",
            Payload::Seal(_) => "seal",
            Payload::Close { .. } => "close",
            Payload::HandOver(_) => "hand_over",
            Payload::SourceCode(_) => "source_code",
            Payload::Targets(_) => "targets",
            Payload::Calendar(_) => "calendar",
        }
    }
}
