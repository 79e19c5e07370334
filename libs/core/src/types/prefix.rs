//! The prefixes of the keys of all pages in the read model, in one place. The meaning of a prefix never
//! changes. A prefix that is no longer written stays reserved, so that an old page cannot be mistaken for a
//! new one.

macro_rules! prefixes {
    ($($(#[$about:meta])* $name:ident = $bytes:expr,)*) => {
        /// The prefix of a page's key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Prefix {
            $($(#[$about])* $name,)*
        }

        impl Prefix {
            /// All of them.
            pub const ALL: &[Prefix] = &[$(Prefix::$name),*];

            /// Its bytes.
            pub const fn bytes(self) -> &'static [u8] {
                match self {
                    $(Prefix::$name => $bytes,)*
                }
            }
        }
    };
}

prefixes! {
    /// Decisions in force, by kind and key.
    Decisions = &[1],
    /// Decisions of the open change set. Buckets of decisions in force have smaller numbers.
    OpenChangeSet = &[1, 0xff],
    /// Ids of participants, in the order in which they were first seen.
    Participants = &[2, 1],
    /// Names of sources, in the order in which they were first seen.
    Sources = &[2, 2],
    /// Paths from units to the top of the organisation.
    Places = &[2, 3],
    /// Customers, accounts and products, in the order in which they were first seen.
    Keys = &[2, 9],
    /// Numbers and dates of all identities.
    IdentityMeta = &[3, b'm'],
    /// The counters of a source.
    IdentityCounters = &[3, b's'],
    /// A listed conflict of a source.
    IdentityConflict = &[3, b'c'],
    /// Counted numbers of a numbered source.
    IdentityCells = &[3, b'n'],
    /// Which pages a numbered source has.
    IdentityDirectory = &[3, b'd'],
    /// Which runs a business date has.
    IdentityRuns = &[3, b'r'],
    /// A page of a run.
    IdentityRunPage = &[3, b'p'],
    /// A chunk of a sealed filter segment.
    IdentityFilter = &[3, b'f'],
    /// A page of the open filter segment's journal.
    IdentityJournal = &[3, b'j'],
    /// A computation of a contest: its definition and its progress.
    Contest = &[4, 0],
    /// The leaves of a computation.
    Leaves = &[4, 1],
    /// The cells of leaves.
    Cells = &[4, 2],
    /// How far the shard has read the log.
    Head = &[5],
    /// Dead letters: entries that had no effect.
    DeadLetters = &[5, 1],
    /// Records of counted events.
    JournalRecords = &[6, 0],
    /// The latest entry of each participant.
    JournalChains = &[6, 1],
    /// Types, products, channels, segments and roles, in the order in which they were first seen.
    JournalCodes = &[6, 2],
    /// The types of events that are kept.
    JournalKinds = &[6, 3],
    /// Reversals that came before their originals.
    PendingReversals = &[6, 4],
    /// The result of a sealed contest.
    Result = &[7, 0],
    /// The rows of a result.
    ResultRows = &[7, 1],
    /// Entries that came after a seal.
    LateEntries = &[7, 2],
    /// The months in which accounts have events.
    DossierMonths = &[8, 2],
    /// Events of accounts, by month.
    AccountDossiers = &[8, 3],
    /// Events of customers.
    CustomerDossiers = &[8, 4],
}

/// Prefixes that earlier versions used: dossiers of accounts and of customers, not split into parts.
pub const RETIRED: &[&[u8]] = &[&[8, 0], &[8, 1]];

impl Prefix {
    /// A key with this prefix.
    pub fn key(self, rest: &[u8]) -> Vec<u8> {
        [self.bytes(), rest].concat()
    }

    /// A key with this prefix and a number, highest byte first, so that consecutive numbers are neighbours.
    pub fn numbered(self, number: u32) -> Vec<u8> {
        self.key(&number.to_be_bytes())
    }

    /// A key with this prefix, an id and more bytes. The length of the id comes first, so that the key of one
    /// id is never the beginning of another's.
    pub fn named(self, id: &str, rest: &[u8]) -> Vec<u8> {
        [self.bytes(), &[id.len() as u8], id.as_bytes(), rest].concat()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_prefix_is_another_one_or_a_retired_one() {
        let all: Vec<&[u8]> =
            Prefix::ALL.iter().map(|prefix| prefix.bytes()).chain(RETIRED.iter().copied()).collect();
        let different: BTreeSet<&[u8]> = all.iter().copied().collect();
        assert_eq!(different.len(), all.len());
        for (at, one) in all.iter().enumerate() {
            // The head is a single page, whose key is just the prefix; buckets of decisions have other second
            // bytes.
            let is_apart = [Prefix::Head.bytes(), Prefix::Decisions.bytes()].contains(one);
            let goes_on = |other: &[u8]| other.starts_with(one) && !is_apart;
            assert!(!all.iter().enumerate().any(|(other, bytes)| other != at && goes_on(bytes)), "{one:?}");
        }
    }
}
