//! The order of system calls in the output of strace: is everything that was written to a data file on the
//! disk before its acknowledgement leaves? `sync_file_range` does not count as a sync, because it does not
//! even wait for the drive.

use std::collections::BTreeMap;

/// What counts as data in a trace, and what as an acknowledgement.
pub struct Rules {
    /// The endings of the paths of data files.
    pub data: &'static [&'static str],
    /// Texts which together mark a write as an acknowledgement.
    pub acknowledgement: &'static [&'static str],
}

/// What is wrong with an acknowledgement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// Nothing was written since the previous acknowledgement.
    NothingWritten { line: usize },
    /// What was written to this file was not synced.
    NotSynced { line: usize, path: String },
}

/// A call that has started and not ended yet.
struct Begun {
    name: String,
    path: String,
    /// For a sync: the last write that it covers.
    covers: u64,
}

/// A data file: the number of the last write that ended, and of the last write that a sync covers.
#[derive(Default)]
struct DataFile {
    written: u64,
    synced: u64,
}

/// Reads a trace of `strace -f -y`. Returns the number of acknowledgements if all are in order, otherwise
/// what is wrong.
pub fn check(trace: &str, rules: &Rules) -> Result<usize, Vec<Objection>> {
    let mut files: BTreeMap<String, DataFile> = BTreeMap::new();
    let mut begun: BTreeMap<String, Begun> = BTreeMap::new();
    let (mut acknowledgements, mut writes, mut writes_before) = (0, 0, 0);
    let mut objections = Vec::new();
    for (number, line) in trace.lines().enumerate() {
        let (thread, call) = thread_of(line);
        let (done, is_failed) = match (call.strip_prefix("<... "), name_and_path(call)) {
            (Some(rest), _) => (begun.remove(thread), rest.contains(" = -1 ")),
            (None, Some((name, path))) => {
                let is_write = name.contains("write");
                if is_write && rules.acknowledgement.iter().all(|mark| call.contains(mark)) {
                    acknowledgements += 1;
                    objections.extend(judge(number + 1, writes > writes_before, &files));
                    writes_before = writes;
                    continue;
                }
                let covers = files.get(path).map_or(0, |file| file.written);
                let call_begun = Begun { name: name.to_owned(), path: path.to_owned(), covers };
                if call.ends_with("<unfinished ...>") {
                    begun.insert(thread.to_owned(), call_begun);
                    continue;
                }
                (Some(call_begun), call.contains(" = -1 "))
            }
            (None, None) => continue,
        };
        let Some(Begun { name, path, covers }) = done.filter(|_| !is_failed) else { continue };
        if !rules.data.iter().any(|ending| path.ends_with(ending)) {
            continue;
        }
        let file = files.entry(path).or_default();
        match name.as_str() {
            "fsync" | "fdatasync" => file.synced = file.synced.max(covers),
            name if name.contains("write") => {
                writes += 1;
                file.written = writes;
            }
            _ => {}
        }
    }
    if objections.is_empty() { Ok(acknowledgements) } else { Err(objections) }
}

fn judge(line: usize, has_written: bool, files: &BTreeMap<String, DataFile>) -> Vec<Objection> {
    if !has_written {
        return vec![Objection::NothingWritten { line }];
    }
    let open = files.iter().filter(|(_, file)| file.synced < file.written);
    open.map(|(path, _)| Objection::NotSynced { line, path: path.clone() }).collect()
}

/// The thread of a line, and the call.
fn thread_of(line: &str) -> (&str, &str) {
    let line = line.trim_start_matches("[pid ").trim_start();
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (thread, rest) = line.split_at(digits);
    (thread, rest.trim_start_matches(']').trim_start())
}

/// `write(7</data/1.blk>, …` is a write to `/data/1.blk`.
fn name_and_path(call: &str) -> Option<(&str, &str)> {
    let (name, arguments) = call.split_once('(')?;
    let path =
        arguments.split_once('<').and_then(|(_, path)| path.split_once('>')).map_or("", |(path, _)| path);
    name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_').then_some((name, path))
}

const RULES: Rules = Rules { data: &[".blk"], acknowledgement: &["acked"] };

#[test]
fn what_is_synced_before_its_acknowledgement_is_in_order() {
    let trace = "\
        7 pwrite64(3</d/1.blk>, \"x\", 1, 0) = 1\n\
        7 fdatasync(3</d/1.blk>) = 0\n\
        8 write(9<socket:[1]>, \"acked 1\", 7) = 7\n\
        7 write(3</d/1.blk>, \"x\", 1 <unfinished ...>\n\
        8 write(9<socket:[1]>, \"hello\", 5) = 5\n\
        7 <... write resumed>) = 1\n\
        7 fsync(3</d/1.blk> <unfinished ...>\n\
        8 fsync(4</d/index.db>) = 0\n\
        7 <... fsync resumed>) = 0\n\
        8 write(9<socket:[1]>, \"acked 2\", 7 <unfinished ...>\n\
        8 <... write resumed>) = 7\n";
    assert_eq!(check(trace, &RULES), Ok(2));
}

#[test]
fn missing_partial_early_or_failed_syncs_are_reported() {
    let write = "7 write(3</d/1.blk>, \"x\", 1) = 1\n";
    let acked = "8 write(9<socket:[1]>, \"acked\", 5) = 5\n";
    let not_synced = |line| Err(vec![Objection::NotSynced { line, path: "/d/1.blk".to_owned() }]);
    for between in [
        "",
        "7 sync_file_range(3</d/1.blk>, 0, 0, SYNC_FILE_RANGE_WRITE) = 0\n",
        "7 fsync(4</d/2.blk>) = 0\n",
        "7 fsync(3</d/1.blk>) = -1 EIO (Input/output error)\n",
        "7 fsync(3</d/1.blk> <unfinished ...>\n",
    ] {
        let trace = format!("{write}{between}{acked}");
        assert_eq!(check(&trace, &RULES), not_synced(trace.lines().count()), "{between}");
    }
    let early = format!("6 fsync(3</d/1.blk> <unfinished ...>\n{write}6 <... fsync resumed>) = 0\n{acked}");
    assert_eq!(check(&early, &RULES), not_synced(4));
}

#[test]
fn an_acknowledgement_of_nothing_is_reported() {
    let acked = "8 write(9<socket:[1]>, \"acked\", 5) = 5\n";
    assert_eq!(check(acked, &RULES), Err(vec![Objection::NothingWritten { line: 1 }]));
}
