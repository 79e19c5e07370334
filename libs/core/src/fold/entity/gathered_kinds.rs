//! The types of events that some rule looks at together, and which dossiers contain them.

use rustc_hash::FxHashMap;

use crate::event::Event;
use crate::fold::entity::dossiers::id::DossierId;
use crate::types::ids::KeyId;
use crate::types::names::Names;

/// Which dossiers contain the events of a type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatheredBy {
    /// The account's.
    pub account: bool,
    /// The customer's.
    pub customer: bool,
}

/// The types whose events are kept in dossiers.
#[derive(Clone, Debug, Default)]
pub struct GatheredKinds(FxHashMap<Box<str>, GatheredBy>);

impl GatheredKinds {
    /// How a type is gathered, for changing it.
    pub(crate) fn entry(&mut self, kind: &str) -> &mut GatheredBy {
        self.0.entry(kind.into()).or_default()
    }

    /// Whether events of a type are in the dossier of their account.
    pub(crate) fn by_account(&self, kind: &str) -> bool {
        self.0.get(kind).is_some_and(|gathered| gathered.account)
    }

    /// The dossiers that an event belongs to. Gives the account or customer a number if it has none.
    pub(crate) fn intern_dossiers(&self, event: &Event, keys: &mut Names<KeyId>) -> Vec<DossierId> {
        let Some(gathered) = self.0.get(event.kind.as_ref()).copied() else { return Vec::new() };
        let mut all = Vec::new();
        if gathered.account && !event.subject.is_empty() {
            all.push(DossierId::Account(keys.intern(&event.subject)));
        }
        if gathered.customer && !event.customer.is_empty() {
            all.push(DossierId::Customer(keys.intern(&event.customer)));
        }
        all
    }

    /// The dossiers that contain an event that was counted before.
    pub(crate) fn find_dossiers(&self, event: &Event, keys: &Names<KeyId>) -> Vec<DossierId> {
        let Some(gathered) = self.0.get(event.kind.as_ref()) else { return Vec::new() };
        let find = |is_wanted: bool, text: &str| {
            Some(text).filter(|text| is_wanted && !text.is_empty()).and_then(|text| keys.find(text))
        };
        let account = find(gathered.account, &event.subject).map(DossierId::Account);
        let customer = find(gathered.customer, &event.customer).map(DossierId::Customer);
        account.into_iter().chain(customer).collect()
    }
}
