//! Longhu's work on Redis: events into a stream, three sorted sets with each event counted once, and rank
//! lookups. It is as fast as possible without losing or doubling an event.

use std::ops::Range;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_dice::Dice;
use prost::Message;
use redis::aio::MultiplexedConnection;
use redis::{Cmd, Pipeline, Value};
use tokio::task::JoinSet;

use super::redis_server::{Redis, failed};
use crate::boards::{self, Row};
use crate::due::{Due, Found, Seen};
use crate::job::Job;
use crate::refusal::wrong_result;
use crate::shape::{self, BOARDS};
use crate::times::Times;
use crate::workload::{Tally, Workload};

/// An event counts if its number or id was not seen before. Both steps happen or neither.
const NUMBERED: &str = "if redis.call('SETBIT', KEYS[1], ARGV[1], 1) == 0 then
    for board = 2, 4 do redis.call('ZINCRBY', KEYS[board], ARGV[2], ARGV[board + 1]) end end";
const UNNUMBERED: &str = "if redis.call('SADD', KEYS[1], ARGV[1]) == 1 then
    for board = 2, 4 do redis.call('ZINCRBY', KEYS[board], ARGV[2], ARGV[board + 1]) end end";
const BATCH: usize = 1_000;

impl Redis {
    /// Runs a function on several connections at once. Returns how long all of them took.
    async fn on_each<F: Future<Output = Result<(), Failure>> + Send + 'static>(
        &self,
        connections: u64,
        work: impl Fn(u64, MultiplexedConnection) -> F,
    ) -> Result<Duration, Failure> {
        let mut open = Vec::new();
        for own in 0..connections {
            open.push((own, self.connect().await?));
        }
        let started = Instant::now();
        let mut running = JoinSet::new();
        for (own, connection) in open {
            running.spawn(work(own, connection));
        }
        while let Some(ended) = running.join_next().await {
            ended.map_err(|error| chain(&error))??;
        }
        Ok(started.elapsed())
    }

    /// Appends the events to a stream, one pipeline per batch. Returns events per second.
    pub async fn ingest(&self, job: Job) -> Result<f64, Failure> {
        let work = move |own, mut connection: MultiplexedConnection| async move {
            for numbers in job.batches(own) {
                let mut batch = Pipeline::with_capacity(numbers.clone().count());
                for number in numbers {
                    append(&mut batch, &job.workload, number);
                }
                batch.exec_async(&mut connection).await.map_err(failed)?;
            }
            Ok(())
        };
        let took = self.on_each(job.connections, work).await?;
        self.check_length(job.events).await?;
        Ok(job.events as f64 / took.as_secs_f64())
    }

    /// Appends events one by one, each answered before the next.
    pub async fn ingest_singles(&self, job: Job, count: u64) -> Result<Times, Failure> {
        let (mut times, mut connection) = (Times::new()?, self.connect().await?);
        for number in job.events..job.events + count {
            let started = Instant::now();
            let mut one = Pipeline::new();
            append(&mut one, &job.workload, number);
            one.exec_async(&mut connection).await.map_err(failed)?;
            times.record(started.elapsed());
        }
        self.check_length(job.events + count).await?;
        Ok(times)
    }

    async fn check_length(&self, wanted: u64) -> Result<(), Failure> {
        let mut connection = self.connect().await?;
        let length: u64 = redis::cmd("XLEN").arg("log").query_async(&mut connection).await.map_err(failed)?;
        match length == wanted {
            true => Ok(()),
            false => Err(wrong_result(format!("redis: {length} events in the stream instead of {wanted}"))),
        }
    }

    /// Counts each event once on three boards, one pipeline per batch. Returns events per second.
    pub async fn fold(&self, job: Job) -> Result<f64, Failure> {
        let hash = self.load_script(&job.workload).await?;
        let work = move |own, mut connection: MultiplexedConnection| {
            let hash = hash.clone();
            async move {
                for numbers in job.batches(own) {
                    let mut batch = Pipeline::with_capacity(numbers.clone().count());
                    for number in numbers {
                        count_once(&mut batch, &hash, &job.workload, number);
                    }
                    batch.exec_async(&mut connection).await.map_err(failed)?;
                }
                Ok(())
            }
        };
        let took = self.on_each(job.connections, work).await?;
        self.check(&job.tally()).await?;
        Ok(job.events as f64 / took.as_secs_f64())
    }

    async fn load_script(&self, workload: &Workload) -> Result<String, Failure> {
        let script = if workload.numbered { NUMBERED } else { UNNUMBERED };
        let mut connection = self.connect().await?;
        let loaded = redis::cmd("SCRIPT").arg("LOAD").arg(script).query_async(&mut connection).await;
        loaded.map_err(failed)
    }

    /// Appends events to the stream and counts each once, one pipeline per call, and then looks up one rank.
    pub async fn visible(&self, job: Job, due: &Due) -> Result<Found, Failure> {
        let hash = self.load_script(&job.workload).await?;
        let mut open = Vec::new();
        for _ in 0..job.connections {
            open.push(self.connect().await?);
        }
        let call = |index: usize, numbers: Range<u64>| {
            let (mut connection, hash, workload) =
                (open[index % open.len()].clone(), hash.clone(), job.workload);
            async move {
                let mut batch = Pipeline::with_capacity(2 * numbers.clone().count());
                for number in numbers.clone() {
                    append(&mut batch, &workload, number);
                    count_once(&mut batch, &hash, &workload, number);
                }
                batch.exec_async(&mut connection).await.map_err(failed)?;
                let acknowledged = Instant::now();
                let lookup = rank_of(workload.sale(numbers.end - 1).employee);
                let _: u64 = lookup.query_async(&mut connection).await.map_err(failed)?;
                Ok(Seen { numbers, acknowledged, visible: Instant::now(), position: None })
            }
        };
        let found = due.measure(call).await?;
        self.check(&Tally::of(&job.workload, 0..due.numbers.end)).await?;
        Ok(found)
    }

    /// Computes the three boards again from events that are known to be different. Returns events per second.
    pub async fn rebuild(&self, job: Job) -> Result<f64, Failure> {
        let work = move |own, mut connection: MultiplexedConnection| async move {
            for numbers in job.batches(own) {
                let mut batch = Pipeline::with_capacity(3 * numbers.clone().count());
                for number in numbers {
                    let (quantity, participants) = sale(&job.workload, number);
                    for (board, participant) in BOARDS.iter().zip(participants) {
                        batch.cmd("ZINCRBY").arg(board).arg(quantity).arg(participant).ignore();
                    }
                }
                batch.exec_async(&mut connection).await.map_err(failed)?;
            }
            Ok(())
        };
        let took = self.on_each(job.connections, work).await?;
        self.check(&job.tally()).await?;
        Ok(job.events as f64 / took.as_secs_f64())
    }

    /// Loads finished boards.
    pub async fn load(&self, tally: &Tally) -> Result<(), Failure> {
        let mut connection = self.connect().await?;
        for board in BOARDS {
            let scores: Vec<(u64, String)> = (0..)
                .zip(tally.scores(board))
                .filter(|(_, score)| *score > 0)
                .map(|(number, score)| (score, shape::id(board, number)))
                .collect();
            for some in scores.chunks(BATCH) {
                let mut add = redis::cmd("ZADD");
                add.arg(board);
                for (score, id) in some {
                    add.arg(score).arg(id);
                }
                add.exec_async(&mut connection).await.map_err(failed)?;
            }
        }
        self.check(tally).await
    }

    /// Looks up ranks of employees in pipelines of 1,000. Returns lookups per second.
    pub async fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Result<f64, Failure> {
        let batches = lookups.div_ceil(BATCH as u64 * connections);
        let work = move |own, mut connection: MultiplexedConnection| async move {
            let mut dice = Dice::new(workload.seed, own);
            for _ in 0..batches {
                let mut batch = Pipeline::with_capacity(BATCH);
                for _ in 0..BATCH {
                    let employee = dice.below(u64::from(workload.shape.employees)) as u32;
                    batch.cmd("ZREVRANK").arg("employee").arg(shape::id("employee", employee));
                }
                let found: Vec<Value> = batch.query_async(&mut connection).await.map_err(failed)?;
                if found.iter().any(|value| matches!(value, Value::Nil)) {
                    return Err(wrong_result("redis: an employee without a rank"));
                }
            }
            Ok(())
        };
        let took = self.on_each(connections, work).await?;
        Ok((batches * BATCH as u64 * connections) as f64 / took.as_secs_f64())
    }

    /// Looks up ranks one by one.
    pub async fn rank_singles(&self, workload: Workload, count: u64) -> Result<Times, Failure> {
        let (mut times, mut connection) = (Times::new()?, self.connect().await?);
        let mut dice = Dice::new(workload.seed, 0);
        for _ in 0..count {
            let employee = dice.below(u64::from(workload.shape.employees)) as u32;
            let lookup = rank_of(employee);
            let started = Instant::now();
            let _: u64 = lookup.query_async(&mut connection).await.map_err(failed)?;
            times.record(started.elapsed());
        }
        Ok(times)
    }

    /// Kills it and restarts it. Returns the time from the start to the first correct answer.
    pub async fn restart(&mut self, tally: &Tally) -> Result<Duration, Failure> {
        let first = tally.scores("employee").iter().position(|score| *score > 0).unwrap_or(0) as u32;
        let before = self.rank(first).await?;
        self.kill();
        let started = Instant::now();
        self.run().await?;
        let after = self.rank(first).await?;
        let took = started.elapsed();
        self.check(tally).await?;
        match before == after {
            true => Ok(took),
            false => Err(wrong_result(format!("redis: rank {after:?} after a restart, {before:?} before"))),
        }
    }

    async fn rank(&self, employee: u32) -> Result<Option<u64>, Failure> {
        rank_of(employee).query_async(&mut self.connect().await?).await.map_err(failed)
    }

    /// Compares all boards with a plain sort.
    async fn check(&self, tally: &Tally) -> Result<(), Failure> {
        let mut connection = self.connect().await?;
        for board in BOARDS {
            let mut all = redis::cmd("ZREVRANGE");
            all.arg(board).arg(0).arg(-1).arg("WITHSCORES");
            let found: Vec<(String, u64)> = all.query_async(&mut connection).await.map_err(failed)?;
            let (mut rows, mut shared): (Vec<Row>, _) = (Vec::new(), 1);
            for (place, (participant, score)) in (1..).zip(found) {
                // Equal scores share the better rank.
                if rows.last().is_none_or(|last| last.score != score) {
                    shared = place;
                }
                rows.push(Row { rank: shared, participant, score });
            }
            boards::compare("redis", board, &rows, &tally.scores(board))?;
        }
        Ok(())
    }
}

