//! Appends decisions, one at a time in this process. Each append names the last decision it has seen, so that
//! two processes cannot overwrite each other's decisions without noticing. A decision is completed even if
//! its caller goes away.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use longhu_core::Position;
use longhu_core::control::{Decision, Payload};
use longhu_core::register::Register;
use longhu_log::{AppendError, Appended, BatchLimits, ControlWriter, Kind, Log};
use longhu_proto::control::encode;
use longhu_proto::scalar::token_to_wire;
use longhu_proto::status::{refusal, retry_later};
use longhu_proto::wire::event::v1::Position as WirePosition;
use longhu_runtime::audit::{self, Audit, Intent, IntentId, Outcome, record_hash};
use tokio::sync::Mutex;
use tonic::{Code, Status};

use crate::clock::BankClock;
use crate::decisions::Decisions;
use crate::last_acknowledged::LastAcknowledged;
use crate::refusal::Refusal;

/// The most entries of one batch of a change set.
const ENTRIES_MAX: usize = 1000;
/// How many decisions of an intent the audit log names.
const INTENT_DECISIONS_MAX: usize = 100;
/// How long to wait until decisions of other processes have been read.
const CATCH_UP: Duration = Duration::from_secs(2);

/// What is to be appended, as determined under the lock.
pub(crate) struct Plan<T> {
    /// Keys and payloads. The revisions follow from what is in force.
    pub(crate) entries: Vec<(String, Payload)>,
    /// Whether they take effect together, with a closing entry.
    pub(crate) is_change_set: bool,
    /// Further results for the caller.
    pub(crate) found: T,
}

/// The outcome of a plan.
pub(crate) struct Decided<T> {
    /// The position where it takes effect; `None` if there was nothing to append.
    pub(crate) position: Option<Position>,
    /// How many times the log had been adopted.
    pub(crate) adoptions: u32,
    /// The further results of the plan.
    pub(crate) found: T,
}

impl<T> Decided<T> {
    /// The position for the caller to pass back.
    pub(crate) fn token(&self) -> Option<WirePosition> {
        self.position.map(|position| token_to_wire(position, self.adoptions))
    }
}

/// Makes all decisions of this process.
pub(crate) struct Decider {
    log: Log,
    decisions: Arc<Decisions>,
    clock: Arc<BankClock>,
    writer: Mutex<ControlWriter>,
    acknowledged: Arc<LastAcknowledged>,
    audit: Option<Audit>,
}

impl Decider {
    pub(crate) fn new(
        log: &Log,
        decisions: Arc<Decisions>,
        clock: Arc<BankClock>,
        acknowledged: Arc<LastAcknowledged>,
        audit: Option<Audit>,
    ) -> Arc<Decider> {
        let writer = Mutex::new(ControlWriter::new(log));
        Arc::new(Decider { log: log.clone(), decisions, clock, writer, acknowledged, audit })
    }

