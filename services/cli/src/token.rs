//! `longhu token`: tokens, and the lines that a principals file has of them. It needs no server.

use std::io::BufRead;

use clap::Subcommand;
use longhu_client::failure::{Failure, chain};
use longhu_client::output;
use longhu_client::stderr::note;
use longhu_runtime::token::{self, TOKEN_BYTES_MIN, written_hash};

/// Tokens of principals.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a token, and print the line for the principals file.
    #[command(after_help = "Example:
  longhu token new > token.txt       the token alone goes to stdout, the line for the principals file to stderr")]
    New,
    /// Print the line for the principals file of a token on stdin.
    #[command(after_help = "Example:
  longhu token hash < token.txt")]
    Hash,
}

/// Runs `longhu token`.
pub fn run(command: Command) -> Result<(), Failure> {
    match command {
        Command::New => {
            let token = token::new().map_err(|error| chain(&error))?;
            output::print(&format!("{token}\n"))?;
            note("the caller keeps the token; the principals file gets this line:");
            note(&line(&token));
            Ok(())
        }
        Command::Hash => {
            let mut given = String::new();
            std::io::stdin().lock().read_line(&mut given).map_err(|error| chain(&error))?;
            let token = given.trim();
            if token.len() < TOKEN_BYTES_MIN {
                return Err(Failure::usage(format!("a token has at least {TOKEN_BYTES_MIN} characters"))
                    .next("make a new one with `longhu token new`"));
            }
            output::print(&format!("{}\n", line(token)))
        }
    }
}

fn line(token: &str) -> String {
    format!("tokens = [\"{}\"]", written_hash(token.as_bytes()))
}
