//! The tests of the core, in one binary: rules by their names, floors by theirs, worked examples, what once went wrong,
//! damaged pages, and generated worlds whose entries come in many ways.
//!
//! Everything is asked of the fold and of the oracle; see [`longhu_core::testkit::Scenario`].

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
