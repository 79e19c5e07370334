//! `longhu targets` and `longhu calendar`: what participants of a contest are to reach, and which days are working days.
//! What a file does not name stays as it is; what it means for ranks is the core's business.

mod apply;
mod calendar;
mod show;

use clap::Subcommand;
use longhu_client::failure::Failure;
use longhu_client::server::Global;

/// What can be done with targets.
#[derive(Debug, Subcommand)]
pub enum TargetsCommand {
    /// Set what the participants of a file are to reach, all or nothing.
    Apply(apply::Args),
    /// Show what participants of a contest are to reach, and who decided it.
    Show(show::Args),
}

/// What can be done with working-day calendars.
#[derive(Debug, Subcommand)]
pub enum CalendarCommand {
    /// Add the calendar of a file, or change it.
    Apply(calendar::ApplyArgs),
    /// Show a calendar, or list all of them.
    Show(calendar::ShowArgs),
}

/// Runs what is about targets.
pub async fn run_targets(command: TargetsCommand, global: &Global) -> Result<(), Failure> {
    match command {
        TargetsCommand::Apply(args) => apply::run(args, global).await,
        TargetsCommand::Show(args) => show::run(args, global).await,
    }
}

/// Runs what is about calendars.
pub async fn run_calendar(command: CalendarCommand, global: &Global) -> Result<(), Failure> {
    match command {
        CalendarCommand::Apply(args) => calendar::apply(args, global).await,
        CalendarCommand::Show(args) => calendar::show(args, global).await,
    }
}
