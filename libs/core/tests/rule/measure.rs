//! What is counted.

automod::dir!("tests/rule/measure");
