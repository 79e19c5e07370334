//! What people and other programs write: TOML of contests, organisations, targets, calendars and event types,
//! CSV of targets, mappings with the files that they import, JSON lines of events and of an exported log,
//! principals and keys.

use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use longhu_ingest::Keyring;
use longhu_runtime::Principals;

use crate::corpus;
use crate::driver::{Bound, Input, Step, Surface, Verdict, run};
use crate::reading;
use crate::text::{self, Text};

/// A value of TOML or JSON is stored with its place, about 100 bytes, while a digit with its comma has two. A
/// refusal lists at most a hundred problems, each with its line.
const BOUND: Bound = Bound { per_byte: 512, fixed: 1 << 20 };

fn texts<T>(name: &str, corpus: Vec<Vec<u8>>, mut read: impl FnMut(&[u8]) -> Result<T, reading::Codes>) {
    let corpus = corpus.into_iter().map(Text).collect();
    run(Surface { name, corpus, bound: BOUND, one_in: 1 }, |Text(bytes)| Verdict::of(read(bytes)));
}

#[test]
fn no_contest_file_panics_takes_much_memory_or_is_refused_without_a_code() {
    texts("TOML of contests", corpus::examples(reading::contest), reading::contest);
}

#[test]
fn no_organisation_file_panics_takes_much_memory_or_is_refused_without_a_code() {
    texts("TOML of organisations", corpus::examples(reading::organisation), reading::organisation);
}

#[test]
fn no_file_of_targets_calendars_or_types_panics_takes_much_memory_or_is_refused_without_a_code() {
    let targets = "contest = \"spring\"\n[[targets]]\nparticipant = \"B01\"\ndeposits = 35_940_000\ncards = \"1200.5\"\n\
                   [[targets]]\nparticipant = \"B01\"\nround = \"q1\"\npersonal = \"29.81%\"\nmobile = 0.059\n";
    texts("TOML of targets", vec![targets.into()], reading::targets);
    texts("TOML of calendars", corpus::examples(reading::calendar), reading::calendar);
    let types = "[[event_types]]\nname = \"fund.sold\"\nrequired_fields = [\"subject\", \"amount\", \"branch\"]\n\
                 description = \"a fund was sold\"\n[[event_types]]\nname = \"gold.bought\"\n";
    texts("TOML of event types", vec![types.into()], reading::event_types);
}

/// A folder in memory if possible, because every input is a file.
pub fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

#[test]
fn no_csv_file_of_targets_panics_takes_much_memory_or_is_refused_without_a_code() {
    let folder = folder();
    let path = folder.path().join("targets.csv");
    let long =
        "participant,indicator,round,value\nB01,cards,,\"35,940,000.5\"\nB02,active,q1,29.81%\nB03,,,\n";
    let mut given = corpus::contents("deploy/examples", "targets.csv");
    given.extend([long.into(), "\u{feff}participant,round,存款,cards\r\nB01,,12,7\r\n".into()]);
    texts("CSV of targets", given, |bytes| {
        std::fs::write(&path, bytes).unwrap();
        reading::targets_csv(&path)
    });
}

