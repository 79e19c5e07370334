//! What separates equal rows.

automod::dir!("tests/rule/tie_break");
