//! What the audit log records.

use serde::{Deserialize, Serialize};

/// A call that was answered or refused.
#[derive(Debug, Serialize)]
pub(crate) struct Call<'a> {
    /// For whom.
    pub(crate) principal: &'a str,
    /// The service that called for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<&'a str>,
    /// From where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) peer: Option<String>,
    pub(crate) method: &'a str,
    /// read, export, replay or decision.
    pub(crate) purpose: &'a str,
    /// The request as JSON; absent if it is large or a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) asked: Option<serde_json::Value>,
    /// The status: `Ok`, `PermissionDenied`, …
    pub(crate) status: String,
}

/// What somebody is about to decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Who decides.
    pub principal: String,
    /// What: kind, key and revision of each decision, the first hundred.
    pub decisions: Vec<Decided>,
    /// How many decisions there are.
    pub count: usize,
    /// The hash of the last record as the log will have it: with it the decision is in force.
    pub record: String,
}

/// A decision of an intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    /// The kind of decision.
    pub kind: String,
    /// What it is about.
    pub key: String,
    /// Its revision.
    pub revision: u64,
}

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// It is in force from this position on.
    InForce {
        /// `sequence.index`.
        position: String,
    },
    /// It is not in the log.
    NotInLog {
        /// Why, if that is known.
        reason: String,
    },
    /// The broker did not say. The next start looks into the log.
    Unknown,
}

/// The number of an intent's line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IntentId(pub(crate) u64);

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Content<'a> {
    /// A process began to write, after cutting off a line that a crash had left unfinished.
    Begun {
        cut_bytes: u64,
    },
    /// The file before was full.
    Continued,
    Call(&'a Call<'a>),
    Intent(&'a Intent),
    Outcome {
        intent: IntentId,
        #[serde(flatten)]
        outcome: &'a Outcome,
    },
}
