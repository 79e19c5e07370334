//! A connection to the broker that can go silent: it stalls every connection, like a network that is cut, or
//! lets the existing ones die half-open, like a machine that vanished. It listens on loopback only and never
//! changes a byte.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The state of connections, which are numbered from 1.
#[derive(Clone, Copy, Default)]
struct State {
    /// Nothing passes in either direction until this is reset.
    is_stalled: bool,
    /// Connections up to this number are dead: what is sent is lost, and nothing arrives.
    dead: u64,
    accepted: u64,
}

/// The proxy. Its address does not change.
pub struct Proxy {
    address: SocketAddr,
    state: watch::Sender<State>,
}

impl Proxy {
    /// A proxy for a local port.
    pub async fn to(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy =
            Proxy { address: listener.local_addr().unwrap(), state: watch::channel(State::default()).0 };
        let state = proxy.state.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                state.send_modify(|state| state.accepted += 1);
                let number = state.borrow().accepted;
                tokio::spawn(connection(client, port, number, state.subscribe()));
            }
        });
        proxy
    }

    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    /// Cuts all connections, or restores them.
    pub fn stall(&self, is_stalled: bool) {
        self.state.send_modify(|state| state.is_stalled = is_stalled);
    }

    /// Lets all existing connections die silently. New ones work.
    pub fn die_half_open(&self) {
        self.state.send_modify(|state| state.dead = state.accepted);
    }

    /// Waits until the client has given up its dead connection and made another. Returns how long that took.
    pub async fn is_connected_anew(&self, at_most: Duration) -> Option<Duration> {
        let (mut state, started) = (self.state.subscribe(), Instant::now());
        let renewed = state.wait_for(|state| state.accepted > state.dead);
        tokio::time::timeout(at_most, renewed).await.is_ok().then(|| started.elapsed())
    }
}

async fn connection(client: TcpStream, port: u16, number: u64, mut state: watch::Receiver<State>) {
    // While everything is cut, no connection can be made.
    if state.wait_for(|state| !state.is_stalled).await.is_err() {
        return;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        _ = pump(from_client, to_server, number, state.clone()) => {}
        _ = pump(from_server, to_client, number, state) => {}
    }
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    number: u64,
    mut state: watch::Receiver<State>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let passes = state.wait_for(|state| !state.is_stalled || state.dead >= number).await;
        if passes.is_ok_and(|state| state.dead < number) {
            to.write_all(&buffer[..count]).await?;
        }
    }
}
