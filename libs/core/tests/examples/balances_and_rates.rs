//! Worked examples 2 and 3 of the definitions: balances, and ratios of two counts, compared with a plan, as
//! the fold's tables show them.

use jiff::civil::{Date, date};
use longhu_core::contest::{
    Completion, Contest, Credited, Filter, Indicator, Listing, Measure, Points, RankedBy, ZeroTarget,
};
use longhu_core::control::Payload;
use longhu_core::event::Event;
use longhu_core::fold::board::row::Figures;
use longhu_core::plan::{Target, Targets};
use longhu_core::rule::{measure, ranking};
use longhu_core::testkit::Scenario;
use longhu_core::testkit::events::{at, back, cards, with};
use longhu_core::testkit::rules::march;
use longhu_core::types::money::{Amount, Currency};
use longhu_core::types::ratio::Ratio;

/// A weight in points for reaching a target, and no other parameters.
fn weight(points: i64, cap_e4: Option<i64>) -> Points {
    Points::Completion(Completion {
        weight_e4: points * 10_000,
        floor_e4: None,
        cap_e4,
        threshold_e4: None,
        zero_target: ZeroTarget::NoCompletion,
    })
}

/// An indicator on events of one type.
fn indicator(id: &str, kind: &str, measure: Measure, points: Points) -> Indicator {
    let plain = march(0).indicators.remove(0);
    let events = if kind.is_empty() { Vec::new() } else { vec![kind.to_owned()] };
    Indicator { id: id.to_owned(), events, measure, points, ..plain }
}

fn ratio(above: i128, below: i128) -> Option<Ratio> {
    Ratio::new(above, below)
}

trait Plans {
    /// Sets a participant's targets for these indicators, in 1/10,000.
    fn aimed(self, participant: &str, targets: &[(&str, i64)]) -> Scenario;
    /// The figures of a branch.
    fn figures(&self, branch: &str) -> Figures;
    /// Rank, branch and key of each row, in order.
    fn keys(&self) -> Vec<(u64, String, Option<Ratio>)>;
}

impl Plans for Scenario {
    fn aimed(self, participant: &str, targets: &[(&str, i64)]) -> Scenario {
        let target = |(indicator, value_e4): &(&str, i64)| Target {
            indicator: (*indicator).to_owned(),
            round: String::new(),
            value_e4: *value_e4,
        };
        let targets = targets.iter().map(target).collect();
        let targets = Targets { contest: "c".into(), participant: participant.to_owned(), targets };
        self.decided(&targets.key(), 1, Payload::Targets(targets))
    }

    fn figures(&self, branch: &str) -> Figures {
        self.ask(|shard, _| {
            let live = shard.subscribers().contest("c").and_then(|served| served.live.as_ref()).unwrap();
            let number = shard.participants().find(branch).unwrap();
            live.figures("branch", None, live.board("branch").unwrap().row_of(number))
        })
    }

    fn keys(&self) -> Vec<(u64, String, Option<Ratio>)> {
        self.ask(|shard, _| {
            let live = shard.subscribers().contest("c").and_then(|served| served.live.as_ref()).unwrap();
            let board = live.board("branch").unwrap();
            let id = |row| shard.participants().text(board.participant(row)).to_owned();
            board.from(0, shard.sources()).map(|(rank, row)| (rank, id(row), board.key(row))).collect()
        })
    }
}

mod example_2_net_change {
    use super::*;

