//! Finding, starting, restarting and ending a real nats-server. Only servers that these tests started are
//! touched.

use crate::common::{Broker, eventually};
use longhu_log::{NatsServer, ServerConfig, ServerError};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

fn is_alive(pid: u32) -> bool {
    // A zombie is dead; its parent has just not reaped it yet.
    let status = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    status.rsplit(')').next().is_some_and(|rest| !rest.trim().is_empty() && !rest.trim().starts_with('Z'))
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_server_is_restarted_on_the_same_port() {
    let broker = Broker::start().await;
    let (url, first) = (broker.server.url(), broker.server.pid().unwrap());
    let log = broker.log("restarted").await;
    broker.signal("-KILL");
    eventually("another process answers", async || {
        broker.server.pid().is_some_and(|pid| pid != first) && log.status().await.is_ok()
    })
    .await;
    assert!(broker.server.restarts() >= 1);
    assert_eq!(broker.server.url(), url);
    assert!(!is_alive(first));
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_and_drop_leave_no_process_behind() {
    let Broker { server, directory } = Broker::start().await;
    let pid = server.pid().unwrap();
    server.shutdown().await;
    assert!(!is_alive(pid));
    let again = NatsServer::start(ServerConfig::new(directory.path())).await.unwrap();
    let pid = again.pid().unwrap();
    drop(again);
    assert!(!is_alive(pid));
}

#[tokio::test(flavor = "multi_thread")]
async fn hanging_server_is_killed_when_the_time_to_stop_is_over() {
    let directory = tempfile::tempdir().unwrap();
    let config =
        ServerConfig { stop_timeout: Duration::from_millis(300), ..ServerConfig::new(directory.path()) };
    let server = NatsServer::start(config).await.unwrap();
    let pid = server.pid().unwrap();
    let broker = Broker { server, directory };
    broker.signal("-STOP");
    broker.server.shutdown().await;
    assert!(!is_alive(pid));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_never_share_a_directory() {
    let broker = Broker::start().await;
    let second = NatsServer::start(ServerConfig::new(broker.directory.path())).await;
    assert!(matches!(second, Err(ServerError::InUse { .. })), "{second:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn taken_port_and_wrong_binary_are_named() {
    let broker = Broker::start().await;
    let directory = tempfile::tempdir().unwrap();
    let config = ServerConfig { port: Some(broker.server.port()), ..ServerConfig::new(directory.path()) };
    assert!(matches!(NatsServer::start(config).await, Err(ServerError::PortTaken { .. })));
    let config = ServerConfig { binary: Some("/bin/true".into()), ..ServerConfig::new(directory.path()) };
    assert!(matches!(NatsServer::start(config).await, Err(ServerError::WrongBinary { .. })));
}

/// Runs only when another test of this file starts this binary again. It starts a server, reports it, and
/// waits to be killed.
#[test]
#[ignore = "only started by another test of this file"]
fn parent_that_waits_to_be_killed() {
    let Some(store_dir) = std::env::var_os("LONGHU_TEST_STORE_DIR") else { return };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(NatsServer::start(ServerConfig::new(Path::new(&store_dir)))).unwrap();
    println!("\nserver {}", server.pid().unwrap());
    std::thread::sleep(Duration::from_secs(30));
}

#[tokio::test(flavor = "multi_thread")]
async fn server_ends_with_a_killed_parent_and_its_directory_is_free_again() {
    let directory = tempfile::tempdir().unwrap();
    let mut parent = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "--nocapture", "server::parent_that_waits_to_be_killed"])
        .env("LONGHU_TEST_STORE_DIR", directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lines = BufReader::new(parent.stdout.take().unwrap()).lines().map_while(Result::ok);
    let told = lines.into_iter().find_map(|line| line.strip_prefix("server ")?.parse::<u32>().ok());
    let pid = told.expect("the parent tells the server's id");
    assert!(is_alive(pid));
    parent.kill().unwrap();
    parent.wait().unwrap();
    eventually("the server is gone too", async || !is_alive(pid)).await;
    NatsServer::start(ServerConfig::new(directory.path())).await.unwrap().shutdown().await;
}
