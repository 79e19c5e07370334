//! TLS, client certificates and principals through the real commands: who is let in, and what those are told who are
//! not.

use std::path::Path;

use longhu_log::{NatsServer, ServerConfig};
use serde_json::{Value, json};

use crate::certificates::{Authority, Pair};
use crate::support::{Dev, Said, file, longhu, root};

/// Runs a command with these variables.
fn run(variables: &[(&str, &str)], arguments: &[&str]) -> Said {
    let mut command = longhu();
    command.envs(variables.iter().copied()).current_dir(root()).args(arguments);
    Said::of(command.output().unwrap())
}

/// The options of a service that shows this certificate, and trusts this authority for both directions.
fn tls(pair: &Pair, ca: &Path) -> Vec<String> {
    let path = |path: &Path| path.display().to_string();
    let options = [
        "--tls-cert",
        &path(&pair.cert),
        "--tls-key",
        &path(&pair.key),
        "--tls-ca",
        &path(ca),
        "--client-ca",
        &path(ca),
    ];
    options.map(str::to_owned).into()
}

#[test]
fn dev_over_tls_serves_who_trusts_its_authority_and_tells_the_others_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let pair = ours.sign(folder.path(), "server", &["127.0.0.1"]);
    let (ca, foreign) = (ours.write(folder.path(), "ours"), other.write(folder.path(), "other"));
    let (cert, key) = (pair.cert.display().to_string(), pair.key.display().to_string());
    let dev = Dev::start_with(folder.path(), &["--tls-cert", &cert, "--tls-key", &key]);
    assert!(dev.url.starts_with("https://"), "{}", dev.url);
    let stat = |ca: &str, url: &str| run(&[("LONGHU_TLS_CA", ca), ("LONGHU_SERVER", url)], &["log", "stat"]);
    let (ca, foreign) = (ca.display().to_string(), foreign.display().to_string());
    stat(&ca, &dev.url).ends_with(0);
    let unknown = stat(&foreign, &dev.url).ends_with(1).err;
    assert!(unknown.contains("UnknownIssuer") && unknown.contains("next: name the authority"), "{unknown}");
    let plain = stat(&ca, &dev.url.replace("https", "http")).ends_with(1).err;
    assert!(plain.contains("speaks TLS only") && plain.contains("next: use https://127.0.0.1"), "{plain}");
    let misnamed = stat(&ca, &dev.url.replace("127.0.0.1", "localhost")).ends_with(1).err;
    assert!(misnamed.contains("next: use a name in the address"), "{misnamed}");
    assert_eq!(dev.end(), 0);

    let old = ours.sign_expired(folder.path(), "old", &["127.0.0.1"]);
    let (cert, key) = (old.cert.display().to_string(), old.key.display().to_string());
    let refused = run(&[], &["dev", "--tls-cert", &cert, "--tls-key", &key]).ends_with(1).err;
    assert!(
        refused.contains("the certificate ended on") && refused.contains("INVALID_CERTIFICATE"),
        "{refused}"
    );
}

