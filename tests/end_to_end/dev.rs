//! `longhu dev` as scripts use it: ready file, ports, principals, signals, and its messages if it cannot
//! start.

use longhu_log::{NatsServer, ServerConfig};
use serde_json::json;

use crate::support::{Dev, Said, children, longhu, root};

#[test]
fn it_ends_with_zero_on_sigterm_and_leaves_no_server_behind() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let broker = children(dev.pid())[0];
    assert_eq!(dev.end(), 0);
    assert!(!std::path::Path::new(&format!("/proc/{broker}")).exists(), "the broker is still there");
    assert!(!folder.path().join("dev.ready.json").exists());
}

#[test]
fn its_broker_ends_with_it_even_when_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let broker = children(dev.pid())[0];
    dev.kill();
    crate::path::wait_for(|| {
        let status = std::fs::read_to_string(format!("/proc/{broker}/status")).unwrap_or_default();
        status.is_empty() || status.contains("State:\tZ")
    });
}

#[test]
fn a_source_belongs_to_the_principal_that_opened_it() {
    let folder = tempfile::tempdir().unwrap();
    let event = |id: &str| {
        json!({"source": "cards", "id": id, "type": "card.issued", "subject": "s",
               "occurred_time": "2026-02-02T02:00:00Z", "branch": "b"})
    };
    let dev = Dev::start_with(folder.path(), &["--as", "alice"]);
    assert_eq!(dev.emit(&[event("1")])[0]["status"], "accepted");
    assert_eq!(dev.end(), 0);
    let dev = Dev::start_with(folder.path(), &["--as", "bob"]);
    let outcome = &dev.emit(&[event("2")])[0];
    assert_eq!((&outcome["status"], &outcome["field"]), (&json!("rejected"), &json!("source")));
    assert_eq!(outcome["code"], "SOURCE_NOT_YOURS");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_runs_alone_over_a_broker_that_runs_already() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let broker = NatsServer::start(ServerConfig::new(folder.path().join("nats"))).await.unwrap();
    let (nats, store, keys) = (broker.url(), at("read-model"), at("keys.toml"));
    let bank = ["--nats", &nats, "--bank", "alone"];
    let init =
        |more: &[&str]| Said::of(longhu().args(["bank", "init"]).args(bank).args(more).output().unwrap());
    assert!(init(&[]).ends_with(0).out.starts_with("began the log of bank `alone`"));
    assert!(init(&[]).ends_with(0).out.starts_with("unchanged bank `alone`"));
    assert!(init(&["--currency", "EUR"]).ends_with(5).err.contains("currency EUR"));
    let projector = Dev::serve(folder.path(), "projector", &[&bank[..], &["--store-dir", &store]].concat());
    let state = at("state");
    let more = ["--pseudonym-keys", &keys, "--state-dir", &state, "--projector", &projector.url];
    let ingest = Dev::serve(folder.path(), "ingest", &[&bank[..], &more].concat());
    let query = Dev::serve(folder.path(), "query", &["--projector", &projector.url]);
    assert!(children(ingest.pid()).is_empty());
    ingest.run(&["org", "apply", "deploy/examples/quickstart/organisation.toml"]).ends_with(0);
    let contest =
        ["contest", "apply", "deploy/examples/quickstart/contest.toml", "--query-server", &query.url];
    ingest.run(&contest).ends_with(0);
    let event = json!({"source": "cards", "id": "1", "type": "card.issued", "subject": "s", "product": "gold",
        "occurred_time": "2026-02-02T02:00:00Z", "credits": [{"employee": "e-001"}]});
    let outcome = ingest.emit(&[event]);
    let position = outcome[0]["position"].as_str().unwrap();
    query.run(&["standings", "spring-2026", "--board", "team", "--min-position", position]).ends_with(0);
    assert_eq!(query.board("spring-2026", "employee").0, ["1,e-001,5"]);
    let source = ingest.run(&["sources", "show", "cards", "-o", "json"]).ends_with(0).json();
    assert_eq!(source["counted"].to_string().trim_matches('"'), "1");
    let elsewhere = ingest.run(&["standings", "spring-2026", "--board", "team"]).ends_with(1);
    let told = format!("{} takes events and answers no queries", ingest.url);
    assert!(
        elsewhere.err.contains(&told) && elsewhere.err.contains("LONGHU_QUERY_SERVER"),
        "{}",
        elsewhere.err
    );
    let behind = projector.url.clone();
    assert_eq!(projector.end(), 0);
    let away = query.run(&["standings", "spring-2026", "--board", "team"]).ends_with(1);
    assert!(
        away.err.contains(&format!("cannot reach its projector {behind}; is it running?")),
        "{}",
        away.err
    );
    assert_eq!((query.end(), ingest.end()), (0, 0));
    broker.shutdown().await;
}

