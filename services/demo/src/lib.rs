//! `longhu demo`: everything in one process, a simulated bank, its boards live in the terminal, and a summary
//! at the end. Events and queries go through the same interfaces as those of adapters and dashboards.

mod adapter;
mod bank;
mod business;
mod contests;
mod days;
mod meter;
mod names;
mod play;
mod pump;
mod screen;
mod setup;
mod show;
mod summary;
mod sums;
mod text;
mod view;
mod watch;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use futures::future::LocalBoxFuture;
use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::output::{self, Format};
use longhu_client::server::Global;
use longhu_runtime::Principals;
use longhu_serve::bank::BankArgs;
use longhu_serve::stack::{Stack, StackConfig};
use tokio::net::TcpListener;

use self::play::Demo;
use self::pump::Rate;

/// The number of events in a day if no rate per second is given.
const EVENTS_A_DAY: f64 = 100_000.0;

/// Arguments of `longhu demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu demo                             a calm 5,000 events a second, until Ctrl-C
  longhu demo --for 30s                   ends automatically with a summary
  longhu demo --for 30s -o json           the summary as JSON
  longhu demo --rate max                  as many events as the services can handle
  longhu demo --data-dir ./demo --grpc-addr 127.0.0.1:7070     kept, and for other terminals")]
pub struct Args {
    /// End automatically after this time, such as 30s or 2m.
    #[arg(long = "for", value_name = "DURATION", value_parser = longhu_client::server::duration)]
    duration: Option<Duration>,
    /// Events per second, or `max`.
    #[arg(long, value_name = "EVENTS", default_value = "5000")]
    rate: Rate,
    /// Average number of business days that pass in a second.
    #[arg(long, value_name = "DAYS", default_value = "1", value_parser = days_per_second)]
    days_per_second: f64,
    /// The seed of the random choices. The same seed gives the same events.
    #[arg(long, default_value_t = 8)]
    seed: u64,
    /// Keep all data in this folder. Without it, a temporary folder is used and deleted at the end.
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Local address to listen on. Port 0 chooses a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    grpc_addr: SocketAddr,
}

/// A text that is not a speed of the simulated days, or a speed at which nobody could follow them.
#[derive(Debug, PartialEq, thiserror::Error)]
#[error("`{0}` is not between 0.01 and 50 business days a second")]
struct BadDaysPerSecond(String);

fn days_per_second(text: &str) -> Result<f64, BadDaysPerSecond> {
    let days: Option<f64> = text.parse().ok();
    days.filter(|days| (0.01..=50.0).contains(days)).ok_or_else(|| BadDaysPerSecond(text.to_owned()))
}

impl Args {
    fn events_a_day(&self) -> u64 {
        let events = match self.rate {
            Rate::PerSecond(rate) => f64::from(rate.get()) / self.days_per_second,
            Rate::Max => EVENTS_A_DAY / self.days_per_second,
        };
        events.clamp(1.0, 10_000_000.0) as u64
    }

    async fn listen(&self) -> Result<TcpListener, Failure> {
        if !self.grpc_addr.ip().is_loopback() {
            let what = format!(
                "{} can be reached from other machines, but the demo lets everybody in",
                self.grpc_addr
            );
            return Err(Failure::usage(what)
                .next("give an address such as 127.0.0.1:7070, or use `longhu dev --principals FILE`"));
        }
        TcpListener::bind(self.grpc_addr).await.map_err(|error| {
            Failure::new(format!("cannot listen on {}: {error}", self.grpc_addr))
                .next("choose another address with --grpc-addr, such as 127.0.0.1:0 for a free port")
        })
    }
}

/// Runs it.
pub fn run(args: Args, global: &Global) -> LocalBoxFuture<'_, Result<(), Failure>> {
    Box::pin(run_as_asked(args, global))
}

async fn run_as_asked(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    if !screen::is_drawable() {
        longhu_runtime::telemetry::init("warn").map_err(|error| chain(&error))?;
    }
    let shutdown = longhu_runtime::shutdown::on_signal().map_err(|error| chain(&error))?;
    let listener = args.listen().await?;
    output::note("starting broker, ingest, projector and queries in this process");
    let bank = BankArgs::new("dev");
    let config = StackConfig {
        data_dir: args.data_dir.clone(),
        nats: None,
        bank: bank.clone(),
        gate: Principals::local("local").into(),
        rebuild: false,
    };
    let stack = tokio::select! {
        started = Stack::start(config, listener) => started?,
        () = shutdown.cancelled() => return Ok(()),
    };
    let server = global.server_at(stack.url())?;
    let demo = Demo {
        server,
        year: last_year(),
        seed: args.seed,
        rate: args.rate,
        events_a_day: args.events_a_day(),
        duration: args.duration,
        currency: bank.to_found()?.currency,
    };
    let mut played = None;
    let served = stack.run_until(async { played = Some(demo.play(&shutdown).await) }).await;
    let Some(summary) = played.transpose()?.flatten() else { return served };
    match format {
        Format::Json => output::print_json(&summary.json())?,
        _ => output::print(&summary.text())?,
    }
    if let Some(folder) = &args.data_dir {
        output::note(&format!("kept; look again with `longhu dev --data-dir {}`", folder.display()));
    }
    served?;
    summary.verdict()
}

/// The year whose first half is simulated. It is over in every time zone.
fn last_year() -> i16 {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).year() - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_pass_neither_too_slowly_nor_too_fast_to_be_seen() {
        assert_eq!(days_per_second("0.5"), Ok(0.5));
        for text in ["0", "-1", "1000", "NaN", "daily"] {
            assert!(days_per_second(text).unwrap_err().to_string().contains("between 0.01 and 50"), "{text}");
        }
    }

    #[test]
    fn the_simulated_days_are_over() {
        let (_, last) = contests::period(last_year());
        assert!(last < jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date());
    }
}
