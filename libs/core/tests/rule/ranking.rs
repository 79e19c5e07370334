//! Tests of ranking keys.

automod::dir!("tests/rule/ranking");
