//! The beginnings of all keys of the read model's pages, in one place. A prefix keeps its meaning for ever: one that is no
//! longer written stays reserved, so that an old page is never taken for a new one.

macro_rules! prefixes {
    ($($(#[$about:meta])* $name:ident = $bytes:expr,)*) => {
        /// What a page's key begins with.
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
    /// Decisions of the open change set: no bucket of those in force has a number so great.
    OpenChangeSet = &[1, 0xff],
    /// Ids of participants, in the order in which they were met.
    Participants = &[2, 1],
    /// Names of sources, in the order in which they were met.
    Sources = &[2, 2],
    /// Ways from units to the top of the organisation.
    Places = &[2, 3],
    /// Customers, accounts and products, in the order in which they were met.
    Keys = &[2, 9],
    /// Numbers and dates of all identities.
    IdentityMeta = &[3, b'm'],
    /// Counters of a source.
    IdentityCounters = &[3, b's'],
    /// A listed conflict of a source.
    IdentityConflict = &[3, b'c'],
    /// Counted numbers of a numbered source.
    IdentityCells = &[3, b'n'],
    /// Which pages of a numbered source there are.
    IdentityDirectory = &[3, b'd'],
    /// Which runs of a business date there are.
    IdentityRuns = &[3, b'r'],
    /// A page of a run.
    IdentityRunPage = &[3, b'p'],
    /// A chunk of a sealed filter segment.
    IdentityFilter = &[3, b'f'],
    /// A page of the open filter segment's journal.
    IdentityJournal = &[3, b'j'],
    /// A computation of a contest: its definition, and how far it is.
    Contest = &[4, 0],
    /// Leaves of a computation.
    Leaves = &[4, 1],
    /// What leaves keep apart.
    Cells = &[4, 2],
    /// Where the shard stands.
    Head = &[5],
    /// Entries that count for nothing.
    DeadLetters = &[5, 1],
    /// Records of counted events.
    JournalRecords = &[6, 0],
    /// The latest entry of each participant.
    JournalChains = &[6, 1],
    /// Types, products, channels, segments and roles, in the order in which they were met.
    JournalCodes = &[6, 2],
    /// The types of events that are kept.
    JournalKinds = &[6, 3],
    /// Reversals that came before their originals.
    PendingReversals = &[6, 4],
    /// The result of a sealed contest.
    Result = &[7, 0],
    /// Rows of a result.
    ResultRows = &[7, 1],
    /// What came after a seal.
    LateEntries = &[7, 2],
    /// The months of which accounts have events.
    DossierMonths = &[8, 2],
    /// Events of accounts, by month.
    AccountDossiers = &[8, 3],
    /// Events of customers.
    CustomerDossiers = &[8, 4],
}

/// Prefixes that earlier versions wrote: dossiers of accounts and of customers, each as a whole.
pub const RETIRED: &[&[u8]] = &[&[8, 0], &[8, 1]];

impl Prefix {
    /// The key that goes on with these bytes.
    pub fn key(self, rest: &[u8]) -> Vec<u8> {
        [self.bytes(), rest].concat()
    }

    /// The key that goes on with a number, the highest byte first, so that neighbours lie side by side.
    pub fn numbered(self, number: u32) -> Vec<u8> {
        self.key(&number.to_be_bytes())
    }

    /// The key that goes on with an id and more. The id's length stands before it, so that no id is the beginning of
    /// another.
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
            // The head is one page, whose key ends there; buckets of decisions have other second bytes.
            let is_apart = [Prefix::Head.bytes(), Prefix::Decisions.bytes()].contains(one);
            let goes_on = |other: &[u8]| other.starts_with(one) && !is_apart;
            assert!(!all.iter().enumerate().any(|(other, bytes)| other != at && goes_on(bytes)), "{one:?}");
        }
    }
}
