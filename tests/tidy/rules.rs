//! A rule is one file, and everything else about it is found by its name:
//! `libs/core/src/rule/<axis>/<name>.rs` has its twin in the oracle, a case, and an example in `deploy`, each
//! with the same name.

use std::path::{Path, PathBuf};

use crate::{root, rust_files};

/// Rules whose word in a contest file differs from their file name, because file names cannot begin with a
/// digit, and a column of weights is named after what it weighs.
const WORDS: [(&str, &str); 4] = [
    ("tie_rule/standard", "\"1224\""),
    ("tie_rule/dense", "\"1223\""),
    ("tie_rule/ordinal", "\"1234\""),
    ("points/completion", "weight"),
];

/// Axes whose word in a contest file differs from their folder name, because the file says it in the plural or
/// from the reader's side.
const AXES: [(&str, &str); 5] = [
    ("format", "overall"),
    ("limit", "caps"),
    ("ranking", "ranked_by"),
    ("tie_break", "tie_breaks"),
    ("window", "windows"),
];

/// The rules as `axis/name`.
fn rules() -> Vec<String> {
    let folder = root().join("libs/core/src/rule");
    let axes = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut rules = Vec::new();
    for axis in axes.filter(|path| path.is_dir()) {
        let files = std::fs::read_dir(&axis).unwrap().map(|entry| entry.unwrap().path());
        rules.extend(files.filter(|path| path.is_file()).map(|file| {
            let relative = file.strip_prefix(&folder).unwrap().with_extension("");
            relative.to_str().unwrap().to_owned()
        }));
    }
    rules.sort();
    assert!(rules.len() >= 25, "only {} rules were found: where did they go?", rules.len());
    rules
}

/// The rules without a file of their name below `folder`.
fn without_file(folder: &str) -> Vec<String> {
    let is_missing = |rule: &String| !root().join(folder).join(format!("{rule}.rs")).is_file();
    rules().into_iter().filter(is_missing).collect()
}

#[test]
fn each_rule_has_a_twin_in_the_oracle() {
    let missing = without_file("libs/core/src/oracle/rule");
    assert!(missing.is_empty(), "no twin under libs/core/src/oracle/rule: {missing:#?}");
}

#[test]
fn each_twin_has_a_rule() {
    let (mut twins, folder) = (Vec::new(), root().join("libs/core/src/oracle/rule"));
    rust_files(&folder, &mut twins);
    let name = |path: &PathBuf| path.strip_prefix(&folder).unwrap().with_extension("");
    let is_rule = |name: &Path| rules().iter().any(|rule| Path::new(rule) == name);
    let orphans: Vec<PathBuf> =
        twins.iter().map(name).filter(|name| name.components().count() == 2 && !is_rule(name)).collect();
    assert!(orphans.is_empty(), "twins of no rule: {orphans:#?}");
}

#[test]
fn each_rule_has_a_case() {
    let missing = without_file("libs/core/tests/rule");
    assert!(missing.is_empty(), "no case under libs/core/tests/rule: {missing:#?}");
}

fn example_files(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            example_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            found.push(std::fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn each_rule_is_in_an_example_that_ships() {
    let mut examples = Vec::new();
    example_files(&root().join("deploy/examples"), &mut examples);
    let code =
        |text: &String| text.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
    let all = examples.iter().map(code).collect::<Vec<_>>().join("\n");
    let words: Vec<&str> = all.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let is_missing = |rule: &String| {
        let name = rule.split('/').next_back().unwrap();
        let word = WORDS.iter().find(|(other, _)| other == rule).map_or(name, |(_, word)| word);
        !words.contains(&word.trim_matches('"'))
    };
    let missing: Vec<String> = rules().into_iter().filter(is_missing).collect();
    assert!(missing.is_empty(), "no contest under deploy/examples uses: {missing:#?}");
}

/// The table of words and files in the core's README, as `word, file` for each pair.
fn documented() -> Vec<(String, String)> {
    let page = std::fs::read_to_string(root().join("libs/core/README.md")).unwrap();
    let table = page.split("| word in the file | files of the rules |").nth(1).expect("the table of words");
    let rows = table.lines().skip(2).map_while(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let quoted = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    rows.flat_map(|row| {
        let (words, files) = row.split_once(" | ").unwrap();
        let files = quoted(files);
        quoted(words)
            .into_iter()
            .flat_map(move |word| files.clone().into_iter().map(move |file| (word.clone(), file)))
    })
    .collect()
}

#[test]
fn each_rule_is_found_by_its_word() {
    let (table, rules) = (documented(), rules());
    let file = |rule: &str| format!("{rule}.rs");
    for (word, named) in &table {
        assert!(
            rules.iter().any(|rule| file(rule) == *named),
            "`{word}` names `{named}`, which is not a rule"
        );
    }
    for rule in &rules {
        let (folder, _) = rule.split_once('/').unwrap();
        let axis = AXES.iter().find(|(other, _)| other == &folder).map(|(_, word)| (*word).to_owned());
        let own =
            WORDS.iter().find(|(other, _)| other == rule).map(|(_, word)| match word.starts_with('"') {
                true => format!("{folder} = {word}"),
                false => (*word).to_owned(),
            });
        for word in axis.into_iter().chain(own) {
            assert!(
                table.contains(&(word.clone(), file(rule))),
                "libs/core/README.md has no line `{word}` with `{rule}.rs`"
            );
        }
    }
}
