//! Appending to the log exactly once, and finding out the outcome of an append if NATS did not answer. A
//! writer never has more than one batch in flight, never guesses an outcome, and does not rely on a duplicate
//! window.
//!
//! Every append names the sequence of the subject's last message, which it must follow. Of all attempts that
//! name the same one, from any process and however late they arrive, at most one is stored. That gives three
//! tools:
//!
//! - *Sending the same bytes again* while the outcome is unknown: they are stored once.
//! - *Reading the message after the expected one*: it is ours, somebody else's, or not there yet.
//! - *Appending a tick with the same expectation* makes "not stored" certain: once the tick is stored, the
//!   batch never can be.

mod append;
mod control;
mod publish;
mod slot;

pub use append::{AppendError, Appended, Tail};
pub use control::ControlWriter;
pub use slot::{Settled, SlotWriter};
