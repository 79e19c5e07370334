//! `longhu targets` and `longhu calendar`: the targets of a contest's participants, and which days are
//! working days. What a file does not name is not changed.

mod apply;
mod calendar;
mod show;

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// Commands for targets.
#[derive(Debug, Subcommand)]
pub enum TargetsCommand {
    /// Set the targets of the participants in a file, all or nothing.
    Apply(apply::Args),
    /// Show the targets of a contest's participants, and who decided them.
    Show(show::Args),
}

/// Commands for working-day calendars.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Add or change the calendar of a file.
    Apply(calendar::ApplyArgs),
    /// Show a calendar, or list all of them.
    Show(calendar::ShowArgs),
}

/// Runs a command for targets.
pub async fn run_targets(command: TargetsCommand, global: &Global) -> Result<(), Failure> {
    match command {
        TargetsCommand::Apply(args) => apply::run(args, global).await,
        TargetsCommand::Show(args) => show::run(args, global).await,
    }
}

/// Runs a command for calendars.
pub async fn run_calendar(command: CalendarCommand, global: &Global) -> Result<(), Failure> {
    match command {
        CalendarCommand::Apply(args) => calendar::apply(args, global).await,
        CalendarCommand::Show(args) => calendar::show(args, global).await,
    }
}
