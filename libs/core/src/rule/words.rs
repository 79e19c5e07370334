//! What people call event types and boards.

use crate::catalogue::names;
use crate::rule::phrase::{Phrase, say};

/// Event types by name, each with its id.
pub fn types(kinds: &[String]) -> Phrase {
    Phrase::list(kinds.iter().map(|kind| match names::name(kind) {
        Some((en, zh)) => Phrase { zh: format!("{zh}（{kind}）"), en: format!("{en} ({kind})") },
        None => Phrase::same(kind),
    }))
}

/// Boards by their short names: ids in English, what people call them in Chinese.
pub fn boards(boards: &[String]) -> Phrase {
    Phrase::list(boards.iter().map(|board| {
        let zh = match board.as_str() {
            "employee" => "员工",
            "team" => "团队",
            "outlet" => "网点",
            "branch" => "支行",
            "region" => "分行",
            other => other,
        };
        Phrase { zh: zh.to_owned(), en: board.clone() }
    }))
}

/// A board by name, with its id.
pub fn board(board: &str) -> Phrase {
    match board {
        "employee" => say!("employees ({board})", "员工（{board}）", board),
        "team" => say!("teams ({board})", "团队（{board}）", board),
        "outlet" => say!("outlets ({board})", "网点（{board}）", board),
        "branch" => say!("branches ({board})", "支行（{board}）", board),
        "region" => say!("regions ({board})", "分行（{board}）", board),
        other => Phrase::same(other),
    }
}
