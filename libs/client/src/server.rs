//! Reaching a server: addresses, the principal's token, the time limit of every call. Nothing is retried.

use std::fmt;
use std::future::Future;
use std::str::FromStr;
use std::time::Duration;

use clap::Args;
use longhu_proto::wire::control::v1::control_service_client::ControlServiceClient;
use longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient;
use longhu_proto::wire::ops::v1::log_service_client::LogServiceClient;
use longhu_proto::wire::ops::v1::projector_service_client::ProjectorServiceClient;
use longhu_proto::wire::organisation::v1::organisation_service_client::OrganisationServiceClient;
use longhu_proto::wire::plan::v1::plan_service_client::PlanServiceClient;
use longhu_proto::wire::standings::v1::standings_service_client::StandingsServiceClient;
use tonic::metadata::{Ascii, MetadataValue};
use tonic::service::Interceptor;
use tonic::service::interceptor::InterceptedService;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Response, Status};

use crate::failure::Failure;
use crate::output::Format;
use crate::tls::TlsArgs;

/// Where `longhu dev` listens.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:7070";

/// The largest answer that is read. A page of 5,000 rows is much smaller.
const ANSWER_BYTES_MAX: usize = 64 << 20;

/// Options of every command that calls a server.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Server and output")]
pub struct Global {
    /// The server for events and decisions.
    #[arg(long, global = true, env = "LONGHU_SERVER", default_value = DEFAULT_SERVER, value_name = "URL")]
    pub server: String,
    /// The server for queries, if it is another one.
    #[arg(long, global = true, env = "LONGHU_QUERY_SERVER", value_name = "URL")]
    pub query_server: Option<String>,
    /// The principal's token.
    #[arg(long, global = true, env = "LONGHU_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<Token>,
    /// How servers are reached.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// Output format. Not every command supports every format.
    #[arg(short, long, global = true, value_enum, value_name = "FORMAT")]
    pub output: Option<Format>,
    /// How long to wait for one answer, such as 500ms, 30s or 2m.
    #[arg(long, global = true, default_value = "30s", value_parser = duration, value_name = "DURATION")]
    pub timeout: Duration,
}

impl Global {
    /// The requested format, if the command supports it; by default the first of `known`.
    pub fn format(&self, known: &[Format]) -> Result<Format, Failure> {
        match (self.output, known) {
            (None, [first, ..]) => Ok(*first),
            (Some(asked), known) if known.contains(&asked) => Ok(asked),
            _ => {
                let name = |format: &Format| format!("{format:?}").to_lowercase();
                let names: Vec<String> = known.iter().map(name).collect();
                Err(Failure::usage(format!("this command prints {} only", names.join(", "))))
            }
        }
    }

    /// The server for events and decisions.
    pub fn server(&self) -> Result<Server, Failure> {
        Server::new(&self.server, Work::Decisions, self)
    }

    /// Another server, with the same token and limits.
    pub fn server_at(&self, url: &str) -> Result<Server, Failure> {
        Server::new(url, Work::Any, self)
    }

    /// The server for queries.
    pub fn query_server(&self) -> Result<Server, Failure> {
        let own = self.query_server.as_deref().filter(|url| !url.is_empty());
        Server::new(own.unwrap_or(&self.server), Work::Queries, self)
    }
}

/// A principal's token. It is never shown.
#[derive(Clone)]
pub struct Token(Option<MetadataValue<Ascii>>);

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Token, BadToken> {
        if text.is_empty() {
            return Ok(Token(None));
        }
        let mut value = MetadataValue::from_str(&format!("Bearer {text}")).map_err(|_| BadToken)?;
        value.set_sensitive(true);
        Ok(Token(Some(value)))
    }
}

/// A text that is no token. It is not shown either.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token is visible ASCII on one line")]
pub struct BadToken;

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Adds the token to every call.
#[derive(Clone)]
pub struct Bearer(Option<MetadataValue<Ascii>>);

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.0 {
            request.metadata_mut().insert("authorization", token.clone());
        }
        Ok(request)
    }
}

/// A connection that sends the token.
pub type Connection = InterceptedService<Channel, Bearer>;

/// A server. It is connected at the first call, and again after each failure.
#[derive(Clone)]
pub struct Server {
    /// Its address.
    pub url: String,
    connection: Connection,
    timeout: Duration,
    work: Work,
}

/// What a server is asked to do. Where services run apart, each does only a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Work {
    /// It takes events and decisions.
    Decisions,
    /// It answers queries.
    Queries,
    /// It is called for another service.
    Any,
}

