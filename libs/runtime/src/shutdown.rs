//! The end of a process: a signal cancels a token, and work that still has to finish gets a deadline. The
//! process is not ended here.

use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Work that was still running at the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} was not done {} s after the signal and was abandoned", after.as_secs())]
pub struct NotDrained {
    /// The name of the work.
    pub what: &'static str,
    /// The deadline.
    pub after: Duration,
}

/// A token that is cancelled by SIGTERM and SIGINT. Call this once, inside the runtime.
///
/// # Errors
/// An error of the operating system, if a handler cannot be installed.
pub fn on_signal() -> std::io::Result<CancellationToken> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = CancellationToken::new();
    let cancelled = token.clone();
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
            () = cancelled.cancelled() => return,
        };
        tracing::info!(signal = name, "shutting down");
        cancelled.cancel();
    });
    Ok(token)
}

/// Runs `work` to its end. Once the token is cancelled, it runs no longer than `deadline` after that.
///
/// # Errors
/// [`NotDrained`] if the deadline came first; the work is dropped.
pub async fn drained<T>(
    what: &'static str,
    shutdown: &CancellationToken,
    deadline: Duration,
    work: impl Future<Output = T>,
) -> Result<T, NotDrained> {
    let expired = async {
        shutdown.cancelled().await;
        tokio::time::sleep(deadline).await;
    };
    tokio::select! {
        biased;
        done = work => Ok(done),
        () = expired => Err(NotDrained { what, after: deadline }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn work_is_left_behind_at_the_deadline_and_not_before_the_signal() {
        let token = CancellationToken::new();
        let deadline = Duration::from_millis(20);
        let slow = tokio::time::sleep(Duration::from_millis(60));
        assert_eq!(drained("slow work", &token, deadline, slow).await, Ok(()));
        token.cancel();
        let stuck = std::future::pending::<()>();
        let left = drained("stuck work", &token, deadline, stuck).await;
        assert_eq!(left, Err(NotDrained { what: "stuck work", after: deadline }));
    }
}
