//! What a definition says beside its rules: rounds and targets.

mod rounds;
mod targets;
