//! Log lines on stderr. Nothing is written to stdout, which is for data.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// The environment variable that filters log lines, such as `longhu_ingest=debug`.
pub const FILTER_VARIABLE: &str = "LONGHU_LOG";
/// The filter if the variable is not set.
pub const FILTER_DEFAULT: &str = "warn,longhu=info";

/// Why log lines cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be parsed.
    #[error(
        "{FILTER_VARIABLE} is not a valid filter; write levels such as `info` or `warn,longhu_ingest=debug`"
    )]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Logging was already set up.
    #[error("logging was set up twice in one process")]
    Twice(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sets up writing log lines to stderr. The filter is [`FILTER_VARIABLE`] if set, otherwise `default`, such
/// as [`FILTER_DEFAULT`]. Lines are coloured only on a terminal and without `NO_COLOR`.
///
/// # Errors
/// [`TelemetryError`] if the filter cannot be parsed, or if it is called twice.
pub fn init(default: &str) -> Result<(), TelemetryError> {
    let filter = std::env::var(FILTER_VARIABLE).unwrap_or_else(|_| default.to_owned());
    let coloured = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(filter)?)
        .with_writer(std::io::stderr)
        .with_ansi(coloured)
        .try_init()
        .map_err(TelemetryError::Twice)
}
