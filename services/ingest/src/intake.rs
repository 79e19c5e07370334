//! How the events of a call are handled: checked, their sources registered, normalised, queued, answered.
//! Valid events are accepted even if others in the call are not. An event is acknowledged only when it is on
//! disk.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use longhu_core::control::{Payload, Source};
use longhu_core::types::violation::Violation;
use longhu_log::Log;
use longhu_proto::scalar::token_to_wire;
use longhu_proto::status::{invalid, refusal};
use longhu_proto::wire::event::v1 as event_wire;
use longhu_proto::wire::ingest::v1 as wire;
use longhu_runtime::Principal;
use tokio::sync::oneshot;
use tokio::time::Instant;
use tonic::{Code, Status};

use crate::check::{Checker, Verdicts};
use crate::clock::BankClock;
use crate::decider::{Decider, Plan};
use crate::decisions::Decisions;
use crate::normalise;
use crate::pseudonym::Keyring;
use crate::queue::{Answer, Queue, answered};
use crate::refusal::Refusal;

/// The most events of one message.
pub const EVENTS_MAX: usize = 1000;
/// How often to try to register a source if other decisions come in between.
const REGISTER_ATTEMPTS: usize = 5;

/// What to do when the queue is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Refuse at once.
    None,
    /// Wait for room, as long as one waits for an answer.
    ForRoom,
}

/// Everything needed to accept events.
pub(crate) struct Intake {
    pub(crate) log: Log,
    pub(crate) decisions: Arc<Decisions>,
    pub(crate) decider: Arc<Decider>,
    pub(crate) clock: Arc<BankClock>,
    pub(crate) queue: Arc<Queue>,
    pub(crate) keys: Arc<Keyring>,
    pub(crate) answer_timeout: Duration,
}

/// A call whose events are on their way.
pub(crate) struct Ticket {
    /// For each event: `None` if it is on its way, or what is wrong with it.
    rejected: Vec<Option<Violation>>,
    /// `None` if no event is on its way.
    answer: Option<oneshot::Receiver<Answer>>,
    deadline: Instant,
    /// How many times the log had been adopted.
    adoptions: u32,
}

impl Intake {
    /// Accepts the valid events of a message and returns a ticket for the outcomes.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for no or too many events; those of [`Refusal`].
    pub(crate) async fn take(
        &self,
        principal: &Principal,
        events: Vec<event_wire::Event>,
        patience: Patience,
    ) -> Result<Ticket, Status> {
        check_count(events.len())?;
        let arrived = Instant::now();
        let verdicts = tokio::time::timeout(self.answer_timeout, self.verdicts(principal, &events)).await;
        let verdicts = verdicts.map_err(|_| Refusal::LogSilent.status())??;
        let mut rejected = Vec::with_capacity(events.len());
        let mut valid = Vec::with_capacity(events.len());
        for (event, verdict) in events.into_iter().zip(verdicts.events) {
            match verdict {
                Ok(date) => {
                    rejected.push(None);
                    valid.push((event, date));
                }
                Err(violation) => rejected.push(Some(violation)),
            }
        }
        let answer = match valid.is_empty() {
            true => None,
            false => {
                Some(self.queue(valid, verdicts.bytes, patience).await.map_err(|refusal| refusal.status())?)
            }
        };
        // A call that waited for room starts waiting for the disk only now.
        let waits_from = if patience == Patience::ForRoom { Instant::now() } else { arrived };
        let adoptions = self.decisions.read().register.adoption_count();
        Ok(Ticket { rejected, answer, deadline: waits_from + self.answer_timeout, adoptions })
    }

    /// Checks the events. Registers sources that valid events name for the first time, and then checks again,
    /// because somebody else may have registered them in the meantime.
    async fn verdicts(
        &self,
        principal: &Principal,
        events: &[event_wire::Event],
    ) -> Result<Verdicts, Status> {
        for _ in 0..REGISTER_ATTEMPTS {
            let today = self.clock.day_of(self.clock.recorded());
            let verdicts = {
                let in_force = self.decisions.read();
                let (register, clock) = (&in_force.register, self.clock.as_ref());
                Checker { register, clock, principal, today }.check(events)
            };
            if verdicts.unregistered.is_empty() {
                return Ok(verdicts);
            }
            match self.register(principal, verdicts.unregistered).await {
                Err(status) if status.code() != Code::Aborted => return Err(status),
                _ => {}
            }
        }
        let message = "the sources could not be registered because of other decisions at the same time; send the same ids again";
        Err(refusal(Code::Aborted, "REVISION_CONFLICT", message))
    }

    async fn register(
        &self,
        principal: &Principal,
        unregistered: BTreeMap<String, bool>,
    ) -> Result<(), Status> {
        let owner = principal.name.clone();
        let plan = move |register: &longhu_core::register::Register| {
            let missing = unregistered.into_iter().filter(|(name, _)| register.source(name).is_none());
            let entry = |(name, numbered): (String, bool)| {
                tracing::info!(source = name, numbered, principal = owner, "a new source");
                let principal = owner.clone();
                let source = Source { name: name.clone(), numbered, horizon_days: None, principal };
                (name, Payload::Source(source))
            };
            Ok(Plan { entries: missing.map(entry).collect(), is_change_set: false, found: () })
        };
        self.decider.decide(&principal.name, plan).await.map(|_| ())
    }

    async fn queue(
        &self,
        valid: Vec<(event_wire::Event, jiff::civil::Date)>,
        bytes: usize,
        patience: Patience,
    ) -> Result<oneshot::Receiver<Answer>, Refusal> {
        let records = normalise::records(valid, bytes, &self.keys);
        // A process that has lost its slot reports that, even if there is no connection to the log.
        if !self.log.is_connected() && !self.queue.is_closed() {
            return Err(Refusal::LogAway);
        }
        match patience {
            Patience::None => self.queue.push(records),
            Patience::ForRoom => {
                self.queue.push_patiently(records, Instant::now() + self.answer_timeout).await
            }
        }
    }
}

impl Ticket {
    /// Waits for the disk.
    ///
    /// # Errors
    /// Those of [`Refusal`]: it is then unknown whether the events are stored.
    pub(crate) async fn outcomes(self) -> Result<Vec<wire::Outcome>, Status> {
        let positions = match self.answer {
            None => Vec::new(),
            Some(answer) => answered(answer, self.deadline).await.map_err(|refusal| refusal.status())?,
        };
        let mut positions = positions.into_iter();
        let outcome = |rejected: Option<Violation>| {
            let result = match rejected {
                Some(violation) => wire::outcome::Result::Rejected(wire::Rejected {
                    field: violation.field,
                    code: violation.code.to_owned(),
                    reason: violation.reason,
                }),
                None => wire::outcome::Result::Accepted(wire::Accepted {
                    position: positions.next().map(|position| token_to_wire(position, self.adoptions)),
                }),
            };
            wire::Outcome { result: Some(result) }
        };
        Ok(self.rejected.into_iter().map(outcome).collect())
    }
}

fn check_count(count: usize) -> Result<(), Status> {
    let violation = match count {
        0 => Violation::new("events", "NO_EVENTS", "a message needs at least one event; send some"),
        1..=EVENTS_MAX => return Ok(()),
        _ => {
            let reason = format!("{count} events are more than {EVENTS_MAX}; send them in several messages");
            Violation::new("events", "TOO_MANY_EVENTS", reason)
        }
    };
    Err(invalid(&[violation]))
}
