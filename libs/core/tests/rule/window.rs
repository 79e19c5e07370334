//! Tests of windows: days on which points are multiplied.

automod::dir!("tests/rule/window");
