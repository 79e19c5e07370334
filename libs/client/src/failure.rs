//! Why a command failed: what happened, details, the next step, and the exit code. It is printed once, to
//! stderr, and nothing else determines an exit code.

use std::error::Error;
use std::io;
use std::process::ExitCode;

use tonic::{Code, Status};
use tonic_types::StatusExt;

/// The reason that a service gives if it cannot reach its projector.
pub const PROJECTOR_UNREACHABLE: &str = "PROJECTOR_UNREACHABLE";

/// Exit codes, which scripts can distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Any other failure.
    Failed = 1,
    /// The command line is not valid.
    Usage = 2,
    /// The contest, board, participant or source does not exist.
    NotFound = 3,
    /// The principal is unknown or not allowed to do it.
    NotAllowed = 4,
    /// Somebody else made a decision at the same time.
    Conflict = 5,
}

/// A failed command.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What happened and why. Empty if it has been printed already.
    pub what: String,
    /// Details, one line each.
    pub details: Vec<String>,
    /// The next step.
    pub next: Option<String>,
    reader_has_gone: bool,
}

impl Failure {
    /// A failure with exit code 1.
    pub fn new(what: impl Into<String>) -> Failure {
        let (what, details, next) = (what.into(), Vec::new(), None);
        Failure { exit: Exit::Failed, what, details, next, reader_has_gone: false }
    }

    /// A failure that has already been explained on stderr or in the output.
    pub fn said() -> Failure {
        Failure::new("")
    }

    /// The command line is wrong in a way that clap cannot check.
    pub fn usage(what: impl Into<String>) -> Failure {
        Failure { exit: Exit::Usage, ..Failure::new(what) }
    }

    /// Replaces the first line.
    pub fn what(self, what: impl Into<String>) -> Failure {
        Failure { what: what.into(), ..self }
    }

    /// Sets the next step.
    pub fn next(self, next: impl Into<String>) -> Failure {
        Failure { next: Some(next.into()), ..self }
    }

    /// Sets the details.
    pub fn details(self, details: Vec<String>) -> Failure {
        Failure { details, ..self }
    }

    /// Sets the exit code.
    pub fn exit(self, exit: Exit) -> Failure {
        Failure { exit, ..self }
    }

    /// Whether the reader of stdout has ended, like `head`. That is not a failure of the command.
    pub fn reader_has_gone(&self) -> bool {
        self.reader_has_gone
    }

    /// The whole text to print; empty if there is nothing to print.
    pub fn text(&self) -> String {
        if self.what.is_empty() {
            return String::new();
        }
        let mut text = format!("error: {}\n", self.what);
        for detail in &self.details {
            text.push_str(&format!("  {detail}\n"));
        }
        if let Some(next) = &self.next {
            text.push_str(&format!("  next: {next}\n"));
        }
        text
    }

    /// Prints it to stderr and returns the exit code.
    pub fn report(self) -> ExitCode {
        if self.reader_has_gone {
            return ExitCode::SUCCESS;
        }
        crate::stderr::note_raw(&self.text());
        ExitCode::from(self.exit as u8)
    }

    /// The failure for a server's refusal, or for a server that cannot be reached.
    pub fn from_status(status: &Status, url: &str) -> Failure {
        if needs_tls(status) {
            let https = url.replacen("http:", "https:", 1);
            return Failure::new(format!("the server at {url} speaks TLS only")).next(format!("use {https}"));
        }
        if is_unreachable(status) {
            return unreachable(status, url);
        }
        let failure = Failure::new(first_line(status)).details(details(status));
        let reason = status.get_details_error_info().map(|info| info.reason).unwrap_or_default();
        match status.code() {
            Code::Unavailable if reason == PROJECTOR_UNREACHABLE => Failure::new(status.message())
                .details(vec![format!("code {reason}")])
                .next("start the projector, or correct `--projector` there; then run the same command again"),
            Code::NotFound => failure.exit(Exit::NotFound),
            Code::Unauthenticated => failure
                .exit(Exit::NotAllowed)
                .next("give the token of a known principal with `--token` or LONGHU_TOKEN"),
            Code::PermissionDenied => {
                failure.exit(Exit::NotAllowed).next("use the token of a principal that may do this")
            }
            Code::Aborted => {
                failure.exit(Exit::Conflict).next("look at what is in force now, then run the command again")
            }
            Code::AlreadyExists => failure.exit(Exit::Conflict),
            Code::Unavailable | Code::DeadlineExceeded | Code::ResourceExhausted => failure.next(
                "run the same command again, with a longer `--timeout` if need be: nothing counts twice",
            ),
            Code::Unimplemented => failure.next(format!(
                "{url} does not serve this; check `--server` and `--query-server`, and versions"
            )),
            _ => failure,
        }
    }
}

