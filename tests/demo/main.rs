//! Runs the demo as a newcomer does: the built binary on a real broker. It checks what must always hold, and
//! nothing about speed.

use std::process::Command;

use serde_json::Value;

#[test]
fn the_demo_ends_by_itself_with_boards_that_add_up() {
    let output = Command::new(env!("CARGO_BIN_EXE_longhu"))
        .args(["demo", "--for", "5s", "-o", "json"])
        .output()
        .expect("the binary was built for this test");
    let progress = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{progress}");
    let summary: Value = serde_json::from_slice(&output.stdout).expect("stdout is one JSON document");
    assert!(summary["accepted"].as_u64().is_some_and(|accepted| accepted > 0), "{summary:#}");
    assert_eq!(summary["rejected"], 0, "{summary:#}");
    assert_eq!(summary["parts_sum_to_whole"], true, "{summary:#}");
    assert_eq!(summary["boards_show_what_was_sent"], true, "{summary:#}");
    assert_eq!(summary["duplicates_absorbed"], summary["came_twice"], "{summary:#}");
    assert_eq!(summary["sources"][0]["gaps"], 0, "{summary:#}");
    assert_eq!(summary["contests"].as_array().map(Vec::len), Some(2), "{summary:#}");
    assert!(progress.contains("export LONGHU_SERVER=http://127.0.0.1:"), "{progress}");
    assert!(!progress.contains('\u{1b}'), "a log gets no escape sequences: {progress}");
}

#[test]
fn an_address_that_others_can_reach_is_refused_with_a_next_step() {
    let output = Command::new(env!("CARGO_BIN_EXE_longhu"))
        .args(["demo", "--for", "1s", "--grpc-addr", "0.0.0.0:0"])
        .output()
        .expect("the binary was built for this test");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("next: give an address such as 127.0.0.1:7070"), "{said}");
}
