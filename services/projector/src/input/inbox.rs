//! The inbox of the fold's thread: live batches of the log, earlier batches for backfills, and tasks. Each
//! has its own bounded queue, so that live batches can be held back while a backfill continues. Waiting ends
//! when something arrives or the time is up.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use longhu_log::{Entry, Kind};
use tokio::sync::mpsc::Receiver;

use crate::input::shard_tasks::ShardTask;
use crate::input::work::{BackfillBatch, Work};

/// The queues of the fold's thread.
pub struct Inbox {
    live: Receiver<Entry>,
    backfill: Receiver<BackfillBatch>,
    tasks: Receiver<ShardTask>,
    /// Taken from the queues but not handed out yet.
    next_live: Option<Entry>,
    next_backfill: Option<BackfillBatch>,
    next_task: Option<ShardTask>,
    is_turn_of_backfill: bool,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    Ready,
    TimeIsUp,
    /// Nothing more can arrive.
    Ended,
}

impl Inbox {
    pub fn new(
        live: Receiver<Entry>,
        backfill: Receiver<BackfillBatch>,
        tasks: Receiver<ShardTask>,
    ) -> Inbox {
        let (next_live, next_backfill, next_task) = (None, None, None);
        Inbox { live, backfill, tasks, next_live, next_backfill, next_task, is_turn_of_backfill: false }
    }

    /// Waits until there is something to do, or nothing more can arrive. While live batches are held back
    /// they do not end the wait. Only backfill batches can end the holding back, so if there can be no more
    /// of them, the wait ends too.
    pub fn wait(&mut self, holds_live: bool, at_most: Option<Duration>) -> Waited {
        let until = at_most.map(|time| Instant::now() + time);
        let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
        loop {
            if let Poll::Ready(waited) = self.poll(holds_live, &mut Context::from_waker(&waker)) {
                return waited;
            }
            match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => std::thread::park(),
                Some(Duration::ZERO) => return Waited::TimeIsUp,
                Some(left) => std::thread::park_timeout(left),
            }
        }
    }

    fn poll(&mut self, holds_live: bool, context: &mut Context) -> Poll<Waited> {
        let live_ended = pull(&mut self.live, &mut self.next_live, context);
        let backfill_ended = pull(&mut self.backfill, &mut self.next_backfill, context);
        pull(&mut self.tasks, &mut self.next_task, context);
        let has_live = self.next_live.is_some() && !holds_live;
        if has_live || self.next_backfill.is_some() || self.next_task.is_some() {
            return Poll::Ready(Waited::Ready);
        }
        match backfill_ended && (live_ended || holds_live) {
            true => Poll::Ready(Waited::Ended),
            false => Poll::Pending,
        }
    }

    /// The number of batches that are waiting and may be taken.
    pub fn waiting(&self, holds_live: bool) -> usize {
        if holds_live { self.backfill.len() } else { self.live.len() + self.backfill.len() }
    }

    pub fn task(&mut self) -> Option<ShardTask> {
        self.next_task.take().or_else(|| self.tasks.try_recv().ok())
    }

    /// Takes batches of about `events_max` events, live and backfill in turns. In one chunk no live batch
    /// follows a control batch, because what follows a decision may have to wait for it.
    pub fn take(&mut self, events_max: usize, holds_live: bool) -> Vec<Work> {
        let (mut chunk, mut events, mut may_be_live) = (Vec::new(), 0, !holds_live);
        loop {
            self.next_live = self.next_live.take().or_else(|| self.live.try_recv().ok());
            self.next_backfill = self.next_backfill.take().or_else(|| self.backfill.try_recv().ok());
            let live = self.next_live.take_if(|_| may_be_live);
            let work = match (live, self.next_backfill.take()) {
                (Some(live), Some(backfill)) if self.is_turn_of_backfill => {
                    self.next_live = Some(live);
                    Work::Backfill(backfill)
                }
                (Some(live), backfill) => {
                    self.next_backfill = backfill;
                    Work::Live(live)
                }
                (None, Some(backfill)) => Work::Backfill(backfill),
                (None, None) => return chunk,
            };
            if !chunk.is_empty() && events + work.size() > events_max {
                match work {
                    Work::Live(entry) => self.next_live = Some(entry),
                    Work::Backfill(backfill) => self.next_backfill = Some(backfill),
                }
                return chunk;
            }
            events += work.size();
            self.is_turn_of_backfill = matches!(work, Work::Live(_));
            if let Work::Live(entry) = &work {
                may_be_live &= entry.batch.header.kind != Kind::Control;
            }
            chunk.push(work);
        }
    }
}

