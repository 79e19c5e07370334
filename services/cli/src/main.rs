//! The `longhu` binary: all that it does is in the library beside it.

use std::process::ExitCode;

fn main() -> ExitCode {
    longhu_cli::main()
}
