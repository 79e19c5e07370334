//! One case file a rule, at the path of the rule.

mod format;
mod limit;
mod measure;
mod points;
mod ranking;
mod tie_break;
mod tie_rule;
mod window;
