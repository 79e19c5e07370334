//! The tests of the core, in one binary: rules by name, floors by name, worked examples, regressions, damaged
//! pages, and generated worlds arranged in many ways.
//!
//! Every question goes to both the fold and the oracle; see [`longhu_core::testkit::Scenario`].

mod board;
mod contest;
mod contest_check;
mod damaged_pages;
mod entity;
mod examples;
mod generated;
mod journal;
mod metamorphic;
mod organisation;
mod placement;
mod query;
mod rare;
mod regressions;
mod result;
mod rule;
