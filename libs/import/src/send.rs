//! Sends rows to the sink as events: batches with a maximum of events and bytes, a maximum of calls in
//! flight, and each outcome reported at the row that its event came from. Rows are read no faster than the
//! sink takes events.

use std::rc::Rc;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use longhu_files::csv_file::{Input, Order, Part, Row, Rows};
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ingest::v1::{Outcome, outcome};
use prost::Message;

use crate::cells::Cells;
use crate::condition::Condition;
use crate::error::Error;
use crate::lookup::Index;
use crate::plan::{Plan, Section};
use crate::progress::Progress;
use crate::report::Report;
use crate::sink::Sink;
use crate::spoilt::Spoilt;
use crate::template::At;
use crate::values::Context;

/// The most events in one call.
const BATCH_EVENTS_MAX: usize = 1_000;
/// The most bytes in one call; a single event may have more.
const BATCH_BYTES_MAX: usize = 1 << 20;

/// Which events are sent, and how.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// In which order.
    pub order: Order,
    /// Which part of the rows; `None` for all.
    pub part: Option<Part>,
    /// The most calls in flight.
    pub in_flight: usize,
}

/// The row that an event came from.
struct Origin {
    section: usize,
    event: usize,
    row: Rc<Row>,
}

#[derive(Default)]
struct Batch {
    events: Vec<Event>,
    origins: Vec<Origin>,
    bytes: usize,
}

/// The outcomes of one call, with the rows that its events came from.
type Answer = Result<(Vec<Origin>, Vec<Outcome>), Error>;

/// The rows of one section to read: from the first to before the second.
struct Stretch {
    section: usize,
    from: u64,
    to: u64,
}

/// Sends the events of every section.
pub async fn send(
    plan: &Plan,
    indexes: &[Index],
    sink: &impl Sink,
    options: Options,
    report: &mut Report,
    progress: &mut Progress,
) -> Result<(), Error> {
    let mut batch = Batch::default();
    let mut calls = FuturesUnordered::new();
    for stretch in stretches(plan, options)? {
        let Some((section, input)) = section_of(plan, stretch.section) else { continue };
        let mut rows = Rows::some(input, options.order, stretch.from, stretch.to)?;
        let mut spoilt = Spoilt::default();
        while let Some(row) = rows.next_row()? {
            let row = Rc::new(row);
            for (event, made) in events_of(plan, indexes, section, input, &row, options.order, report)? {
                spoilt.look(&made, input, row.line, report);
                let bytes = made.encoded_len();
                if batch.is_full(bytes) {
                    calls.push(call(sink, std::mem::take(&mut batch)));
                    if calls.len() >= options.in_flight.max(1) {
                        settle(plan, calls.next().await, report)?;
                    }
                }
                let origin = Origin { section: stretch.section, event, row: Rc::clone(&row) };
                batch.push(made, origin, bytes);
            }
            let counts = &report.counts;
            progress.row(rows.bytes_read(), |_| {
                format!(
                    "{} rows, {} events accepted, {} rejected",
                    counts.rows_read, counts.events_accepted, counts.rejected
                )
            });
        }
        progress.file_done(input.bytes());
    }
    if !batch.events.is_empty() {
        calls.push(call(sink, batch));
    }
    while let Some(answer) = calls.next().await {
        settle(plan, Some(answer), report)?;
    }
    Ok(())
}

impl Batch {
    fn is_full(&self, next_bytes: usize) -> bool {
        let full = self.events.len() >= BATCH_EVENTS_MAX || self.bytes + next_bytes > BATCH_BYTES_MAX;
        !self.events.is_empty() && full
    }

    fn push(&mut self, event: Event, origin: Origin, bytes: usize) {
        self.events.push(event);
        self.origins.push(origin);
        self.bytes += bytes;
    }
}

fn section_of(plan: &Plan, index: usize) -> Option<(&Section, &Input)> {
    let section = plan.sections.get(index)?;
    Some((section, plan.inputs.get(section.rows.input)?))
}

