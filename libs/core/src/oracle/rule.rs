//! The twins of the rules. Each file computes the rule of the same name a second time, independently and in
//! exact fractions. The registry of each axis calls the twin of a definition's rule.

pub(crate) mod better;
pub(crate) mod format;
pub(crate) mod limit;
pub(crate) mod measure;
pub(crate) mod points;
pub(crate) mod ranking;
pub(crate) mod tie_break;
pub(crate) mod tie_rule;
pub(crate) mod window;
