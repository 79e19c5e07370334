//! What a caller may do, checked by a real server before a body is read: roles, callers of services, and what happens
//! when the principals file changes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient;
use longhu_proto::wire::ingest::v1::{StreamEventsRequest, StreamEventsResponse};
use longhu_runtime::{Door, Gate, Principals, Role, ServerTls, TlsFiles, on_behalf_of, permissions};
use tokio::sync::mpsc::{Sender, channel};
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Request, Status, Streaming};
use tonic_types::StatusExt;

use crate::certificates::{Authority, write_private};
use crate::raw::{send, send_with};
use crate::server::{Running, start};

/// Within which time a removed token has to be out.
const OUT_WITHIN: Duration = Duration::from_secs(5);

struct File(tempfile::TempDir);

impl File {
    fn new(text: &str) -> File {
        let file = File(tempfile::tempdir().unwrap());
        write_private(&file.path(), text);
        file
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("principals.toml")
    }

    fn principals(&self) -> Principals {
        Principals::from_file(&self.path()).unwrap()
    }
}

/// A principal whose token is its name and sixteen digits.
fn entry(name: &str, roles: &str) -> String {
    let hash = blake3::hash(token(name).as_bytes());
    format!("[[principal]]\nname = \"{name}\"\ntokens = \"blake3:{hash}\"\nroles = [{roles}]\n")
}

fn token(name: &str) -> String {
    format!("{name}-0123456789abcdef")
}

fn reason(status: &Status) -> String {
    status.get_details_error_info().map_or(format!("no ErrorInfo in {status:?}"), |info| info.reason)
}

