//! The id of a dossier, and the keys under which its pages are stored.

use crate::types::damage::Damage;
use crate::types::ids::KeyId;
use crate::types::pages::PageError;
use crate::types::prefix::Prefix;

/// Dossiers in a page.
pub(crate) const PAGE: u32 = 16;
/// The month under which all events of a customer are stored.
pub(crate) const ANY_MONTH: i32 = 0;

/// The owner of a dossier, by the number of the account or customer among the shard's keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DossierId {
    /// An account's: reports of its balance.
    Account(KeyId),
    /// A customer's: openings and products.
    Customer(KeyId),
}

impl DossierId {
    fn number(self) -> u32 {
        let (DossierId::Account(key) | DossierId::Customer(key)) = self;
        key.get()
    }

    /// The page that contains it, in every month.
    pub(crate) fn page(self) -> u32 {
        self.number() / PAGE
    }

    /// Its place in the page.
    pub(crate) fn slot(self) -> usize {
        (self.number() % PAGE) as usize
    }

    /// The key of the page that contains it, for one month.
    pub(crate) fn key(self, month: i32) -> PageKey {
        let page = self.page();
        match self {
            DossierId::Account(_) => PageKey { is_account: true, page, month },
            DossierId::Customer(_) => PageKey { is_account: false, page, month: ANY_MONTH },
        }
    }
}

/// Which dossiers, and which month, a page contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PageKey {
    pub is_account: bool,
    pub page: u32,
    pub month: i32,
}

impl PageKey {
    /// The prefix of the keys of all dossiers of its kind.
    pub fn prefix(self) -> Prefix {
        if self.is_account { Prefix::AccountDossiers } else { Prefix::CustomerDossiers }
    }

    /// The key of the page in the store.
    pub fn bytes(self) -> Vec<u8> {
        self.prefix().key(&[self.page.to_be_bytes(), self.month.to_be_bytes()].concat())
    }
}

/// The month of a packed date.
pub(crate) fn month_of(date: i32) -> i32 {
    date >> 5
}

/// The error for a page of dossiers that is damaged.
pub(crate) fn damaged(key: Vec<u8>, damage: impl Into<Damage>) -> PageError {
    PageError::Damaged { key, reason: Damage::Dossier(Box::new(damage.into())) }
}