    /// The total savings of a branch on a day, in yuan.
    fn savings(id: &str, branch: &'static str, day: Date, yuan: i64) -> Event<'static> {
        let amount = Some(Amount { currency: Currency::parse("CNY").unwrap(), minor: yuan * 100 });
        let (kind, subject) = ("account.balance_reported".into(), branch.into());
        Event { kind, subject, branch: branch.into(), quantity: None, amount, ..cards(id, day, 1, &[]) }
    }

    /// One year of growth in savings since the start of the year, with a plan of 35.94 million for one branch
    /// and of 1 for another.
    fn year(cap_e4: Option<i64>) -> Scenario {
        let measure =
            Measure::NetChange(measure::NetChange { credited: Credited::HolderOfTheDay, base: None });
        let savings = indicator("savings", "account.balance_reported", measure, weight(100, cap_e4));
        let contest = Contest {
            start: date(2025, 1, 1),
            end: date(2025, 12, 31),
            boards: vec!["branch".into()],
            ranked_by: RankedBy::Completion(ranking::Completion(0)),
            ..march(0)
        };
        Scenario::given()
            .unit("b1", "branch", None)
            .unit("b2", "branch", None)
            .contest(Contest { indicators: vec![savings], ..contest })
            .aimed("b1", &[("savings", 359_400_000_000)])
            .aimed("b2", &[("savings", 10_000_000_000)])
    }

    const EVE: Date = date(2024, 12, 31);
    const THAT_DAY: Date = date(2025, 9, 30);

    fn reports() -> [Event<'static>; 4] {
        [
            savings("1", "b1", EVE, 966_350_000),
            savings("2", "b2", EVE, 5_000_000),
            savings("3", "b1", THAT_DAY, 1_049_360_000),
            savings("4", "b2", THAT_DAY, 5_750_000),
        ]
    }

    fn told(scenario: Scenario, reports: impl IntoIterator<Item = Event<'static>>) -> Scenario {
        reports.into_iter().fold(scenario, |scenario, report| scenario.when_at(at(THAT_DAY, 20), report))
    }

    #[test]
    fn from_966_35_million_to_1049_36_million_is_83_01_million_and_230_97_percent_of_35_94_million() {
        let scenario = told(year(None), reports());
        let figures = scenario.figures("b1");
        assert_eq!(figures.values[0], ratio(83_010_000, 1));
        assert_eq!(figures.targets[0], Some(359_400_000_000));
        assert_eq!(figures.completions[0], ratio(8_301, 3_594));
        assert_eq!(figures.completions[0].unwrap().to_e4(), 23_097);
        assert_eq!(figures.points[0], 2_309_683);
        let expected = [(1, "b1".to_owned(), ratio(8_301, 3_594)), (2, "b2".to_owned(), ratio(3, 4))];
        assert_eq!(scenario.keys(), expected);
        // A scorecard whose completion is capped at 120 %.
        assert_eq!(told(year(Some(12_000)), reports()).figures("b1").points[0], 1_200_000);
    }

    #[test]
    fn it_is_the_same_in_any_order_after_a_restart_and_after_a_report_that_was_corrected() {
        let scenario = told(year(None), reports());
        let (keys, digest) = (scenario.keys(), scenario.digest("branch"));
        let backwards = told(year(None), reports().into_iter().rev());
        let restarted = told(year(None), reports()).restarted();
        let wrong = Event { revision: Some(1), ..savings("0", "b1", THAT_DAY, 1_000_000_000) };
        let [.., right, other] = reports();
        let right = Event { revision: Some(2), ..right };
        let [first, second, ..] = reports();
        let mut corrected = told(year(None), [first, second, right, other, wrong]);
        for scenario in [&backwards, &restarted, &mut corrected] {
            assert_eq!((scenario.keys(), scenario.digest("branch")), (keys.clone(), digest.clone()));
        }
    }
}

mod example_3_active_rates {
    use super::*;

    const SIGNED: &str = "ebanking.signed";
    const ACTIVE: &str = "ebanking.activated";
    /// The name of a rate; how many of 10,000 are active at a branch; how many in the nation.
    const RATES: [(&str, i128, i128); 3] =
        [("personal", 2_246, 2_981), ("corporate", 4_052, 6_321), ("mobile", 287, 590)];
    const DAY: Date = date(2025, 3, 3);

    /// Three ratios of two counts each, ranked by the one with this index.
    fn rates(ranked_by: usize) -> Contest {
        let mut indicators = Vec::new();
        for (segment, ..) in RATES {
            for (what, kind) in [("signed", SIGNED), ("active", ACTIVE)] {
                let filter = Filter { segments: vec![segment.to_owned()], ..Filter::default() };
                let id = format!("{segment}-{what}");
                let counted = indicator(&id, kind, Measure::Quantity(measure::Quantity), Points::per_unit(0));
                indicators.push(Indicator { filter, ..counted });
            }
        }
        for (at, (segment, ..)) in RATES.into_iter().enumerate() {
            let measure = Measure::Ratio(measure::Ratio { of: at * 2 + 1, to: at * 2 });
            indicators.push(indicator(segment, "", measure, weight(10, None)));
        }
        let boards = vec!["branch".into()];
        let (listing, ranked_by) =
            (Listing::Eligible, RankedBy::Indicator(ranking::Indicator(6 + ranked_by)));
        Contest { indicators, boards, listing, ranked_by, ..march(0) }
    }

