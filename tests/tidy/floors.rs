//! The core is read from its lowest floor upwards, and so is the fold in it: a floor may name only those
//! below it. `Head`, `Backfill` and `Subscriber` are outside the floors of the fold; every floor may name
//! them.

use std::path::PathBuf;

use crate::{root, rust_files};

/// The floors of the core, the lowest first.
const OF_CORE: [&str; 14] = [
    "types",
    "event",
    "organisation",
    "catalogue",
    "rule",
    "contest",
    "plan",
    "pace",
    "control",
    "register",
    "identity",
    "fold",
    "oracle",
    "testkit",
];
/// The floors of the fold, the lowest first, as in `libs/core/src/fold.rs`.
const OF_FOLD: [&str; 11] = [
    "placement",
    "journal",
    "credit",
    "entity",
    "ledger",
    "board",
    "result",
    "contest",
    "subscribers",
    "shard",
    "query",
];

/// Every module that `code` names after `path`, in braces too.
fn named<'c>(code: &'c str, path: &str) -> Vec<&'c str> {
    let word = |text: &'c str| {
        let end = text.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(text.len());
        &text[..end]
    };
    let mut all = Vec::new();
    for rest in code.split(path).skip(1) {
        match rest.strip_prefix('{') {
            None => all.push(word(rest)),
            Some(list) => {
                let (mut depth, mut start) = (0, true);
                for (at, letter) in list.char_indices() {
                    match letter {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => start = true,
                        letter if start && letter.is_alphanumeric() => {
                            all.push(word(&list[at..]));
                            start = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    all
}

/// The files below a folder that name a floor above their own. `path` is the text before a floor's name.
fn looking_up(folder: &str, path: &str, floors: &[&str]) -> Vec<String> {
    let folder = root().join(folder);
    let floor = |name: &str| floors.iter().position(|floor| *floor == name);
    let (mut files, mut wrong): (Vec<PathBuf>, Vec<String>) = (Vec::new(), Vec::new());
    rust_files(&folder, &mut files);
    for file in files {
        let relative = file.strip_prefix(&folder).unwrap().with_extension("");
        let Some(own) = floor(relative.iter().next().unwrap().to_str().unwrap()) else { continue };
        let text = std::fs::read_to_string(&file).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap();
        let code =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        let above =
            named(&code, path).into_iter().filter(|name| floor(name).is_some_and(|other| other > own));
        wrong.extend(above.map(|name| format!("{} names {name}", relative.display())));
    }
    wrong
}

#[test]
fn no_floor_of_the_core_names_one_above_it() {
    let wrong = looking_up("libs/core/src", "crate::", &OF_CORE);
    assert!(wrong.is_empty(), "floors of the core that look up: {wrong:#?}");
}

#[test]
fn no_floor_of_the_fold_names_one_above_it() {
    let wrong = looking_up("libs/core/src/fold", "crate::fold::", &OF_FOLD);
    assert!(wrong.is_empty(), "floors of the fold that look up: {wrong:#?}");
}

#[test]
fn the_shard_names_no_subscriber() {
    let (folder, mut files) = (root().join("libs/core/src/fold/shard"), Vec::new());
    rust_files(&folder, &mut files);
    files.push(folder.with_extension("rs"));
    let names_one = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).unwrap();
        let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        named(&code.join("\n"), "crate::fold::").contains(&"contest") || text.contains("Contests")
    };
    files.retain(names_one);
    assert!(files.is_empty(), "the shard drives subscribers without knowing them: {files:#?}");
}

#[test]
fn names_are_found_alone_and_in_braces() {
    let code = "use crate::fold::board::row::Row;\nuse crate::fold::{contest::slot::{A, B}, query};\ncrate::fold::shard();";
    assert_eq!(named(code, "crate::fold::"), ["board", "contest", "query", "shard"]);
}

#[test]
fn every_room_of_the_core_is_a_floor() {
    let mut rooms: Vec<String> = std::fs::read_dir(root().join("libs/core/src"))
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned())
        .filter(|name| name != "lib")
        .collect();
    rooms.sort();
    rooms.dedup();
    let mut floors = OF_CORE.to_vec();
    floors.sort_unstable();
    assert_eq!(rooms, floors);
}
