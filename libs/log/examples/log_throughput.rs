//! Prints how fast the log is on this machine: durable appends with one batch in flight, then reading
//! everything back. It uses a real nats-server with `sync_interval: always`, in a temporary directory. It
//! asserts nothing.
//!
//! `cargo run --release -p longhu-log --example log_throughput -- [batches] [records a batch] [bytes a record]`

use bytes::Bytes;
use longhu_core::Time;
use longhu_log::{
    ControlWriter, Kind, Log, LogConfig, NatsServer, ReadFrom, ReadOptions, Reader, ServerConfig, SlotWriter,
};
use std::time::{Duration, Instant};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse());
    let (batches, count, bytes) = (number(3_000)?, number(1_000)?, number(200)?);
    let directory = tempfile::tempdir()?;
    let server = NatsServer::start(ServerConfig::new(directory.path())).await?;
    let log = Log::create(LogConfig::new(server.url(), "throughput")).await?;
    let now = Time(1_793_000_000_000_000_000);
    ControlWriter::new(&log).append_first(Kind::Control, now, &[Bytes::from_static(b"bank")]).await?;

    let records: Vec<Bytes> = (0..count).map(|index| record(index, bytes)).collect();
    append(&log, &records, batches, now).await?;
    let status = log.status().await?;
    println!("stored      {:.0} MB in {} messages", status.bytes as f64 / 1e6, status.messages);
    for round in 1..=3 {
        read(&log, status.last_sequence, round).await?;
    }
    server.shutdown().await;
    Ok(())
}

/// A record that looks like an event: a fixed shape, half of it hashes that cannot be compressed.
fn record(index: usize, bytes: usize) -> Bytes {
    let hash = blake3::hash(&index.to_le_bytes());
    let mut text =
        format!("account.opened|branch-{:05}|employee-{:07}|", index % 20_000, index * 7 % 500_000);
    text.push_str(&hash.to_hex());
    let mut record = text.into_bytes();
    let mut noise = blake3::Hasher::new();
    noise.update(hash.as_bytes());
    let mut filler = vec![0; bytes.saturating_sub(record.len()) / 2];
    noise.finalize_xof().fill(&mut filler);
    record.extend_from_slice(&filler);
    record.resize(bytes, b' ');
    record.into()
}

async fn append(log: &Log, records: &[Bytes], batches: usize, now: Time) -> Result<(), Failure> {
    let mut slot = SlotWriter::open(log, "one", now).await?;
    let mut taken = Vec::with_capacity(batches);
    let started = Instant::now();
    for _ in 0..batches {
        let before = Instant::now();
        slot.append(Kind::Events, now, records).await?;
        taken.push(before.elapsed());
    }
    let elapsed = started.elapsed().as_secs_f64();
    taken.sort_unstable();
    let at = |part: f64| taken[((taken.len() - 1) as f64 * part) as usize];
    let batch = longhu_log::batch::encode(&example_draft(now), records)?;
    println!("batch       {} records, {} bytes as a message", records.len(), batch.bytes.len());
    println!(
        "appended    {:.0} records/s, {:.0} batches/s durable, one in flight; a batch p50 {}, p99 {}",
        (batches * records.len()) as f64 / elapsed,
        batches as f64 / elapsed,
        shown(at(0.5)),
        shown(at(0.99)),
    );
    Ok(())
}

fn example_draft(now: Time) -> longhu_log::batch::Draft {
    longhu_log::batch::Draft {
        kind: Kind::Events,
        writer: longhu_log::WriterId([1; 16]),
        number: 1,
        previous: longhu_log::Hash::ZERO,
        recorded_time: now,
    }
}

async fn read(log: &Log, last: u64, round: u32) -> Result<(), Failure> {
    let started = Instant::now();
    let options = ReadOptions { until: Some(last), ..ReadOptions::default() };
    let mut reader = Reader::open(log, ReadFrom::Start, options).await?;
    let (mut batches, mut records) = (0_u64, 0_usize);
    while let Some(entry) = reader.next().await? {
        batches += 1;
        records += entry.batch.records.len();
    }
    let elapsed = started.elapsed().as_secs_f64();
    println!(
        "read {round}      {:.0} records/s, {:.0} batches/s, decoded and verified",
        records as f64 / elapsed,
        batches as f64 / elapsed,
    );
    Ok(())
}

fn shown(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}
