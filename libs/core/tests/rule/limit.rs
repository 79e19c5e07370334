//! Tests of caps.

automod::dir!("tests/rule/limit");
