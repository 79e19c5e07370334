//! A real bank's data through the importer: exactly the expected standings, in whatever way it arrives. If
//! the data is not available, the tests print SKIPPED; the importer's own tests use a generated twin.

use std::path::{Path, PathBuf};

use crate::expected;
use crate::support::{Dev, root};

const MAPPING: &str = "deploy/examples/berka/mapping.toml";
const CONTEST: &str = "deploy/examples/berka/cards-1998.toml";
const BOARDS: [&str; 4] = ["region", "branch", "team", "employee"];

fn data() -> Option<PathBuf> {
    let named = std::env::var_os("LONGHU_BERKA_DIR").map(PathBuf::from);
    let folder = named.unwrap_or_else(|| root().join("../shared/data/berka"));
    let found = folder.join("card.csv").exists();
    if !found {
        println!("SKIPPED: no data in {}; set LONGHU_BERKA_DIR", folder.display());
    }
    found.then_some(folder)
}

fn import(dev: &Dev, data: &Path, more: &[&str]) {
    let data = data.display().to_string();
    let arguments = ["import", "csv", "--mapping", MAPPING, "--input-dir", &data, "-o", "json"];
    let said = dev.run(&[&arguments[..], more].concat()).ends_with(0);
    assert_eq!(said.json()["rejected"], 0, "{}", said.out);
}

/// Waits until everything imported is folded, and compares every board.
fn check(dev: &Dev, data: &Path) -> Vec<String> {
    let stat = dev.run(&["log", "stat", "-o", "json"]).ends_with(0).json();
    let last = stat["last_sequence"].to_string().replace('"', "");
    let expected = std::fs::read_to_string(data.join("cards-1998.expected.csv")).unwrap();
    let mut digests = Vec::new();
    for board in BOARDS {
        let said = dev.run(&[
            "standings",
            "cards-1998",
            "--board",
            board,
            "--min-position",
            &format!("{last}.0"),
            "-o",
            "json",
        ]);
        said.ends_with(0);
        let wanted: Vec<&str> =
            expected.lines().filter_map(|line| line.strip_prefix(&format!("{board},"))).collect();
        let (rows, digest) = dev.board("cards-1998", board);
        assert_eq!(rows, wanted, "board {board}");
        digests.push(digest);
    }
    digests
}

#[test]
fn imported_as_it_is_with_the_contest_first_and_then_again() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    import(&dev, &data, &[]);
    let once = check(&dev, &data);
    import(&dev, &data, &[]);
    assert_eq!(check(&dev, &data), once);
    let cards = dev.run(&["sources", "show", "berka-card", "-o", "json"]).ends_with(0).json();
    assert_eq!(cards["counted"].to_string().replace('"', ""), "892");
}

#[test]
fn imported_in_reverse_with_the_contest_last_it_is_the_same() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    import(&dev, &data, &["--order", "reverse"]);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    check(&dev, &data);
}

#[test]
fn imported_in_halves_with_a_restart_between_it_is_the_same() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    import(&dev, &data, &["--part", "1/2"]);
    dev.run(&["contest", "apply", CONTEST]).ends_with(0);
    assert_eq!(dev.end(), 0);
    let dev = Dev::start(folder.path());
    import(&dev, &data, &["--part", "2/2"]);
    check(&dev, &data);
}

#[test]
fn contests_on_accounts_loans_and_cards_agree_with_a_count_of_the_files() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let apply = |contest: &str| {
        dev.run(&["contest", "apply", &format!("deploy/examples/berka/{contest}.toml")]).ends_with(0);
    };
    // One contest is defined before the events arrive, and the others are computed from the log.
    apply("accounts-1996");
    import(&dev, &data, &[]);
    apply("loans-1997");
    apply("early-cards");
    for contest in ["accounts-1996", "loans-1997", "early-cards"] {
        expected::check(&dev, contest, &format!("deploy/examples/berka/{contest}.expected.csv"));
    }
}
