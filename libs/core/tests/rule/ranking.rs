//! By what rows are ranked.

automod::dir!("tests/rule/ranking");
