//! The history checker: compares what an adapter was told with what is in the log. An acknowledged event must
//! be there exactly once, an unknown one at most once, a rejected one never. An event that was sent again may
//! be there once for each time it was not rejected. The checker is itself tested with wrong histories.

use std::collections::{BTreeMap, BTreeSet};

use longhu_core::Position;

/// What the adapter was told about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on disk, at this position.
    Acknowledged(Position),
    /// Unknown: no answer, or UNAVAILABLE.
    Unknown,
    /// It was refused, alone or with the whole call.
    Rejected,
}

/// One sending of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    pub event: u64,
    pub fate: Fate,
}

/// A contradiction between the log and the adapter's view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Objection {
    /// It was acknowledged at this position, but is not there.
    Lost { event: u64, position: Position },
    /// It is there more often than it was sent without being rejected.
    Doubled { event: u64, found: usize, allowed: usize },
    /// It was rejected each time, but it is there.
    Resurrected { event: u64, position: Position },
    /// It was never sent.
    Foreign { event: u64, position: Position },
}

/// The numbers of a history without contradictions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Events by the last answer about them.
    pub acknowledged: u64,
    pub unknown: u64,
    pub rejected: u64,
    /// Acknowledged events that are there once, or more often because they were sent again.
    pub acknowledged_once: u64,
    pub acknowledged_again: u64,
    /// Unknown events that are there, and that are not.
    pub unknown_found: u64,
    pub unknown_never: u64,
    /// Different events in the log.
    pub distinct: u64,
    /// Entries of the log, copies included.
    pub entries: u64,
}

impl std::fmt::Display for Findings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "acknowledged {} (in the log once {}, again after being sent again {}, never 0), unknown {} (once {}, \
             never {}), rejected {} (none of them in the log), entries {}",
            self.acknowledged,
            self.acknowledged_once,
            self.acknowledged_again,
            self.unknown,
            self.unknown_found,
            self.unknown_never,
            self.rejected,
            self.entries,
        )
    }
}

#[derive(Default)]
struct Told {
    acknowledged: BTreeSet<Position>,
    unknown: usize,
}

/// Compares the two. `log` has each event of the log with its position.
pub fn check(attempts: &[Attempt], log: &[(u64, Position)]) -> Result<Findings, Vec<Objection>> {
    let mut told: BTreeMap<u64, Told> = BTreeMap::new();
    for attempt in attempts {
        let told = told.entry(attempt.event).or_default();
        match attempt.fate {
            Fate::Acknowledged(position) => drop(told.acknowledged.insert(position)),
            Fate::Unknown => told.unknown += 1,
            Fate::Rejected => {}
        }
    }
    let mut found: BTreeMap<u64, Vec<Position>> = BTreeMap::new();
    for (event, position) in log {
        found.entry(*event).or_default().push(*position);
    }
    let mut objections = Vec::new();
    for (event, positions) in &found {
        if !told.contains_key(event) {
            objections.push(Objection::Foreign { event: *event, position: positions[0] });
        }
    }
    let mut findings =
        Findings { distinct: found.len() as u64, entries: log.len() as u64, ..Findings::default() };
    for (event, told) in &told {
        judge(*event, told, found.get(event).map_or(&[], Vec::as_slice), &mut findings, &mut objections);
    }
    if objections.is_empty() { Ok(findings) } else { Err(objections) }
}

fn judge(
    event: u64,
    told: &Told,
    found: &[Position],
    findings: &mut Findings,
    objections: &mut Vec<Objection>,
) {
    let lost = told.acknowledged.iter().filter(|position| !found.contains(position));
    objections.extend(lost.map(|position| Objection::Lost { event, position: *position }));
    let allowed = told.acknowledged.len() + told.unknown;
    match (found, allowed) {
        ([position, ..], 0) => objections.push(Objection::Resurrected { event, position: *position }),
        _ if found.len() > allowed => {
            objections.push(Objection::Doubled { event, found: found.len(), allowed });
        }
        _ => {}
    }
    let (counted, found_once, found_else) = match (told.acknowledged.len(), told.unknown) {
        (0, 0) => {
            findings.rejected += 1;
            return;
        }
        (0, _) => (&mut findings.unknown, &mut findings.unknown_found, &mut findings.unknown_never),
        _ => (&mut findings.acknowledged, &mut findings.acknowledged_once, &mut findings.acknowledged_again),
    };
    *counted += 1;
    let is_once = if told.acknowledged.is_empty() { !found.is_empty() } else { found.len() == 1 };
    *(if is_once { found_once } else { found_else }) += 1;
}

fn sent(event: u64, fate: Fate) -> Attempt {
    Attempt { event, fate }
}

fn at(sequence: u64) -> Position {
    Position::new(sequence, 0)
}

/// One event acknowledged, one unknown that is stored, one unknown that is not, one rejected, one sent again
/// until it was acknowledged.
fn sound() -> (Vec<Attempt>, Vec<(u64, Position)>) {
    let attempts = vec![
        sent(1, Fate::Acknowledged(at(10))),
        sent(2, Fate::Unknown),
        sent(3, Fate::Unknown),
        sent(4, Fate::Rejected),
        sent(5, Fate::Unknown),
        sent(5, Fate::Acknowledged(at(14))),
    ];
    (attempts, vec![(1, at(10)), (2, at(11)), (5, at(12)), (5, at(14))])
}

#[test]
fn a_sound_history_is_accepted_and_counted() {
    let (attempts, log) = sound();
    let findings = check(&attempts, &log).unwrap();
    let expected = Findings {
        acknowledged: 2,
        unknown: 2,
        rejected: 1,
        acknowledged_once: 1,
        acknowledged_again: 1,
        unknown_found: 1,
        unknown_never: 1,
        distinct: 3,
        entries: 4,
    };
    assert_eq!(findings, expected);
}

#[test]
fn an_acknowledged_event_that_is_lost_is_reported() {
    let (attempts, mut log) = sound();
    log.remove(0);
    assert_eq!(check(&attempts, &log).unwrap_err(), [Objection::Lost { event: 1, position: at(10) }]);
}

#[test]
fn an_acknowledged_event_at_another_position_counts_as_lost() {
    let (attempts, mut log) = sound();
    log[0].1 = at(9);
    assert_eq!(check(&attempts, &log).unwrap_err(), [Objection::Lost { event: 1, position: at(10) }]);
}

#[test]
fn an_acknowledged_event_that_is_there_twice_is_reported() {
    let (attempts, mut log) = sound();
    log.push((1, at(20)));
    assert_eq!(check(&attempts, &log).unwrap_err(), [Objection::Doubled { event: 1, found: 2, allowed: 1 }]);
}

#[test]
fn an_unknown_event_that_is_there_twice_is_reported() {
    let (attempts, mut log) = sound();
    log.push((2, at(20)));
    assert_eq!(check(&attempts, &log).unwrap_err(), [Objection::Doubled { event: 2, found: 2, allowed: 1 }]);
}

#[test]
fn a_rejected_event_that_is_in_the_log_is_reported() {
    let (attempts, mut log) = sound();
    log.push((4, at(20)));
    assert_eq!(check(&attempts, &log).unwrap_err(), [Objection::Resurrected { event: 4, position: at(20) }]);
}

#[test]
fn an_event_that_nobody_sent_is_reported() {
    let (attempts, mut log) = sound();
    log.push((99, at(20)));
    assert_eq!(check(&attempts, &log).unwrap_err(), [Objection::Foreign { event: 99, position: at(20) }]);
}
