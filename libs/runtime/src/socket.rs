//! Connections as they come in, in plain text or over TLS, with what is known about the caller from the connection
//! itself. A handshake that takes long holds up nobody else.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;
use tokio_rustls::server::TlsStream;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use crate::tls::{CertificateNames, ServerTls};

/// How long a handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);
/// How many handshakes may be under way at once. Others wait in the backlog of the port.
const HANDSHAKES_MAX: usize = 256;
/// The time before the next attempt if a connection could not be accepted, for example for lack of descriptors.
const PAUSE: Duration = Duration::from_millis(50);
/// How long a caller in plain text may take to send its request before it is told to use TLS.
const REQUEST_MAX: Duration = Duration::from_secs(1);
/// The first byte of a TLS record with a handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// What is known about a caller from its connection.
#[derive(Clone, Debug, Default)]
pub struct Peer {
    /// Its address.
    pub address: Option<SocketAddr>,
    /// The names of its certificate, if it showed one that an authority of `--client-ca` signed.
    pub certificate: Option<Arc<CertificateNames>>,
}

/// A connection.
pub(crate) struct Socket {
    io: Io,
    peer: Peer,
}

enum Io {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

/// Accepts connections until what is returned is dropped.
pub(crate) fn incoming(listener: TcpListener, tls: Option<ServerTls>) -> ReceiverStream<io::Result<Socket>> {
    let (sender, receiver) = mpsc::channel(1);
    tokio::spawn(accept(listener, tls, sender));
    ReceiverStream::new(receiver)
}

type Sender = mpsc::Sender<io::Result<Socket>>;

async fn accept(listener: TcpListener, tls: Option<ServerTls>, sender: Sender) {
    let handshakes = Arc::new(Semaphore::new(HANDSHAKES_MAX));
    loop {
        let accepted = tokio::select! {
            biased;
            () = sender.closed() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        // Without it small answers wait for each other; a connection that is gone already fails at its first read.
        let _ = stream.set_nodelay(true);
        match &tls {
            None => {
                let peer = Peer { address: Some(address), certificate: None };
                if sender.send(Ok(Socket { io: Io::Plain(stream), peer })).await.is_err() {
                    return;
                }
            }
            Some(tls) => {
                let Ok(permit) = handshakes.clone().acquire_owned().await else { return };
                let (tls, sender) = (tls.clone(), sender.clone());
                tokio::spawn(async move {
                    let done = tokio::select! {
                        () = sender.closed() => return,
                        done = timeout(HANDSHAKE_MAX, handshake(stream, address, &tls)) => done,
                    };
                    drop(permit);
                    match done {
                        // If nobody takes it, the server has ended.
                        Ok(Ok(socket)) => drop(sender.send(Ok(socket)).await),
                        Ok(Err(error)) => tracing::info!(%address, %error, "no TLS with a caller"),
                        Err(_) => {
                            tracing::info!(%address, "no TLS with a caller: its handshake took too long")
                        }
                    }
                });
            }
        }
    }
}

async fn handshake(mut stream: TcpStream, address: SocketAddr, tls: &ServerTls) -> io::Result<Socket> {
    let mut first = [0; 3];
    let read = stream.peek(&mut first).await?;
    if read > 0 && first[0] != TLS_HANDSHAKE {
        say_that_tls_is_needed(&mut stream, first[..read].starts_with(b"PRI")).await?;
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it sent plain text"));
    }
    let stream = tls.acceptor().accept(stream).await?;
    let certificate = stream.get_ref().1.peer_certificates().and_then(|chain| chain.first());
    let certificate = certificate.map(|certificate| Arc::new(CertificateNames::of(certificate)));
    Ok(Socket { io: Io::Tls(Box::new(stream)), peer: Peer { address: Some(address), certificate } })
}

/// Reads until the caller's first request has arrived, or at least its beginning.
async fn request_begins(stream: &mut TcpStream, is_http_2: bool) -> io::Result<()> {
    const PREFACE: usize = 24;
    const HEADERS: u8 = 1;
    let mut read = vec![0; 1 << 14];
    let mut filled = 0;
    while filled < read.len() {
        let more = stream.read(&mut read[filled..]).await?;
        filled += more;
        let has_begun = match is_http_2 {
            false => read[..filled].windows(4).any(|end| end == b"\r\n\r\n"),
            true => {
                let mut frames = &read[PREFACE.min(filled)..filled];
                loop {
                    let [a, b, c, kind, ..] = frames else { break false };
                    if *kind == HEADERS {
                        break true;
                    }
                    let length = usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c);
                    frames = frames.get(9 + length..).unwrap_or_default();
                }
            }
        };
        if more == 0 || has_begun {
            break;
        }
    }
    Ok(())
}

/// Ends a connection in plain text with the reason for it, so that the caller does not have to guess.
async fn say_that_tls_is_needed(stream: &mut TcpStream, is_http_2: bool) -> io::Result<()> {
    const TEXT: &[u8] = b"this port speaks TLS only: use https";
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    // GOAWAY: the last stream is 0, and the error is INADEQUATE_SECURITY.
    const GOAWAY: [u8; 17] = [0, 0, 8 + TEXT.len() as u8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc];
    const HTTP_1: &[u8] =
        b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: text/plain\r\n\r\n";
    // A caller that hears of the end before it has sent its request tells its user only that the request was cancelled.
    let _ = timeout(REQUEST_MAX, request_begins(stream, is_http_2)).await;
    let said =
        if is_http_2 { [&SETTINGS[..], &GOAWAY[..], TEXT].concat() } else { [HTTP_1, TEXT, b"\n"].concat() };
    stream.write_all(&said).await?;
    stream.shutdown().await?;
    // If what the caller sent were left unread, the system would take the answer back. A little is enough.
    let mut rest = (&mut *stream).take(1 << 16);
    let mut nowhere = tokio::io::sink();
    let _ = timeout(Duration::from_secs(1), tokio::io::copy(&mut rest, &mut nowhere)).await;
    Ok(())
}

impl Connected for Socket {
    type ConnectInfo = Peer;

    fn connect_info(&self) -> Peer {
        self.peer.clone()
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Io::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Io::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Io::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Plain(stream) => stream.is_write_vectored(),
            Io::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Io::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            Io::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
