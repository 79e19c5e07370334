//! What a contest needs to know of its shard: decisions in force, and which participant has which number. It
//! only borrows.

use crate::organisation::Organisation;
use crate::register::Register;
use crate::types::ids::{HolderId, KeyId, SourceId};
use crate::types::names::Names;

/// What a contest needs to know of its shard.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The organisation in force.
    pub organisation: &'a Organisation,
    /// All decisions in force.
    pub register: &'a Register,
    /// Numbers of employees and units.
    pub participants: &'a Names<HolderId>,
    /// Numbers of sources.
    pub sources: &'a Names<SourceId>,
    /// Numbers of customers, accounts and products, if some contest needs to tell them apart.
    pub keys: &'a Names<KeyId>,
}

impl<'a> Context<'a> {
    /// The context of a shard.
    pub fn new(
        register: &'a Register,
        participants: &'a Names<HolderId>,
        sources: &'a Names<SourceId>,
        keys: &'a Names<KeyId>,
    ) -> Context<'a> {
        Context { organisation: register.organisation(), register, participants, sources, keys }
    }
}
