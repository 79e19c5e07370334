//! The queue for the disk: whole calls, limited by events and bytes, taken batch by batch in the order of
//! arrival. Each call is answered exactly once, and nothing of a refused call has been queued.

use std::collections::VecDeque;

use bytes::Bytes;
use longhu_core::Position;
use longhu_log::BatchLimits;
use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

use crate::config::QueueLimits;
use crate::refusal::Refusal;

/// Where the events of a call are stored, in order; or why that is not known.
pub(crate) type Answer = Result<Vec<Position>, Refusal>;

/// One call's events on their way to the disk.
struct Call {
    records: std::vec::IntoIter<Bytes>,
    positions: Vec<Position>,
    answer: oneshot::Sender<Answer>,
}

impl Call {
    fn bytes_left(&self) -> usize {
        self.records.as_slice().iter().map(Bytes::len).sum()
    }
}

/// The next batch, and whose events are in it.
pub(crate) struct Taken {
    pub(crate) records: Vec<Bytes>,
    /// Calls, with the number of their events in this batch. Only the last call may have more events.
    parts: Vec<(Call, usize)>,
}

#[derive(Default)]
struct Waiting {
    calls: VecDeque<Call>,
    /// Events and bytes that are waiting or on their way, until they are answered.
    events: usize,
    bytes: usize,
    closed: Option<Refusal>,
}

/// The queue between calls and the writer of the slot.
pub(crate) struct Queue {
    limits: QueueLimits,
    batch: BatchLimits,
    waiting: Mutex<Waiting>,
    filled: Notify,
    room: Notify,
}

impl Queue {
    pub(crate) fn new(limits: QueueLimits, batch: BatchLimits) -> Queue {
        Queue { limits, batch, waiting: Mutex::default(), filled: Notify::new(), room: Notify::new() }
    }

    /// Queues the events of a call, or refuses all of them. Never waits.
    pub(crate) fn push(&self, mut records: Vec<Bytes>) -> Result<oneshot::Receiver<Answer>, Refusal> {
        self.try_push(&mut records)
    }

    /// Empties `records` if they were queued.
    fn try_push(&self, records: &mut Vec<Bytes>) -> Result<oneshot::Receiver<Answer>, Refusal> {
        let bytes: usize = records.iter().map(Bytes::len).sum();
        let mut waiting = self.waiting.lock();
        if let Some(refusal) = &waiting.closed {
            return Err(refusal.clone());
        }
        let is_full = waiting.events + records.len() > self.limits.events_max
            || waiting.bytes + bytes > self.limits.bytes_max;
        // A call that is larger than the whole queue would never find room, so it is accepted when nothing
        // waits.
        if is_full && waiting.events > 0 {
            return Err(Refusal::Overloaded);
        }
        waiting.events += records.len();
        waiting.bytes += bytes;
        let (answer, answered) = oneshot::channel();
        let positions = Vec::with_capacity(records.len());
        let records = std::mem::take(records).into_iter();
        waiting.calls.push_back(Call { records, positions, answer });
        drop(waiting);
        self.filled.notify_one();
        Ok(answered)
    }

    /// The same as [`Queue::push`], but waits for room until `deadline`.
    pub(crate) async fn push_patiently(
        &self,
        mut records: Vec<Bytes>,
        deadline: Instant,
    ) -> Result<oneshot::Receiver<Answer>, Refusal> {
        loop {
            let room = self.room.notified();
            match self.try_push(&mut records) {
                Err(Refusal::Overloaded) => {}
                done => return done,
            }
            if tokio::time::timeout_at(deadline, room).await.is_err() {
                return Err(Refusal::Overloaded);
            }
        }
    }