#[test]
fn a_server_in_plain_text_is_not_spoken_to_with_https_and_other_machines_only_if_it_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let tls = run(&[("LONGHU_SERVER", &dev.url.replace("http", "https"))], &["log", "stat"]).ends_with(1).err;
    assert!(tls.contains("check that the server there speaks TLS"), "{tls}");
    let away = run(&[("LONGHU_SERVER", "http://192.0.2.1:7070")], &["log", "stat"]).ends_with(2).err;
    assert!(away.contains("plain text") && away.contains("--allow-plain-text"), "{away}");
    assert_eq!(dev.end(), 0);

    let principals = file(
        folder.path(),
        "principals.toml",
        "[[principal]]\nname = \"x\"\ntoken = \"0123456789abcdef\"\nroles = [\"admin\"]\n",
    );
    let open = ["dev", "--grpc-addr", "0.0.0.0:0", "--principals", &principals];
    let refused = run(&[], &open).ends_with(1).err;
    assert!(refused.contains("in plain text") && refused.contains("--tls-cert"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn services_apart_know_each_other_by_certificate_and_pass_their_callers_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let broker = NatsServer::start(ServerConfig::new(path.join("nats"))).await.unwrap();
    let ours = Authority::new("ours");
    let ca = ours.write(path, "ca");
    let pair = |name: &str| ours.sign(path, name, &["127.0.0.1", &format!("{name}.mybank.example")]);
    let said = run(&[], &["token", "new"]).ends_with(0);
    let (token, line) = (said.out.trim().to_owned(), said.err.lines().last().unwrap().to_owned());
    let principals = file(
        path,
        "principals.toml",
        &format!(
            "[[principal]]\nname = \"query-1\"\ncertificates = [\"query-1.mybank.example\"]\nroles = [\"service\"]\n\
             [[principal]]\nname = \"ingest-1\"\ncertificates = [\"ingest-1.mybank.example\"]\nroles = [\"service\"]\n\
             [[principal]]\nname = \"hq\"\n{line}\nroles = [\"admin\"]\n\
             [[principal]]\nname = \"wall\"\ncertificates = [\"wall.mybank.example\"]\nroles = [\"viewer\"]\n"
        ),
    );
    let serve = |command: &str, name: &str, more: &[&str]| {
        let tls = tls(&pair(name), &ca);
        let mut arguments: Vec<&str> = tls.iter().map(String::as_str).collect();
        arguments.extend(["--principals", &principals]);
        Dev::serve(path, command, &[&arguments, more].concat())
    };
    let (nats, store) = (broker.url(), path.join("read-model").display().to_string());
    let keys = path.join("keys.toml").display().to_string();
    let state = path.join("state").display().to_string();
    run(&[], &["bank", "init", "--nats", &nats]).ends_with(0);
    let projector = serve("projector", "projector-1", &["--nats", &nats, "--store-dir", &store]);
    let ingest = serve(
        "ingest",
        "ingest-1",
        &["--nats", &nats, "--pseudonym-keys", &keys, "--state-dir", &state, "--projector", &projector.url],
    );
    let query = serve("query", "query-1", &["--projector", &projector.url]);

    let ca_text = ca.display().to_string();
    let as_hq = |query_server: &str, arguments: &[&str]| {
        let variables = [
            ("LONGHU_TLS_CA", ca_text.as_str()),
            ("LONGHU_SERVER", &ingest.url),
            ("LONGHU_QUERY_SERVER", query_server),
            ("LONGHU_TOKEN", &token),
        ];
        run(&variables, arguments)
    };
    as_hq(&query.url, &["org", "apply", "deploy/examples/quickstart/organisation.toml"]).ends_with(0);
    as_hq(&query.url, &["contest", "apply", "deploy/examples/quickstart/contest.toml"]).ends_with(0);
    as_hq(&query.url, &["log", "stat"]).ends_with(0);
    // Ingest asks the projector by itself.
    let changed = as_hq(&query.url, &["org", "apply", "deploy/examples/organisation.toml", "--dry-run"]);
    assert!(!format!("{}{}", changed.out, changed.err).contains("ROLE_MISSING"), "{}", changed.err);
    // People do not ask the projector.
    let direct = as_hq(&projector.url, &["log", "stat"]).ends_with(4).err;
    assert!(direct.contains("other services only") && direct.contains("ROLE_MISSING"), "{direct}");

    let wall = pair("wall");
    let (cert, key) = (wall.cert.display().to_string(), wall.key.display().to_string());
    let as_wall = |arguments: &[&str]| {
        let variables = [
            ("LONGHU_TLS_CA", ca_text.as_str()),
            ("LONGHU_TLS_CERT", &cert),
            ("LONGHU_TLS_KEY", &key),
            ("LONGHU_SERVER", &query.url),
        ];
        run(&variables, arguments)
    };
    as_wall(&["contest", "show", "spring-2026"]).ends_with(0);
    let refused = as_wall(&["log", "stat"]).ends_with(4).err;
    assert!(refused.contains("`wall` needs the role operator or admin"), "{refused}");
    for service in [query, ingest, projector] {
        assert_eq!(service.end(), 0);
    }
    broker.shutdown().await;
}

#[test]
fn a_token_is_made_and_its_line_is_the_same_when_it_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(&[], &["token", "new"]).ends_with(0);
    let token = file(folder.path(), "token.txt", &made.out);
    let mut hash = longhu();
    hash.args(["token", "hash"]).stdin(std::fs::File::open(token).unwrap());
    let line = Said::of(hash.output().unwrap()).ends_with(0).out;
    assert_eq!(made.err.lines().last(), line.lines().next());
    assert!(!made.err.contains(made.out.trim()), "the line does not show the token");
}

