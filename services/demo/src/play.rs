//! The demo itself, on running services: prepares, streams, shows, ends, and reads the outcome. Everything
//! goes through gRPC.

use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_core::types::money::Currency;
use longhu_proto::scalar::position_to_wire;
use longhu_proto::wire::ingest::v1::{GetSourceStatusRequest, GetSourceStatusResponse};
use longhu_proto::wire::ops::v1::{GetLogStatusRequest, GetLogStatusResponse};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::adapter::{Adapter, IN_FLIGHT_MAX};
use crate::bank::Bank;
use crate::business::SOURCES;
use crate::days::{Days, Plan};
use crate::meter::Meter;
use crate::pump::{Pump, Rate};
use crate::show::Show;
use crate::summary::Summary;
use crate::sums::Sums;
use crate::{contests, setup};

/// How long to wait for the last answers.
const LAST_ANSWERS: Duration = Duration::from_secs(30);

/// A demo on running services.
pub struct Demo {
    /// The address of the services.
    pub server: Server,
    /// The year whose first half is simulated.
    pub year: i16,
    /// The seed of the bank's days.
    pub seed: u64,
    /// How many events per second.
    pub rate: Rate,
    /// Events on an average business day.
    pub events_a_day: u64,
    /// When it ends automatically.
    pub duration: Option<Duration>,
    /// The bank's currency.
    pub currency: Currency,
}

impl Demo {
    /// Runs from the organisation to the summary. Returns `None` if it is stopped before the first event.
    pub async fn play(&self, shutdown: &CancellationToken) -> Result<Option<Summary>, Failure> {
        let (seed, currency) = (self.seed, self.currency);
        let bank = Bank::new(seed);
        let prepared = tokio::select! {
            prepared = setup::apply(&self.server, &bank, self.year, currency) => prepared?,
            () = shutdown.cancelled() => return Ok(None),
        };
        let before = self.sums(prepared.position).await?;
        let duplicates_before = self.log_status().await?.duplicates;
        let meter = Arc::new(Meter::new()?);
        let plan = Plan {
            seed,
            period: contests::period(self.year),
            events_a_day: self.events_a_day,
            first_number: prepared.first_number,
            currency,
        };
        setup::say(&self.server.url, self.year);
        let started = Instant::now();
        let stop = CancellationToken::new();
        let mut adapters = self.send(Days::new(bank, plan), &meter, &stop);
        let shown = self.show(&meter, &mut adapters, shutdown).await;
        let sending = started.elapsed();
        // Whatever happened, the pump's thread must end.
        stop.cancel();
        shown?;
        finish(&mut adapters).await?;
        let counts = meter.counts();
        let after = self.sums(counts.position).await?;
        let log = self.log_status().await?;
        let sources = self.sources(counts.position).await?;
        let (first_date, answers) = (plan.period.0, meter.answers());
        Ok(Some(Summary {
            seed,
            sending,
            first_date,
            counts,
            answers,
            log,
            duplicates_before,
            sources,
            before,
            after,
        }))
    }

    /// Starts the pump and the adapters.
    fn send(&self, days: Days, meter: &Arc<Meter>, stop: &CancellationToken) -> JoinSet<Result<(), Failure>> {
        let mut running = JoinSet::new();
        let senders = SOURCES.map(|_| {
            let (sender, chunks) = mpsc::channel(IN_FLIGHT_MAX);
            running.spawn(Adapter::new(self.server.clone(), chunks, meter.clone()).run());
            sender
        });
        let pump =
            Pump { days, rate: self.rate, adapters: senders, meter: meter.clone(), stop: stop.clone() };
        running.spawn_blocking(move || {
            pump.run();
            Ok(())
        });
        running
    }

    /// Shows the boards until the time is over, a signal arrives, or an adapter fails.
    async fn show(
        &self,
        meter: &Meter,
        adapters: &mut JoinSet<Result<(), Failure>>,
        shutdown: &CancellationToken,
    ) -> Result<(), Failure> {
        let over = async {
            match self.duration {
                Some(duration) => tokio::time::sleep(duration).await,
                None => std::future::pending().await,
            }
        };
        let mut show = Show::new(self.server.clone(), self.year)?;
        tokio::select! {
            () = over => Ok(()),
            () = shutdown.cancelled() => Ok(()),
            failed = failure(adapters) => Err(failed),
            shown = show.run(meter) => shown,
        }
    }

    async fn sums(&self, position: Position) -> Result<Vec<Sums>, Failure> {
        let sums = [0, 1].map(|contest| Sums::read(&self.server, contest, self.year, position));
        futures::future::try_join_all(sums).await.map_err(|status| self.unread("boards", &status))
    }

    async fn log_status(&self) -> Result<GetLogStatusResponse, Failure> {
        let answer = self.server.ask(self.server.log().get_log_status(GetLogStatusRequest {})).await;
        answer.map_err(|status| self.unread("log's status", &status))
    }

    async fn sources(&self, position: Position) -> Result<Vec<GetSourceStatusResponse>, Failure> {
        let status = async |source: &str| {
            let request = GetSourceStatusRequest {
                source: source.to_owned(),
                min_position: Some(position_to_wire(position)),
            };
            self.server.ask(self.server.ingest().get_source_status(request)).await
        };
        let mut found = Vec::new();
        for source in SOURCES {
            found.push(status(source.name()).await.map_err(|status| self.unread("sources", &status))?);
        }
        Ok(found)
    }

    fn unread(&self, what: &str, status: &Status) -> Failure {
        let failure = self.server.failure(status);
        let what = format!("the {what} cannot be read: {}", failure.what);
        failure.what(what).next("run the demo again, with a lower `--rate` if the machine is slow")
    }
}

/// Waits until every event is answered.
async fn finish(adapters: &mut JoinSet<Result<(), Failure>>) -> Result<(), Failure> {
    let all = async {
        while let Some(ended) = adapters.join_next().await {
            ended.map_err(|error| chain(&error))??;
        }
        Ok(())
    };
    match tokio::time::timeout(LAST_ANSWERS, all).await {
        Ok(ended) => ended,
        Err(_) => Err(Failure::new(format!("the last events are not answered after {LAST_ANSWERS:?}"))
            .next("run the demo again with a lower `--rate`")),
    }
}

/// Waits until an adapter fails, and returns the failure.
async fn failure(adapters: &mut JoinSet<Result<(), Failure>>) -> Failure {
    while let Some(ended) = adapters.join_next().await {
        match ended {
            Ok(Ok(())) => {}
            Ok(Err(failure)) => return failure,
            Err(error) => return chain(&error),
        }
    }
    std::future::pending().await
}
