//! `longhu bench` in a build without benchmarks: explains how to get them.

use std::ffi::OsString;

use longhu_client::failure::Failure;

/// Accepts the arguments of `longhu bench`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  cargo run --release --features bench -- bench fold      builds longhu with the benchmarks and runs one")]
pub struct Args {
    /// The benchmark and its options.
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "ARGS")]
    args: Vec<OsString>,
}

/// Explains how to get the benchmarks.
pub fn run(args: Args) -> Result<(), Failure> {
    let args: Vec<_> = args.args.iter().map(|arg| arg.to_string_lossy()).collect();
    let has_peer = args.iter().any(|arg| *arg == "--peer" || arg.starts_with("--peer="));
    let feature = if has_peer { "bench-peers" } else { "bench" };
    let command = format!("cargo run --release --features {feature} -- bench {}", args.join(" "));
    let details = vec!["code BENCH_NOT_BUILT".to_owned()];
    Err(Failure::usage("this build of longhu has no benchmarks").details(details).next(command.trim_end()))
}
