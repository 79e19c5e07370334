//! Waits until the started server answers, ends, or the time is up. Another server on the same port is not
//! mistaken for it.

use super::supervise::Supervisor;
use async_nats::ConnectOptions;
use std::time::Duration;
use tokio::time::Instant;

const PAUSE: Duration = Duration::from_millis(20);
const ANSWER: Duration = Duration::from_secs(2);

/// True once the server of that name answers for JetStream; false if it ended or the deadline passed.
pub(super) async fn wait(supervisor: &Supervisor, port: u16, name: &str, deadline: Instant) -> bool {
    while Instant::now() < deadline {
        if answers(port, name).await {
            return true;
        }
        if supervisor.restarts() > 0 || supervisor.has_given_up() {
            return false;
        }
        tokio::time::sleep(PAUSE).await;
    }
    false
}

async fn answers(port: u16, name: &str) -> bool {
    // A plain connection attempt first: it is refused at once if nobody listens, and it does not reconnect.
    if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        return false;
    }
    let options =
        ConnectOptions::new().connection_timeout(ANSWER).request_timeout(Some(ANSWER)).max_reconnects(1);
    let Ok(client) = options.connect(format!("nats://127.0.0.1:{port}")).await else {
        return false;
    };
    let is_ours = client.server_info().server_name == name;
    let context = async_nats::jetstream::new(client);
    is_ours && context.query_account().await.is_ok()
}