fn append(batch: &mut Pipeline, workload: &Workload, number: u64) {
    let body = workload.event(number).encode_to_vec();
    batch.cmd("XADD").arg("log").arg("*").arg("event").arg(body).ignore();
}

fn count_once(batch: &mut Pipeline, hash: &str, workload: &Workload, number: u64) {
    let (quantity, participants) = sale(workload, number);
    batch.cmd("EVALSHA").arg(hash).arg(4).arg("seen").arg(&BOARDS).ignore();
    match workload.numbered {
        true => batch.arg(number + 1),
        false => batch.arg(workload.event_id(number)),
    };
    batch.arg(quantity).arg(&participants);
}

fn rank_of(employee: u32) -> Cmd {
    let mut lookup = redis::cmd("ZREVRANK");
    lookup.arg("employee").arg(shape::id("employee", employee));
    lookup
}

/// The quantity, and the rows for which it counts, in the order of the boards.
fn sale(workload: &Workload, number: u64) -> (u32, [String; 3]) {
    let sale = workload.sale(number);
    let team = workload.shape.team_of(sale.employee);
    let numbers = [workload.shape.branch_of(team), team, sale.employee];
    let mut at = 0;
    let participants = BOARDS.map(|board| {
        at += 1;
        shape::id(board, numbers[at - 1])
    });
    (sale.quantity, participants)
}
