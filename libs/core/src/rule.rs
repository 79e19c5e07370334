//! The rules of a contest and what they share. Each rule is one file, named after its word in a contest's file. Each axis
//! (measures, points, limits, ...) has a registry: an enum with one variant per rule. A rule knows no other rule and no
//! definition; what it may know of the contest around it is in its [`setting`].

pub mod asked;
pub mod balance;
pub mod better;
pub mod check;
pub mod class;
pub mod derived;
pub mod evaluation;
pub mod example;
pub mod format;
pub mod key;
pub mod limit;
pub mod measure;
pub mod measure_rule;
pub mod pair;
pub mod part;
pub mod phrase;
pub mod placing;
pub mod points;
pub mod ranking;
pub mod rate;
pub mod separates;
pub mod setting;
pub mod tie_break;
pub mod tie_rule;
pub mod unit;
pub mod window;
pub mod words;
