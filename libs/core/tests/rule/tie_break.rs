//! Tests of tie-breaks.

automod::dir!("tests/rule/tie_break");
