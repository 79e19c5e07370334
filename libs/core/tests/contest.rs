//! What a definition contains besides its rules: rounds and targets.

mod rounds;
mod targets;
