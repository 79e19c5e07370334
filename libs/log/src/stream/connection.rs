//! The connection to NATS and its state. Once it has been connected, it never gives up reconnecting.

use crate::config::LogConfig;
use crate::error::{LogError, NatsError};
use async_nats::{Client, ConnectOptions, Event, ServerAddr};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How often the server is pinged. It counts as dead if the next ping is due and two are unanswered, that is,
/// at the third.
const PING_INTERVAL: Duration = Duration::from_millis(1_500);
/// A server that hangs, or a dead network connection, must be noticed within this time.
const NOTICED: Duration = Duration::from_secs(5);
const _: () = assert!(PING_INTERVAL.as_millis() * 3 < NOTICED.as_millis());
/// The longest pause between two attempts to reconnect.
const RECONNECT_PAUSE_MAX: Duration = Duration::from_secs(1);
/// The pause between two attempts to connect for the first time.
const CONNECT_PAUSE: Duration = Duration::from_millis(100);

/// The state of the connection, from its events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// True after a `Connected` event, until a `Disconnected` event.
    pub connected: bool,
    /// How many connections have been made. A request on an earlier connection may never be answered.
    pub generation: u64,
}

/// Connects, and retries until the configured time limit.
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
            tracing::warn!("messages arrive faster than they are read; they will be requested again")
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

/// The address without what is between `//` and `@`, so that it can be shown.
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
