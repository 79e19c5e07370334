//! Tests of points: what the counted value gives.

automod::dir!("tests/rule/points");
