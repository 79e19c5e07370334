//! The twins of the rules: each file says once more, by itself and in exact fractions, what the rule of the same name
//! means. The registry of each axis sends a rule of a definition to its twin.

pub(crate) mod better;
pub(crate) mod format;
pub(crate) mod limit;
pub(crate) mod measure;
pub(crate) mod points;
pub(crate) mod ranking;
pub(crate) mod tie_break;
pub(crate) mod tie_rule;
pub(crate) mod window;