    /// Makes a plan from what is in force, and appends it if nothing was decided in the meantime. When this
    /// returns, the decision is in force in this process.
    ///
    /// # Errors
    /// Errors of the plan; ABORTED with REVISION_CONFLICT if another process decided in the meantime; those
    /// of [`Refusal`].
    pub(crate) async fn decide<T: Send + 'static>(
        self: &Arc<Self>,
        principal: &str,
        plan: impl FnOnce(&Register) -> Result<Plan<T>, Status> + Send + 'static,
    ) -> Result<Decided<T>, Status> {
        let (this, principal) = (self.clone(), principal.to_owned());
        let work = tokio::spawn(async move { this.run(&principal, plan).await });
        work.await.unwrap_or_else(|_| Err(failed()))
    }

    async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        principal: &str,
        plan: impl FnOnce(&Register) -> Result<Plan<T>, Status> + Send + 'static,
    ) -> Result<Decided<T>, Status> {
        let mut writer = self.writer.lock().await;
        let (this, author) = (self.clone(), principal.to_owned());
        // A plan may have to look at a whole organisation, so it does not run on a thread that answers
        // events.
        let planned = tokio::task::spawn_blocking(move || {
            let in_force = this.decisions.read();
            let Plan { entries, is_change_set, found } = plan(&in_force.register)?;
            let decisions = decisions_of(entries, is_change_set, &in_force.register, &author);
            Ok((in_force.sequence, decisions, found))
        });
        let (mut last, decisions, found) = planned.await.unwrap_or_else(|_| Err(failed()))?;
        if decisions.is_empty() {
            return Ok(Decided { position: None, adoptions: 0, found });
        }
        if !self.log.is_connected() {
            return Err(Refusal::LogAway.status());
        }
        let shown = self.audit.is_some().then(|| intent_of(principal, &decisions));
        let batches = batches_of(decisions);
        let intent = match shown {
            Some(intent) => Some(self.intend(intent, &batches).await?),
            None => None,
        };
        let mut position = None;
        for (records, decisions) in batches {
            let appended = match self.append(&mut writer, last, &records).await {
                Ok(appended) => appended,
                Err(status) => {
                    self.conclude(intent, outcome_of(&status)).await?;
                    return Err(status);
                }
            };
            last = appended.sequence;
            position = Some(Position::new(last, (records.len() - 1) as u32));
            self.decisions.apply(last, decisions);
        }
        if let Some(position) = position {
            self.conclude(intent, Outcome::InForce { position: position.to_string() }).await?;
        }
        let adoptions = self.decisions.read().register.adoption_count();
        Ok(Decided { position, adoptions, found })
    }

    /// Records in the audit log what is about to be appended. If that fails, nothing is appended.
    async fn intend(
        &self,
        intent: Intent,
        batches: &[(Vec<Bytes>, Vec<Decision>)],
    ) -> Result<IntentId, Status> {
        let last = batches.last().and_then(|(records, _)| records.last());
        let intent = Intent { record: last.map(|record| record_hash(record)).unwrap_or_default(), ..intent };
        self.record(move |audit| audit.intent(&intent)).await
    }

    /// Records what became of an intent.
    async fn conclude(&self, intent: Option<IntentId>, outcome: Outcome) -> Result<(), Status> {
        let Some(intent) = intent else { return Ok(()) };
        self.record(move |audit| audit.outcome(intent, &outcome)).await
    }

    /// Writes to the audit log. It waits for the disk, so not on a thread that answers events.
    async fn record<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Audit) -> Result<T, Status> + Send + 'static,
    ) -> Result<T, Status> {
        let Some(audit) = self.audit.clone() else { return Err(failed()) };
        tokio::task::spawn_blocking(move || write(&audit)).await.unwrap_or_else(|_| Err(failed()))
    }

    async fn append(
        &self,
        writer: &mut ControlWriter,
        last: u64,
        records: &[Bytes],
    ) -> Result<Appended, Status> {
        let recorded = self.clock.recorded();
        match writer.append_expecting(last, Kind::Control, recorded, records).await {
            Ok(appended) => {
                self.acknowledged.note(appended.sequence, appended.hash, records.len(), recorded);
                Ok(appended)
            }
            Err(AppendError::Conflict { .. }) => {
                self.catch_up().await;
                let message = "somebody else made a decision at the same time; look at what is in force now and try again";
                Err(retry_later(Code::Aborted, "REVISION_CONFLICT", message, Duration::ZERO))
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a decision was not appended");
                Err(Refusal::from(&error).status())
            }
        }
    }

    /// Waits, for a limited time, until the decisions of other processes are in force here too.
    async fn catch_up(&self) {
        if let Ok(Some(last)) = self.log.last_on(self.log.names().control_subject()).await {
            self.decisions.wait_for(last.sequence, CATCH_UP).await;
        }
    }
}

