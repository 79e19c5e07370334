//! Starts that cannot succeed: they disturb nobody who serves already, begin no bank, and say what to do.

use std::path::Path;

use longhu_log::{Log, LogConfig, LogError, NatsServer, ServerConfig};
use serde_json::json;

use crate::support::{Dev, Said, file, longhu, root};

const BANK: &str = "careful";

/// A broker with the log of a bank.
struct Place {
    folder: tempfile::TempDir,
    broker: NatsServer,
}

impl Place {
    async fn with_bank() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let broker = NatsServer::start(ServerConfig::new(folder.path().join("nats"))).await.unwrap();
        let place = Place { folder, broker };
        place.run(&["bank", "init", "--bank", BANK]).ends_with(0);
        place
    }

    fn at(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Runs a command at this broker until it ends.
    fn run(&self, arguments: &[&str]) -> Said {
        let url = self.broker.url();
        Said::of(longhu().args(arguments).args(["--nats", &url]).current_dir(root()).output().unwrap())
    }

    /// The arguments of ingest, with those that differ.
    fn ingest_with(&self, other: &[(&str, &str)]) -> Vec<String> {
        let (keys, state) = (self.at("keys.toml"), self.at("state"));
        let mut all = vec![
            ("--bank", BANK),
            ("--slot", "one"),
            ("--pseudonym-keys", &keys),
            ("--state-dir", &state),
            ("--grpc-addr", "127.0.0.1:0"),
        ];
        all.retain(|(name, _)| other.iter().all(|(own, _)| own != name));
        all.extend(other);
        let flags = all.into_iter().flat_map(|(name, value)| [name.to_owned(), value.to_owned()]);
        flags.filter(|text| !text.is_empty()).collect()
    }

    async fn last_sequence(&self) -> u64 {
        let log = Log::connect(LogConfig::new(self.broker.url(), BANK)).await.unwrap();
        log.status().await.unwrap().last_sequence
    }

    async fn has_stream(&self, bank: &str) -> bool {
        match Log::connect(LogConfig::new(self.broker.url(), bank)).await {
            Ok(_) => true,
            Err(LogError::NotBegun { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn event(id: &str) -> serde_json::Value {
    json!({"source": "cards", "id": id, "type": "card.issued", "subject": "s",
           "occurred_time": "2026-02-02T02:00:00Z", "branch": "b"})
}

fn serve(folder: &Path, nats: &str, command: &str, arguments: &[&str]) -> Dev {
    Dev::serve(folder, command, &[&["--nats", nats], arguments].concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_ingest_that_cannot_serve_leaves_the_one_that_does_alone() {
    let place = Place::with_bank().await;
    let (keys, state) = (place.at("keys.toml"), place.at("state"));
    let own = ["--bank", BANK, "--slot", "one", "--pseudonym-keys", &keys, "--state-dir", &state];
    let healthy = serve(place.folder.path(), &place.broker.url(), "ingest", &own);
    assert_eq!(healthy.emit(&[event("1")])[0]["status"], "accepted");
    let before = place.last_sequence().await;

    let broken = file(place.folder.path(), "principals.toml", "[[principal]]\nname = \n");
    let bad_keys = file(place.folder.path(), "bad-keys.toml", "[[epoch]]\nnumber = 1\n");
    let taken = healthy.url.strip_prefix("http://").unwrap();
    let nowhere = place.at("missing/ready.json");
    let cases: [(&[(&str, &str)], &str); 8] = [
        (&[("--principals", &broken)], "principals.toml"),
        (&[("--grpc-addr", taken)], "cannot listen on"),
        (&[("--ready-file", &nowhere)], "cannot write the ready file"),
        (&[("--state-dir", &broken)], "cannot use the folder"),
        (&[("--pseudonym-keys", &bad_keys)], "(INVALID_KEYS)"),
        (&[("--bank", "carefull")], "(LOG_NOT_BEGUN)"),
        (&[("--currency", "EUR")], "currency EUR"),
        (&[("--grpc-addr", "0.0.0.0:0")], "--principals"),
    ];
    for (other, saying) in cases {
        let arguments = place.ingest_with(other);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let said = place.run(&[&["ingest"], &arguments[..]].concat()).ends_with(1);
        assert!(said.err.contains(saying), "{other:?}: {}", said.err);
        assert_eq!(place.last_sequence().await, before, "{other:?}");
    }
    assert!(!place.has_stream("carefull").await, "a mistyped bank was begun");

    let arguments = place.ingest_with(&[("--check", "")]);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let checked = place.run(&[&["ingest"], &arguments[..]].concat()).ends_with(0);
    let told = format!("bank `{BANK}`, zone Asia/Shanghai, currency CNY, ends at {before}.0");
    assert!(checked.out.contains(&told) && checked.out.contains("epochs [1]"), "{}", checked.out);
    assert_eq!(place.last_sequence().await, before);

    assert_eq!(healthy.emit(&[event("2")])[0]["status"], "accepted");
    assert_eq!(healthy.end(), 0);
    let log = std::fs::read_to_string(place.folder.path().join("ingest.log")).unwrap();
    assert!(log.contains("ready"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projector_that_cannot_serve_leaves_its_read_model_alone() {
    let place = Place::with_bank().await;
    let store = place.at("read-model");
    let own = ["--bank", BANK, "--store-dir", &store];
    assert_eq!(serve(place.folder.path(), &place.broker.url(), "projector", &own).end(), 0);
    let marked = format!("{store}/kept");
    std::fs::write(&marked, "").unwrap();
    let broken = file(place.folder.path(), "principals.toml", "[[principal]]\nname = \n");
    let cases: [(&[&str], &str); 3] = [
        (&["--rebuild", "--principals", &broken], "principals.toml"),
        (&["--rebuild", "--bank", "carefull"], "(LOG_NOT_BEGUN)"),
        (&["--rebuild", "--zone", "Europe/Vienna"], "zone Europe/Vienna"),
    ];
    for (more, saying) in cases {
        let own: &[&str] = if more.contains(&"--bank") { &["--store-dir", &store] } else { &own };
        let arguments = [&["projector", "--grpc-addr", "127.0.0.1:0"], own, more].concat();
        let said = place.run(&arguments).ends_with(1);
        assert!(said.err.contains(saying), "{more:?}: {}", said.err);
        assert!(Path::new(&marked).exists(), "{more:?}");
    }
    let checked = place.run(&["projector", "--check", "--bank", BANK, "--store-dir", &store]).ends_with(0);
    assert!(checked.out.contains(&format!("bank `{BANK}`")), "{}", checked.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn checks_of_query_and_dev_say_what_was_found_and_start_nothing() {
    let place = Place::with_bank().await;
    let own = ["--bank", BANK, "--store-dir", &place.at("read-model")];
    let projector = serve(place.folder.path(), &place.broker.url(), "projector", &own);
    let check = |projector: &str| {
        let arguments = ["query", "--check", "--grpc-addr", "127.0.0.1:0", "--projector", projector];
        Said::of(longhu().args(arguments).output().unwrap())
    };
    let checked = check(&projector.url).ends_with(0);
    assert!(checked.out.contains(&format!("bank `{BANK}`, has read the log to 1.0")), "{}", checked.out);
    let behind = projector.url.clone();
    assert_eq!(projector.end(), 0);
    assert!(check(&behind).ends_with(1).err.contains(&behind));

    let data = place.at("data");
    let dev = ["dev", "--check", "--grpc-addr", "127.0.0.1:0", "--data-dir", &data];
    Said::of(longhu().args(dev).output().unwrap()).ends_with(0);
    assert!(!Path::new(&data).exists());
    let typo = place.run(&[&dev[..], &["--bank", "carefull"]].concat()).ends_with(1);
    assert!(typo.err.contains("(LOG_NOT_BEGUN)"), "{}", typo.err);
}
