//! How rounds make the whole.

automod::dir!("tests/rule/format");
