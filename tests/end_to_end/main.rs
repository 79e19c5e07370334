//! The whole path through the real commands: a real broker, a real store, and the binary that people run. No
//! part is replaced, and nothing outside this machine is contacted.

mod answers;
mod bad_input;
mod bench;
mod berka;
#[path = "../../libs/runtime/tests/all/certificates.rs"]
mod certificates;
mod codes;
mod conflicts;
mod contest_files;
mod dev;
mod documents;
mod dry_run;
mod examples;
mod expected;
mod first_steps;
mod foreign;
mod hand_overs;
mod http;
mod imports;
mod known_at;
mod losses;
mod oracle;
mod organisation;
mod organisation_import;
mod path;
mod plans;
mod queries;
mod reference;
mod scorecards;
mod shipped;
mod starts;
mod support;
mod trust;
mod verify;
