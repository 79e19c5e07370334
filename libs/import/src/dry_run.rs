//! A sink that writes nothing. It keeps the first event of each kind to be shown.

use std::cell::RefCell;
use std::collections::BTreeMap;

use longhu_proto::wire::control::v1::Source;
use longhu_proto::wire::event::v1::Event;
use longhu_proto::wire::ingest::v1::{Accepted, Outcome, outcome};
use longhu_proto::wire::organisation::v1::{Employee, Unit};

use crate::error::Error;
use crate::sink::{OrganisationChange, Sink};

/// The most samples to keep.
const SAMPLES_MAX: usize = 8;

/// Accepts everything and writes nothing.
#[derive(Debug, Default)]
pub struct DryRun {
    samples: RefCell<BTreeMap<(String, String), Event>>,
}

impl DryRun {
    /// The first event of each source and type.
    pub fn samples(&self) -> Vec<Event> {
        self.samples.borrow().values().cloned().collect()
    }
}

impl Sink for DryRun {
    async fn source(&self, _: Source) -> Result<bool, Error> {
        Ok(false)
    }

    async fn organisation(&self, _: Vec<Unit>, _: Vec<Employee>) -> Result<OrganisationChange, Error> {
        Ok(OrganisationChange::default())
    }

    async fn events(&self, events: Vec<Event>) -> Result<Vec<Outcome>, Error> {
        let accepted = outcome::Result::Accepted(Accepted::default());
        let outcomes = vec![Outcome { result: Some(accepted) }; events.len()];
        let mut samples = self.samples.borrow_mut();
        for event in events {
            let key = (event.source.clone(), event.r#type.clone());
            if samples.len() < SAMPLES_MAX {
                samples.entry(key).or_insert(event);
            }
        }
        Ok(outcomes)
    }
}