/// Fills a place from its queue, or registers for being woken. Returns whether nothing more can arrive.
fn pull<T>(queue: &mut Receiver<T>, place: &mut Option<T>, context: &mut Context) -> bool {
    if place.is_some() {
        return false;
    }
    match queue.poll_recv(context) {
        Poll::Ready(Some(next)) => *place = Some(next),
        Poll::Ready(None) => return true,
        Poll::Pending => {}
    }
    false
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

#[cfg(test)]
mod tests {
    use longhu_core::Time;
    use longhu_core::types::ids::Generation;
    use longhu_log::batch::Codec;
    use longhu_log::{Batch, BatchHeader, Hash, WriterId};
    use tokio::sync::mpsc::{Sender, channel};

    use super::*;

    fn entry(sequence: u64, kind: Kind, records: usize) -> Entry {
        let header = BatchHeader {
            kind,
            writer: WriterId([1; 16]),
            number: sequence,
            previous: Hash::ZERO,
            recorded_time: Time(0),
            codec: Codec::None,
            count: records as u32,
            raw_bytes: 0,
        };
        let batch = Batch { header, records: vec![Default::default(); records], hash: Hash::ZERO };
        Entry { sequence, subject: "s".into(), batch, running_hash: Hash::ZERO, pending: 0 }
    }

    fn backfill(sequence: u64) -> BackfillBatch {
        BackfillBatch {
            contest: "c".into(),
            generation: Generation::new(1),
            entry: entry(sequence, Kind::Events, 1),
        }
    }

    fn inbox() -> (Sender<Entry>, Sender<BackfillBatch>, Sender<ShardTask>, Inbox) {
        let ((live_in, live), (backfill_in, backfill), (tasks_in, tasks)) =
            (channel(8), channel(8), channel(8));
        (live_in, backfill_in, tasks_in, Inbox::new(live, backfill, tasks))
    }

    fn shown(chunk: &[Work]) -> Vec<String> {
        let show = |work: &Work| match work {
            Work::Live(entry) => format!("live {}", entry.sequence),
            Work::Backfill(backfill) => format!("backfill {}", backfill.entry.sequence),
        };
        chunk.iter().map(show).collect()
    }

    #[test]
    fn live_and_backfill_batches_are_taken_in_turns() {
        let (live_in, backfill_in, _tasks, mut inbox) = inbox();
        (11..14).for_each(|at| live_in.try_send(entry(at, Kind::Events, 1)).unwrap());
        (1..3).for_each(|at| backfill_in.try_send(backfill(at)).unwrap());
        assert_eq!(shown(&inbox.take(3, false)), ["live 11", "backfill 1", "live 12"]);
        assert_eq!(shown(&inbox.take(3, false)), ["backfill 2", "live 13"]);
    }

    #[test]
    fn held_back_live_batches_stay_in_order_while_a_backfill_continues() {
        let (live_in, backfill_in, _tasks, mut inbox) = inbox();
        live_in.try_send(entry(11, Kind::Control, 1)).unwrap();
        live_in.try_send(entry(12, Kind::Events, 1)).unwrap();
        assert_eq!(shown(&inbox.take(10, false)), ["live 11"]);
        assert_eq!(inbox.wait(true, Some(Duration::ZERO)), Waited::TimeIsUp);
        backfill_in.try_send(backfill(1)).unwrap();
        assert_eq!(inbox.wait(true, None), Waited::Ready);
        assert_eq!(shown(&inbox.take(10, true)), ["backfill 1"]);
        assert_eq!(shown(&inbox.take(10, false)), ["live 12"]);
    }

    #[test]
    fn it_wakes_for_work_and_for_the_end() {
        let (live_in, backfill_in, tasks, mut inbox) = inbox();
        let sender = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            live_in.blocking_send(entry(1, Kind::Events, 1)).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            drop((live_in, backfill_in));
        });
        assert_eq!(inbox.wait(false, None), Waited::Ready);
        assert_eq!(shown(&inbox.take(10, false)), ["live 1"]);
        assert_eq!(inbox.wait(false, None), Waited::Ended);
        sender.join().unwrap();
        drop(tasks);
    }

    #[test]
    fn the_end_of_the_backfill_ends_a_wait_with_held_back_live_batches() {
        let (live_in, backfill_in, _tasks, mut inbox) = inbox();
        live_in.try_send(entry(1, Kind::Events, 1)).unwrap();
        drop(backfill_in);
        assert_eq!(inbox.wait(true, None), Waited::Ended);
        assert_eq!(inbox.wait(false, None), Waited::Ready);
    }
}
