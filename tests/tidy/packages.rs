//! Dependencies: only packages of the public registry, under licences that a bank's lawyers know. Known
//! vulnerabilities are not checked here, because that needs a database that is not available offline.

use std::process::Command;

use crate::root;

/// Licences under which a package may be used. If it offers several, one of these is enough.
const LICENCES: [&str; 9] =
    ["MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0", "ISC", "Unicode-3.0", "Zlib"];

fn packages() -> Vec<serde_json::Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--filter-platform",
            "x86_64-unknown-linux-gnu",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &serde_json::Value) -> String {
    format!("{} {}", package["name"].as_str().unwrap(), package["version"].as_str().unwrap())
}

#[test]
fn packages_come_from_the_registry() {
    let is_foreign = |package: &&serde_json::Value| {
        package["source"].as_str().is_some_and(|source| !source.starts_with("registry+"))
    };
    let foreign: Vec<String> = packages().iter().filter(is_foreign).map(name).collect();
    assert!(foreign.is_empty(), "from elsewhere than the registry: {foreign:#?}");
}

#[test]
fn licences_are_among_those_agreed() {
    let is_refused = |package: &&serde_json::Value| {
        let Some(licence) = package["license"].as_str() else { return true };
        let Ok(terms) = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) else { return true };
        let is_agreed = |term: &spdx::LicenseReq| {
            term.addition.is_none() && term.license.id().is_some_and(|id| LICENCES.contains(&id.name))
        };
        !terms.evaluate(is_agreed)
    };
    let refused: Vec<String> = packages().iter().filter(is_refused).map(name).collect();
    assert!(refused.is_empty(), "under a licence that was not agreed: {refused:#?}");
}
