//! The structure of the code: how every file begins, how long it may be, which crate may depend on which, and
//! what the core must never contain.

mod circles;
mod floors;
mod packages;
mod rules;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The longest file, in lines.
const LINES_MAX: usize = 500;

/// Which crates of the workspace each crate may depend on.
const EDGES: [(&str, &[&str]); 17] = [
    ("longhu-core", &[]),
    ("longhu-dice", &[]),
    ("longhu-proto", &["longhu-core"]),
    ("longhu-log", &["longhu-core"]),
    ("longhu-store", &["longhu-core"]),
    ("longhu-http", &["longhu-core", "longhu-proto"]),
    ("longhu-runtime", &["longhu-core", "longhu-proto", "longhu-http"]),
    ("longhu-client", &["longhu-core", "longhu-proto"]),
    ("longhu-files", &["longhu-core", "longhu-proto", "longhu-client"]),
    ("longhu-import", &["longhu-core", "longhu-proto", "longhu-client", "longhu-files"]),
    ("longhu-ingest", &["longhu-core", "longhu-proto", "longhu-log", "longhu-runtime"]),
    ("longhu-projector", &["longhu-core", "longhu-proto", "longhu-log", "longhu-store", "longhu-runtime"]),
    ("longhu-query", &["longhu-proto", "longhu-runtime"]),
    (
        "longhu-serve",
        &[
            "longhu-core",
            "longhu-proto",
            "longhu-log",
            "longhu-runtime",
            "longhu-client",
            "longhu-ingest",
            "longhu-projector",
            "longhu-query",
        ],
    ),
    (
        "longhu-demo",
        &["longhu-core", "longhu-proto", "longhu-runtime", "longhu-client", "longhu-dice", "longhu-serve"],
    ),
    (
        "longhu-bench",
        &[
            "longhu-core",
            "longhu-proto",
            "longhu-log",
            "longhu-projector",
            "longhu-runtime",
            "longhu-client",
            "longhu-dice",
            "longhu-serve",
        ],
    ),
    (
        "longhu-cli",
        &[
            "longhu-core",
            "longhu-proto",
            "longhu-runtime",
            "longhu-client",
            "longhu-files",
            "longhu-import",
            "longhu-serve",
            "longhu-demo",
            "longhu-bench",
        ],
    ),
];

/// Libraries that only one crate may use.
const SOLE_USERS: [(&str, &str); 4] = [
    ("async-nats", "longhu-log"),
    ("sled", "longhu-store"),
    ("redis", "longhu-bench"),
    ("tokio-postgres", "longhu-bench"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("target") {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    for folder in ["libs", "services", "tests"] {
        rust_files(&root().join(folder), &mut files);
    }
    files.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

#[test]
fn every_file_opens_by_saying_what_it_is_for() {
    let silent: Vec<PathBuf> =
        sources().into_iter().filter(|(_, text)| !text.starts_with("//! ")).map(|(path, _)| path).collect();
    assert!(silent.is_empty(), "no `//!` at the top of {silent:#?}");
}

#[test]
fn no_file_is_too_long_to_hold_in_mind() {
    let long: Vec<(PathBuf, usize)> = sources()
        .into_iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > LINES_MAX)
        .collect();
    assert!(long.is_empty(), "longer than {LINES_MAX} lines: {long:#?}");
}

#[test]
fn the_core_has_no_float_clock_file_or_socket() {
    let forbidden =
        ["f32", "f64", "std::fs", "std::net", "std::env", "Instant::now", "SystemTime", "Zoned::now"];
    let mut files = Vec::new();
    rust_files(&root().join("libs/core/src"), &mut files);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let words: Vec<&str> =
                line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').collect();
            let found = forbidden.iter().find(|word| words.iter().any(|other| other.contains(*word)));
            assert!(found.is_none(), "{}: {line}", path.display());
        }
    }
}

fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &serde_json::Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap();
    let normal = |package: &serde_json::Value| {
        let all = package["dependencies"].as_array().unwrap().iter();
        all.filter(|dependency| dependency["kind"].is_null()).map(name).collect()
    };
    packages.iter().map(|package| (name(package), normal(package))).collect()
}

/// An error must be a type, so that callers can tell errors apart.
#[test]
fn no_error_is_a_bare_text() {
    let is_test =
        |part: std::path::Component| ["tests", "tests.rs"].iter().any(|name| part.as_os_str() == *name);
    let is_source = |path: &Path| !path.components().any(is_test);
    let is_text = |line: &str| {
        let said = line.split("Result<").skip(1);
        said.into_iter().any(|rest| rest.contains(", String>") || rest.contains(", &'static str>"))
            || line.contains("type Err = String;")
    };
    let lines = |(path, text): (PathBuf, String)| -> Vec<String> {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let found = code.lines().filter(|line| !line.trim_start().starts_with("//") && is_text(line));
        found.map(|line| format!("{}: {}", path.display(), line.trim())).collect()
    };
    let wrong: Vec<String> =
        sources().into_iter().filter(|(path, _)| is_source(path)).flat_map(lines).collect();
    assert!(wrong.is_empty(), "errors that are texts: {wrong:#?}");
}

/// Only `shard/` implements the shard, so that its state has one owner.
#[test]
fn only_the_shard_is_implemented_as_the_shard() {
    let shard = root().join("libs/core/src/fold/shard");
    let is_elsewhere = |path: &Path| !path.starts_with(&shard) && path != shard.with_extension("rs");
    let wrong: Vec<PathBuf> = sources()
        .into_iter()
        .filter(|(path, text)| is_elsewhere(path) && text.lines().any(|line| line.starts_with("impl Shard ")))
        .map(|(path, _)| path)
        .collect();
    assert!(wrong.is_empty(), "`impl Shard` stands outside fold/shard: {wrong:#?}");
}

#[test]
fn dependencies_point_one_way() {
    let allowed: BTreeMap<&str, &[&str]> = EDGES.into_iter().collect();
    for (package, dependencies) in dependencies() {
        let allowed = allowed.get(package.as_str()).unwrap_or_else(|| panic!("{package} is not in the list"));
        for dependency in dependencies.iter().filter(|name| name.starts_with("longhu-")) {
            assert!(allowed.contains(&dependency.as_str()), "{package} must not depend on {dependency}");
        }
    }
}

#[test]
fn one_crate_knows_the_broker_and_one_knows_the_store() {
    for (package, dependencies) in dependencies() {
        for (library, user) in SOLE_USERS {
            let uses = dependencies.iter().any(|name| name == library);
            assert!(!uses || package == user, "{package} uses {library}, which only {user} may");
        }
    }
}

#[test]
fn the_top_level_has_only_the_agreed_entries() {
    let agreed = [
        "Cargo.toml",
        "Cargo.lock",
        "README.md",
        "LICENSE",
        "proto",
        "services",
        "libs",
        "deploy",
        "tests",
        "target",
    ];
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            name.starts_with('.') || agreed.contains(&name.as_str()),
            "{name} does not belong at the top"
        );
    }
}
