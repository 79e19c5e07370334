//! Tests of tie rules: which ranks equal rows have.

automod::dir!("tests/rule/tie_rule");
