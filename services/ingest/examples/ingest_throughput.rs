//! Measures the whole way in: gRPC client, ingest and a real nats-server (`sync_interval: always`) on this machine. One
//! event at a time, then calls of 1,000 events from several callers. It prints and asserts nothing about speed.
//!
//! `cargo run --release -p longhu-ingest --example ingest_throughput -- [seconds] [callers]`

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use longhu_core::control::Bank;
use longhu_core::money::Currency;
use longhu_ingest::{Ingest, IngestConfig, Keyring};
use longhu_log::{Log, LogConfig, NatsServer, ServerConfig};
use longhu_proto::wire::event::v1::{Credit, Event};
use longhu_proto::wire::ingest::v1::ingest_service_client::IngestServiceClient;
use longhu_proto::wire::ingest::v1::{IngestEventsRequest, StreamEventsRequest};
use longhu_runtime::{Principals, Services, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tonic::transport::Channel;

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Client = IngestServiceClient<Channel>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let argument = |place, default: u64| {
        std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let (span, callers) = (Duration::from_secs(argument(1, 10)), argument(2, 8));
    let folder = tempfile::tempdir()?;
    let broker = NatsServer::start(ServerConfig::new(folder.path())).await?;
    let currency = Currency::parse("CNY").ok_or("a currency")?;
    let bank = Bank { id: "bench".into(), zone: "Asia/Shanghai".into(), currency };
    let log = Log::connect(LogConfig::new(broker.url(), "bench")).await?;
    let shutdown = CancellationToken::new();
    let config = IngestConfig::new(bank, "a", Keyring::ephemeral()?);
    let ingest = Ingest::start(config, log.clone(), shutdown.clone()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let services = Services::new().with(ingest.ingest_service()).with(ingest.control_service());
    let principals = Principals::local("bench");
    let server =
        tokio::spawn(serve(listener, services, principals, shutdown.clone(), Duration::from_secs(5)));
    let client = Client::connect(url.clone()).await?;

    single(client.clone(), span / 2).await?;
    calls(&url, callers, span, &log).await?;
    streams(&url, callers, span, &log).await?;

    shutdown.cancel();
    drop(client);
    ingest.wait().await?;
    server.await??;
    broker.shutdown().await;
    Ok(())
}

/// One caller, one event a call, one after the other.
async fn single(mut client: Client, span: Duration) -> Result<(), Failure> {
    let mut took = Vec::new();
    let started = Instant::now();
    while started.elapsed() < span {
        let events = vec![event(took.len() as u64)];
        let sent = Instant::now();
        client.ingest_events(IngestEventsRequest { events }).await?;
        took.push(sent.elapsed());
    }
    took.sort();
    let at = |percent: usize| took[(took.len() - 1) * percent / 100];
    println!("one event a call: {} calls, p50 {:?}, p90 {:?}, p99 {:?}", took.len(), at(50), at(90), at(99));
    Ok(())
}

/// Several callers, each with 1,000 events a call, one call after the other.
async fn calls(url: &str, callers: u64, span: Duration, log: &Log) -> Result<(), Failure> {
    let (sent, before) = (Arc::new(AtomicU64::new(0)), log.status().await?);
    let started = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|caller| {
            let (url, sent) = (url.to_owned(), sent.clone());
            tokio::spawn(async move {
                let mut client = Client::connect(url).await?;
                let mut next = caller << 32;
                while started.elapsed() < span {
                    let events = (next..next + 1000).map(event).collect();
                    next += 1000;
                    let response = client.ingest_events(IngestEventsRequest { events }).await?.into_inner();
                    sent.fetch_add(response.outcomes.len() as u64, Ordering::Relaxed);
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    report("1,000 events a call", &sent, started, before, log).await
}

/// Several streams of messages with 1,000 events.
async fn streams(url: &str, callers: u64, span: Duration, log: &Log) -> Result<(), Failure> {
    let (sent, before) = (Arc::new(AtomicU64::new(0)), log.status().await?);
    let started = Instant::now();
    let callers: Vec<_> = (0..callers)
        .map(|caller| {
            let (url, sent) = (url.to_owned(), sent.clone());
            tokio::spawn(async move {
                let mut client = Client::connect(url).await?;
                let messages = (0u64..).take_while(move |_| started.elapsed() < span).map(move |message| {
                    let first = (caller + 1) << 40 | (message * 1000);
                    StreamEventsRequest { events: (first..first + 1000).map(event).collect() }
                });
                let mut answers = client.stream_events(tokio_stream::iter(messages)).await?.into_inner();
                while let Some(answer) = answers.message().await? {
                    sent.fetch_add(answer.outcomes.len() as u64, Ordering::Relaxed);
                }
                Ok::<_, Failure>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await??;
    }
    report("1,000 events a message of a stream", &sent, started, before, log).await
}

async fn report(
    what: &str,
    sent: &AtomicU64,
    started: Instant,
    before: longhu_log::LogStatus,
    log: &Log,
) -> Result<(), Failure> {
    let (events, seconds) = (sent.load(Ordering::Relaxed), started.elapsed().as_secs_f64());
    let after = log.status().await?;
    let batches = after.messages - before.messages;
    println!(
        "{what}: {:.0} events/s, {:.0} batches/s, {:.0} events and {:.0} bytes on disk a batch",
        events as f64 / seconds,
        batches as f64 / seconds,
        events as f64 / batches as f64,
        (after.bytes - before.bytes) as f64 / batches as f64
    );
    Ok(())
}

fn event(number: u64) -> Event {
    Event {
        source: "core-cards".into(),
        id: format!("txn-{number:016}"),
        r#type: "card.issued".into(),
        occurred_time: Some(prost_types::Timestamp {
            seconds: 1_774_000_000 + (number % 86_400) as i64,
            nanos: 0,
        }),
        branch: format!("branch-{:04}", number % 2000),
        credits: vec![Credit {
            employee: format!("emp-{:06}", number % 50_000),
            role: "owner".into(),
            share: None,
        }],
        customer: format!("cust-{:010}", number.wrapping_mul(2_654_435_761) % 10_000_000),
        subject: format!("card-{number:012}"),
        product: "gold".into(),
        channel: "lobby".into(),
        ..Event::default()
    }
}
