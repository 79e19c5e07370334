//! The fold is read from its lowest floor upwards: a floor may only name those below it. `Head`, `Backfill`
//! and `Subscriber` are outside the floors and may be named by any.

use std::path::PathBuf;

use crate::{root, rust_files};

/// The floors of the fold, the lowest first, as in `libs/core/src/fold.rs`.
const FLOORS: [&str; 10] =
    ["placement", "journal", "credit", "entity", "ledger", "board", "result", "contest", "shard", "query"];

fn floor(name: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| *floor == name)
}

#[test]
fn no_floor_of_the_fold_names_one_above_it() {
    let fold = root().join("libs/core/src/fold");
    let (mut files, mut wrong): (Vec<PathBuf>, Vec<String>) = (Vec::new(), Vec::new());
    rust_files(&fold, &mut files);
    for path in files {
        let relative = path.strip_prefix(&fold).unwrap().with_extension("");
        let Some(own) = floor(relative.iter().next().unwrap().to_str().unwrap()) else { continue };
        let text = std::fs::read_to_string(&path).unwrap();
        let code =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for rest in code.split("crate::fold::").skip(1) {
            let name: String =
                rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
            if floor(&name).is_some_and(|other| other > own) {
                wrong.push(format!("{} names {name}", relative.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "floors of the fold that look up: {wrong:#?}");
}
