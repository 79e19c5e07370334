//! The oracle's answer to "how much at most?": which cap holds on which board. It never clamps anything itself.

use crate::contest::{CapPer, Indicator};

/// The most points of a kind on a board; nothing: as many as there are.
pub(super) fn cap(indicator: &Indicator, per: CapPer, board: &str) -> Option<i128> {
    for cap in &indicator.caps {
        let holds_here = cap.boards.is_empty() || cap.boards.iter().any(|name| name == board);
        if cap.per == per && holds_here {
            return Some(i128::from(cap.points_e4));
        }
    }
    None
}

/// The most points of one creditor's part of one event. It is asked before there is any board, so it has none.
pub(super) fn event_cap(indicator: &Indicator) -> Option<i128> {
    let cap = indicator.caps.iter().find(|cap| cap.per == CapPer::Event);
    cap.map(|cap| i128::from(cap.points_e4))
}
