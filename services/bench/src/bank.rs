//! The bank of the benchmarks: branches, teams and employees, one source, one contest on three boards. It
//! does not depend on the seed; the workload does.

use std::time::Duration;

use futures::stream;
use jiff::civil::Date;
use longhu_client::failure::Failure;
use longhu_client::server::Server;
use longhu_core::Position;
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieRule, UnitFrom,
};
use longhu_core::rule::{format, measure, ranking, tie_rule};
use longhu_core::types::money::Currency;
use longhu_proto::scalar::position_from_wire;
use longhu_proto::wire::control::v1::{
    ApplyContestRequest, ApplyOrganisationRequest, ApplySourceRequest, Source,
};
use longhu_proto::wire::organisation::v1::{Employee, Membership, Unit};
use longhu_proto::wire::standings::v1::GetContestRequest;
use tonic::{Code, Status};

use crate::refusal::coded;
use crate::shape::{self, BOARDS, SOURCE, Shape};
use crate::workload::Workload;

/// The contest's id.
pub const CONTEST: &str = "bench";
/// The year of the contest, which must be over.
pub const YEAR: i16 = 2025;
/// One point.
const POINT: i64 = 10_000;
/// The most units or employees in one message.
const ITEMS_PER_MESSAGE: usize = 1_000;

/// Applies organisation, source and contest, and waits until `queries` serves them. Returns the position of
/// the last decision.
pub async fn apply(
    workload: &Workload,
    currency: Currency,
    control: &Server,
    queries: &Server,
) -> Result<Position, Failure> {
    let applied = decide(workload, currency, control, queries).await;
    applied.map_err(|status| {
        let failure = control.failure(&status);
        let what = format!("the bank cannot be set up: {}", failure.what);
        let details = [vec!["code NO_BANK".to_owned()], failure.details].concat();
        coded("NO_BANK", what)
            .details(details)
            .next("run it again with a smaller bank, such as `--employees 10k`")
    })
}

async fn decide(
    workload: &Workload,
    currency: Currency,
    control: &Server,
    queries: &Server,
) -> Result<Position, Status> {
    let feed = organisation(&workload.shape);
    control.ask(control.control().apply_organisation(stream::iter(feed))).await?;
    let source = Source {
        name: SOURCE.to_owned(),
        numbered: workload.numbered,
        horizon_days: None,
        principal: String::new(),
    };
    control.ask(control.control().apply_source(ApplySourceRequest { source: Some(source) })).await?;
    let contest = Some(longhu_proto::contest::to_wire(&contest(currency)));
    let request = ApplyContestRequest { contest, validate_only: false };
    let change = control.ask(control.control().apply_contest(request)).await?.change.unwrap_or_default();
    loop {
        let request = GetContestRequest { contest: CONTEST.to_owned(), min_position: change.position };
        match queries.ask(queries.standings().get_contest(request)).await {
            Ok(answer)
                if answer.contest.as_ref().is_some_and(|own| own.serving_revision >= change.revision) =>
            {
                break;
            }
            Ok(_) => {}
            // The organisation of a large bank takes longer than one query waits.
            Err(status) if status.code() == Code::Unavailable || status.code() == Code::NotFound => {}
            Err(status) => return Err(status),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(change.position.as_ref().map(position_from_wire).unwrap_or_default())
}

fn organisation(shape: &Shape) -> Vec<ApplyOrganisationRequest> {
    let unit = |id: String, kind: &str, parent: String| Unit {
        name: id.clone(),
        id,
        kind: kind.to_owned(),
        parent,
        ..Unit::default()
    };
    let branches =
        (0..shape.branches).map(|branch| unit(shape::id("branch", branch), "branch", String::new()));
    let teams = (0..shape.teams)
        .map(|team| unit(shape::id("team", team), "team", shape::id("branch", shape.branch_of(team))));
    let units: Vec<Unit> = branches.chain(teams).collect();
    let employee = |number| Employee {
        id: shape::id("employee", number),
        name: shape::id("employee", number),
        memberships: vec![Membership {
            unit: shape::id("team", shape.team_of(number)),
            ..Membership::default()
        }],
    };
    let employees: Vec<Employee> = (0..shape.employees).map(employee).collect();
    let units = units
        .chunks(ITEMS_PER_MESSAGE)
        .map(|some| ApplyOrganisationRequest { units: some.to_vec(), ..ApplyOrganisationRequest::default() });
    let employees = employees.chunks(ITEMS_PER_MESSAGE).map(|some| ApplyOrganisationRequest {
        employees: some.to_vec(),
        ..ApplyOrganisationRequest::default()
    });
    units.chain(employees).collect()
}

fn contest(currency: Currency) -> Contest {
    let cards = Indicator {
        id: "cards".into(),
        name: LocalizedText::default(),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure: Measure::Quantity(measure::Quantity),
        points: Points::per_unit(POINT),
        better: None,
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: CONTEST.into(),
        name: LocalizedText { zh: String::new(), en: "Benchmark".into() },
        campaign: String::new(),
        start: Date::constant(YEAR, 1, 1),
        end: Date::constant(YEAR, 12, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: BOARDS.map(str::to_owned).to_vec(),
        listing: Listing::Scored,
        indicators: vec![cards],
        tie_rule: TieRule::Standard(tie_rule::Standard),
        tie_breaks: Vec::new(),
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum(format::Sum),
        ranked_by: RankedBy::Score(ranking::Score),
        calendar: None,
        utc_offsets: Vec::new(),
        currency,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amount::Amount;

    #[test]
    fn a_bank_in_which_a_branch_would_be_empty_is_refused() {
        assert!(Shape::new(Amount(3), Amount(3), Amount(3)).is_ok());
        for (branches, teams, employees) in [(4, 3, 3), (1, 4, 3), (1, 1, 5_000_001)] {
            let refused = Shape::new(Amount(branches), Amount(teams), Amount(employees)).unwrap_err();
            assert!(refused.text().contains("code BAD_BANK"), "{}", refused.text());
        }
    }

    #[test]
    fn every_unit_and_employee_is_sent_once() {
        let shape = Shape { branches: 3, teams: 7, employees: 2_050 };
        let sent = organisation(&shape);
        let units: usize = sent.iter().map(|message| message.units.len()).sum();
        let employees: usize = sent.iter().map(|message| message.employees.len()).sum();
        assert_eq!((units, employees, sent.len()), (10, 2_050, 4));
    }
}
