//! Checks a whole audit log: every file that was put aside, and the one that is written.

use std::io::{BufRead, BufReader};
use std::path::Path;

use super::chain::{self, Head};
use super::error::AuditError;
use super::file;

/// What was found in a log whose chain is whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files there are.
    pub files: usize,
    /// How many lines.
    pub lines: u64,
    /// The number of the first line. More than 1 if older files were taken away.
    pub first: u64,
    /// The times of the first and the last line.
    pub times: Option<(String, String)>,
    /// The hash of the last line. Keep it elsewhere: it fixes everything before it.
    pub head: String,
    /// Whether a line has the hash that was asked for.
    pub has_hash: bool,
}

/// Checks the chain, and whether a line has the hash `known` from an earlier check.
///
/// # Errors
/// [`AuditError::Broken`] with file, line and reason; a file that cannot be read.
pub fn verify(path: &Path, known: Option<&str>) -> Result<Verified, AuditError> {
    let mut paths: Vec<_> = file::put_aside(path)?.into_iter().map(|aside| aside.path).collect();
    paths.push(path.to_owned());
    let mut found = Verified { files: paths.len(), ..Verified::default() };
    let mut head: Option<Head> = None;
    for path in &paths {
        let failed = |source| AuditError::Io { path: path.clone(), source };
        let mut lines = BufReader::new(std::fs::File::open(path).map_err(failed)?);
        let (mut text, mut index) = (String::new(), 0);
        loop {
            text.clear();
            if lines.read_line(&mut text).map_err(failed)? == 0 {
                break;
            }
            index += 1;
            let broken = |reason| AuditError::Broken { path: path.clone(), line: index, reason };
            // The last line of the last file may be one that is being written.
            let Some(line) = text.strip_suffix('\n') else { break };
            let (next, time) = chain::check(head.as_ref(), line).map_err(|fault| broken(fault.says()))?;
            if found.lines == 0 {
                found.first = next.number;
            }
            found.lines += 1;
            found.has_hash |= known == Some(&next.hash);
            let first = found.times.take().map_or_else(|| time.clone(), |(first, _)| first);
            found.times = Some((first, time));
            head = Some(next);
        }
    }
    found.head = head.map(|head| head.hash).unwrap_or_default();
    Ok(found)
}
