//! What is given for what was counted.

automod::dir!("tests/rule/points");
