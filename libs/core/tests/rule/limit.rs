//! The most that something may be worth.

automod::dir!("tests/rule/limit");
