//! The check of events as they arrive: form, catalogue, dates, and whether the source belongs to the caller.
//! It never changes an event and never waits. The same events give the same verdicts if decisions and day are
//! the same.

use std::collections::BTreeMap;

use jiff::civil::Date;
use longhu_core::catalogue::{check_horizon, check_not_future};
use longhu_core::control::Source;
use longhu_core::event::Event;
use longhu_core::register::Register;
use longhu_core::types::violation::{Violation, check_id};
use longhu_proto::event::from_wire;
use longhu_proto::wire::event::v1 as wire;
use longhu_runtime::Principal;
use prost::Message;

use crate::clock::BankClock;

/// The most bytes of one event, encoded.
pub(crate) const EVENT_BYTES_MAX: usize = 16 * 1024;
/// The most sources that are registered by their first event. With more than that, a caller is probably
/// sending ids as sources.
pub(crate) const SOURCES_MAX: usize = 10_000;

/// The verdicts on the events of one call.
#[derive(Default)]
pub(crate) struct Verdicts {
    /// For each event: its business date, or what is wrong with it.
    pub(crate) events: Vec<Result<Date, Violation>>,
    /// The size of the valid events as received, in bytes.
    pub(crate) bytes: usize,
    /// Sources of valid events that are not registered yet, and whether they number their events.
    pub(crate) unregistered: BTreeMap<String, bool>,
}

/// Checks events by the decisions in force.
pub(crate) struct Checker<'a> {
    pub(crate) register: &'a Register,
    pub(crate) clock: &'a BankClock,
    pub(crate) principal: &'a Principal,
    /// Today in the bank's time zone.
    pub(crate) today: Date,
}

impl Checker<'_> {
    /// The verdicts on the events of a call.
    pub(crate) fn check(&self, events: &[wire::Event]) -> Verdicts {
        let mut verdicts = Verdicts { events: Vec::with_capacity(events.len()), ..Verdicts::default() };
        for event in events {
            let bytes = event.encoded_len();
            let verdict = self.check_event(event, bytes, &mut verdicts.unregistered);
            verdicts.bytes += if verdict.is_ok() { bytes } else { 0 };
            verdicts.events.push(verdict);
        }
        verdicts
    }

    fn check_event(
        &self,
        event: &wire::Event,
        bytes: usize,
        unregistered: &mut BTreeMap<String, bool>,
    ) -> Result<Date, Violation> {
        if bytes > EVENT_BYTES_MAX {
            let reason =
                format!("it has {bytes} bytes; at most {EVENT_BYTES_MAX} are allowed, so shorten it");
            return Err(Violation::new("event", "TOO_LARGE", reason));
        }
        let event = from_wire(event, |time| self.clock.day_of(time))?;
        self.register.catalogue().check(&event)?;
        check_not_future(&event, self.today)?;
        match self.register.source(&event.source) {
            Some(source) => self.check_source(&event, &source.value)?,
            None => self.check_new_source(&event, unregistered)?,
        }
        Ok(event.business_date)
    }

    fn check_source(&self, event: &Event, source: &Source) -> Result<(), Violation> {
        if source.principal != self.principal.name {
            let reason = format!(
                "source `{}` belongs to `{}`; send with its token, or choose another name",
                source.name, source.principal
            );
            return Err(Violation::new("source", "SOURCE_NOT_YOURS", reason));
        }
        check_numbering(event, source.numbered)?;
        check_horizon(event, self.today, source.horizon_days)
    }

    /// For a source that is not registered, its first valid event decides whether it is numbered.
    fn check_new_source(
        &self,
        event: &Event,
        unregistered: &mut BTreeMap<String, bool>,
    ) -> Result<(), Violation> {
        if let Some(numbered) = unregistered.get(event.source.as_ref()) {
            return check_numbering(event, *numbered);
        }
        if !self.principal.may_open(&event.source) {
            let reason = format!(
                "`{}` may not open source `{}`; allow it in the principals file, or correct the name",
                self.principal.name, event.source
            );
            return Err(Violation::new("source", "SOURCE_NOT_ALLOWED", reason));
        }
        if self.register.sources().count() + unregistered.len() >= SOURCES_MAX {
            let reason = format!(
                "there are {SOURCES_MAX} sources already; a source names the adapter, not a single event"
            );
            return Err(Violation::new("source", "TOO_MANY_SOURCES", reason));
        }
        let numbered = event.source_sequence.is_some();
        check_numbering(event, numbered)?;
        unregistered.insert(event.source.to_string(), numbered);
        Ok(())
    }
}

/// An event and its original must be identified as the source identifies its events: by number, or by id.
fn check_numbering(event: &Event, numbered: bool) -> Result<(), Violation> {
    match (numbered, event.source_sequence) {
        (true, None) => {
            let reason = format!("source `{}` numbers its events; give this one its number", event.source);
            return Err(Violation::new("source_sequence", "MISSING_FIELD", reason));
        }
        (false, Some(_)) => {
            let reason =
                format!("source `{}` does not number its events; leave the number out", event.source);
            return Err(Violation::new("source_sequence", "UNEXPECTED_SEQUENCE", reason));
        }
        _ => {}
    }
    let Some(reversal) = &event.reverses else { return Ok(()) };
    match (numbered, reversal.source_sequence) {
        (true, None) => {
            let reason =
                format!("source `{}` numbers its events; give the number of the original", event.source);
            Err(Violation::new("reverses.source_sequence", "MISSING_FIELD", reason))
        }
        (false, Some(_)) => {
            let reason = format!(
                "source `{}` does not number its events; name the original by `reverses.id` only",
                event.source
            );
            Err(Violation::new("reverses.source_sequence", "UNEXPECTED_SEQUENCE", reason))
        }
        (true, Some(_)) => Ok(()),
        (false, None) => check_id("reverses.id", &reversal.id),
    }
}
