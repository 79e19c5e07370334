//! One case file a rule, at the path of the rule.

mod better;
mod format;
mod limit;
mod measure;
mod points;
mod ranking;
mod tie_break;
mod tie_rule;
mod window;
