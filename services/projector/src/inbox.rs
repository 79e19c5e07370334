//! What waits for the fold's thread: batches of the log, old batches for contests that are read again, and orders. Each
//! has a bounded queue of its own, so that live batches can be held back while old ones go on. It folds nothing and
//! never spins: it sleeps until something comes or the time is up.

use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::{Duration, Instant};

use longhu_log::{Entry, Kind};
use tokio::sync::mpsc::Receiver;

use crate::desk::Order;
use crate::feed::{Old, Work};

/// The queues of the fold's thread.
pub struct Inbox {
    live: Receiver<Entry>,
    old: Receiver<Old>,
    orders: Receiver<Order>,
    /// Taken from their queues, and not handed out yet.
    next_live: Option<Entry>,
    next_old: Option<Old>,
    next_order: Option<Order>,
    is_turn_of_old: bool,
}

/// Why a wait ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waited {
    /// Something is there.
    Ready,
    /// Nothing came.
    TimeIsUp,
    /// Nothing more can come.
    Ended,
}

impl Inbox {
    /// Takes from these queues.
    pub fn new(live: Receiver<Entry>, old: Receiver<Old>, orders: Receiver<Order>) -> Inbox {
        let (next_live, next_old, next_order) = (None, None, None);
        Inbox { live, old, orders, next_live, next_old, next_order, is_turn_of_old: false }
    }

    /// Waits until there is something to do, or nothing more can come. While live batches are held back, they are
    /// nothing to do, and when no old ones can come any more, nothing can: only those end the holding back.
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
        let old_ended = pull(&mut self.old, &mut self.next_old, context);
        pull(&mut self.orders, &mut self.next_order, context);
        let has_live = self.next_live.is_some() && !holds_live;
        if has_live || self.next_old.is_some() || self.next_order.is_some() {
            return Poll::Ready(Waited::Ready);
        }
        match old_ended && (live_ended || holds_live) {
            true => Poll::Ready(Waited::Ended),
            false => Poll::Pending,
        }
    }

    /// Batches that wait and may be taken.
    pub fn waiting(&self, holds_live: bool) -> usize {
        if holds_live { self.old.len() } else { self.live.len() + self.old.len() }
    }

    /// The next order.
    pub fn order(&mut self) -> Option<Order> {
        self.next_order.take().or_else(|| self.orders.try_recv().ok())
    }

    /// Batches of about so many events, live and old in turns. A control batch is the last live one: what follows it
    /// may have to wait.
    pub fn take(&mut self, events_max: usize, holds_live: bool) -> Vec<Work> {
        let (mut chunk, mut events, mut may_be_live) = (Vec::new(), 0, !holds_live);
        loop {
            self.next_live = self.next_live.take().or_else(|| self.live.try_recv().ok());
            self.next_old = self.next_old.take().or_else(|| self.old.try_recv().ok());
            let live = self.next_live.take_if(|_| may_be_live);
            let work = match (live, self.next_old.take()) {
                (Some(live), Some(old)) if self.is_turn_of_old => {
                    self.next_live = Some(live);
                    Work::Old(old)
                }
                (Some(live), old) => {
                    self.next_old = old;
                    Work::Live(live)
                }
                (None, Some(old)) => Work::Old(old),
                (None, None) => return chunk,
            };
            if !chunk.is_empty() && events + work.size() > events_max {
                match work {
                    Work::Live(entry) => self.next_live = Some(entry),
                    Work::Old(old) => self.next_old = Some(old),
                }
                return chunk;
            }
            events += work.size();
            self.is_turn_of_old = matches!(work, Work::Live(_));
            if let Work::Live(entry) = &work {
                may_be_live &= entry.batch.header.kind != Kind::Control;
            }
            chunk.push(work);
        }
    }
}

/// Fills a place from its queue, or asks to be woken; whether nothing more can come.
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

    fn old(sequence: u64) -> Old {
        Old { contest: "c".into(), generation: Generation::new(1), entry: entry(sequence, Kind::Events, 1) }
    }

    fn inbox() -> (Sender<Entry>, Sender<Old>, Sender<Order>, Inbox) {
        let ((live_in, live), (old_in, old), (orders_in, orders)) = (channel(8), channel(8), channel(8));
        (live_in, old_in, orders_in, Inbox::new(live, old, orders))
    }

    fn shown(chunk: &[Work]) -> Vec<String> {
        let show = |work: &Work| match work {
            Work::Live(entry) => format!("live {}", entry.sequence),
            Work::Old(old) => format!("old {}", old.entry.sequence),
        };
        chunk.iter().map(show).collect()
    }

    #[test]
    fn live_and_old_batches_are_taken_in_turns() {
        let (live_in, old_in, _orders, mut inbox) = inbox();
        (11..14).for_each(|at| live_in.try_send(entry(at, Kind::Events, 1)).unwrap());
        (1..3).for_each(|at| old_in.try_send(old(at)).unwrap());
        assert_eq!(shown(&inbox.take(3, false)), ["live 11", "old 1", "live 12"]);
        assert_eq!(shown(&inbox.take(3, false)), ["old 2", "live 13"]);
    }

    #[test]
    fn held_back_live_batches_stay_in_order_while_old_ones_go_on() {
        let (live_in, old_in, _orders, mut inbox) = inbox();
        live_in.try_send(entry(11, Kind::Control, 1)).unwrap();
        live_in.try_send(entry(12, Kind::Events, 1)).unwrap();
        assert_eq!(shown(&inbox.take(10, false)), ["live 11"]);
        assert_eq!(inbox.wait(true, Some(Duration::ZERO)), Waited::TimeIsUp);
        old_in.try_send(old(1)).unwrap();
        assert_eq!(inbox.wait(true, None), Waited::Ready);
        assert_eq!(shown(&inbox.take(10, true)), ["old 1"]);
        assert_eq!(shown(&inbox.take(10, false)), ["live 12"]);
    }

    #[test]
    fn it_wakes_for_what_comes_and_for_the_end() {
        let (live_in, old_in, orders, mut inbox) = inbox();
        let sender = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            live_in.blocking_send(entry(1, Kind::Events, 1)).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            drop((live_in, old_in));
        });
        assert_eq!(inbox.wait(false, None), Waited::Ready);
        assert_eq!(shown(&inbox.take(10, false)), ["live 1"]);
        assert_eq!(inbox.wait(false, None), Waited::Ended);
        sender.join().unwrap();
        drop(orders);
    }

    #[test]
    fn while_live_batches_are_held_back_the_end_of_the_old_ones_is_the_end() {
        let (live_in, old_in, _orders, mut inbox) = inbox();
        live_in.try_send(entry(1, Kind::Events, 1)).unwrap();
        drop(old_in);
        assert_eq!(inbox.wait(true, None), Waited::Ended);
        assert_eq!(inbox.wait(false, None), Waited::Ready);
    }
}