/// A mapping and its files.
#[derive(Clone)]
struct Bundle(Vec<(&'static str, Vec<u8>)>);

impl Input for Bundle {
    fn bytes(&self) -> usize {
        self.0.iter().map(|(_, content)| content.len()).sum()
    }

    fn shown(&self) -> String {
        self.0.iter().map(|(name, content)| format!("{name}: {}\n", crate::mutate::shown(content))).collect()
    }

    fn damage(&mut self, (kind, at, with): Step, _: &[Bundle]) {
        let which = kind as usize % self.0.len();
        let other = self.0[with as usize % self.0.len()].1.clone();
        text::damage(&mut self.0[which].1, (kind / 4, at, with >> 8), &other);
    }
}

impl Bundle {
    /// A mapping that has every part, with two small files.
    fn whole() -> Bundle {
        let text = |text: &str| text.as_bytes().to_vec();
        Bundle(vec![
            ("mapping.toml", text(MAPPING)),
            ("outlets.csv", text("outlets\nB01;城东支行;;20240101\nB02;River Street;B01;20250601\n合计;2\n")),
            (
                "cards.csv",
                text(
                    "a list\nid;sold;outlet;kind;seller;amount;ccy\n1;260203;B01;gold;e-1;\"1.200,50\";\n2;260204;B02;junior;;7;\n3;260205;B03;gold;e-2;-1;\n",
                ),
            ),
        ])
    }

    fn write(&self, folder: &Path) -> PathBuf {
        for (name, content) in &self.0 {
            std::fs::write(folder.join(name), content).unwrap();
        }
        folder.join("mapping.toml")
    }
}

const MAPPING: &str = include_str!("mapping.toml");

#[test]
fn no_mapping_or_imported_file_panics_takes_much_memory_or_is_refused_without_a_code() {
    let folder = folder();
    let corpus = vec![Bundle::whole()];
    assert!(reading::import(&corpus[0].write(folder.path()), folder.path()).is_ok_and(|events| events == 3));
    // Files are read through a buffer, and similar names are looked up by edit distance.
    let bound = Bound { per_byte: 1_024, fixed: 4 << 20 };
    run(Surface { name: "mappings with their files", corpus, bound, one_in: 1 }, |bundle| {
        Verdict::of(reading::import(&bundle.write(folder.path()), folder.path()))
    });
}

#[test]
fn no_json_line_panics_takes_much_memory_or_is_refused_without_a_code() {
    // The descriptors are made once, whichever test asks first.
    assert!(reading::events(b"").is_empty());
    let mut lines = corpus::contents("deploy/examples", ".jsonl");
    let short = r#"{"source":"s","id":"1","type":"fund.sold","occurred_time":"2026-02-02T10:00:00+08:00","business_date":"2026-02-02","credits":[{"employee":"e","share":0.7},{"employee":"f","share":"30%"}]}"#;
    lines.push(short.into());
    let single: Vec<Vec<u8>> =
        lines.iter().flat_map(|file| file.split(|b| *b == b'\n')).map(<[u8]>::to_vec).collect();
    lines.extend(single.into_iter().filter(|line| !line.is_empty()));
    texts("JSON lines of events", lines, |bytes| {
        let found = reading::events(bytes);
        let refused: Vec<String> = found.into_iter().filter_map(Result::err).flatten().collect();
        if refused.is_empty() { Ok(()) } else { Err(refused) }
    });
}

#[test]
fn no_exported_log_panics_takes_much_memory_or_is_refused_without_a_code() {
    let exported = corpus::exported();
    let entries: usize = exported.iter().map(|text| reading::exported(text.as_bytes()).unwrap()).sum();
    assert!(entries > 200, "{entries}");
    texts(
        "JSON lines of an exported log",
        exported.into_iter().map(String::into_bytes).collect(),
        reading::exported,
    );
}

#[test]
fn no_principals_or_key_file_panics_takes_much_memory_or_is_refused_without_a_code() {
    let folder = folder();
    let path = folder.path().join("secret.toml");
    let mut options = std::fs::File::options();
    drop(options.write(true).create(true).mode(0o600).open(&path).unwrap());
    let code = |said: String| vec![reading::code_in(&said).unwrap_or_default().to_owned()];
    let principals = "[[principal]]\nname = \"core-cards\"\ntoken = \"0123456789abcdef\"\nroles = [\"adapter\"]\n\
                      sources = [\"core-*\"]\n\n[[principal]]\nname = \"hq\"\ntoken = \"fedcba9876543210\"\n\
                      roles = [\"admin\", \"viewer\"]\n\n[[principal]]\nname = \"query-1\"\n\
                      tokens = [\"blake3:ab\"]\ncertificates = [\"q.bank.example\"]\nroles = [\"service\"]\n";
    texts("TOML of principals", vec![principals.into()], |bytes| {
        std::fs::write(&path, bytes).unwrap();
        let read = Principals::from_file(&path).map_err(|error| code(error.to_string()))?;
        let _ = read.authenticate(Some(bytes), None);
        Ok(())
    });
    let key = "ab".repeat(32);
    let keys = format!("[[epoch]]\nnumber = 1\nkey = \"{key}\"\n[[epoch]]\nnumber = 300\nkey = \"{key}\"\n");
    texts("TOML of keys", vec![keys.into_bytes()], |bytes| {
        std::fs::write(&path, bytes).unwrap();
        Keyring::from_file(&path).map(|_| ()).map_err(|error| code(error.to_string()))
    });
}
