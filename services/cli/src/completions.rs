//! `longhu completions`: a completion script for a shell. It needs no server.

use clap::CommandFactory;
use clap_complete::Shell;
use longhu_client::failure::Failure;

/// Arguments of `longhu completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu completions bash > ~/.local/share/bash-completion/completions/longhu
  longhu completions zsh > ~/.zfunc/_longhu
  longhu completions fish > ~/.config/fish/completions/longhu.fish")]
pub struct Args {
    /// The shell.
    shell: Shell,
}

/// Prints the script.
pub fn run<C: CommandFactory>(args: Args) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut C::command(), "longhu", &mut script);
    longhu_client::output::print(&String::from_utf8_lossy(&script))
}
