//! The oracle's registry of limits: which cap holds on which board, and which sum it limits.

use crate::contest::{Indicator, Limit};
use crate::oracle::contest::amounts::Scored;
use crate::rule::limit;

pub(crate) mod contest;
pub(crate) mod customer;
pub(crate) mod day;
pub(crate) mod event;
pub(crate) mod round;

/// The cap of a kind on a board; `None`: there is no cap.
fn most(indicator: &Indicator, per: Limit, board: &str) -> Option<i128> {
    for cap in &indicator.caps {
        let holds_here = cap.boards.is_empty() || cap.boards.iter().any(|name| name == board);
        if cap.per == per && holds_here {
            return Some(i128::from(cap.points_e4));
        }
    }
    None
}

/// The cap of one creditor's part of one event. It holds on every board, so no board is named.
pub(crate) fn of_event(indicator: &Indicator) -> Option<i128> {
    let cap = indicator.caps.iter().find(|cap| cap.per == Limit::Event(limit::Event));
    cap.map(|cap| i128::from(cap.points_e4))
}

/// The points of a participant's credits in a span, clamped by day or by customer where the board has such a cap.
pub(crate) fn of_credits(indicator: &Indicator, board: &str, credits: &[Scored]) -> i128 {
    match most(indicator, Limit::Day(limit::Day), board) {
        Some(most) => day::clamp(credits, most),
        None => customer::clamp(credits, most(indicator, Limit::Customer(limit::Customer), board)),
    }
}

/// The points of a round, clamped.
pub(crate) fn of_round(indicator: &Indicator, board: &str, points: i128) -> i128 {
    round::clamp(points, most(indicator, Limit::Round(limit::Round), board))
}

/// The points of a whole contest, clamped.
pub(crate) fn of_contest(indicator: &Indicator, board: &str, points: i128) -> i128 {
    contest::clamp(points, most(indicator, Limit::Contest(limit::Contest), board))
}
