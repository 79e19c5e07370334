//! Clients that share no code with Longhu: the examples for Python and for `buf curl`, which learn the
//! messages from the server. They send, stream, read the log, query, and handle refusals. If such a client is
//! not installed, its test prints that it is skipped; with `CI` set it must be installed.

use std::path::PathBuf;
use std::process::Command;

use crate::support::{Dev, Said, root};

const QUICKSTART: &str = "deploy/examples/quickstart";

/// A bank that the examples may send to.
fn bank(folder: &tempfile::TempDir) -> Dev {
    let dev = Dev::start(folder.path());
    dev.run(&["org", "apply", &format!("{QUICKSTART}/organisation.toml")]).ends_with(0);
    dev.run(&["contest", "apply", &format!("{QUICKSTART}/contest.toml")]).ends_with(0);
    dev
}

/// Where .ci/run installs tools that are not part of the machine.
fn tools() -> PathBuf {
    root().join("target/ci-tools")
}

/// Whether a client is installed, found out by running a harmless command. Prints a note if not.
fn is_installed(client: &str, mut tried: Command) -> bool {
    let why = match tried.output() {
        Ok(output) if output.status.success() => return true,
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(error) => error.to_string(),
    };
    assert!(
        std::env::var_os("CI").is_none(),
        "{client} does not run, and .ci/run should have installed it: {why}"
    );
    println!("SKIPPED, {client} was not tried: it does not run here ({why})");
    false
}

fn run(mut command: Command) -> Said {
    Said::of(command.current_dir(root()).output().unwrap())
}

/// Five points per card, so that a card sent twice or refused would show.
#[track_caller]
fn assert_counted(dev: &Dev, scores: [u32; 2]) {
    let board = dev.board("spring-2026", "employee").0;
    assert_eq!(board, [format!("1,e-003,{}", scores[0]), format!("2,e-001,{}", scores[1])]);
}

#[test]
fn python_without_generated_code_emits_streams_reads_the_log_queries_and_learns_why_it_is_refused() {
    let python = || {
        let mut python = Command::new("python3");
        python.env("PYTHONPATH", tools().join("clients")).env_remove("LONGHU_TOKEN");
        python
    };
    let mut tried = python();
    tried.args(["-c", "import grpc_reflection, google.protobuf.message_factory"]);
    if !is_installed("Python with grpcio-reflection", tried) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(&folder);
    let example = || {
        let mut command = python();
        command.arg("deploy/examples/clients/emit_and_query.py").arg(dev.url.trim_start_matches("http://"));
        run(command).ends_with(0)
    };
    let said = example().out;
    assert_counted(&dev, [15, 5]);
    for line in [
        "  refused: type: `card.isued` is not in the catalogue; did you mean `card.issued`? (UNKNOWN_TYPE)\n",
        " python-cards card-5\n",
        "   1 e-003 15\n   2 e-001 5\n",
        "  NOT_FOUND CONTEST_NOT_FOUND: there is no contest `spring`; ",
        "  INVALID_ARGUMENT BAD_NAME: ",
        "\n    event_type.name: `Fund Sold` is not a dotted past-tense name",
    ] {
        assert!(said.contains(line), "{line:?} in\n{said}");
    }
    assert_eq!(said.matches("  accepted at ").count(), 4, "{said}");
    // The same ids again do not count again.
    assert!(example().out.contains("   1 e-003 15\n   2 e-001 5\n"));
    assert_counted(&dev, [15, 5]);
}

#[test]
fn buf_curl_emits_streams_reads_the_log_queries_and_shows_why_it_is_refused() {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([tools()].into_iter().chain(std::env::split_paths(&path))).unwrap();
    let with_tools = |program: &str| {
        let mut command = Command::new(program);
        command.env("PATH", &path).env_remove("LONGHU_TOKEN");
        command
    };
    let mut tried = with_tools("buf");
    tried.arg("--version");
    if !is_installed("buf", tried) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let dev = bank(&folder);
    let mut command = with_tools("bash");
    command.arg("deploy/examples/clients/emit_and_query.sh").arg(&dev.url);
    let said = run(command).ends_with(0).out;
    assert_counted(&dev, [10, 5]);
    for text in [
        "\"code\": \"UNKNOWN_TYPE\"",
        "\"id\": \"card-4\"",
        "\"participant\": \"e-003\"",
        "CONTEST_NOT_FOUND longhu",
        "BAD_NAME longhu",
        "event_type.name B`Fund Sold` is not a dotted past-tense name",
    ] {
        assert!(said.contains(text), "{text:?} in\n{said}");
    }
    assert_eq!(said.matches("\"accepted\"").count(), 3, "{said}");
}
