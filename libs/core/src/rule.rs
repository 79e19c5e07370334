//! The rules of a contest, one file each under the name that a contest's file has for them, and what they share. An axis
//! is a registry: an enum with one line a rule. A rule knows no other rule and no definition: what it may ask of the
//! contest around it is its [`setting`].

pub mod asked;
pub mod balance;
pub mod better;
pub mod check;
pub mod class;
pub mod derived;
pub mod example;
pub mod format;
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