/// The rows to read, section by section, in the order asked for.
fn stretches(plan: &Plan, options: Options) -> Result<Vec<Stretch>, Error> {
    let mut sections: Vec<usize> = (0..plan.sections.len()).collect();
    if options.order == Order::Reverse {
        sections.reverse();
    }
    let Some(part) = options.part else {
        return Ok(sections.into_iter().map(|section| Stretch { section, from: 0, to: u64::MAX }).collect());
    };
    let mut counts = Vec::new();
    for section in sections {
        let count = section_of(plan, section).map_or(Ok(0), |(_, input)| Rows::count(input))?;
        counts.push((section, count));
    }
    let (from, to) = part.bounds(counts.iter().map(|(_, count)| count).sum());
    let mut start = 0u64;
    let mut stretches = Vec::new();
    for (section, count) in counts {
        let within = |bound: u64| bound.saturating_sub(start).min(count);
        let stretch = Stretch { section, from: within(from), to: within(to) };
        if stretch.from < stretch.to {
            stretches.push(stretch);
        }
        start += count;
    }
    Ok(stretches)
}

/// The events of one row, each with its index in the section. A wrong event is rejected alone.
fn events_of(
    plan: &Plan,
    indexes: &[Index],
    section: &Section,
    input: &Input,
    row: &Row,
    order: Order,
    report: &mut Report,
) -> Result<Vec<(usize, Event)>, Error> {
    report.counts.rows_read += 1;
    if row.fault.is_none() && row.last_line > row.line {
        report.warn_of_lines(input, row);
    }
    if let Some(fault) = &row.fault {
        if row.has_other_shape() && is_left_out(plan, indexes, section, input, row) {
            report.counts.rows_without_event += 1;
        } else {
            report.reject(input, &section.rows.place, row, &fault.clone().at(""))?;
        }
        return Ok(Vec::new());
    }
    let (mut events, mut rejected) = (Vec::new(), false);
    for variables in &section.rows.repeats {
        let cells = Cells { input, cells: &row.cells };
        let context = Context::new(plan, indexes, &section.rows, cells, variables);
        match section.rows.when.as_ref().map_or(Ok(true), |when| when.holds(&context)) {
            Ok(true) => {}
            Ok(false) => continue,
            Err(fault) => {
                rejected = true;
                report.reject(input, &section.rows.place, row, &fault.at("when"))?;
                continue;
            }
        }
        for (index, rule) in section.events.iter().enumerate() {
            match rule.event(&context, &plan.catalogue) {
                Ok(event) => events.extend(event.map(|event| (index, event))),
                Err(violation) => {
                    rejected = true;
                    report.reject(input, &rule.place, row, &violation)?;
                }
            }
        }
    }
    if events.is_empty() && !rejected {
        report.counts.rows_without_event += 1;
    }
    if order == Order::Reverse {
        events.reverse();
    }
    Ok(events)
}

/// Whether no `when` holds for a row. A row of the wrong shape is then not a fault, as below a table.
fn is_left_out(plan: &Plan, indexes: &[Index], section: &Section, input: &Input, row: &Row) -> bool {
    section.rows.repeats.iter().all(|variables| {
        let cells = Cells { input, cells: &row.cells };
        let context = Context::new(plan, indexes, &section.rows, cells, variables);
        let fails = |when: &Option<Condition<At>>| {
            when.as_ref().is_some_and(|when| matches!(when.holds(&context), Ok(false)))
        };
        fails(&section.rows.when) || section.events.iter().all(|event| fails(&event.when))
    })
}

async fn call(sink: &impl Sink, batch: Batch) -> Answer {
    let outcomes = sink.events(batch.events).await?;
    Ok((batch.origins, outcomes))
}

/// Counts the outcomes of one call, and writes what the server rejected to the report.
fn settle(plan: &Plan, answer: Option<Answer>, report: &mut Report) -> Result<(), Error> {
    let Some(answer) = answer else { return Ok(()) };
    let (origins, outcomes) = answer?;
    for (origin, outcome) in origins.iter().zip(outcomes) {
        let rejected = match outcome.result {
            Some(outcome::Result::Accepted(_)) => {
                report.counts.events_accepted += 1;
                continue;
            }
            Some(outcome::Result::Rejected(rejected)) => rejected,
            None => longhu_proto::wire::ingest::v1::Rejected {
                code: "NO_OUTCOME".to_owned(),
                reason: "the server gave no outcome; import again, with the same version on both sides"
                    .to_owned(),
                ..Default::default()
            },
        };
        let Some((section, input)) = section_of(plan, origin.section) else { continue };
        let place = section.events.get(origin.event).map_or("", |rule| rule.place.as_str());
        let violation = (rejected.field.as_str(), rejected.code.as_str(), rejected.reason.as_str());
        report.reject_with(input, place, &origin.row, violation)?;
    }
    Ok(())
}