#[test]
fn the_example_of_a_principals_file_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let example = std::fs::read_to_string(root().join("deploy/principals.toml")).unwrap();
    let dev =
        Dev::start_with(folder.path(), &["--principals", &file(folder.path(), "principals.toml", &example)]);
    let unknown = dev.run(&["log", "stat", "--token", "lh_of-nobody-that-is-known"]).ends_with(4).err;
    assert!(unknown.contains("TOKEN_UNKNOWN"), "{unknown}");
    assert_eq!(dev.end(), 0);
}

#[test]
fn who_decided_and_looked_is_in_the_audit_log_and_a_changed_line_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("audit.jsonl");
    let path = log.display().to_string();
    let dev = Dev::start_with(folder.path(), &["--audit-log", &path, "--as", "alice"]);
    dev.run(&["org", "apply", "deploy/examples/quickstart/organisation.toml"]).ends_with(0);
    let applied =
        dev.run(&["contest", "apply", "deploy/examples/quickstart/contest.toml", "-o", "json"]).ends_with(0);
    dev.run(&["contest", "show", "spring-2026"]).ends_with(0);
    dev.run(&["log", "tail", "--last", "1"]).ends_with(0);
    dev.run(&["verify"]).ends_with(0);
    assert_eq!(dev.end(), 0);
    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let intent = lines.iter().find(|line| line["decisions"][0]["kind"] == "contest").unwrap();
    let what = (&intent["principal"], &intent["decisions"][0]["key"], &intent["decisions"][0]["revision"]);
    assert_eq!(what, (&json!("alice"), &json!("spring-2026"), &json!(1)));
    let outcome = lines.iter().find(|line| line["intent"] == intent["n"]).unwrap();
    assert_eq!((&outcome["result"], &outcome["position"]), (&json!("in_force"), &applied.json()["position"]));
    let purpose = |method: &str| {
        let call =
            lines.iter().find(|line| line["method"].as_str().is_some_and(|name| name.ends_with(method)));
        call.unwrap_or_else(|| panic!("no {method} in {text}"))["purpose"].clone()
    };
    for (method, expected) in [
        ("/GetContest", "read"),
        ("/TailLog", "export"),
        ("/Verify", "replay"),
        ("/ApplyContest", "decision"),
    ] {
        assert_eq!(purpose(method), expected);
    }
    assert!(!text.contains("张"), "no names of employees");

    let verified = run(&[], &["audit", "verify", &path, "-o", "json"]).ends_with(0).json();
    assert_eq!(verified["lines"], lines.len());
    let head = verified["head"].as_str().unwrap();
    run(&[], &["audit", "verify", &path, "--contains", head]).ends_with(0);
    std::fs::write(&log, text.replacen("alice", "bobby", 1)).unwrap();
    let changed = run(&[], &["audit", "verify", &path]).ends_with(1).err;
    assert!(changed.contains("audit.jsonl:2:") && changed.contains("AUDIT_BROKEN"), "{changed}");
}
