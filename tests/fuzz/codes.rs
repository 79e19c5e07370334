//! The codes of refusals: a list that only grows, because programs rely on them. A code that is not in it is
//! either new and must be added, or was changed by mistake.

use std::collections::BTreeSet;
use std::sync::OnceLock;

const LISTED: &str = include_str!("codes.txt");

fn listed() -> &'static BTreeSet<&'static str> {
    static CODES: OnceLock<BTreeSet<&str>> = OnceLock::new();
    CODES.get_or_init(|| LISTED.lines().filter(|line| !line.starts_with('#')).collect())
}

/// Checks that a refusal may have this code.
pub fn check(code: &str) -> Result<(), String> {
    match listed().contains(code) {
        true => Ok(()),
        false if code.is_empty() => Err("it was refused without a code".to_owned()),
        false => Err(format!("it was refused with `{code}`, which is not listed in tests/fuzz/codes.txt")),
    }
}

#[test]
fn every_listed_code_is_still_in_the_source() {
    let mut sources = Vec::new();
    for folder in ["libs", "services"] {
        sources.extend(crate::corpus::contents(folder, ".rs"));
    }
    let sources: Vec<String> = sources.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
    let is_known = |code: &str| {
        let written = [format!("\"{code}\""), format!("({code})")];
        sources.iter().any(|text| written.iter().any(|written| text.contains(written)))
    };
    let gone: Vec<_> = listed().iter().filter(|code| !is_known(code)).collect();
    assert!(gone.is_empty(), "codes stay for ever, and these are gone: {gone:?}");
}
