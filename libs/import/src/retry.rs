//! Decides when a call is repeated: after failures that may pass, at growing intervals or when the server
//! says, within a time limit. A refusal is never repeated.

use std::future::Future;
use std::time::{Duration, Instant};

use longhu_client::failure::is_transient;
use tonic::Status;
use tonic_types::StatusExt;

use crate::error::Error;

const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// What to do after a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    Abort,
    /// Call again after this time.
    Wait(Duration),
}

/// What to do after attempt number `attempt`, from 0, failed with `status` while `left` remains of the time
/// limit.
pub fn after(status: &Status, attempt: u32, left: Duration) -> Retry {
    if !is_transient(status) || left.is_zero() {
        return Retry::Abort;
    }
    let grown = FIRST_WAIT.saturating_mul(2u32.saturating_pow(attempt)).min(LONGEST_WAIT);
    let asked = status.get_details_retry_info().and_then(|info| info.retry_delay);
    match asked.unwrap_or(grown) {
        wait if wait <= left => Retry::Wait(wait),
        _ => Retry::Abort,
    }
}

/// Makes a call, and repeats it while that may help.
pub async fn retried<T, F: Future<Output = Result<T, Status>>>(
    bound: Duration,
    what: &'static str,
    call: impl Fn() -> F,
) -> Result<T, Error> {
    let start = Instant::now();
    let mut attempt = 0;
    loop {
        let status = match call().await {
            Ok(answer) => return Ok(answer),
            Err(status) => status,
        };
        match after(&status, attempt, bound.saturating_sub(start.elapsed())) {
            Retry::Abort => return Err(Error::Refused { what, status: Box::new(status) }),
            Retry::Wait(wait) => tokio::time::sleep(wait).await,
        }
        attempt += 1;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use longhu_proto::status::{refusal, retry_later};
    use tonic::Code;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    #[test]
    fn a_refusal_is_final_and_an_absent_server_is_retried_at_growing_intervals() {
        assert_eq!(after(&refusal(Code::InvalidArgument, "WHY", "so"), 0, MINUTE), Retry::Abort);
        assert_eq!(after(&refusal(Code::PermissionDenied, "WHY", "so"), 0, MINUTE), Retry::Abort);
        let away = refusal(Code::Unavailable, "STARTING", "not yet");
        assert_eq!(after(&away, 0, MINUTE), Retry::Wait(FIRST_WAIT));
        assert_eq!(after(&away, 2, MINUTE), Retry::Wait(FIRST_WAIT * 4));
        assert_eq!(after(&away, u32::MAX, MINUTE), Retry::Wait(LONGEST_WAIT));
        assert_eq!(after(&away, 0, Duration::ZERO), Retry::Abort);
    }

    #[test]
    fn a_busy_server_says_when_to_call_again() {
        let busy = retry_later(Code::ResourceExhausted, "BUSY", "full", Duration::from_millis(700));
        assert_eq!(after(&busy, 9, MINUTE), Retry::Wait(Duration::from_millis(700)));
        assert_eq!(after(&busy, 0, Duration::from_millis(600)), Retry::Abort);
    }

    #[tokio::test]
    async fn a_call_is_made_again_until_it_succeeds() {
        let calls = Cell::new(0);
        let call = || async {
            calls.set(calls.get() + 1);
            match calls.get() {
                1 | 2 => Err(retry_later(Code::Unavailable, "AWAY", "away", Duration::from_millis(1))),
                _ => Ok("taken"),
            }
        };
        assert_eq!(retried(MINUTE, "the events", call).await.unwrap(), "taken");
        assert_eq!(calls.get(), 3);
    }

    #[tokio::test]
    async fn a_server_that_stays_away_is_given_up() {
        let call = || async { Err::<(), _>(refusal(Code::Unavailable, "AWAY", "away")) };
        let error = retried(Duration::from_millis(120), "the events", call).await.unwrap_err();
        assert!(matches!(error, Error::Refused { what: "the events", .. }), "{error}");
    }
}
