//! One line and its hash. The hash is over everything before it in the line, and the hash of the line before is a part of
//! that.

use serde::{Deserialize, Serialize};

/// What stands between a line's content and its hash.
const HASH: &str = ",\"hash\":\"";
/// What a hash is for, so that no hash of something else is taken for one of a line.
const CONTEXT: &str = "longhu audit log line v1";

/// Where a chain is: the number of its last line, and that line's hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) number: u64,
    pub(super) hash: String,
}

impl Head {
    /// Before the first line.
    pub(super) fn start() -> Head {
        Head { number: 0, hash: "0".repeat(64) }
    }
}

#[derive(Serialize)]
struct Line<'a, T> {
    n: u64,
    time: String,
    #[serde(flatten)]
    content: &'a T,
    prev: &'a str,
}

/// What is read of a line to check it.
#[derive(Deserialize)]
struct Checked {
    n: u64,
    time: String,
    prev: String,
}

/// The next line of a chain with its line end, and where the chain is then.
pub(super) fn line<T: Serialize>(head: &Head, content: &T) -> Result<(String, Head), serde_json::Error> {
    let number = head.number + 1;
    let time = jiff::Timestamp::now().to_string();
    let mut text = serde_json::to_string(&Line { n: number, time, content, prev: &head.hash })?;
    text.pop();
    let hash = hash(&text);
    text.push_str(HASH);
    text.push_str(&hash);
    text.push_str("\"}\n");
    Ok((text, Head { number, hash }))
}

/// Why a line is not the next one of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NoHash,
    HashNotLast,
    OtherHash,
    OtherFormat,
    OtherPredecessor,
    NumberMissing,
}

impl Fault {
    /// In words.
    pub(super) fn says(self) -> &'static str {
        match self {
            Fault::NoHash => "the line has no hash",
            Fault::HashNotLast => "the line has no hash at its end",
            Fault::OtherHash => "the line's hash is not that of its content",
            Fault::OtherFormat => "the line is not one of an audit log",
            Fault::OtherPredecessor => "the line does not follow the one before it",
            Fault::NumberMissing => "a number is missing",
        }
    }
}

/// Checks the line after `before`, without its line end. If that is not known, the line may be anywhere in a chain.
pub(super) fn check(before: Option<&Head>, line: &str) -> Result<(Head, String), Fault> {
    let (content, rest) = line.rsplit_once(HASH).ok_or(Fault::NoHash)?;
    let given = rest.strip_suffix("\"}").ok_or(Fault::HashNotLast)?;
    if hash(content) != given {
        return Err(Fault::OtherHash);
    }
    let checked: Checked = serde_json::from_str(line).map_err(|_| Fault::OtherFormat)?;
    if let Some(before) = before {
        if checked.prev != before.hash {
            return Err(Fault::OtherPredecessor);
        }
        if checked.n != before.number + 1 {
            return Err(Fault::NumberMissing);
        }
    }
    Ok((Head { number: checked.n, hash: given.to_owned() }, checked.time))
}

fn hash(content: &str) -> String {
    blake3::Hasher::new_derive_key(CONTEXT).update(content.as_bytes()).finalize().to_hex().to_string()
}
