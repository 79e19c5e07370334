//! Decisions: everything other than events that can change a standing. The highest revision of a (kind, key)
//! wins, whatever the order. Who may decide is not known here.

use serde::{Deserialize, Serialize};

use crate::contest::Contest;
use crate::organisation::{Employee, HandOver, SourceCode, Unit};
use crate::plan::{Calendar, Targets};
use crate::{Position, Time};

/// A decision, as the log stores it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Who made it.
    pub principal: String,
    /// What it is about; unique within its kind.
    pub key: String,
    /// From 1.
    pub revision: u64,
    /// The change set that it belongs to; empty if it takes effect by itself.
    pub change_set: String,
    /// What was decided.
    pub payload: Payload,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Payload {
    /// The name of the bank.
    Bank(Bank),
    /// A registered source.
    Source(Source),
    /// An added event type.
    EventType(EventType),
    /// A unit of the organisation.
    Unit(Unit),
    /// An employee.
    Employee(Employee),
    /// A contest's definition.
    Contest(Box<Contest>),
    /// The seal of a contest.
    Seal(Seal),
    /// The close of a change set.
    Close {
        /// The number of entries in the set, without this one.
        count: u32,
    },
    /// A hand-over of customers between employees.
    HandOver(HandOver),
    /// The meaning of a source's code.
    SourceCode(SourceCode),
    /// The targets of a participant of a contest.
    Targets(Targets),
    /// A calendar of working days.
    Calendar(Calendar),
    /// The adoption of a log that had lost entries.
    Adoption(Adoption),
}

/// The bank to which the log belongs.
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
    /// How many days after its business date an event is still accepted; `None`: without limit.
    pub horizon_days: Option<u32>,
    /// The only principal that may send its events.
    pub principal: String,
}

/// An event type that the built-in catalogue lacks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventType {
    /// A dotted past-tense name.
    pub name: String,
    /// The fields that it requires.
    pub required: Vec<crate::catalogue::Field>,
    /// What it means, for people.
    pub description: String,
}

/// The seal of a contest: the standings at the entry's position are its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    /// The contest's id.
    pub contest: String,
    /// Whether it was sealed before every deadline of the contest had passed.
    pub forced: bool,
    /// The reason; required if it is forced.
    pub reason: String,
}

/// The adoption of a log whose end was lost: what it has left counts, and what was acknowledged behind it is
/// to be sent again. It changes no standing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adoption {
    /// The last entry that the log had. Greater positions that were given before are of lost entries.
    pub lost_after: Position,
    /// The hash of the batch there.
    pub batch_hash: [u8; 32],
    /// When that batch was recorded.
    pub recorded: Time,
    /// When the log was adopted.
    pub adopted: Time,
    /// Why.
    pub reason: String,
}

impl Payload {
    /// The name of the kind. Kind and key together tell what a decision is about.
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
            Payload::Adoption(_) => "adoption",
        }
    }
}
