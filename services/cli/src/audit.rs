//! `longhu audit`: checks an audit log. It needs no server.

use std::path::PathBuf;

use clap::Subcommand;
use longhu_client::failure::{Failure, chain};
use longhu_client::output::{self, Format};
use longhu_client::server::Global;
use longhu_runtime::audit::{Verified, verify};

/// Audit logs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check that no line of an audit log was changed, left out or moved.
    #[command(after_help = "Examples:
  longhu audit verify audit.jsonl
  longhu audit verify audit.jsonl --contains 5f0c…      that it goes on from an earlier check")]
    Verify {
        /// The file that is written; files that were put aside are found beside it.
        #[arg(value_name = "PATH")]
        path: PathBuf,
        /// The hash that an earlier check printed, or a log line of the service.
        #[arg(long, value_name = "HASH")]
        contains: Option<String>,
    },
}

/// Runs `longhu audit`.
pub fn run(command: Command, global: &Global) -> Result<(), Failure> {
    let Command::Verify { path, contains } = command;
    let format = global.format(&[Format::Table, Format::Json])?;
    let found = verify(&path, contains.as_deref()).map_err(|error| chain(&error))?;
    if let Some(hash) = contains
        && !found.has_hash
    {
        return Err(Failure::new(format!("no line of {} has the hash {hash}", path.display()))
            .next("the log was replaced or cut after that hash was noted: look for the file that has it"));
    }
    let Verified { files, lines, first, times, head, .. } = &found;
    match format {
        Format::Json => {
            let (from, to) = times.clone().unwrap_or_default();
            let told = serde_json::json!({
                "files": files, "lines": lines, "first": first, "from": from, "to": to, "head": head,
            });
            output::print(&format!("{told}\n"))
        }
        _ => {
            let (from, to) = times.clone().unwrap_or_default();
            let older =
                if *first > 1 { format!(" (line 1 to {} are not here)", first - 1) } else { String::new() };
            output::print(&format!(
                "the chain is whole: {lines} lines in {files} files{older}, from {from} to {to}\nhash of the last line: {head}\n"
            ))
        }
    }
}