/// What the audit log shows of decisions before they are made; the hash of the last record is added when it is encoded.
fn intent_of(principal: &str, decisions: &[Decision]) -> Intent {
    let shown = decisions.iter().take(INTENT_DECISIONS_MAX).map(|decision| audit::Decided {
        kind: decision.payload.kind().to_owned(),
        key: decision.key.clone(),
        revision: decision.revision,
    });
    let (principal, record) = (principal.to_owned(), String::new());
    Intent { principal, decisions: shown.collect(), count: decisions.len(), record }
}

/// What is known of an intent whose append failed. A change set of which only a part was appended is not in force.
fn outcome_of(status: &Status) -> Outcome {
    match status.code() {
        Code::Aborted => Outcome::NotInLog { reason: "somebody else decided at the same time".to_owned() },
        _ => Outcome::Unknown,
    }
}

fn failed() -> Status {
    refusal(Code::Internal, "DECISION_FAILED", "the decision failed because of a defect; please report it")
}

fn decisions_of(
    entries: Vec<(String, Payload)>,
    is_change_set: bool,
    register: &Register,
    principal: &str,
) -> Vec<Decision> {
    let (closed, count) = (is_change_set && !entries.is_empty(), entries.len() as u32);
    let change_set = if closed { uuid::Uuid::now_v7().to_string() } else { String::new() };
    let decision = |key: String, revision, payload| Decision {
        principal: principal.to_owned(),
        key,
        revision,
        change_set: change_set.clone(),
        payload,
    };
    // Payloads are moved, not copied, because they may be a whole organisation.
    let mut decisions: Vec<Decision> = entries
        .into_iter()
        .map(|(key, payload)| {
            let revision = register.revision(payload.kind(), &key) + 1;
            decision(key, revision, payload)
        })
        .collect();
    if closed {
        decisions.push(decision(String::new(), 0, Payload::Close { count }));
    }
    decisions
}

/// Divides decisions into batches of limited count and size.
fn batches_of(decisions: Vec<Decision>) -> Vec<(Vec<Bytes>, Vec<Decision>)> {
    let limits = BatchLimits { count_max: ENTRIES_MAX, ..BatchLimits::default() };
    let records: Vec<Bytes> = decisions.iter().map(|decision| encode(decision).into()).collect();
    let mut decisions = decisions.into_iter();
    let mut left = &records[..];
    let mut batches = Vec::new();
    // Each batch gets a list of its own size. A list split off a long one would keep the capacity of the long
    // one.
    while !left.is_empty() {
        let (batch, later) = left.split_at(limits.fit(left.iter().map(Bytes::len)));
        batches.push((batch.to_vec(), decisions.by_ref().take(batch.len()).collect()));
        left = later;
    }
    batches
}

#[cfg(test)]
mod tests {
    use longhu_core::organisation::Employee;

    use super::*;

    #[test]
    fn a_long_feed_is_divided_into_batches_that_use_no_more_memory_than_needed() {
        let decision = |index: u32| Decision {
            principal: "hq".into(),
            key: format!("e-{index}"),
            revision: 1,
            change_set: "set".into(),
            payload: Payload::Employee(Employee::new(&format!("e-{index}"), "张三", Some("b-1"))),
        };
        let batches = batches_of((0..100_000).map(decision).collect());
        assert!(batches.len() >= 100, "{} batches", batches.len());
        let mut next = 0;
        for (records, decisions) in &batches {
            assert!((1..=ENTRIES_MAX).contains(&records.len()));
            assert_eq!(records.len(), decisions.len());
            assert!(records.capacity() <= 2 * records.len(), "{} for {}", records.capacity(), records.len());
            assert!(
                decisions.capacity() <= 2 * decisions.len(),
                "{} for {}",
                decisions.capacity(),
                decisions.len()
            );
            for (record, decision) in records.iter().zip(decisions) {
                assert_eq!(decision.key, format!("e-{next}"));
                assert_eq!(longhu_proto::control::decode(record).unwrap(), *decision);
                next += 1;
            }
        }
        assert_eq!(next, 100_000);
    }
}