#[test]
fn a_taken_port_is_refused_with_the_next_step() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output =
        longhu().args(["dev", "--grpc-addr", &address, "--data-dir"]).arg(folder.path()).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains(&address) && said.contains("--grpc-addr"), "{said}");
}

#[test]
fn a_log_of_another_bank_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start_with(folder.path(), &["--currency", "EUR"]);
    assert_eq!(dev.end(), 0);
    let output = longhu()
        .args(["dev", "--grpc-addr", "127.0.0.1:0", "--currency", "USD", "--data-dir"])
        .arg(folder.path().join("data"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("EUR") && said.contains("USD"), "{said}");
}

/// `longhu dev` for a separate user, with its state in `home`.
fn of_user(home: &std::path::Path, args: &[&str]) -> Said {
    let output = longhu().arg("dev").args(args).env("XDG_STATE_HOME", home).output().unwrap();
    Said::of(output)
}

#[test]
fn in_the_background_it_serves_when_the_command_returns_and_ends_on_stop() {
    let folder = tempfile::tempdir().unwrap();
    let (home, data) = (folder.path().join("state"), folder.path().join("data"));
    let start = ["--detach", "--grpc-addr", "127.0.0.1:0", "--data-dir", data.to_str().unwrap()];
    let started = of_user(&home, &start).ends_with(0);
    let url = started.out.lines().find_map(|line| line.split("LONGHU_SERVER=").nth(1)).unwrap().to_owned();
    assert!(started.out.contains("stop it with: longhu dev --stop"), "{}", started.out);
    let apply = ["org", "apply", "deploy/examples/quickstart/organisation.toml", "--server", &url];
    Said::of(longhu().args(apply).current_dir(root()).output().unwrap()).ends_with(0);

    let again = of_user(&home, &start).ends_with(5);
    assert!(
        again.err.contains("runs in the background already") && again.err.contains(&url),
        "{}",
        again.err
    );

    let beside = of_user(&home, &["--grpc-addr", url.strip_prefix("http://").unwrap()]).ends_with(5);
    assert!(beside.err.contains("in the background has it: bank `dev`"), "{}", beside.err);
    assert!(beside.err.contains("longhu dev --stop"), "{}", beside.err);

    let stopped = of_user(&home, &["--stop"]).ends_with(0);
    assert!(stopped.out.contains("stopped: bank `dev`") && stopped.out.contains(&url), "{}", stopped.out);
    assert!(stopped.out.contains(data.to_str().unwrap()), "{}", stopped.out);
    let address = url.strip_prefix("http://").unwrap();
    assert!(std::net::TcpStream::connect(address).is_err(), "something still listens on {address}");
    let nothing = of_user(&home, &["--stop"]).ends_with(3);
    assert!(nothing.err.contains("no `longhu dev` runs in the background"), "{}", nothing.err);
}

#[test]
fn what_a_crash_left_behind_is_not_mistaken_for_a_running_dev() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("longhu/dev.json");
    std::fs::create_dir_all(record.parent().unwrap()).unwrap();
    // The recorded process is running: it is this test.
    let left =
        json!({"pid": std::process::id(), "url": "http://127.0.0.1:1", "bank": "dev", "data_dir": null});
    std::fs::write(&record, left.to_string()).unwrap();
    let stopped = of_user(folder.path(), &["--stop"]).ends_with(3);
    assert!(stopped.err.contains("it has ended") && !record.exists(), "{}", stopped.err);
    std::fs::write(&record, left.to_string()).unwrap();
    let started = of_user(folder.path(), &["--detach", "--grpc-addr", "127.0.0.1:0"]).ends_with(0);
    assert!(!started.out.contains("http://127.0.0.1:1 "), "{}", started.out);
    of_user(folder.path(), &["--stop"]).ends_with(0);
}

#[test]
fn in_the_background_it_reports_why_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = of_user(folder.path(), &["--detach", "--grpc-addr", &address]).ends_with(1);
    assert!(refused.err.contains(&format!("cannot listen on {address}")), "{}", refused.err);
    of_user(folder.path(), &["--stop"]).ends_with(3);
    of_user(folder.path(), &["--stop", "--detach"]).ends_with(2);
}
