//! Names that people have for event types and boards.

use crate::catalogue::names;
use crate::rule::phrase::{Phrase, say};

/// Event types, by the names that people have for them.
pub fn types(kinds: &[String]) -> Phrase {
    Phrase::list(kinds.iter().map(|kind| match names::name(kind) {
        Some((en, zh)) => Phrase { zh: format!("{zh}（{kind}）"), en: format!("{en} ({kind})") },
        None => Phrase::same(kind),
    }))
}

/// A board.
pub fn board(board: &str) -> Phrase {
    match board {
        "employee" => say!("employees ({board})", "员工（{board}）", board),
        "team" => say!("teams ({board})", "团队（{board}）", board),
        "branch" => say!("branches ({board})", "支行（{board}）", board),
        "region" => say!("regions ({board})", "分行（{board}）", board),
        other => Phrase::same(other),
    }
}
