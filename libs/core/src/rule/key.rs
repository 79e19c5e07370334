//! What people read about the keys of a contest's file. The reader of files knows the keys from here, and the tables of
//! `deploy/docs/contest-reference.md` and of `longhu contest reference` are made of them.

/// A key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What its value is: a type, or the words that it may be.
    pub kind: &'static str,
    /// Which values are allowed; empty where the type says it.
    pub range: &'static str,
    /// What holds where it is not given; empty where another key takes its place.
    pub default: &'static str,
    /// What it says.
    pub says: &'static str,
}

/// How a rule is written in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As its word in quotes, with what that says.
    Word(&'static str),
    /// As a table. The first key names the rule.
    Table(&'static [Key]),
}
