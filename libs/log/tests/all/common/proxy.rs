//! A proxy to the broker that loses answers, holds back requests, and breaks connections, so that every
//! possible outcome of an append can be produced. It listens on loopback only.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// What happens to the bytes of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They are passed on.
    Pass,
    /// Answers of the broker are dropped.
    LoseAnswers,
    /// Requests of clients are held back until [`Proxy::release`].
    HoldRequests,
}

type Held = Arc<Mutex<Vec<(Vec<u8>, mpsc::Sender<Vec<u8>>)>>>;

/// The proxy. Its address does not change.
pub struct Proxy {
    address: SocketAddr,
    mode: watch::Sender<Mode>,
    /// Connections with a lower number are cut at the client's side.
    cut: watch::Sender<u64>,
    held: Held,
}

impl Proxy {
    pub async fn to(port: u16) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let proxy = Proxy {
            address: listener.local_addr().unwrap(),
            mode: watch::channel(Mode::Pass).0,
            cut: watch::channel(0).0,
            held: Held::default(),
        };
        let (mode, cut, held) = (proxy.mode.clone(), proxy.cut.clone(), proxy.held.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(("127.0.0.1", port)).await else { continue };
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                let (sender, receiver) = mpsc::channel(1024);
                tokio::spawn(write(receiver, to_server));
                let requests = requests(from_client, sender, mode.subscribe(), held.clone());
                let answers = answers(from_server, to_client, mode.subscribe());
                let mut cut = cut.subscribe();
                tokio::spawn(async move {
                    tokio::select! {
                        _ = requests => {}
                        _ = answers => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        proxy
    }

    pub fn url(&self) -> String {
        format!("nats://{}", self.address)
    }

    pub fn set(&self, mode: Mode) {
        self.mode.send_replace(mode);
    }

    /// Breaks all connections at the client's side. What is held back stays held, on its own connection to
    /// the broker.
    pub fn cut(&self) {
        self.cut.send_modify(|count| *count += 1);
    }

    /// How many pieces are held back.
    pub fn held(&self) -> usize {
        self.held.lock().unwrap().len()
    }

    /// Sends what was held back, in order.
    pub async fn release(&self) {
        let held = std::mem::take(&mut *self.held.lock().unwrap());
        for (piece, to_server) in held {
            to_server.send(piece).await.unwrap();
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

async fn requests(
    mut from: OwnedReadHalf,
    to: mpsc::Sender<Vec<u8>>,
    mode: watch::Receiver<Mode>,
    held: Held,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        let piece = buffer[..count].to_vec();
        if *mode.borrow() == Mode::HoldRequests {
            held.lock().unwrap().push((piece, to.clone()));
        } else {
            to.send(piece).await.ok();
        }
    }
}

async fn answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mode: watch::Receiver<Mode>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return Ok(());
        }
        if *mode.borrow() != Mode::LoseAnswers {
            to.write_all(&buffer[..count]).await?;
        }
    }
}

/// Lives as long as something may still be sent.
async fn write(mut pieces: mpsc::Receiver<Vec<u8>>, mut to: OwnedWriteHalf) {
    while let Some(piece) = pieces.recv().await {
        if to.write_all(&piece).await.is_err() {
            return;
        }
    }
}
