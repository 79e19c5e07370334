//! Tests of formats: how the total score is computed from the rounds.

automod::dir!("tests/rule/format");