/// A failure with the whole chain of causes.
pub fn chain(error: &dyn Error) -> Failure {
    let mut details = Vec::new();
    let mut source = error.source();
    while let Some(cause) = source {
        details.push(cause.to_string());
        source = cause.source();
    }
    Failure::new(error.to_string()).details(details)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        let reader_has_gone = error.kind() == io::ErrorKind::BrokenPipe;
        Failure { reader_has_gone, ..Failure::new(format!("the output cannot be written: {error}")) }
    }
}

/// Whether the answer was made on the way to the server, not by the server.
pub fn is_unreachable(status: &Status) -> bool {
    matches!(status.code(), Code::Unavailable | Code::Unknown) && status.source().is_some()
}

/// Whether the call ended before there was a connection: nothing of it was sent.
pub fn never_connected(status: &Status) -> bool {
    let mut source = status.source();
    while let Some(error) = source {
        if error.is::<tonic::ConnectError>() {
            return true;
        }
        source = error.source();
    }
    false
}

/// Whether the same call may succeed later. It is unknown whether this one had an effect, unless it was
/// refused for lack of room.
pub fn is_transient(status: &Status) -> bool {
    let transient = matches!(
        status.code(),
        Code::Unavailable | Code::ResourceExhausted | Code::DeadlineExceeded | Code::Cancelled
    );
    transient || is_unreachable(status)
}

/// The innermost reason of a transport error, such as `Connection refused (os error 111)`.
pub fn root_cause(status: &Status) -> String {
    let mut cause = status.message().to_owned();
    let mut source = status.source();
    while let Some(error) = source {
        cause = error.to_string();
        source = error.source();
    }
    cause
}

fn unreachable(status: &Status, url: &str) -> Failure {
    let cause = root_cause(status);
    let next = match url.starts_with("https:") {
        true => tls_advice(&cause),
        false => "start one with `longhu dev`, or name another with `--server` or LONGHU_SERVER",
    };
    Failure::new(format!("no Longhu server at {url}: {cause}")).next(next)
}

/// What to do if a server cannot be reached over TLS, by the words of the TLS library.
fn tls_advice(cause: &str) -> &'static str {
    const ADVICE: [(&str, &str); 7] = [
        (
            "UnknownIssuer",
            "name the authority that signed the server's certificate with `--tls-ca` or LONGHU_TLS_CA",
        ),
        ("expired", "renew the server's certificate, or correct the clock of this machine"),
        ("not valid yet", "correct the clock of this machine or of the certificate's authority"),
        ("not valid for name", "use a name in the address that is in the server's certificate"),
        (
            "UnknownCA",
            "use a certificate (`--tls-cert`) of an authority that the server names with `--client-ca`",
        ),
        ("CertificateExpired", "renew the certificate that `--tls-cert` names"),
        (
            "Connection refused",
            "start one with `longhu dev`, or name another with `--server` or LONGHU_SERVER",
        ),
    ];
    let found = ADVICE.iter().find(|(words, _)| cause.contains(words));
    found.map_or(
        "check that the server there speaks TLS; for plain text on this machine use http",
        |(_, next)| next,
    )
}

/// Whether a server ended a connection in plain text because it speaks TLS only (HTTP/2's
/// INADEQUATE_SECURITY, with the words of the server).
fn needs_tls(status: &Status) -> bool {
    status.source().is_some() && root_cause(status).contains("this port speaks TLS only")
}

