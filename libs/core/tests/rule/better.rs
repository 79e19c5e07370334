//! Tests of `better`: whether greater or smaller values are better.

automod::dir!("tests/rule/better");
