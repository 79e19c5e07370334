//! Times in which events are worth more.

automod::dir!("tests/rule/window");
