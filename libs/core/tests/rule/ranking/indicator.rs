//! The ranking by the value of an `indicator`.

use longhu_core::contest::{Contest, Filter, Indicator, Listing, Measure, Points, RankedBy, UnitFrom};
use longhu_core::event::Event;
use longhu_core::oracle::{Rate, Table, rate};
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::happened;
use longhu_core::testkit::rules::{contest, counts, counts_of};

const SIGNED: &str = "ebanking.signed";

const ACTIVE: &str = "ebanking.activated";

fn ids(table: &Table) -> Vec<(u64, &str)> {
    table.rows.iter().map(|row| (row.rank, row.id.as_str())).collect()
}

fn keys(table: &Table) -> Vec<Option<Rate>> {
    table.rows.iter().map(|row| row.key.clone()).collect()
}

#[test]
fn worked_example_three_active_rates_and_a_branch_without_sign_ups_ranks_last() {
    // Sign-ups and activations for personal, corporate and mobile customers, so that each rate is a ratio of
    // two counts.
    let of = |id: &str, kind: &str, segment: &str| {
        let filter = Filter { segments: vec![segment.to_owned()], ..Filter::default() };
        let counts = counts_of(id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
        Indicator { filter, ..counts }
    };
    let ratio = |id: &str, of, to| Indicator {
        events: vec![],
        ..counts(id, Measure::Ratio(measure::Ratio { of, to }), Points::per_unit(0))
    };
    let mut indicators = Vec::new();
    for segment in ["personal", "corporate", "mobile"] {
        indicators.push(of(&format!("{segment}-signed"), SIGNED, segment));
        indicators.push(of(&format!("{segment}-active"), ACTIVE, segment));
    }
    indicators.extend([ratio("personal", 1, 0), ratio("corporate", 3, 2), ratio("mobile", 5, 4)]);
    let ranked = |index| Contest {
        boards: vec!["branch".into()],
        listing: Listing::Eligible,
        unit_from: UnitFrom::Event,
        ranked_by: RankedBy::Indicator(ranking::Indicator(index)),
        ..contest(indicators.clone())
    };
    let mut scenario = Scenario::of(ranked(6)).branch("here", &[]).branch("nation", &[]).branch("idle", &[]);
    let rates = [
        ("here", "personal", 2_246),
        ("here", "corporate", 4_052),
        ("here", "mobile", 287),
        ("nation", "personal", 2_981),
        ("nation", "corporate", 6_321),
        ("nation", "mobile", 590),
    ];
    for (branch, segment, active) in rates {
        for (kind, count) in [(SIGNED, 10_000), (ACTIVE, active)] {
            let id = format!("{branch} {segment} {kind}");
            let event = happened(kind, &id, 3, count, "wang");
            scenario = scenario.when(Event { branch: branch.into(), segment: segment.into(), ..event });
        }
    }
    for (index, here, nation) in [(6, 2_246, 2_981), (7, 4_052, 6_321), (8, 287, 590)] {
        let scenario = scenario.clone().amended(3, ranked(index));
        let says = scenario.says();
        assert_eq!(ids(&says.tables[0]), [(1, "nation"), (2, "here"), (3, "idle")]);
        assert_eq!(keys(&says.tables[0]), [Some(rate(nation, 10_000)), Some(rate(here, 10_000)), None]);
    }
}
