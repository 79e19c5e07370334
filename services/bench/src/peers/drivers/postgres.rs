//! Longhu's work on PostgreSQL: events into a table, three tables of scores with each event counted once, and
//! rank lookups, all in statements for a whole batch.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_client::failure::Failure;
use longhu_client::failure::chain;
use longhu_dice::Dice;
use prost::Message;
use tokio::task::JoinSet;
use tokio_postgres::Client;

use super::postgres_server::{Postgres, error_of, failed};
use crate::boards::{self, Row};
use crate::due::{Due, Found, Seen};
use crate::job::Job;
use crate::refusal::wrong_result;
use crate::shape::{self, BOARDS, SOURCE, Shape};
use crate::times::Times;
use crate::workload::{Tally, Workload};

const TABLES: &str = "
    CREATE TABLE events (source text, id text, employee int, quantity int, body bytea, PRIMARY KEY (source, id));
    CREATE TABLE places (employee int PRIMARY KEY, team int, branch int);
    CREATE TABLE seen (id text PRIMARY KEY);
    CREATE TABLE branch (id int PRIMARY KEY, score bigint NOT NULL);
    CREATE TABLE team (id int PRIMARY KEY, score bigint NOT NULL);
    CREATE TABLE employee (id int PRIMARY KEY, score bigint NOT NULL);
    CREATE INDEX ON branch (score); CREATE INDEX ON team (score); CREATE INDEX ON employee (score);";
const INSERT: &str = "
    INSERT INTO events SELECT $1, * FROM unnest($2::text[], $3::int[], $4::int[], $5::bytea[]) ON CONFLICT DO NOTHING";
/// The events of a batch that have not been counted yet.
const FRESH: &str = "
    WITH input AS MATERIALIZED (
        SELECT * FROM unnest($1::text[], $2::int[], $3::int[]) AS one (id, employee, quantity)),
    fresh AS (INSERT INTO seen SELECT id FROM input ON CONFLICT DO NOTHING RETURNING id),";
/// The same; the events are also stored.
const KEPT: &str = "
    WITH input AS MATERIALIZED (
        SELECT * FROM unnest($2::text[], $3::int[], $4::int[], $5::bytea[]) AS one (id, employee, quantity, body)),
    fresh AS (
        INSERT INTO events SELECT $1, id, employee, quantity, body FROM input ON CONFLICT DO NOTHING RETURNING id),";
/// Rows are locked in the same order everywhere, so that no two statements deadlock.
const COUNTED: &str = "
    counted AS MATERIALIZED (
        SELECT employee, team, branch, quantity FROM input JOIN fresh USING (id) JOIN places USING (employee)),
    branches AS (
        INSERT INTO branch SELECT branch, sum(quantity) FROM counted GROUP BY 1 ORDER BY 1
        ON CONFLICT (id) DO UPDATE SET score = branch.score + excluded.score),
    teams AS (
        INSERT INTO team SELECT team, sum(quantity) FROM counted GROUP BY 1 ORDER BY 1
        ON CONFLICT (id) DO UPDATE SET score = team.score + excluded.score)
    INSERT INTO employee SELECT employee, sum(quantity) FROM counted GROUP BY 1 ORDER BY 1
    ON CONFLICT (id) DO UPDATE SET score = employee.score + excluded.score";
const RANK: &str =
    "SELECT count(*) + 1 FROM employee WHERE score > (SELECT score FROM employee WHERE id = $1)";
const RANKS: &str = "
    SELECT rank FROM (SELECT id, rank() OVER (ORDER BY score DESC) AS rank FROM employee) AS ranked WHERE id = ANY ($1)";
const BATCH: usize = 1_000;

impl Postgres {
    /// Creates the tables, and stores who works where.
    pub async fn prepare(&self, shape: &Shape) -> Result<(), Failure> {
        let places = format!(
            "INSERT INTO places SELECT e, e % {0}, e % {0} % {1} FROM generate_series(0, {2}) AS e; ANALYZE places",
            shape.teams,
            shape.branches,
            shape.employees - 1
        );
        self.run_all(&format!("{TABLES}{places}")).await
    }

    async fn run_all(&self, statements: &str) -> Result<(), Failure> {
        self.connect().await?.batch_execute(statements).await.map_err(|error| error_of(&error))
    }

