//! The log in the oracle's form: every entry in a list, read as it grows. It keeps everything, so it is only
//! for logs of some thousand entries.

use longhu_core::Position;
use longhu_core::contest::Contest;
use longhu_core::control::Payload;
use longhu_core::oracle::{Entry, Logged};
use longhu_log::{Kind, Log, ReadFrom, ReadOptions, Reader};
use longhu_proto::{control, stored_event};

/// The entries read so far.
pub struct Ledger {
    reader: Reader,
    entries: Vec<Logged>,
}

impl Ledger {
    /// Starts at the beginning of the log.
    pub async fn open(log: Log) -> Ledger {
        let reader = Reader::open(&log, ReadFrom::Start, ReadOptions::default()).await.unwrap();
        Ledger { reader, entries: Vec::new() }
    }

    /// All entries up to a stored position.
    pub async fn up_to(&mut self, position: Position) -> &[Logged] {
        while self.reader.checkpoint().sequence < position.sequence {
            let entry = self.reader.next().await.unwrap().unwrap();
            let recorded = entry.batch.header.recorded_time;
            let mut push = |index: u32, logged: Entry| {
                self.entries.push(Logged { position: entry.position(index), recorded, entry: logged });
            };
            match entry.batch.header.kind {
                Kind::Tick => push(0, Entry::Tick),
                Kind::Events => {
                    for (index, record) in (0..).zip(&entry.batch.records) {
                        push(index, Entry::Event(stored_event::decode(record).unwrap().into_owned()));
                    }
                }
                Kind::Control => {
                    for (index, record) in (0..).zip(&entry.batch.records) {
                        push(index, Entry::Decision(control::decode(record).unwrap()));
                    }
                }
            }
        }
        let end = self.entries.partition_point(|logged| logged.position <= position);
        &self.entries[..end]
    }

    /// A revision of a contest's definition.
    pub fn definition<'a>(entries: &'a [Logged], contest: &str, revision: u64) -> &'a Contest {
        let mut definitions = entries.iter().filter_map(|logged| match &logged.entry {
            Entry::Decision(decision) if decision.key == contest && decision.revision == revision => {
                match &decision.payload {
                    Payload::Contest(definition) => Some(definition.as_ref()),
                    _ => None,
                }
            }
            _ => None,
        });
        definitions.next_back().unwrap_or_else(|| panic!("the log has no revision {revision} of {contest}"))
    }
}
