//! Log lines on stderr. Data belongs on stdout, so nothing here ever writes there.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// The environment variable that filters the lines, such as `longhu_ingest=debug`.
pub const FILTER_VARIABLE: &str = "LONGHU_LOG";
/// The filter when the variable is absent.
pub const FILTER_DEFAULT: &str = "warn,longhu=info";

/// Why log lines cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The filter cannot be read.
    #[error("{FILTER_VARIABLE} is no filter; write levels such as `info` or `warn,longhu_ingest=debug`")]
    Filter(#[from] tracing_subscriber::filter::ParseError),
    /// Somebody else writes them already.
    #[error("log lines are set up twice in one process")]
    Twice(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Sets the process up to write log lines to stderr, as [`FILTER_VARIABLE`] or else `default` says, such as [`FILTER_DEFAULT`]; coloured
/// only on a terminal and without `NO_COLOR`.
///
/// # Errors
/// [`TelemetryError`] for a filter that cannot be read, and when it is called twice.
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