    /// The next batch, as soon as there is one; `None` once the queue is closed and empty. Dropping the
    /// future loses nothing.
    pub(crate) async fn take(&self) -> Option<Taken> {
        loop {
            let filled = self.filled.notified();
            {
                let mut waiting = self.waiting.lock();
                self.drop_abandoned(&mut waiting);
                if !waiting.calls.is_empty() {
                    return Some(self.cut(&mut waiting));
                }
                if waiting.closed.is_some() {
                    return None;
                }
            }
            filled.await;
        }
    }

    /// Drops calls whose callers went away before any of their events were sent.
    fn drop_abandoned(&self, waiting: &mut Waiting) {
        while let Some(call) = waiting.calls.front()
            && call.answer.is_closed()
            && call.positions.is_empty()
        {
            let (events, bytes) = (call.records.len(), call.bytes_left());
            waiting.calls.pop_front();
            self.release(waiting, events, bytes);
        }
    }

    fn cut(&self, waiting: &mut Waiting) -> Taken {
        let lengths = waiting.calls.iter().flat_map(|call| call.records.as_slice()).map(Bytes::len);
        let mut room = self.batch.fit(lengths);
        let mut taken = Taken { records: Vec::with_capacity(room), parts: Vec::new() };
        while room > 0
            && let Some(mut call) = waiting.calls.pop_front()
        {
            let count = room.min(call.records.len());
            taken.records.extend(call.records.by_ref().take(count));
            taken.parts.push((call, count));
            room -= count;
        }
        taken
    }

    /// The batch is on disk at `sequence`. Answers the calls that are complete.
    pub(crate) fn stored(&self, taken: Taken, sequence: u64) {
        let bytes = taken.records.iter().map(Bytes::len).sum();
        let events = taken.records.len();
        let mut index = 0u32;
        let mut unfinished = None;
        for (mut call, count) in taken.parts {
            let next = index + count as u32;
            call.positions.extend((index..next).map(|index| Position::new(sequence, index)));
            index = next;
            if call.records.as_slice().is_empty() {
                // The caller may have gone.
                let _ = call.answer.send(Ok(call.positions));
            } else {
                unfinished = Some(call);
            }
        }
        let mut waiting = self.waiting.lock();
        self.release(&mut waiting, events, bytes);
        if let Some(call) = unfinished {
            waiting.calls.push_front(call);
        }
    }

    /// It is not known that the batch is on disk. Its calls are refused, each with all its events.
    pub(crate) fn refused(&self, taken: Taken, refusal: &Refusal) {
        let mut events = taken.records.len();
        let mut bytes: usize = taken.records.iter().map(Bytes::len).sum();
        for (call, _) in taken.parts {
            events += call.records.len();
            bytes += call.bytes_left();
            let _ = call.answer.send(Err(refusal.clone()));
        }
        let mut waiting = self.waiting.lock();
        self.release(&mut waiting, events, bytes);
    }

    /// Whether it accepts no more calls.
    pub(crate) fn is_closed(&self) -> bool {
        self.waiting.lock().closed.is_some()
    }

    /// Accepts no more calls. What is waiting can still be taken.
    pub(crate) fn close(&self, refusal: Refusal) {
        let mut waiting = self.waiting.lock();
        waiting.closed.get_or_insert(refusal);
        drop(waiting);
        self.filled.notify_one();
        self.room.notify_waiters();
    }

    /// Accepts no more calls, and refuses those that are waiting.
    pub(crate) fn abort(&self, refusal: Refusal) {
        let mut waiting = self.waiting.lock();
        waiting.closed = Some(refusal.clone());
        let calls = std::mem::take(&mut waiting.calls);
        (waiting.events, waiting.bytes) = (0, 0);
        drop(waiting);
        for call in calls {
            let _ = call.answer.send(Err(refusal.clone()));
        }
        self.filled.notify_one();
        self.room.notify_waiters();
    }

    fn release(&self, waiting: &mut Waiting, events: usize, bytes: usize) {
        waiting.events = waiting.events.saturating_sub(events);
        waiting.bytes = waiting.bytes.saturating_sub(bytes);
        self.room.notify_waiters();
    }
}

