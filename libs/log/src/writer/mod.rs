//! Appending to the log, exactly once, and learning what became of an append when NATS did not say.
//! A writer never has more than one batch in flight, never guesses an outcome, and never relies on a duplicate window.
//!
//! Every append names the sequence of the subject's last message that it follows. Of all attempts that name the same
//! one, from whomever and however late they arrive, at most one is stored. From this follow the three tools:
//!
//! - *the same bytes may be sent again* while the outcome is unknown: they are stored once;
//! - *a question about the message after the expected one* has three answers: ours, somebody else's, none yet;
//! - *a tick with the same expectation* makes "not stored" certain: once it is stored, the unknown batch never can be.

mod append;
mod control;
mod publish;
mod slot;

pub use append::{AppendError, Appended, Tail};
pub use control::ControlWriter;
pub use slot::{Settled, SlotWriter};
