//! Twin of the points `completion`: a weight for reaching a target.

use crate::contest::{Completion, ZeroTarget};
use crate::oracle::exact::{Rate, between, of_e4, whole};

/// The weight times the completion, which counts as no less than the floor and no more than the cap. Below the threshold
/// there are no points.
pub(crate) fn points(rule: &Completion, reached: &Rate) -> Rate {
    let bound = |bound: Option<i64>| bound.map(|bound| of_e4(i128::from(bound)));
    if bound(rule.threshold_e4).is_some_and(|threshold| *reached < threshold) {
        return whole(0);
    }
    let counted = between(reached.clone(), bound(rule.floor_e4), bound(rule.cap_e4));
    whole(i128::from(rule.weight_e4)) * counted
}

/// Whether a target of zero can be reached.
pub(crate) fn is_zero_reached(rule: &Completion) -> bool {
    rule.zero_target == ZeroTarget::Reached
}
