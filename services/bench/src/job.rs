//! The part of a workload that a peer gets, and how it is distributed among its connections.

use crate::args::{Common, Peers};
use crate::workload::{Tally, Workload};

/// Which events, and how they are sent.
#[derive(Clone, Copy, Debug)]
pub struct Job {
    /// The workload.
    pub workload: Workload,
    /// The number of its events.
    pub events: u64,
    /// Events per batch.
    pub batch: u64,
    /// The number of connections.
    pub connections: u64,
}

impl Job {
    /// The job given by the command line, with at most the number of events for peers.
    pub fn of(common: &Common, peers: &Peers, workload: Workload, events: u64) -> Job {
        let events = events.min(peers.peer_events.0);
        Job { workload, events, batch: common.batch, connections: common.connections }
    }

    /// The numbers of its batches, for one of its connections.
    pub fn batches(self, connection: u64) -> impl Iterator<Item = std::ops::Range<u64>> {
        let step = (self.batch * self.connections) as usize;
        let firsts = (connection * self.batch..self.events).step_by(step);
        firsts.map(move |first| first..(first + self.batch).min(self.events))
    }

    /// What its boards must show.
    pub fn tally(&self) -> Tally {
        Tally::of(&self.workload, 0..self.events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::Shape;

    #[test]
    fn the_connections_share_all_events_between_them() {
        let shape = Shape { branches: 1, teams: 1, employees: 1 };
        let workload = Workload { shape, skewed: false, numbered: true, seed: 1, everybody_first: false };
        let job = Job { workload, events: 2_345, batch: 100, connections: 3 };
        let mut all: Vec<u64> = (0..3).flat_map(|own| job.batches(own).flatten()).collect();
        all.sort_unstable();
        assert_eq!(all, (0..2_345).collect::<Vec<_>>());
    }
}
