//! The end of a server while connections are open on which nobody says anything.

use std::time::Duration;

use longhu_runtime::{Principals, ServeError, Services, serve};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// The first bytes of an HTTP/2 connection: the preface, and settings that leave everything as it is.
const HELLO: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00";

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_do_not_keep_a_server_from_its_end() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let drain = Duration::from_secs(5);
    let served = serve(listener, Services::new(), Principals::local("me"), shutdown.clone(), drain);
    let server = tokio::spawn(served);
    let _mute = TcpStream::connect(address).await.unwrap();
    // It begins properly, and answers nothing from then on, not even a ping.
    let mut stuck = TcpStream::connect(address).await.unwrap();
    stuck.write_all(HELLO).await.unwrap();
    let mut heard = [0; 9];
    stuck.read_exact(&mut heard).await.unwrap();
    shutdown.cancel();
    let ended: Result<(), ServeError> = server.await.unwrap();
    assert!(ended.is_ok(), "{ended:?}");
}
