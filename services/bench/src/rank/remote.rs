//! Rank lookups over gRPC, through the query service: in batches as fast as they are answered, one by one,
//! and at a steady rate independent of the answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_client::server::Server;
use longhu_dice::Dice;
use longhu_proto::wire::standings::v1::{BatchGetRanksRequest, GetParticipantRequest};
use tokio::task::JoinSet;

use crate::bank::CONTEST;
use crate::boards;
use crate::refusal::wrong_result;
use crate::shape;
use crate::times::Times;
use crate::workload::{Tally, Workload};

/// Participants per call.
const BATCH: usize = 1_000;
const HEAD_START: Duration = Duration::from_millis(100);

/// The expected ranks of employees.
struct Wanted {
    scores: Vec<u64>,
    ranks: HashMap<u64, u64>,
}

impl Wanted {
    fn new(tally: &Tally) -> Arc<Wanted> {
        let scores = tally.scores("employee");
        let ranks = boards::ranks(&scores);
        Arc::new(Wanted { scores, ranks })
    }

    fn draw(&self, dice: &mut Dice) -> u32 {
        dice.below(self.scores.len() as u64) as u32
    }

    fn check(&self, employee: u32, rank: u64) -> Result<(), Failure> {
        let wanted = self.ranks.get(&self.scores[employee as usize]).copied().unwrap_or(0);
        match rank == wanted {
            true => Ok(()),
            false => {
                Err(wrong_result(format!("employee {employee} has rank {rank}, there should be {wanted}")))
            }
        }
    }
}

/// 1,000 ranks per call, one call after the other from each caller. Returns ranks per second.
pub async fn batched(
    servers: Vec<Server>,
    workload: &Workload,
    tally: &Tally,
    lookups: u64,
) -> Result<f64, Failure> {
    let (wanted, callers) = (Wanted::new(tally), servers.len() as u64);
    let calls = lookups.div_ceil(BATCH as u64 * callers);
    let (started, mut running) = (Instant::now(), JoinSet::new());
    for (own, server) in (0..).zip(servers) {
        let (wanted, mut dice) = (wanted.clone(), Dice::new(workload.seed, own));
        running.spawn(async move {
            for _ in 0..calls {
                let employees: Vec<u32> = (0..BATCH).map(|_| wanted.draw(&mut dice)).collect();
                let request = BatchGetRanksRequest {
                    contest: CONTEST.to_owned(),
                    board: "employee".to_owned(),
                    participants: employees.iter().map(|number| shape::id("employee", *number)).collect(),
                    ..BatchGetRanksRequest::default()
                };
                let answer = server.ask(server.standings().batch_get_ranks(request)).await;
                let answer = answer.map_err(|status| server.failure(&status))?;
                if answer.rows.len() != BATCH {
                    return Err(wrong_result(format!("{} ranks for {BATCH} employees", answer.rows.len())));
                }
                for (row, employee) in answer.rows.iter().zip(employees) {
                    wanted.check(employee, row.rank)?;
                }
            }
            Ok(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended.map_err(|error| chain(&error))??;
    }
    Ok((calls * BATCH as u64 * callers) as f64 / started.elapsed().as_secs_f64())
}

/// One rank per call, each after the previous answer.
pub async fn one_by_one(
    server: &Server,
    workload: &Workload,
    tally: &Tally,
    count: u64,
) -> Result<Times, Failure> {
    let (wanted, mut dice, mut times) = (Wanted::new(tally), Dice::new(workload.seed, 0), Times::new()?);
    for _ in 0..count {
        let employee = wanted.draw(&mut dice);
        let started = Instant::now();
        let rank = ask(server, employee).await?;
        times.record(started.elapsed());
        wanted.check(employee, rank)?;
    }
    Ok(times)
}

/// One rank per call at a steady rate, independent of the answers. Times are measured from when each was due.
pub async fn steadily(
    servers: Vec<Server>,
    workload: &Workload,
    tally: &Tally,
    rate: u64,
    duration: Duration,
) -> Result<Times, Failure> {
    let (wanted, mut dice) = (Wanted::new(tally), Dice::new(workload.seed, 1));
    let count = (duration.as_secs_f64() * rate as f64) as u64;
    let started = Instant::now() + HEAD_START;
    let due = |query: u64| started + Duration::from_nanos(query * 1_000_000_000 / rate);
    let (mut asked, mut times, mut next) = (JoinSet::new(), Times::new()?, 0);
    while next < count {
        tokio::time::sleep_until(due(next).into()).await;
        // The timer ticks every millisecond; whatever is due by now is sent.
        while next < count && due(next) <= Instant::now() {
            let (server, employee) = (servers[next as usize % servers.len()].clone(), wanted.draw(&mut dice));
            let (wanted, due) = (wanted.clone(), due(next));
            asked.spawn(async move {
                let rank = ask(&server, employee).await?;
                let took = due.elapsed();
                wanted.check(employee, rank).map(|()| took)
            });
            next += 1;
        }
        while let Some(took) = asked.try_join_next() {
            times.record(took.map_err(|error| chain(&error))??);
        }
    }
    while let Some(took) = asked.join_next().await {
        times.record(took.map_err(|error| chain(&error))??);
    }
    Ok(times)
}

async fn ask(server: &Server, employee: u32) -> Result<u64, Failure> {
    let request = GetParticipantRequest {
        contest: CONTEST.to_owned(),
        board: "employee".to_owned(),
        participant: shape::id("employee", employee),
        ..GetParticipantRequest::default()
    };
    let answer = server.ask(server.standings().get_participant(request)).await;
    let answer = answer.map_err(|status| server.failure(&status))?;
    Ok(answer.row.unwrap_or_default().rank)
}
