//! Which values are the better ones.

automod::dir!("tests/rule/better");
