//! Other servers that can do a part of Longhu's work: found on PATH, started privately with the same
//! durability, and ended with the benchmark. If one is not installed, that is not a failure; the report says
//! that it was not run.

#[cfg(feature = "peers")]
mod drivers;
#[cfg(not(feature = "peers"))]
mod no_drivers;
mod work;

use longhu_client::failure::Failure;
use longhu_client::output;

#[cfg(feature = "peers")]
use self::drivers as driver;
#[cfg(not(feature = "peers"))]
use self::no_drivers as driver;
pub use self::work::Work;
use crate::args::Peers;
use crate::ground::Ground;
use crate::peer::Peer;
use crate::report::PeerRun;

/// Whether this build can run the peers. It needs drivers, which are an optional feature.
pub fn check(peers: &[Peer]) -> Result<(), Failure> {
    peers.first().map_or(Ok(()), |peer| driver::check(*peer))
}

/// Starts the requested peers, one at a time, and lets each do its part. Records for each whether it ran.
pub async fn with_each(
    peers: &Peers,
    ground: &Ground,
    mut work: impl AsyncFnMut(Peer, &mut dyn Work) -> Result<(), Failure>,
) -> Result<Vec<PeerRun>, Failure> {
    let (mut runs, mut done): (Vec<PeerRun>, Vec<Peer>) = (Vec::new(), Vec::new());
    for peer in &peers.peers {
        if done.contains(peer) {
            continue;
        }
        done.push(*peer);
        let name = peer.name();
        let binary = match driver::find(*peer) {
            Ok(binary) => binary,
            Err(missing) => {
                let not_run = Some(missing.to_string());
                runs.push(PeerRun { peer: name, version: None, settings: None, not_run });
                continue;
            }
        };
        output::note(&format!("the same on a private {name}"));
        let folder = ground.path(name);
        let mut running = driver::start(*peer, &binary, &folder).await?;
        work(*peer, &mut *running).await?;
        let (version, settings) = (running.version().to_owned(), running.settings().to_owned());
        drop(running);
        // The next peer needs the disk space.
        let _ = std::fs::remove_dir_all(&folder);
        runs.push(PeerRun { peer: name, version: Some(version), settings: Some(settings), not_run: None });
    }
    Ok(runs)
}
