//! Tests of the rules: for each rule, a file at the rule's own path.

mod better;
mod format;
mod limit;
mod measure;
mod points;
mod ranking;
mod tie_break;
mod tie_rule;
mod window;