/// Waits until a call is answered. After `deadline` its outcome counts as unknown.
pub(crate) async fn answered(answer: oneshot::Receiver<Answer>, deadline: Instant) -> Answer {
    match tokio::time::timeout_at(deadline, answer).await {
        Ok(Ok(answer)) => answer,
        // The writer has gone, or did not answer in time.
        Ok(Err(_)) | Err(_) => Err(Refusal::LogSilent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queue(events_max: usize, count_max: usize) -> Queue {
        let limits = QueueLimits { events_max, bytes_max: 1000 };
        Queue::new(limits, BatchLimits { count_max, raw_bytes_max: 1000 })
    }

    fn records(count: usize) -> Vec<Bytes> {
        (0..count).map(|index| Bytes::from(vec![index as u8; 10])).collect()
    }

    #[tokio::test]
    async fn concurrent_calls_share_a_batch_and_large_ones_are_split() {
        let queue = queue(100, 4);
        let (small, large) = (queue.push(records(1)).unwrap(), queue.push(records(6)).unwrap());
        let first = queue.take().await.unwrap();
        assert_eq!(first.records.len(), 4);
        queue.stored(first, 7);
        assert_eq!(small.await.unwrap(), Ok(vec![Position::new(7, 0)]));
        let second = queue.take().await.unwrap();
        assert_eq!(second.records.len(), 3);
        queue.stored(second, 9);
        let expected = [(7, 1), (7, 2), (7, 3), (9, 0), (9, 1), (9, 2)].map(|(s, i)| Position::new(s, i));
        assert_eq!(large.await.unwrap(), Ok(expected.to_vec()));
        assert_eq!(queue.waiting.lock().events, 0);
        assert_eq!(queue.waiting.lock().bytes, 0);
    }

    #[tokio::test]
    async fn full_queue_refuses_until_what_is_on_its_way_is_answered() {
        let queue = queue(5, 10);
        let _first = queue.push(records(9)).expect("larger than the queue, but nothing else waits");
        assert_eq!(queue.push(records(1)).err(), Some(Refusal::Overloaded));
        let taken = queue.take().await.unwrap();
        assert_eq!(queue.push(records(1)).err(), Some(Refusal::Overloaded));
        queue.stored(taken, 1);
        assert!(queue.push(records(1)).is_ok());
    }

    #[tokio::test]
    async fn split_call_is_refused_whole_when_its_second_part_fails() {
        let queue = queue(100, 2);
        let call = queue.push(records(5)).unwrap();
        let first = queue.take().await.unwrap();
        queue.stored(first, 1);
        let second = queue.take().await.unwrap();
        queue.refused(second, &Refusal::LogSilent);
        assert_eq!(call.await.unwrap(), Err(Refusal::LogSilent));
        let waiting = queue.waiting.lock();
        assert_eq!((waiting.events, waiting.bytes, waiting.calls.len()), (0, 0, 0));
    }

    #[tokio::test]
    async fn closed_queue_is_emptied_and_takes_nothing_more() {
        let queue = queue(100, 10);
        let call = queue.push(records(1)).unwrap();
        queue.close(Refusal::ShuttingDown);
        assert_eq!(queue.push(records(1)).err(), Some(Refusal::ShuttingDown));
        let taken = queue.take().await.unwrap();
        queue.stored(taken, 3);
        assert!(call.await.unwrap().is_ok());
        assert!(queue.take().await.is_none());
    }

    #[tokio::test]
    async fn calls_without_callers_are_not_written() {
        let queue = queue(100, 10);
        drop(queue.push(records(3)).unwrap());
        let kept = queue.push(records(1)).unwrap();
        assert_eq!(queue.take().await.unwrap().records.len(), 1);
        assert_eq!(queue.waiting.lock().events, 1);
        drop(kept);
    }
}
