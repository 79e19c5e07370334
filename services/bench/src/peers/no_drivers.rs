//! A build without the drivers of the peers: explains how to get them.

use std::path::{Path, PathBuf};

use longhu_client::failure::Failure;

use super::work::Work;
use crate::peer::Peer;
use crate::refusal::coded_usage;

/// No peer is supported.
pub fn check(peer: Peer) -> Result<(), Failure> {
    let what = format!("this build of longhu has no driver for {}", peer.name());
    let command = format!("cargo run --release --features bench-peers -- bench ... --peer {}", peer.name());
    Err(coded_usage("PEERS_NOT_BUILT", what).next(command))
}

/// This build has no driver for a peer.
#[derive(Debug, thiserror::Error)]
#[error("this build has no driver for {}", .0.name())]
pub struct NoDriver(Peer);

/// Returns why this peer cannot be found.
pub fn find(peer: Peer) -> Result<PathBuf, NoDriver> {
    Err(NoDriver(peer))
}

/// Fails like [`check`].
pub async fn start(peer: Peer, _: &Path, _: &Path) -> Result<Box<dyn Work>, Failure> {
    check(peer).and(Err(Failure::said()))
}
