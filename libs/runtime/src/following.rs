//! Reads the principals and the certificates again when their files change, and at SIGHUP. A file that cannot be used
//! changes nothing, and is complained of until it can.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::principals::Principals;
use crate::tls::ServerTls;

/// How often the files are looked at. What is removed from them ends within twice this.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often a file that cannot be used is complained of.
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

/// Follows the files until the token is cancelled.
pub(crate) async fn follow(principals: Principals, tls: Option<ServerTls>, shutdown: CancellationToken) {
    let paths = || {
        let of_tls = tls.iter().flat_map(ServerTls::files).map(PathBuf::from);
        principals.files().into_iter().chain(of_tls).collect::<Vec<_>>()
    };
    if paths().is_empty() {
        return;
    }
    // Without a handler, SIGHUP would end the process.
    let mut hangups = match signal(SignalKind::hangup()) {
        Ok(hangups) => hangups,
        Err(error) => {
            tracing::error!(%error, "signals cannot be received, so principals and certificates stay as they are until a restart");
            return;
        }
    };
    let mut seen = content(paths()).await;
    let mut complained: Option<Instant> = None;
    let mut looks = tokio::time::interval(LOOK_EVERY);
    loop {
        let is_asked = tokio::select! {
            () = shutdown.cancelled() => return,
            _ = looks.tick() => false,
            hangup = hangups.recv() => hangup.is_some(),
        };
        let now = content(paths()).await;
        let is_due = complained.is_some_and(|at| at.elapsed() >= COMPLAIN_EVERY);
        if now == seen && !is_asked && !is_due {
            continue;
        }
        seen = now;
        complained = match read_again(&principals, tls.as_ref()) {
            true => None,
            false => Some(Instant::now()),
        };
    }
}

fn read_again(principals: &Principals, tls: Option<&ServerTls>) -> bool {
    let read = principals.reload();
    if let Err(error) = &read {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "THE NEW PRINCIPALS FILE CANNOT BE USED; the one before stays in force"
        );
    }
    let renewed = tls.map_or(Ok(()), ServerTls::reload);
    if let Err(error) = &renewed {
        tracing::error!(
            error = error as &dyn std::error::Error,
            "THE NEW CERTIFICATE CANNOT BE USED; the one before is still shown"
        );
    }
    let is_done = read.is_ok() && renewed.is_ok();
    if is_done {
        tracing::info!("principals and certificates were read again");
    }
    is_done
}

/// What tells whether a file has changed: the hash of all, with their modes, because a file that others can read is
/// refused. A file that cannot be read counts as empty.
async fn content(paths: Vec<PathBuf>) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for path in paths {
        let mode = tokio::fs::metadata(&path).await.map_or(0, |metadata| metadata.permissions().mode());
        let bytes = tokio::fs::read(&path).await.unwrap_or_default();
        hasher.update(&mode.to_le_bytes()).update(&(bytes.len() as u64).to_le_bytes()).update(&bytes);
    }
    hasher.finalize()
}
