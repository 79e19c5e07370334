//! Tests of measures.

automod::dir!("tests/rule/measure");
