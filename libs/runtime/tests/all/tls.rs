//! TLS of a real server: who can connect, and what those learn who cannot.

use std::error::Error;
use std::path::Path;

use longhu_runtime::{Gate, Principals, ServerTls, TlsFiles};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use crate::certificates::{Authority, Pair};
use crate::raw::send;
use crate::server::{Running, start};

const CHECK: &str = "/grpc.health.v1.Health/Check";

fn files(pair: &Pair, client_ca: Option<&Path>) -> TlsFiles {
    TlsFiles { cert: pair.cert.clone(), key: pair.key.clone(), client_ca: client_ca.map(Path::to_owned) }
}

async fn serve_with(tls: &ServerTls) -> Running {
    start(Gate { tls: Some(tls.clone()), ..Gate::from(Principals::local("me")) }).await
}

fn trusting(pem: &str) -> ClientTlsConfig {
    ClientTlsConfig::new().ca_certificate(Certificate::from_pem(pem))
}

/// Connects to the server under a name.
async fn connect(running: &Running, host: &str, config: ClientTlsConfig) -> Result<Channel, String> {
    let endpoint = Endpoint::from_shared(format!("https://{host}:{}", running.address.port())).unwrap();
    endpoint.tls_config(config).unwrap().connect().await.map_err(|error| said(&error))
}

/// An error with its causes.
fn said(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_trusts_the_authority_and_uses_a_name_of_the_certificate_connects() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let pair = ours.sign(folder.path(), "server", &["127.0.0.1"]);
    let tls = ServerTls::read(files(&pair, None)).unwrap();
    let running = serve_with(&tls).await;
    let channel = connect(&running, "127.0.0.1", trusting(&ours.pem)).await.unwrap();
    send(&channel, CHECK, vec![], None).await.unwrap();
    let unknown = connect(&running, "127.0.0.1", trusting(&other.pem)).await.unwrap_err();
    assert!(unknown.contains("UnknownIssuer"), "{unknown}");
    let misnamed = connect(&running, "localhost", trusting(&ours.pem)).await.unwrap_err();
    assert!(misnamed.contains("not valid for name"), "{misnamed}");
    drop(channel);
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_text_on_a_port_with_tls_is_told_to_use_https() {
    let folder = tempfile::tempdir().unwrap();
    let pair = Authority::new("ours").sign(folder.path(), "server", &["127.0.0.1"]);
    let running = serve_with(&ServerTls::read(files(&pair, None)).unwrap()).await;
    let endpoint = Endpoint::from_shared(format!("http://{}", running.address)).unwrap();
    let status = send(&endpoint.connect_lazy(), CHECK, vec![], None).await.unwrap_err();
    assert!(said(&status).contains("this port speaks TLS only: use https"), "{}", said(&status));
    let mut curl = TcpStream::connect(running.address).await.unwrap();
    curl.write_all(b"GET /v1/contests HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    curl.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("use https"), "{answer}");
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_certificate_of_another_authority_or_an_expired_one_ends_the_connection() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, other) = (Authority::new("ours"), Authority::new("other"));
    let pair = ours.sign(folder.path(), "server", &["127.0.0.1"]);
    let client_ca = ours.write(folder.path(), "client-ca");
    let running = serve_with(&ServerTls::read(files(&pair, Some(&client_ca))).unwrap()).await;
    let call = |client: Option<Pair>| {
        let mut config = trusting(&ours.pem);
        if let Some(Pair { cert, key }) = client {
            config = config
                .identity(Identity::from_pem(std::fs::read(cert).unwrap(), std::fs::read(key).unwrap()));
        }
        let running = &running;
        async move {
            let channel = connect(running, "127.0.0.1", config).await?;
            send(&channel, CHECK, vec![], None).await.map_err(|status| said(&status))
        }
    };
    call(None).await.unwrap();
    call(Some(ours.sign(folder.path(), "good", &["query-1.bank.example"]))).await.unwrap();
    // What the client is told depends on whether the end of the connection or the reason for it arrives first.
    call(Some(other.sign(folder.path(), "foreign", &["query-1.bank.example"]))).await.unwrap_err();
    call(Some(ours.sign_expired(folder.path(), "old", &["query-1.bank.example"]))).await.unwrap_err();
    running.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_shown_to_new_connections_and_open_ones_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (Authority::new("before"), Authority::new("after"));
    let pair = before.sign(folder.path(), "server", &["127.0.0.1"]);
    let tls = ServerTls::read(files(&pair, None)).unwrap();
    let running = serve_with(&tls).await;
    let old = connect(&running, "127.0.0.1", trusting(&before.pem)).await.unwrap();
    send(&old, CHECK, vec![], None).await.unwrap();
    after.sign(folder.path(), "server", &["127.0.0.1"]);
    tls.reload().unwrap();
    send(&old, CHECK, vec![], None).await.unwrap();
    let new = connect(&running, "127.0.0.1", trusting(&after.pem)).await.unwrap();
    send(&new, CHECK, vec![], None).await.unwrap();
    // What cannot be used leaves everything as it was.
    std::fs::write(&pair.cert, "nonsense").unwrap();
    assert!(tls.reload().unwrap_err().to_string().contains("INVALID_CERTIFICATE"));
    send(&connect(&running, "127.0.0.1", trusting(&after.pem)).await.unwrap(), CHECK, vec![], None)
        .await
        .unwrap();
    drop((old, new));
    running.end().await;
}

#[test]
fn files_that_cannot_serve_are_refused_by_name() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let ours = Authority::new("ours");
    let good = ours.sign(folder.path(), "good", &["127.0.0.1"]);
    let other = ours.sign(folder.path(), "other", &["127.0.0.1"]);
    let old = ours.sign_expired(folder.path(), "old", &["127.0.0.1"]);
    let mixed = Pair { cert: good.cert.clone(), key: other.key.clone() };
    let swapped = Pair { cert: good.key.clone(), key: good.cert.clone() };
    let missing = Pair { cert: folder.path().join("none.pem"), key: good.key.clone() };
    let public = ours.sign(folder.path(), "public", &["127.0.0.1"]);
    std::fs::set_permissions(&public.key, std::fs::Permissions::from_mode(0o644)).unwrap();
    let cases = [
        (old, "old-cert.pem: the certificate ended on"),
        (mixed, "other-key.pem does not fit the certificate"),
        (swapped, "good-key.pem: there is no `BEGIN CERTIFICATE` in it"),
        (missing, "none.pem; check the path"),
        (public, "public-key.pem can be read by others (mode 0644); set it with `chmod 0640"),
    ];
    for (pair, expected) in cases {
        let refused = ServerTls::read(files(&pair, None)).err().unwrap().to_string();
        assert!(refused.contains(expected), "{refused} should contain {expected}");
    }
}