/// How a call without a body that anybody could decode is refused.
async fn refused(channel: &Channel, path: &'static str, name: &str) -> String {
    match send(channel, path, vec![0xff; 3], Some(&token(name))).await {
        Ok(()) => "not refused".to_owned(),
        Err(status) => reason(&status),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_role_may_make_the_calls_of_the_table_and_no_other_whatever_is_in_the_body() {
    let entries: Vec<String> =
        Role::ALL.iter().map(|role| entry(role.name(), &format!("\"{}\"", role.name()))).collect();
    let file = File::new(&entries.join(""));
    let running = start(file.principals()).await;
    let channel = running.connect().await;
    for method in permissions::METHODS {
        let path: &'static str = format!("/{}", method.name).leak();
        for role in Role::ALL {
            let reason = refused(&channel, path, role.name()).await;
            let is_refused = reason == "ROLE_MISSING";
            assert_eq!(is_refused, !method.roles.contains(&role), "{path} {role:?}: {reason}");
        }
    }
    assert_eq!(refused(&channel, "/longhu.ops.v1.LogService/Nothing", "admin").await, "UNKNOWN_METHOD");
    drop(channel);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_is_missing_before_a_body_is_sent() {
    let file = File::new(&entry("wall", "\"viewer\""));
    let running = start(file.principals()).await;
    // The body never comes: only who looks at the header alone can answer.
    let mut request = Request::new(tokio_stream::pending::<StreamEventsRequest>());
    request.metadata_mut().insert("authorization", format!("Bearer {}", token("wall")).parse().unwrap());
    let mut client = IngestServiceClient::new(running.connect().await);
    let answer = tokio::time::timeout(Duration::from_secs(5), client.stream_events(request)).await;
    assert_eq!(reason(&answer.unwrap().unwrap_err()), "ROLE_MISSING");
    drop(client);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_services_call_for_others_and_only_at_the_door_for_services() {
    const STATUS: &str = "/longhu.ops.v1.ProjectorService/ReadSourceStatus";
    let text = [
        entry("query-1", "\"service\""),
        entry("hq", "\"admin\", \"viewer\""),
        entry("both", "\"service\", \"admin\""),
    ];
    let file = File::new(&text.join(""));
    let inner = start(Gate { door: Door::Services, ..file.principals().into() }).await;
    let outer = start(file.principals()).await;
    let viewer = file.principals().authenticate(Some(format!("Bearer {}", token("hq")).as_bytes()), None);
    let hq = viewer.unwrap().principal;
    let call = |channel: Channel, name: &'static str, passed: bool| {
        let hq = hq.clone();
        async move {
            let mut request = if passed { on_behalf_of(&hq, ()) } else { Request::new(()) };
            request
                .metadata_mut()
                .insert("authorization", format!("Bearer {}", token(name)).parse().unwrap());
            let sent = send_with(&channel, STATUS, vec![], request.metadata().clone()).await;
            reason(&sent.unwrap_err())
        }
    };
    let (inside, outside) = (inner.connect().await, outer.connect().await);
    // This server has no such service: what passes the gate is unknown there.
    assert_eq!(call(inside.clone(), "query-1", true).await, "UNKNOWN_METHOD");
    assert_eq!(call(inside.clone(), "query-1", false).await, "UNKNOWN_METHOD");
    assert_eq!(call(inside.clone(), "hq", false).await, "ROLE_MISSING");
    assert_eq!(call(inside.clone(), "hq", true).await, "ROLE_MISSING");
    assert_eq!(call(outside.clone(), "hq", true).await, "CALLER_NOT_ACCEPTED");
    assert_eq!(call(outside.clone(), "both", true).await, "CALLER_NOT_ACCEPTED");
    assert_eq!(call(outside.clone(), "hq", false).await, "UNKNOWN_METHOD");
    drop((inside, outside));
    inner.end().await;
    outer.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_shows_who_somebody_is() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new("ours");
    let server = ours.sign(folder.path(), "server", &["127.0.0.1"]);
    let client_ca = Some(ours.write(folder.path(), "ca"));
    let file = File::new(
        "[[principal]]\nname = \"cards\"\ncertificates = [\"cards.bank.example\"]\nroles = [\"adapter\"]\n\
         [[principal]]\nname = \"wall\"\ncertificates = [\"wall\"]\nroles = [\"viewer\"]\n",
    );
    let tls = ServerTls::read(TlsFiles { cert: server.cert, key: server.key, client_ca }).unwrap();
    let running = start(Gate { tls: Some(tls), ..file.principals().into() }).await;
    let call = |name: &str, alternative: &[&str]| {
        let pair = ours.sign(folder.path(), name, alternative);
        let identity =
            Identity::from_pem(std::fs::read(pair.cert).unwrap(), std::fs::read(pair.key).unwrap());
        let config =
            ClientTlsConfig::new().ca_certificate(Certificate::from_pem(&ours.pem)).identity(identity);
        let endpoint = Endpoint::from_shared(format!("https://{}", running.address)).unwrap();
        let channel = endpoint.tls_config(config).unwrap().connect_lazy();
        async move {
            match send(&channel, "/longhu.ingest.v1.IngestService/IngestEvents", vec![], None).await {
                Ok(()) => "done".to_owned(),
                Err(status) => reason(&status),
            }
        }
    };
    assert_eq!(call("x", &["cards.bank.example"]).await, "done");
    // Without an alternative name the common name counts; with one it does not.
    assert_eq!(call("wall", &[]).await, "ROLE_MISSING");
    assert_eq!(call("wall", &["other.bank.example"]).await, "CERTIFICATE_UNKNOWN");
    assert_eq!(call("x", &["other.bank.example"]).await, "CERTIFICATE_UNKNOWN");
    running.end().await;
}

/// A stream of events that is open as long as this lives.
struct Open {
    answers: Streaming<StreamEventsResponse>,
    _requests: Sender<StreamEventsRequest>,
}

async fn open(running: &Running, name: &str) -> Open {
    open_with(running, &token(name)).await
}

async fn open_with(running: &Running, token: &str) -> Open {
    let (requests, messages) = channel(1);
    requests.send(StreamEventsRequest::default()).await.unwrap();
    let mut request = Request::new(ReceiverStream::new(messages));
    request.metadata_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    let mut client = IngestServiceClient::new(running.connect().await);
    let mut answers = client.stream_events(request).await.unwrap().into_inner();
    answers.message().await.unwrap().expect("the first message is answered");
    Open { answers, _requests: requests }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_token_is_out_within_five_seconds_with_its_streams_and_nobody_else_is() {
    let (cards, loans) = (entry("cards", "\"adapter\""), entry("loans", "\"adapter\""));
    let file = File::new(&format!("{cards}{loans}"));
    let running = start(file.principals()).await;
    let (mut removed, mut kept) = (open(&running, "cards").await, open(&running, "loans").await);
    // A broken file changes nothing.
    write_private(&file.path(), "nonsense");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    drop(open(&running, "cards").await);

    let began = Instant::now();
    replace(&file.path(), &loans);
    let end = tokio::time::timeout(OUT_WITHIN, removed.answers.message())
        .await
        .expect("it ends in time")
        .unwrap_err();
    assert_eq!((end.code(), reason(&end).as_str()), (Code::Unauthenticated, "GRANT_ENDED"));
    let channel = running.connect().await;
    assert_eq!(
        refused(&channel, "/longhu.ingest.v1.IngestService/StreamEvents", "cards").await,
        "TOKEN_UNKNOWN"
    );
    assert!(began.elapsed() < OUT_WITHIN);
    let still_open = tokio::time::timeout(Duration::from_millis(200), kept.answers.message()).await;
    assert!(still_open.is_err(), "{still_open:?}");
    drop((removed, kept, channel));
    running.end().await;
}

/// Replaces a file at once, as careful editors and configuration systems do.
fn replace(path: &Path, text: &str) {
    let beside = path.with_extension("new");
    write_private(&beside, text);
    std::fs::rename(beside, path).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_json_web_token_shows_who_somebody_is_until_it_expires() {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use ring::signature::{Ed25519KeyPair, KeyPair};

    const NEEDS_SENDER: &str = "/longhu.ingest.v1.IngestService/IngestEvents";
    let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let file = File::new(
        "[jwt]\nissuer = \"https://idp.bank.example\"\naudience = \"longhu\"\nkeys = \"jwks.json\"\n\
         [[principal]]\nname = \"li\"\nsubjects = [\"li.na\"]\nroles = [\"adapter\"]\n",
    );
    let x = URL_SAFE_NO_PAD.encode(key.public_key().as_ref());
    let set = format!(r#"{{"keys":[{{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"a","x":"{x}"}}]}}"#);
    std::fs::write(file.0.path().join("jwks.json"), &set).unwrap();
    let running = start(file.principals()).await;
    let channel = running.connect().await;
    let now = jiff::Timestamp::now().as_second();
    let jwt = |subject: &str, audience: &str, ends: i64| {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","kid":"a"}"#);
        let claims = serde_json::json!({
            "iss": "https://idp.bank.example", "aud": audience, "sub": subject, "exp": now + ends,
        });
        let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())))
    };
    let call = async |token: &str| match send(&channel, NEEDS_SENDER, vec![], Some(token)).await {
        Ok(()) => "done".to_owned(),
        Err(status) => reason(&status),
    };
    assert_eq!(call(&jwt("li.na", "longhu", 300)).await, "done");
    // Clocks may differ a little.
    assert_eq!(call(&jwt("li.na", "longhu", -10)).await, "done");
    assert_eq!(call(&jwt("li.na", "longhu", -60)).await, "TOKEN_EXPIRED");
    assert_eq!(call(&jwt("li.na", "another", 300)).await, "TOKEN_NOT_BELIEVED");
    assert_eq!(call(&jwt("somebody", "longhu", 300)).await, "TOKEN_UNKNOWN");

    // A stream ends when its token does.
    let mut short = open_with(&running, &jwt("li.na", "longhu", -28)).await;
    let end =
        tokio::time::timeout(Duration::from_secs(10), short.answers.message()).await.unwrap().unwrap_err();
    assert_eq!(reason(&end), "TOKEN_EXPIRED");
    // And when the key that signed it is gone.
    let mut withdrawn = open_with(&running, &jwt("li.na", "longhu", 300)).await;
    let other = Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap();
    let other = URL_SAFE_NO_PAD.encode(other.public_key().as_ref());
    replace(&file.0.path().join("jwks.json"), &set.replace(&x, &other));
    let end = tokio::time::timeout(OUT_WITHIN, withdrawn.answers.message()).await.unwrap().unwrap_err();
    assert_eq!(reason(&end), "GRANT_ENDED");
    drop((short, withdrawn, channel));
    running.end().await;
}
