//! The documents for users. Every block of `README.md` and `deploy/docs` that is fenced as `sh` is run as it
//! is: in order, each document in an empty folder and with its own server. A `text` block shows what the
//! previous block prints, apart from times, positions and spaces. What cannot run here is fenced as
//! `console`.

use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::{Said, root};

/// Waits until answers reflect everything that was written. People do not need this, but a busy machine
/// might.
const SETTLE: &str = r#"
settle() {
    for _ in $(seq 300); do
        longhu log stat -o json > "$OUT/stat" 2> /dev/null || return 0
        grep -q '"lag_batches": 0' "$OUT/stat" && return 0
        sleep 0.1
    done
}
"#;

/// A fenced block.
struct Block {
    /// The line of its opening fence, from 1.
    line: usize,
    language: String,
    text: String,
}

fn blocks(document: &str) -> Vec<Block> {
    let (mut found, mut open) = (Vec::new(), None::<Block>);
    for (index, line) in document.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(language)) => {
                open = Some(Block { line: index + 1, language: language.to_owned(), text: String::new() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => block.text.extend([line, "\n"]),
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block has no end");
    found
}

fn documents() -> Vec<PathBuf> {
    let folder = std::fs::read_dir(root().join("deploy/docs")).unwrap();
    let pages = folder.map(|entry| entry.unwrap().path());
    let mut found: Vec<PathBuf> =
        pages.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    found.push(root().join("README.md"));
    found.sort();
    found
}

/// A folder with the programs that the documents call: `longhu`, and a `cargo` that pretends to have built
/// it.
fn programs(folder: &Path) -> PathBuf {
    let bin = folder.join("bin");
    std::fs::create_dir(&bin).unwrap();
    symlink(env!("CARGO_BIN_EXE_longhu"), bin.join("longhu")).unwrap();
    let cargo = bin.join("cargo");
    std::fs::write(&cargo, "#!/bin/sh\n[ \"$*\" = \"build --release\" ]\n").unwrap();
    std::fs::set_permissions(&cargo, std::fs::Permissions::from_mode(0o755)).unwrap();
    bin
}

/// A shell like the reader's, in an empty folder beside `deploy`, with a free address.
struct Reader {
    folder: tempfile::TempDir,
    address: String,
}

impl Reader {
    fn new() -> Reader {
        let folder = tempfile::tempdir().unwrap();
        programs(folder.path());
        for name in ["out", "here"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        symlink(root().join("deploy"), folder.path().join("here/deploy")).unwrap();
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        Reader { folder, address: free.local_addr().unwrap().to_string() }
    }

    fn shell(&self, script: &str) -> Said {
        let path = std::env::var("PATH").unwrap();
        let output = Command::new("bash")
            .args(["-euo", "pipefail", "-c", script])
            .current_dir(self.folder.path().join("here"))
            .env("PATH", format!("{}:{path}", self.folder.path().join("bin").display()))
            .env("OUT", self.folder.path().join("out"))
            .env("XDG_STATE_HOME", self.folder.path().join("state"))
            .env("LONGHU_GRPC_ADDR", &self.address)
            .env("LONGHU_SERVER", format!("http://{}", self.address))
            .output();
        Said::of(output.unwrap())
    }

    fn printed(&self, line: usize, what: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(format!("out/{line}.{what}"))).unwrap_or_default()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // If the document failed halfway, its server may still be running.
        self.shell("longhu dev --stop || true");
    }
}

/// One script for the whole document, so that a block finds the results of the previous ones. The output of
/// each block goes to a file.
fn script(blocks: &[Block]) -> String {
    let commands = blocks.iter().filter(|block| block.language == "sh").map(|Block { line, text, .. }| {
        format!("echo {line} > \"$OUT/at\"\n{{\n{text}}} > \"$OUT/{line}.out\" 2> \"$OUT/{line}.err\"\nsettle\n")
    });
    SETTLE.to_owned() + &commands.collect::<String>()
}

/// The lines without what differs from run to run.
fn lines(text: &str) -> Vec<String> {
    let is_position = |word: &str| {
        word.split_once('.').is_some_and(|(a, b)| a.parse::<u64>().is_ok() && b.parse::<u32>().is_ok())
    };
    let is_instant = |words: &[&str]| {
        let is_zone = words[2] == "UTC" || words[2].starts_with(['+', '-']) && words[2].contains(':');
        is_zone && format!("{}T{}Z", words[0], words[1]).parse::<jiff::Timestamp>().is_ok()
    };
    let line = |line: &str| {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        // `2026-12-01 02:25:34 +08:00`, and the same with `UTC`.
        while let Some(at) = words.windows(3).position(is_instant) {
            words.splice(at..at + 3, ["TIME"]);
        }
        for at in 0..words.len() {
            if words[at].parse::<jiff::Timestamp>().is_ok() {
                words[at] = "TIME";
            } else if at > 0 && matches!(words[at - 1], "position" | "at") && is_position(words[at]) {
                words[at] = "POSITION";
            }
        }
        words.join(" ")
    };
    text.trim().lines().map(line).collect()
}

#[test]
fn every_command_block_of_the_documents_runs_as_it_is_written() {
    for document in documents() {
        let name = document.strip_prefix(root()).unwrap().display().to_string();
        let blocks = blocks(&std::fs::read_to_string(&document).unwrap());
        if !blocks.iter().any(|block| block.language == "sh") {
            continue;
        }
        let reader = Reader::new();
        let said = reader.shell(&script(&blocks));
        let at = std::fs::read_to_string(reader.folder.path().join("out/at")).unwrap_or_default();
        let at = at.trim().parse().unwrap_or(0);
        assert_eq!(
            said.code,
            0,
            "{name}:{at}: {}\n{}\n{}",
            said.err,
            reader.printed(at, "out"),
            reader.printed(at, "err")
        );
        let mut before = None;
        for block in &blocks {
            match block.language.as_str() {
                "sh" => before = Some(block.line),
                "text" => {
                    let printed =
                        reader.printed(before.expect("a command stands before what it prints"), "out");
                    let (shown, all) = (lines(&block.text), lines(&printed));
                    let is_there = all.windows(shown.len()).any(|part| part == shown);
                    assert!(
                        is_there,
                        "{name}:{}: this was printed, and not what is shown:\n{printed}",
                        block.line
                    );
                }
                _ => {}
            }
        }
    }
}

#[test]
fn every_link_of_the_documents_leads_somewhere() {
    let mut pages = documents();
    for folder in ["libs", "proto", "tests", "services"] {
        collect_readmes(&root().join(folder), &mut pages);
    }
    let mut broken = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !file.contains("://") && !page.parent().unwrap().join(file).exists() {
                broken.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

fn collect_readmes(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            collect_readmes(&path, found);
        } else if path.ends_with("README.md") {
            found.push(path);
        }
    }
}

#[test]
fn the_readme_is_short_enough_to_be_read() {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(text.lines().count() <= 200, "{} lines", text.lines().count());
    let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 120).collect();
    assert!(long.is_empty(), "longer than 120 characters: {long:#?}");
}
