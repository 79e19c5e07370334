//! `longhu contest validate`: checks everything in a contest file that can be checked without a server. What
//! only the bank's server knows, such as its kinds of units and its own event types, is checked by `apply`.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Format};
use longhu_client::problems::Problem;
use longhu_client::server::Global;
use longhu_core::catalogue::Catalogue;
use longhu_core::contest::doubts::doubts;
use longhu_files::contest::{self, Reading};
use longhu_files::document::{Document, Report};
use serde::Serialize;

use crate::file_kind::{self, Kind};

/// Arguments of `longhu contest validate`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest validate spring-2026.toml
  longhu contest validate spring-2026.toml -o json | jq '.problems[], .warnings[]'

With problems the exit code is 1. Warnings are about what is legal but hardly intended; the exit code is 0.")]
pub struct Args {
    /// The contest's TOML file; `-` reads stdin.
    file: String,
}

/// The findings, as JSON.
#[derive(Debug, Serialize)]
struct Verdict<'a> {
    contest: &'a str,
    valid: bool,
    problems: Vec<Finding>,
    warnings: Vec<Finding>,
}

#[derive(Debug, Serialize)]
struct Finding {
    line: usize,
    field: String,
    code: String,
    reason: String,
}

/// Runs it.
pub fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let source = file_kind::read(&args.file, Kind::Contest)?;
    let document = match source.parse() {
        Ok(document) => document,
        Err(report) => return say(format, "", Some(report), None),
    };
    let reading = contest::read(document.root());
    let id = reading.definition.id.clone();
    if !reading.is_sound() {
        return say(format, &id, Some(document.report(reading.problems())), None);
    }
    let warnings = document.report(warnings(&document, &reading));
    say(format, &id, None, Some(warnings))?;
    if format == Format::Table {
        let next = "unit kinds, calendars and the bank's own event types are checked by";
        output::note(&format!("{next} `longhu contest apply --dry-run`"));
    }
    Ok(())
}

/// The doubts about a valid file, and event types that only a server can know.
fn warnings(document: &Document<'_>, reading: &Reading) -> Vec<Problem> {
    let doubts = doubts(&reading.contest, &Catalogue::default()).into_iter().map(contest::problem_of);
    let mut warnings: Vec<Problem> = doubts.chain(reading.undecided.iter().cloned()).collect();
    warnings.sort_by_key(|warning| document.line_of(&warning.field));
    warnings
}

fn say(format: Format, id: &str, problems: Option<Report>, warnings: Option<Report>) -> Result<(), Failure> {
    let valid = problems.is_none();
    if format == Format::Json {
        let verdict =
            Verdict { contest: id, valid, problems: findings(problems), warnings: findings(warnings) };
        output::print_json(&verdict)?;
        return if valid { Ok(()) } else { Err(Failure::said()) };
    }
    if let Some(problems) = problems {
        return Err(problems.into_failure());
    }
    output::print(&format!("valid {id}\n"))?;
    if let Some(warnings) = warnings.filter(|warnings| !warnings.found.is_empty()) {
        output::note_raw(&format!("warnings (each may be intended):\n{}", warnings.text));
    }
    Ok(())
}

fn findings(report: Option<Report>) -> Vec<Finding> {
    let found = report.map(|report| report.found).unwrap_or_default().into_iter();
    let finding = |(line, problem): (usize, Problem)| Finding {
        line,
        field: problem.field,
        code: problem.code,
        reason: problem.reason,
    };
    found.map(finding).collect()
}
