//! Every decision on one unit or employee, from the log's control entries, each with its outcome. The entries
//! are folded into a separate register, in which decisions on other ids have no content; the read model is
//! not used.

use longhu_core::control::{Decision, Payload};
use longhu_core::organisation::Unit;
use longhu_core::register::{Effect, Register};
use longhu_core::{Position, Time};
use longhu_log::{Entry, Kind, Log, ReadError, ReadFrom, ReadOptions, Reader};
use longhu_proto::organisation::{code_to_wire, employee_to_wire, hand_over_to_wire, unit_to_wire};
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::status::refusal;
use longhu_proto::wire::organisation::v1 as wire;
use longhu_proto::wire::organisation::v1::organisation_entry::Entry as Decided;
use tonic::{Code, Status};

use crate::query::organisation::day::not_found;
use crate::query::organisation::search::Answers;
use crate::query::refusals::log_unavailable;

/// Revisions in a message.
const REVISIONS: usize = 100;

/// Answers `ListRevisions`, up to the position `last`.
///
/// # Errors
/// NOT_FOUND for an id without any decision, and errors of the log.
pub async fn list(
    log: Log,
    last: Position,
    id: String,
    answers: Answers<wire::ListRevisionsResponse>,
) -> Result<(), Status> {
    let position = Some(position_to_wire(last));
    let mut history = History::of(&id);
    let mut count = 0;
    if last.sequence > 0 {
        let unavailable = |error: ReadError| log_unavailable(&error);
        let subject = Some(log.names().control_subject().to_string());
        let options = ReadOptions { subject, until: Some(last.sequence) };
        let mut reader = Reader::open(&log, ReadFrom::Start, options).await.map_err(unavailable)?;
        while let Some(entry) = reader.next().await.map_err(unavailable)? {
            read(&entry, last, &mut history)?;
            if history.told.len() >= REVISIONS {
                let revisions = std::mem::take(&mut history.told);
                count += revisions.len();
                if answers.send(Ok(wire::ListRevisionsResponse { position, revisions })).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
    let revisions = history.end();
    if count + revisions.len() == 0 {
        return Err(not_found(&id));
    }
    // The caller may have gone.
    drop(answers.send(Ok(wire::ListRevisionsResponse { position, revisions })).await);
    Ok(())
}

fn read(entry: &Entry, last: Position, history: &mut History) -> Result<(), Status> {
    if entry.batch.header.kind != Kind::Control {
        return Ok(());
    }
    for (record, index) in entry.batch.records.iter().zip(0..) {
        let position = entry.position(index);
        if position > last {
            break;
        }
        let decision = longhu_proto::control::decode(record)
            .map_err(|error| refusal(Code::DataLoss, "ENTRY_UNREADABLE", format!("{position}: {error}")))?;
        history.decision(position, entry.batch.header.recorded_time, decision);
    }
    Ok(())
}

/// The decisions on one id that have been read so far.
struct History {
    id: String,
    register: Register,
    /// The greatest revision that took effect.
    in_force: u64,
    /// The name of the open change set.
    change_set: String,
    /// The decisions on the id in it.
    open: Vec<wire::OrganisationRevision>,
    /// Decisions whose outcome is known, in log order.
    told: Vec<wire::OrganisationRevision>,
}

impl History {
    fn of(id: &str) -> History {
        History {
            id: id.to_owned(),
            register: Register::default(),
            in_force: 0,
            change_set: String::new(),
            open: Vec::new(),
            told: Vec::new(),
        }
    }

    fn decision(&mut self, position: Position, recorded: Time, mut decision: Decision) {
        let is_close = matches!(decision.payload, Payload::Close { .. });
        let stands_alone = decision.change_set.is_empty() && !is_close;
        if stands_alone || decision.change_set != self.change_set {
            // An entry of something else comes in between, so the open change set never takes effect.
            self.settle(None);
            self.change_set.clone_from(&decision.change_set);
        }
        match revision(position, recorded, &decision).filter(|_| decision.key == self.id) {
            Some(own) => self.open.push(own),
            None if is_close => {}
            None => {
                // It counts for its change set but is not listed here, so its content would only use memory.
                decision.revision = 0;
                decision.payload = Payload::Unit(Unit::default());
            }
        }
        let effects = self.register.apply(position, decision);
        if is_close || stands_alone {
            self.settle((!effects.contains(&Effect::Abandoned)).then_some(position));
            self.change_set.clear();
        }
    }

    /// Sets the outcome of the open decisions: with a position, they took effect there if they were newer;
    /// without, they never do.
    fn settle(&mut self, effective: Option<Position>) {
        for mut revision in self.open.drain(..) {
            let outcome = match effective {
                None => wire::RevisionOutcome::Abandoned,
                Some(_) if revision.revision <= self.in_force => wire::RevisionOutcome::NotNewer,
                Some(position) => {
                    self.in_force = revision.revision;
                    revision.effective_position = Some(position_to_wire(position));
                    wire::RevisionOutcome::TookEffect
                }
            };
            revision.outcome = outcome.into();
            self.told.push(revision);
        }
    }

    /// Returns all decisions. Those of a change set that is still open may take effect later.
    fn end(mut self) -> Vec<wire::OrganisationRevision> {
        let open = self.open.drain(..).map(|revision| wire::OrganisationRevision {
            outcome: wire::RevisionOutcome::Open.into(),
            ..revision
        });
        self.told.extend(open);
        self.told
    }
}

/// A decision on a unit or an employee, before its outcome is known.
fn revision(position: Position, recorded: Time, decision: &Decision) -> Option<wire::OrganisationRevision> {
    let decided = match &decision.payload {
        Payload::Unit(unit) => Decided::Unit(unit_to_wire(unit)),
        Payload::Employee(employee) => Decided::Employee(employee_to_wire(employee)),
        Payload::HandOver(hand_over) => Decided::HandOver(hand_over_to_wire(hand_over)),
        Payload::SourceCode(code) => Decided::Code(code_to_wire(code)),
        _ => return None,
    };
    Some(wire::OrganisationRevision {
        position: Some(position_to_wire(position)),
        recorded_time: Some(time_to_wire(recorded)),
        principal: decision.principal.clone(),
        revision: decision.revision,
        outcome: wire::RevisionOutcome::Unspecified.into(),
        effective_position: None,
        decided: Some(wire::OrganisationEntry { entry: Some(decided) }),
    })
}

#[cfg(test)]
mod tests {
    use longhu_core::organisation::Employee;

    use super::*;

    fn unit(id: &str, revision: u64, change_set: &str) -> Decision {
        let payload = Payload::Unit(Unit::new(id, "branch", None, &format!("{id}-{revision}")));
        let (principal, change_set) = ("hq".to_owned(), change_set.to_owned());
        Decision { principal, key: id.to_owned(), revision, change_set, payload }
    }

    fn employee(id: &str) -> Decision {
        let payload = Payload::Employee(Employee::new(id, id, None));
        Decision { payload, ..unit(id, 1, "") }
    }

    fn close(change_set: &str, count: u32) -> Decision {
        Decision { payload: Payload::Close { count }, ..unit("", 0, change_set) }
    }

    /// Revision, outcome and position of each decision on the unit `a`.
    fn told(decisions: &[Decision]) -> Vec<String> {
        let mut history = History::of("a");
        for (decision, sequence) in decisions.iter().zip(1..) {
            history.decision(Position::new(sequence, 0), Time(0), decision.clone());
        }
        let at = |revision: &wire::OrganisationRevision| match revision.effective_position {
            Some(at) => format!(" {}", at.sequence),
            None => String::new(),
        };
        let told = history.end();
        told.iter().map(|one| format!("{} {:?}{}", one.revision, one.outcome(), at(one))).collect()
    }

    #[test]
    fn a_single_decision_takes_effect_at_its_position_if_it_is_newer() {
        let log = [unit("a", 1, ""), unit("b", 7, ""), unit("a", 3, ""), unit("a", 2, ""), employee("c")];
        assert_eq!(told(&log), ["1 TookEffect 1", "3 TookEffect 3", "2 NotNewer"]);
    }

    #[test]
    fn a_change_set_takes_effect_at_its_close() {
        let log = [unit("b", 1, "s"), unit("a", 1, "s"), unit("c", 1, "s"), close("s", 3)];
        assert_eq!(told(&log), ["1 TookEffect 4"]);
    }

    #[test]
    fn an_incomplete_or_interrupted_change_set_never_takes_effect() {
        let short = [unit("b", 1, "s"), unit("a", 1, "s"), close("s", 3), unit("a", 1, "")];
        assert_eq!(told(&short), ["1 Abandoned", "1 TookEffect 4"]);
        let broken = [unit("a", 1, "s"), employee("c"), close("s", 1)];
        assert_eq!(told(&broken), ["1 Abandoned"]);
        let other = [unit("a", 1, "s"), unit("a", 1, "t"), close("t", 1)];
        assert_eq!(told(&other), ["1 Abandoned", "1 TookEffect 3"]);
    }

    #[test]
    fn an_open_change_set_is_shown_as_open() {
        assert_eq!(told(&[unit("a", 1, ""), unit("a", 2, "s")]), ["1 TookEffect 1", "2 Open"]);
    }
}