fn first_line(status: &Status) -> String {
    let described = match status.code() {
        Code::InvalidArgument => "the server refused it as invalid",
        Code::NotFound => "not found",
        Code::Unauthenticated => "the server does not know the caller",
        Code::PermissionDenied => "not allowed",
        Code::FailedPrecondition => "not possible in the present state",
        Code::Aborted => "somebody else made a decision at the same time",
        Code::OutOfRange => "out of range",
        Code::ResourceExhausted => "the server is busy",
        Code::Unavailable => "the server cannot do it now",
        Code::DeadlineExceeded => "no answer in time",
        Code::Unimplemented => "the server does not know this call",
        _ => "the server failed",
    };
    let has_fields = status.get_details_bad_request().is_some_and(|bad| !bad.field_violations.is_empty());
    if status.message().is_empty() || has_fields {
        return described.to_owned();
    }
    format!("{described}: {}", status.message())
}

/// Field, code and reason of each violation; without violations, the stable reason.
fn details(status: &Status) -> Vec<String> {
    let found = crate::problems::from_status(status);
    if !found.is_empty() {
        return found.iter().map(ToString::to_string).collect();
    }
    let reason = status.get_details_error_info().map(|info| info.reason).filter(|reason| !reason.is_empty());
    reason.map(|reason| format!("code {reason}")).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use longhu_core::types::violation::Violation;
    use longhu_proto::status::{invalid, refusal};
    use longhu_proto::wire::ingest::v1::IngestEventsRequest;

    use super::*;

    #[test]
    fn a_refusal_shows_field_reason_and_code_of_each_violation() {
        let status = invalid(&[
            Violation::new("name", "MISSING_FIELD", "give a name"),
            Violation::new("key", "BAD_NAME", "use letters"),
        ]);
        let failure = Failure::from_status(&status, "http://x");
        assert_eq!(failure.exit, Exit::Failed);
        assert_eq!(
            failure.text(),
            "error: the server refused it as invalid\n  name: give a name (MISSING_FIELD)\n  key: use letters (BAD_NAME)\n"
        );
    }

    #[test]
    fn codes_become_exit_codes() {
        let exit = |code| Failure::from_status(&refusal(code, "WHY", "so"), "http://x").exit as u8;
        assert_eq!(exit(Code::Internal), 1);
        assert_eq!(exit(Code::NotFound), 3);
        assert_eq!(exit(Code::Unauthenticated), 4);
        assert_eq!(exit(Code::PermissionDenied), 4);
        assert_eq!(exit(Code::Aborted), 5);
    }

    #[test]
    fn a_projector_that_is_away_is_named_with_the_service_that_needs_it() {
        let told = "query at 127.0.0.1:7072 cannot reach its projector http://127.0.0.1:7071; is it running?";
        let status = refusal(Code::Unavailable, PROJECTOR_UNREACHABLE, told);
        let text = Failure::from_status(&status, "http://127.0.0.1:7072").text();
        assert!(text.starts_with(&format!("error: {told}\n")), "{text}");
        assert!(text.contains("next: start the projector") && !text.contains("--timeout"), "{text}");
    }

    #[tokio::test]
    async fn a_call_that_never_connected_is_told_from_one_that_may_have_arrived() {
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let endpoint = tonic::transport::Endpoint::from_shared(format!("http://{nobody}")).unwrap();
        let mut client = longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient::new(
            endpoint.connect_lazy(),
        );
        let status = client.ingest_events(IngestEventsRequest::default()).await.unwrap_err();
        assert!(never_connected(&status) && is_unreachable(&status), "{status:?}");
        assert!(!never_connected(&Status::unavailable("tcp connect error")));
        let broken = io::Error::new(io::ErrorKind::ConnectionReset, "reset");
        assert!(!never_connected(&Status::from_error(Box::new(broken))));
    }

    #[test]
    fn a_server_that_is_not_there_is_told_apart_from_one_that_refuses() {
        let refused = refusal(Code::Unavailable, "STARTING", "not yet");
        assert!(!is_unreachable(&refused) && is_transient(&refused));
        let io = io::Error::new(io::ErrorKind::ConnectionRefused, "Connection refused");
        let status = Status::from_error(Box::new(io));
        assert!(is_unreachable(&status));
        let text = Failure::from_status(&status, "http://127.0.0.1:7070").text();
        assert!(text.contains("no Longhu server at http://127.0.0.1:7070"), "{text}");
        assert!(text.contains("longhu dev"), "{text}");
    }
}