impl Work {
    /// What to do if a server at `url` does none of this.
    fn elsewhere(self, url: &str) -> Option<Failure> {
        let (what, option, variable) = match self {
            Work::Queries => ("takes events and answers no queries", "--query-server", "LONGHU_QUERY_SERVER"),
            Work::Decisions => ("answers queries and takes no events", "--server", "LONGHU_SERVER"),
            Work::Any => return None,
        };
        let next = format!("set {option} or {variable}; otherwise its version is another one");
        Some(Failure::new(format!("{url} {what}")).details(vec!["code UNKNOWN_METHOD".to_owned()]).next(next))
    }
}

impl Server {
    fn new(url: &str, work: Work, global: &Global) -> Result<Server, Failure> {
        let url = if url.is_empty() { DEFAULT_SERVER } else { url };
        let url = if url.contains("://") { url.to_owned() } else { format!("http://{url}") };
        let endpoint = Endpoint::from_shared(url.clone()).map_err(|_| {
            let what = format!("`{url}` is not the address of a server");
            Failure::usage(what).next(format!("write it like {DEFAULT_SERVER}"))
        })?;
        let endpoint = endpoint
            .connect_timeout(global.timeout.min(Duration::from_secs(10)))
            .http2_keep_alive_interval(Duration::from_secs(20))
            .tcp_nodelay(true)
            .initial_connection_window_size(4 << 20)
            .initial_stream_window_size(2 << 20);
        let endpoint = global.tls.secure(endpoint)?;
        let token = global.token.as_ref().and_then(|token| token.0.clone());
        let connection = InterceptedService::new(endpoint.connect_lazy(), Bearer(token));
        Ok(Server { url, connection, timeout: global.timeout, work })
    }

    /// The connection itself, for services that forward calls.
    pub fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// The service for decisions.
    pub fn control(&self) -> ControlServiceClient<Connection> {
        ControlServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The service for events.
    pub fn ingest(&self) -> IngestServiceClient<Connection> {
        IngestServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The service for standings.
    pub fn standings(&self) -> StandingsServiceClient<Connection> {
        StandingsServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The service for queries about the organisation.
    pub fn organisation(&self) -> OrganisationServiceClient<Connection> {
        OrganisationServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The service for queries about plans.
    pub fn plans(&self) -> PlanServiceClient<Connection> {
        PlanServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The service for the log.
    pub fn log(&self) -> LogServiceClient<Connection> {
        LogServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The service for what only a projector can answer.
    pub fn projector(&self) -> ProjectorServiceClient<Connection> {
        ProjectorServiceClient::new(self.connection.clone()).max_decoding_message_size(ANSWER_BYTES_MAX)
    }

    /// The answer of one call, with the time limit of `--timeout`.
    pub async fn ask<T>(&self, call: impl Future<Output = Result<Response<T>, Status>>) -> Result<T, Status> {
        match tokio::time::timeout(self.timeout, call).await {
            Ok(answer) => Ok(answer?.into_inner()),
            Err(_) => Err(Status::deadline_exceeded(format!("waited {:?}", self.timeout))),
        }
    }

    /// The failure for a status from this server.
    pub fn failure(&self, status: &Status) -> Failure {
        let elsewhere = (status.code() == Code::Unimplemented).then(|| self.work.elsewhere(&self.url));
        elsewhere.flatten().unwrap_or_else(|| Failure::from_status(status, &self.url))
    }
}

/// A text that is no length of time, or one of nothing or less.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of time; write it like 500ms, 30s or 2m")]
pub struct BadDuration(String);

/// Parses a duration, such as `500ms`, `30s` or `2m`.
///
/// # Errors
///
/// It has no unit, or is not longer than nothing.
pub fn duration(text: &str) -> Result<Duration, BadDuration> {
    let wrong = || BadDuration(text.to_owned());
    let signed: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    Duration::try_from(signed).ok().filter(|duration| !duration.is_zero()).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_read_with_their_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for text in ["", "30", "-1s", "0s", "soon"] {
            assert!(duration(text).unwrap_err().to_string().contains("write it like 500ms"), "{text}");
        }
    }

    #[test]
    fn a_server_that_does_other_work_is_named_with_the_option_for_the_right_one() {
        let text =
            |work: Work| work.elsewhere("http://a:7070").map(|failure| failure.text()).unwrap_or_default();
        let queries = text(Work::Queries);
        assert!(
            queries.starts_with("error: http://a:7070 takes events and answers no queries\n"),
            "{queries}"
        );
        assert!(queries.contains("set --query-server or LONGHU_QUERY_SERVER"), "{queries}");
        assert!(text(Work::Decisions).contains("set --server or LONGHU_SERVER"));
        assert_eq!(text(Work::Any), "");
    }

    #[test]
    fn a_token_is_never_shown() {
        let token: Token = "secret".parse().unwrap();
        assert!(!format!("{token:?}").contains("secret"));
        assert!("two\nlines".parse::<Token>().is_err());
    }
}