    /// A number of events for a branch, as one event; the id is made of the first three arguments.
    fn counted(
        branch: &'static str,
        segment: &'static str,
        kind: &'static str,
        count: i64,
    ) -> Event<'static> {
        let event = cards(&format!("{branch} {segment} {kind}"), DAY, count, &[]);
        Event { kind: kind.into(), branch: branch.into(), segment: segment.into(), ..event }
    }

    /// 10,000 sign-ups for each rate at `here`, and the rates of the `nation` as the plan; `idle` has no
    /// sign-ups.
    fn branches() -> Scenario {
        let scenario = Scenario::given().unit("here", "branch", None).unit("nation", "branch", None);
        let mut scenario = scenario.unit("idle", "branch", None).contest(rates(0));
        let plan = RATES.map(|(segment, _, nation)| (segment, nation as i64));
        scenario = scenario.aimed("here", &plan);
        for (segment, here, nation) in RATES {
            for (branch, active) in [("here", here), ("nation", nation)] {
                scenario = scenario
                    .when_at(at(DAY, 18), counted(branch, segment, SIGNED, 10_000))
                    .when_at(at(DAY, 18), counted(branch, segment, ACTIVE, active as i64));
            }
            // `idle` activates what others signed up.
            scenario = scenario.when_at(at(DAY, 18), counted("idle", segment, ACTIVE, 7));
        }
        scenario
    }

    fn row(rank: u64, branch: &str, key: Option<Ratio>) -> (u64, String, Option<Ratio>) {
        (rank, branch.to_owned(), key)
    }

    #[test]
    fn rates_are_ratios_of_two_counts_and_a_branch_without_sign_ups_is_the_last_of_each() {
        let mut scenario = branches();
        for (index, (_, here, nation)) in RATES.into_iter().enumerate() {
            scenario = scenario.amended(index as u64 + 2, rates(index));
            let expected = [
                row(1, "nation", ratio(nation, 10_000)),
                row(2, "here", ratio(here, 10_000)),
                row(3, "idle", None),
            ];
            assert_eq!(scenario.keys(), expected);
        }
        let (here, idle) = (scenario.figures("here"), scenario.figures("idle"));
        // 22.46, 40.52 and 2.87 % divided by 29.81, 63.21 and 5.90 %.
        let completions = [ratio(2_246, 2_981), ratio(4_052, 6_321), ratio(287, 590)];
        assert_eq!(here.completions[6..], completions);
        assert_eq!(completions.map(|part| part.unwrap().to_e4()), [7_534, 6_410, 4_864]);
        assert_eq!(here.points[6..], [75_344, 64_104, 48_644]);
        assert_eq!((&idle.values[6..], &idle.points[6..]), (&[None; 3][..], &[0; 3][..]));
    }

    #[test]
    fn each_of_the_two_counts_can_be_taken_back() {
        let part = |id: &str, kind: &'static str, segment: &str, count| {
            let event = back(id, &format!("here {segment} {kind}"), DAY);
            with(Event { kind: kind.into(), ..event }, move |part| part.quantity = Some(count))
        };
        for (index, (segment, here, _)) in RATES.into_iter().enumerate() {
            let value = |scenario: &Scenario| scenario.figures("here").values[6 + index];
            // 2,000 sign-ups are voided; then 100 activations; then all sign-ups.
            let scenario = branches().when_at(at(DAY, 19), part("1", SIGNED, segment, 2_000));
            assert_eq!(value(&scenario), ratio(here, 8_000));
            let scenario = scenario.when_at(at(DAY, 19), part("2", ACTIVE, segment, 100));
            assert_eq!(value(&scenario), ratio(here - 100, 8_000));
            let scenario = scenario.restarted().when_at(at(DAY, 19), part("3", SIGNED, segment, 8_000));
            assert_eq!(value(&scenario), None);
            let scenario = scenario.amended(2, rates(index));
            let (_, _, nation) = RATES[index];
            let expected =
                [row(1, "nation", ratio(nation, 10_000)), row(2, "here", None), row(2, "idle", None)];
            assert_eq!(scenario.keys(), expected);
        }
    }
}