    /// Runs a function on several connections at once. Returns how long all of them took.
    async fn on_each<F: Future<Output = Result<(), Failure>> + Send + 'static>(
        &self,
        connections: u64,
        work: impl Fn(u64, Arc<Client>) -> F,
    ) -> Result<Duration, Failure> {
        let mut open = Vec::new();
        for own in 0..connections {
            open.push((own, Arc::new(self.connect().await?)));
        }
        let started = Instant::now();
        let mut running = JoinSet::new();
        for (own, client) in open {
            running.spawn(work(own, client));
        }
        while let Some(ended) = running.join_next().await {
            ended.map_err(|error| chain(&error))??;
        }
        Ok(started.elapsed())
    }

    /// Inserts the events in batches. Returns events per second.
    pub async fn ingest(&self, job: Job) -> Result<f64, Failure> {
        let work = move |own, client: Arc<Client>| async move {
            let insert = client.prepare(INSERT).await.map_err(|error| error_of(&error))?;
            for numbers in job.batches(own) {
                let Rows { ids, employees, quantities, bodies } = Rows::of(&job.workload, numbers, true);
                let inserted =
                    client.execute(&insert, &[&SOURCE, &ids, &employees, &quantities, &bodies]).await;
                inserted.map_err(|error| error_of(&error))?;
            }
            Ok(())
        };
        let took = self.on_each(job.connections, work).await?;
        self.check_events(job.events).await?;
        Ok(job.events as f64 / took.as_secs_f64())
    }

    /// Inserts events one by one, each committed before the next.
    pub async fn ingest_singles(&self, job: Job, count: u64) -> Result<Times, Failure> {
        let (mut times, client) = (Times::new()?, self.connect().await?);
        let insert = client.prepare(INSERT).await.map_err(|error| error_of(&error))?;
        for number in job.events..job.events + count {
            let Rows { ids, employees, quantities, bodies } =
                Rows::of(&job.workload, number..number + 1, true);
            let started = Instant::now();
            let inserted = client.execute(&insert, &[&SOURCE, &ids, &employees, &quantities, &bodies]).await;
            inserted.map_err(|error| error_of(&error))?;
            times.record(started.elapsed());
        }
        self.check_events(job.events + count).await?;
        Ok(times)
    }

    async fn check_events(&self, wanted: u64) -> Result<(), Failure> {
        let counted = self.connect().await?.query_one("SELECT count(*) FROM events", &[]).await;
        let count: i64 = counted.map_err(|error| error_of(&error))?.get(0);
        match count as u64 == wanted {
            true => Ok(()),
            false => Err(wrong_result(format!("postgres: {count} events in the table instead of {wanted}"))),
        }
    }

    /// Counts each event once on three boards, one statement per batch. Returns events per second.
    pub async fn fold(&self, job: Job) -> Result<f64, Failure> {
        let work = move |own, client: Arc<Client>| async move {
            let fold = client.prepare(&[FRESH, COUNTED].concat()).await.map_err(|error| error_of(&error))?;
            for numbers in job.batches(own) {
                let Rows { ids, employees, quantities, .. } = Rows::of(&job.workload, numbers, false);
                let folded = client.execute(&fold, &[&ids, &employees, &quantities]).await;
                folded.map_err(|error| error_of(&error))?;
            }
            Ok(())
        };
        let took = self.on_each(job.connections, work).await?;
        self.check(&job.tally()).await?;
        Ok(job.events as f64 / took.as_secs_f64())
    }

    /// Inserts events and counts each once, one statement per call, and then looks up one rank.
    pub async fn visible(&self, job: Job, due: &Due) -> Result<Found, Failure> {
        let mut open = Vec::new();
        for _ in 0..job.connections {
            let client = self.connect().await?;
            let keep = client.prepare(&[KEPT, COUNTED].concat()).await.map_err(|error| error_of(&error))?;
            let rank = client.prepare(RANK).await.map_err(|error| error_of(&error))?;
            open.push(Arc::new((client, keep, rank)));
        }
        let call = |index: usize, numbers: Range<u64>| {
            let (connection, workload) = (open[index % open.len()].clone(), job.workload);
            async move {
                let (client, keep, rank) = &*connection;
                let Rows { ids, employees, quantities, bodies } = Rows::of(&workload, numbers.clone(), true);
                let kept = client.execute(keep, &[&SOURCE, &ids, &employees, &quantities, &bodies]).await;
                kept.map_err(|error| error_of(&error))?;
                let acknowledged = Instant::now();
                let employee = workload.sale(numbers.end - 1).employee as i32;
                client.query_one(rank, &[&employee]).await.map_err(|error| error_of(&error))?;
                Ok(Seen { numbers, acknowledged, visible: Instant::now(), position: None })
            }
        };
        let found = due.measure(call).await?;
        self.check(&Tally::of(&job.workload, 0..due.numbers.end)).await?;
        Ok(found)
    }

    /// Computes the three boards with their ranks from the table of events, which is filled first. Returns
    /// events per second.
    pub async fn rebuild(&self, job: Job) -> Result<f64, Failure> {
        self.ingest(job).await?;
        self.run_all("VACUUM ANALYZE events").await?;
        let rebuild = BOARDS.map(|board| {
            let from = if board == "employee" { "events" } else { "events JOIN places USING (employee)" };
            format!(
                "ALTER TABLE {board} ADD COLUMN rank bigint;
                 INSERT INTO {board} (id, score, rank)
                 SELECT {board}, sum(quantity), rank() OVER (ORDER BY sum(quantity) DESC) FROM {from} GROUP BY 1;"
            )
        });
        let started = Instant::now();
        self.run_all(&rebuild.concat()).await?;
        let took = started.elapsed();
        self.check(&job.tally()).await?;
        Ok(job.events as f64 / took.as_secs_f64())
    }

    /// Loads finished boards.
    pub async fn load(&self, tally: &Tally) -> Result<(), Failure> {
        let client = self.connect().await?;
        for board in BOARDS {
            let scores: Vec<(i32, i64)> = (0..)
                .zip(tally.scores(board))
                .filter(|(_, score)| *score > 0)
                .map(|(number, score)| (number, score as i64))
                .collect();
            let insert = format!("INSERT INTO {board} SELECT * FROM unnest($1::int[], $2::bigint[])");
            for some in scores.chunks(10 * BATCH) {
                let (ids, scores): (Vec<i32>, Vec<i64>) = some.iter().copied().unzip();
                client.execute(&insert, &[&ids, &scores]).await.map_err(|error| error_of(&error))?;
            }
        }
        self.run_all("VACUUM ANALYZE branch, team, employee").await?;
        self.check(tally).await
    }

    /// Looks up ranks of employees, 1,000 per statement, which ranks everybody. Returns lookups per second.
    pub async fn ranks(&self, workload: Workload, lookups: u64, connections: u64) -> Result<f64, Failure> {
        let batches = lookups.div_ceil(BATCH as u64 * connections);
        let work = move |own, client: Arc<Client>| async move {
            let ranks = client.prepare(RANKS).await.map_err(|error| error_of(&error))?;
            let mut dice = Dice::new(workload.seed, own);
            for _ in 0..batches {
                let draw = |_| dice.below(u64::from(workload.shape.employees)) as i32;
                let wanted: Vec<i32> = (0..BATCH).map(draw).collect();
                let found = client.query(&ranks, &[&wanted]).await.map_err(|error| error_of(&error))?;
                if found.is_empty() {
                    return Err(wrong_result("postgres: employees without a rank"));
                }
            }
            Ok(())
        };
        let took = self.on_each(connections, work).await?;
        Ok((batches * BATCH as u64 * connections) as f64 / took.as_secs_f64())
    }

    /// Looks up ranks one by one, by counting the better ones.
    pub async fn rank_singles(&self, workload: Workload, count: u64) -> Result<Times, Failure> {
        let (mut times, client) = (Times::new()?, self.connect().await?);
        let rank = client.prepare(RANK).await.map_err(|error| error_of(&error))?;
        let mut dice = Dice::new(workload.seed, 0);
        for _ in 0..count {
            let employee = dice.below(u64::from(workload.shape.employees)) as i32;
            let started = Instant::now();
            client.query_one(&rank, &[&employee]).await.map_err(|error| error_of(&error))?;
            times.record(started.elapsed());
        }
        Ok(times)
    }

    /// Ends it in the way a crash does, and restarts it. Returns the time from the start to the first correct
    /// answer.
    pub async fn restart(&mut self, tally: &Tally) -> Result<Duration, Failure> {
        let before = self.rank().await?;
        self.crash();
        let started = Instant::now();
        self.run().await?;
        let after = self.rank().await?;
        let took = started.elapsed();
        self.check(tally).await?;
        match before == after {
            true => Ok(took),
            false => Err(wrong_result(format!("postgres: rank {after} after a restart, {before} before"))),
        }
    }

    async fn rank(&self) -> Result<i64, Failure> {
        let asked = self.connect().await?.query_one(RANK, &[&0]).await;
        Ok(asked.map_err(|error| error_of(&error))?.get(0))
    }

    /// Compares all boards with a plain sort.
    async fn check(&self, tally: &Tally) -> Result<(), Failure> {
        let client = self.connect().await?;
        for board in BOARDS {
            let all = format!("SELECT id, score, rank() OVER (ORDER BY score DESC) FROM {board}");
            let found = client.query(&all, &[]).await.map_err(|error| error_of(&error))?;
            let row = |row: tokio_postgres::Row| -> Result<Row, tokio_postgres::Error> {
                let (id, score, rank): (i32, i64, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
                Ok(Row { rank: rank as u64, participant: shape::id(board, id as u32), score: score as u64 })
            };
            let rows: Result<Vec<Row>, _> = found.into_iter().map(row).collect();
            boards::compare("postgres", board, &rows.map_err(failed)?, &tally.scores(board))?;
        }
        Ok(())
    }
}

/// Events as columns.
struct Rows {
    ids: Vec<String>,
    employees: Vec<i32>,
    quantities: Vec<i32>,
    bodies: Vec<Vec<u8>>,
}

impl Rows {
    fn of(workload: &Workload, numbers: Range<u64>, with_bodies: bool) -> Rows {
        let (mut ids, mut employees, mut quantities, mut bodies) = (vec![], vec![], vec![], vec![]);
        for number in numbers {
            let sale = workload.sale(number);
            ids.push(workload.event_id(number));
            employees.push(sale.employee as i32);
            quantities.push(sale.quantity as i32);
            if with_bodies {
                bodies.push(workload.event(number).encode_to_vec());
            }
        }
        Rows { ids, employees, quantities, bodies }
    }
}
