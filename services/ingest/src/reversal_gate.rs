//! The refusal of reversals, until standings take them back. Delete this file and its one use when they do.

use longhu_core::event::Event;
use longhu_core::violation::Violation;

/// Refuses an event that takes another one back: to accept it and count nothing would be a lie.
pub(crate) fn refuse_reversal(event: &Event) -> Result<(), Violation> {
    if event.reverses.is_none() {
        return Ok(());
    }
    let reason = "standings do not take events back yet, so this would have no effect; keep it and send it once \
                  this version says that it does";
    Err(Violation::new("reverses", "REVERSAL_NOT_SUPPORTED", reason))
}
