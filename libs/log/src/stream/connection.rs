//! The connection to NATS and what is known of its state. It knows no stream and no batch, and it never gives up
//! reconnecting once it has been connected.

use crate::config::LogConfig;
use crate::error::{LogError, NatsError};
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often the server is asked whether it lives. It counts as dead when the time for another question comes and two
/// are still unanswered, so at the third.
const PING_INTERVAL: Duration = Duration::from_millis(1_500);
/// A server that stands still, or a line that is dead, must be noticed within so long.
const NOTICED: Duration = Duration::from_secs(5);
const _: () = assert!(PING_INTERVAL.as_millis() * 3 < NOTICED.as_millis());
/// The longest pause between two attempts to reconnect.
const RECONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);
/// The pause between two attempts to connect for the first time.
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// The state of the connection as its events told it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// True between a `Connected` and a `Disconnected`.
    pub connected: bool,
    /// How many times a connection was made. What was asked on an earlier one may never be answered.
    pub generation: u64,
}

/// Connects, retrying until the bound of the configuration.
pub(crate) async fn connect(config: &LogConfig) -> Result<(Client, watch::Receiver<Link>), LogError> {
    let addresses = addresses(&config.url)?;
    let (sender, receiver) = watch::channel(Link::default());
    let deadline = Instant::now() + config.connect_timeout;
    let mut source = None;
    loop {
        let options = options(config, sender.clone()).await?;
        match tokio::time::timeout_at(deadline, options.connect(&addresses)).await {
            Ok(Ok(client)) => return Ok((client, receiver)),
            Ok(Err(error)) => source = Some(NatsError::new(error)),
            Err(_) => return Err(no_connection(config, source)),
        }
        if Instant::now() + CONNECT_PAUSE >= deadline {
            return Err(no_connection(config, source));
        }
        tokio::time::sleep(CONNECT_PAUSE).await;
    }
}

async fn options(config: &LogConfig, link: watch::Sender<Link>) -> Result<ConnectOptions, LogError> {
    let mut options = ConnectOptions::new()
        .name(&config.client_name)
        .ping_interval(PING_INTERVAL)
        .connection_timeout(config.ack_timeout)
        .request_timeout(Some(config.ack_timeout))
        .max_reconnects(None)
        .reconnect_delay_callback(|attempt| {
            let doubled = Duration::from_millis(25 << attempt.min(10));
            if attempt <= 1 { Duration::ZERO } else { doubled.min(RECONNECT_PAUSE_MAX) }
        })
        .event_callback(move |event| {
            note(&link, &event);
            std::future::ready(())
        });
    if let Some(path) = &config.credentials_file {
        let text = tokio::fs::read_to_string(path).await;
        let wrong = |source| LogError::File { path: path.clone(), source };
        options = options.credentials(&text.map_err(wrong)?).map_err(wrong)?;
    }
    if let Some(path) = &config.root_certificates_file {
        options = options.add_root_certificates(path.clone()).require_tls(true);
    }
    Ok(options)
}

fn note(link: &watch::Sender<Link>, event: &Event) {
    match event {
        Event::Connected => link.send_modify(|link| {
            link.connected = true;
            link.generation += 1;
        }),
        Event::Disconnected | Event::Closed => link.send_modify(|link| link.connected = false),
        Event::SlowConsumer(_) => {
            tracing::warn!("messages arrive faster than they are read; they are asked for again")
        }
        other => tracing::warn!(event = %other, "the connection to NATS reports"),
    }
}

fn addresses(urls: &str) -> Result<Vec<ServerAddr>, LogError> {
    let parsed: Result<Vec<ServerAddr>, _> = urls.split(',').map(|url| url.trim().parse()).collect();
    parsed.map_err(|error| LogError::Url { url: without_password(urls), source: NatsError::new(error) })
}

fn no_connection(config: &LogConfig, source: Option<NatsError>) -> LogError {
    LogError::Connect { url: without_password(&config.url), waited: config.connect_timeout, source }
}

/// The address as it may be shown: whatever stands between `//` and `@` is left out.
fn without_password(urls: &str) -> String {
    let shown = urls.split(',').map(|url| match (url.find("//"), url.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme => format!("{}{}", &url[..scheme + 2], &url[at + 1..]),
        (None, Some(at)) => url[at + 1..].to_owned(),
        _ => url.to_owned(),
    });
    shown.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn password_is_never_shown() {
        assert_eq!(without_password("nats://a:b@host:1,tls://c:d@two"), "nats://host:1,tls://two");
        assert_eq!(without_password("nats://host:1"), "nats://host:1");
        assert_eq!(without_password("a:b@host"), "host");
    }

    #[test]
    fn wrong_address_is_refused() {
        assert!(matches!(addresses("nats://host:port"), Err(LogError::Url { .. })));
        assert_eq!(addresses("nats://a:1, nats://b:2").unwrap().len(), 2);
    }
}
