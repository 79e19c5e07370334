//! No file of a crate may import itself, directly or through others, so that a newcomer can read a crate from
//! its lowest file upwards. Imports are read as text: `use` lines and all paths that lead to a module.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::{root, rust_files};

/// The source folders that are checked, with the number of files that are still in cycles. The numbers may
/// only be reduced.
const FOLDERS: [(&str, usize); 16] = [
    ("libs/core/src", 0),
    ("libs/proto/src", 0),
    ("libs/log/src", 0),
    ("libs/store/src", 0),
    ("libs/runtime/src", 0),
    ("libs/client/src", 0),
    ("libs/files/src", 0),
    ("libs/import/src", 0),
    ("libs/dice/src", 0),
    ("services/bench/src", 0),
    ("services/cli/src", 0),
    ("services/demo/src", 0),
    ("services/ingest/src", 0),
    ("services/projector/src", 0),
    ("services/query/src", 0),
    ("services/serve/src", 0),
];

/// Modules by path, such as `fold::board::table`, each with the modules that its file names.
type Graph = BTreeMap<String, BTreeSet<String>>;

/// The module of a file below `src`; the crate's root is the empty path.
fn module_of(path: &Path, src: &Path) -> String {
    let relative = path.strip_prefix(src).unwrap().with_extension("");
    let mut parts: Vec<&str> = relative.iter().map(|part| part.to_str().unwrap()).collect();
    if matches!(parts.last(), Some(&"mod" | &"lib" | &"main")) {
        parts.pop();
    }
    parts.join("::")
}

/// The file without comments and tests; tests may import anything.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
    let line = |line: &str| line.split("//").next().unwrap().to_owned();
    code.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The paths named by a `use` item, with groups in braces expanded.
fn paths_of_use(item: &str) -> Vec<String> {
    let Some((prefix, rest)) = item.split_once('{') else {
        return vec![item.split(" as ").next().unwrap().trim().to_owned()];
    };
    let inner = &rest[..rest.rfind('}').unwrap_or(rest.len())];
    let (mut depth, mut parts, mut part) = (0, Vec::new(), String::new());
    for letter in inner.chars() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(std::mem::take(&mut part));
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    parts.push(part);
    let parts = parts.iter().filter(|part| !part.trim().is_empty());
    parts.flat_map(|part| paths_of_use(part)).map(|path| format!("{}{path}", prefix.trim())).collect()
}

/// Every path that the code names.
fn paths_of_code(code: &str) -> Vec<String> {
    let (mut paths, mut rest) = (Vec::new(), String::new());
    for item in code.split_inclusive(';') {
        let at = item.find("use ").filter(|at| {
            let before = item[..*at].trim_end();
            let last = before.lines().last().unwrap_or_default().trim();
            last.is_empty() || last.starts_with("pub") || last.ends_with([']', '{', '}', ';'])
        });
        match at {
            Some(at) => {
                rest.push_str(&item[..at]);
                let item = item[at + 4..].trim_end_matches(';').split_whitespace().collect::<Vec<_>>();
                paths.extend(paths_of_use(&item.join(" ")));
            }
            None => rest.push_str(item),
        }
    }
    let is_path = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == ':';
    let words = rest.split(|letter| !is_path(letter)).filter(|word| word.contains("::"));
    paths.extend(words.map(str::to_owned));
    paths
}

/// A path as seen from a module, starting at the crate's root.
fn absolute(path: &str, module: &str) -> String {
    let (mut path, mut base) = (path, module.to_owned());
    if let Some(path) = path.strip_prefix("crate::") {
        return path.to_owned();
    }
    path = path.strip_prefix("self::").unwrap_or(path);
    while let Some(rest) = path.strip_prefix("super::") {
        base = base.rsplit_once("::").map_or(String::new(), |(parent, _)| parent.to_owned());
        path = rest;
    }
    if base.is_empty() { path.to_owned() } else { format!("{base}::{path}") }
}

fn graph(src: &Path) -> Graph {
    let mut files = Vec::new();
    rust_files(src, &mut files);
    let modules: BTreeMap<String, String> = files
        .into_iter()
        .map(|path| (module_of(&path, src), code_of(&std::fs::read_to_string(path).unwrap())))
        .collect();
    let named = |path: String| {
        let parts: Vec<&str> = path.split("::").collect();
        (1..=parts.len()).rev().map(|count| parts[..count].join("::")).find(|path| modules.contains_key(path))
    };
    let edges = |(module, code): (&String, &String)| {
        let paths = paths_of_code(code).into_iter();
        let uses = paths.filter_map(|path| named(absolute(&path, module))).filter(|other| other != module);
        (module.clone(), uses.collect())
    };
    modules.iter().map(edges).collect()
}

fn reachable(graph: &Graph, from: &str) -> BTreeSet<String> {
    let (mut found, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
    while let Some(module) = open.pop() {
        for next in &graph[&module] {
            if found.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    found
}

/// The groups of modules that import each other.
fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let reach: BTreeMap<&String, BTreeSet<String>> =
        graph.keys().map(|module| (module, reachable(graph, module))).collect();
    let (mut seen, mut found) = (BTreeSet::new(), Vec::new());
    for module in graph.keys().filter(|module| reach[module].contains(*module)) {
        if seen.contains(module) {
            continue;
        }
        let group: Vec<String> =
            reach[module].iter().filter(|other| reach[*other].contains(module)).cloned().collect();
        seen.extend(group.iter().cloned());
        found.push(group);
    }
    found
}

#[test]
fn no_file_leads_back_to_itself() {
    for (folder, left) in FOLDERS {
        let found = circles(&graph(&root().join(folder)));
        let files: usize = found.iter().map(Vec::len).sum();
        assert!(files <= left, "circles of files in {folder}, {files} files in all: {found:#?}");
    }
}

#[test]
fn imports_are_read_from_groups_paths_and_parents() {
    let code = "pub use self::a::B;\nuse crate::{c::{D, e::F}, g};\nfn h() { super::i::j(); }";
    assert_eq!(
        paths_of_code(code),
        ["self::a::B", "crate::c::D", "crate::c::e::F", "crate::g", "super::i::j"]
    );
    assert_eq!(absolute("super::i::j", "x::y"), "x::i::j");
    assert_eq!(absolute("self::a::B", "x"), "x::a::B");
}

#[test]
fn a_circle_is_found_and_a_chain_is_not() {
    let graph = |edges: &[(&str, &[&str])]| -> Graph {
        edges
            .iter()
            .map(|(from, to)| (from.to_string(), to.iter().map(|to| to.to_string()).collect()))
            .collect()
    };
    let chain = graph(&[("a", &["b"]), ("b", &["c"]), ("c", &[])]);
    assert!(circles(&chain).is_empty());
    let circle = graph(&[("a", &["b"]), ("b", &["c"]), ("c", &["b"])]);
    assert_eq!(circles(&circle), [["b", "c"]]);
}
