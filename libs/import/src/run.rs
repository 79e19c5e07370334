//! Runs a plan into a sink: sources and organisation first, since they decide what events mean, then the
//! events. It prints no results.

use longhu_client::output::note;
use longhu_client::problems;

use crate::error::Error;
use crate::lookup::Index;
use crate::organisation;
use crate::plan::Plan;
use crate::progress::Progress;
use crate::report::Report;
use crate::send::{self, Options};
use crate::sink::{OrganisationChange, Sink};

/// Imports the whole plan.
pub async fn import_plan(
    plan: &Plan,
    sink: &impl Sink,
    options: Options,
    report: &mut Report,
) -> Result<(), Error> {
    let indexes = Index::load_all(plan, report)?;
    let built = built(plan, &indexes, report)?;
    report.counts.sources = plan.sources.len() as u64;
    for source in &plan.sources {
        report.counts.sources_changed += u64::from(sink.source(source.clone()).await?);
    }
    apply(plan, &built, sink, report).await?;
    let bytes =
        |section: &super::plan::Section| plan.inputs.get(section.rows.input).map(|input| input.bytes());
    let mut progress = Progress::new(plan.sections.iter().filter_map(bytes).sum(), cfg!(test));
    let sent = send::send(plan, &indexes, sink, options, report, &mut progress).await;
    progress.finish();
    sent?;
    report.finish().map(|_| ())
}

/// Imports only the plan's organisation.
pub async fn import_organisation(
    plan: &Plan,
    sink: &impl Sink,
    report: &mut Report,
) -> Result<OrganisationChange, Error> {
    let indexes = Index::load_all(plan, report)?;
    let built = built(plan, &indexes, report)?;
    let change = apply(plan, &built, sink, report).await?;
    report.finish()?;
    Ok(change)
}

/// Builds the organisation from its rows.
fn built(plan: &Plan, indexes: &[Index], report: &mut Report) -> Result<organisation::Built, Error> {
    let bytes = plan.organisation_rows().filter_map(|rows| plan.inputs.get(rows.input));
    let mut progress = Progress::new(bytes.map(|input| input.bytes()).sum(), cfg!(test));
    let built = organisation::build(plan, indexes, report, &mut progress);
    progress.finish();
    let built = built?;
    if let [first, ..] = built.elsewhere.as_slice() {
        let count = built.elsewhere.len();
        note(&format!(
            "{count} unit(s) are not defined by the mapping and must be known already, such as `{first}`"
        ));
    }
    Ok(built)
}

/// Applies the organisation. What the server refuses is reported at the rows that it is about.
async fn apply(
    plan: &Plan,
    built: &organisation::Built,
    sink: &impl Sink,
    report: &mut Report,
) -> Result<OrganisationChange, Error> {
    if built.is_empty() {
        return Ok(OrganisationChange::default());
    }
    let units = built.units.units.iter().map(longhu_proto::organisation::unit_to_wire).collect();
    let employees = &built.people.employees;
    let employees = employees.iter().map(longhu_proto::organisation::employee_to_wire).collect();
    let change = match sink.organisation(units, employees).await {
        Ok(change) => change,
        Err(Error::Refused { what, status }) => {
            let rows = built.refused(plan, problems::from_status(&status), report)?;
            return Err(rows.unwrap_or(Error::Refused { what, status }));
        }
        Err(error) => return Err(error),
    };
    report.counts.organisation_added = change.added;
    report.counts.organisation_changed = change.changed;
    report.counts.organisation_unchanged = change.unchanged;
    Ok(change)
}
