//! A line to the broker that can go silent: it stalls every connection, as a network that is cut does, or lets the ones that
//! there are die half-open, as a machine that vanished does. It listens on loopback only and never changes a byte.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to connections, which are numbered from 1.
#[derive(Clone, Copy, Default)]
struct State {
    /// Nothing passes, in neither direction; it does once the line is healed.
    is_stalled: bool,
    /// Connections up to this one have no other end any more: what is sent is gone, nothing comes.
    dead: u64,
    accepted: u64,
}

/// The proxy. Its address never changes.
pub struct Proxy {
    address: SocketAddr,
    state: watch::Sender<State>,
}

impl Proxy {
    /// A line to a port of this machine.
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

    /// Cuts the line, or heals it.
    pub fn stall(&self, is_stalled: bool) {
        self.state.send_modify(|state| state.is_stalled = is_stalled);
    }

    /// Lets the connections that there are die without a word. New ones are sound.
    pub fn die_half_open(&self) {
        self.state.send_modify(|state| state.dead = state.accepted);
    }

    /// Waits until the client has given its dead connection up and made another one; how long that took.
    pub async fn is_connected_anew(&self, at_most: Duration) -> Option<Duration> {
        let (mut state, started) = (self.state.subscribe(), Instant::now());
        let renewed = state.wait_for(|state| state.accepted > state.dead);
        tokio::time::timeout(at_most, renewed).await.is_ok().then(|| started.elapsed())
    }
}

async fn connection(client: TcpStream, port: u16, number: u64, mut state: watch::Receiver<State>) {
    // While the line is cut, not even a connection comes about.
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
