//! Reads a contest's TOML file into the definition that is published. It notes everything that is wrong without asking a
//! server; event types and unit kinds that a bank may have added are left to the server.

mod indicator;
pub mod keys;
#[cfg(test)]
mod more_tests;
mod parts;
mod points;
mod schedule;

use jiff::civil::Date;
use longhu_client::problems::Problem;
use longhu_core::catalogue::Catalogue;
use longhu_core::contest::{Contest, Listing, Period, TieRule, UnitFrom, check};
use longhu_core::rule::tie_rule;
use longhu_core::types::money::Currency;
use longhu_proto::wire::contest::v1::ContestDefinition;
use toml::de::DeTable;

use self::parts::{UNREAD, from_to, localized};
use crate::fields::{Fields, Notes};

/// What was read from a file.
#[derive(Debug)]
pub struct Reading {
    /// The definition; where the file is wrong, with substitutes for what could not be read.
    pub definition: ContestDefinition,
    /// The same definition for the core; its currency is `XXX` where the file leaves it to the bank.
    pub contest: Contest,
    /// What could not be read.
    pub misread: Vec<Problem>,
    /// Contradictions in the definition.
    pub contradictions: Vec<Problem>,
    /// Event types that are not built in; only the bank's catalogue tells whether they exist.
    pub undecided: Vec<Problem>,
}

impl Reading {
    /// Whether nothing is known to be wrong.
    pub fn is_sound(&self) -> bool {
        self.misread.is_empty() && self.contradictions.is_empty()
    }

    /// Everything that is wrong, or may be.
    pub fn problems(self) -> Vec<Problem> {
        let undecided = self.undecided.into_iter().map(|problem| Problem {
            reason: format!("{} (only a server knows what the bank has added)", problem.reason),
            ..problem
        });
        self.misread.into_iter().chain(self.contradictions).chain(undecided).collect()
    }
}

/// Reads a document.
pub fn read(root: &DeTable) -> Reading {
    let notes = Notes::default();
    let fields = Fields::root(root, &keys::names(&keys::CONTEST), &notes);
    let currency = currency(&fields);
    let contest = contest(&fields, currency);
    let mut definition = longhu_proto::contest::to_wire(&contest);
    if currency.is_none() {
        definition.currency.clear();
    }
    let misread = notes.into_problems();
    let is_new = |problem: &Problem| !misread.iter().any(|other| other.overlaps(problem));
    let found =
        check::check(&contest, &Catalogue::default(), None).into_iter().map(problem_of).filter(is_new);
    let (undecided, contradictions) = found.partition(|problem| problem.code == "UNKNOWN_TYPE");
    Reading { definition, contest, misread, contradictions, undecided }
}

/// A violation of a definition, here or on a server, under the name that the field has in the file.
pub fn problem_of(problem: impl Into<Problem>) -> Problem {
    let problem = problem.into();
    Problem { field: problem.field.replace(".points.amount", ".points.per_amount"), ..problem }
}

fn contest(fields: &Fields, currency: Option<Currency>) -> Contest {
    fields.require("id");
    fields.require("boards");
    fields.require("indicators");
    let (start, end) = period(fields);
    let indicators = indicator::read(fields, currency);
    Contest {
        id: fields.text("id").unwrap_or_default(),
        name: localized(fields),
        campaign: fields.text("campaign").unwrap_or_default(),
        start,
        end,
        grace_days: fields.count("grace_days"),
        scoring_deadline: None,
        boards: fields.texts("boards"),
        listing: fields
            .choice("listed", &[("scored", Listing::Scored), ("eligible", Listing::Eligible)])
            .unwrap_or(Listing::Scored),
        tie_rule: fields
            .choice(
                "tie_rule",
                &[
                    ("1224", TieRule::Standard(tie_rule::Standard)),
                    ("1223", TieRule::Dense(tie_rule::Dense)),
                    ("1234", TieRule::Ordinal(tie_rule::Ordinal)),
                ],
            )
            .unwrap_or(TieRule::Standard(tie_rule::Standard)),
        tie_breaks: schedule::tie_breaks(fields, &indicators),
        unit_from: fields
            .choice("unit_from", &[("membership", UnitFrom::Membership), ("event", UnitFrom::Event)])
            .unwrap_or(UnitFrom::Membership),
        rounds: schedule::rounds(fields),
        overall: schedule::overall(fields),
        ranked_by: schedule::ranked_by(fields, &indicators),
        calendar: fields.text("calendar"),
        utc_offsets: Vec::new(),
        currency: currency.unwrap_or_else(no_currency),
        indicators,
    }
}

/// ISO 4217's code for no currency. It stands for the bank's currency, which is not known here, and is never published.
fn no_currency() -> Currency {
    Currency::parse("XXX").expect("it is three upper-case letters")
}

fn currency(fields: &Fields) -> Option<Currency> {
    let code = fields.text("currency").filter(|code| !code.is_empty())?;
    let currency = Currency::parse(&code);
    if currency.is_none() {
        let reason = format!("`{code}` is not a currency; give the ISO 4217 code, such as \"CNY\"");
        fields.note("currency", "BAD_CURRENCY", reason);
    }
    currency
}

fn period(fields: &Fields) -> (Date, Date) {
    fields.require("period");
    let Some(period) = fields.table("period", &keys::names(&keys::PERIOD)) else { return (UNREAD, UNREAD) };
    let Period { start, end } = from_to(&period);
    (start, end)
}

#[cfg(test)]
mod tests {
    use longhu_core::contest::{Measure, Points, TieBreak};
    use longhu_core::rule::{measure, points, tie_break};

    use super::*;
    use crate::document::Source;

    const GOOD: &str = r#"
id = "cards-1998"
name = { zh = "发卡竞赛", en = "Cards" }
period = { from = 1998-01-01, to = "1998-12-31" }
grace_days = 5
boards = ["branch", "employee"]
listed = "eligible"
tie_rule = "1223"
tie_breaks = ["earliest", "indicator:gold", "name"]
unit_from = "event"
currency = "CZK"
[[indicators]]
id = "gold"
events = ["card.issued"]
filter = { product = ["gold"], amount_min = "1000", amount_max = 2000.50, attributes = { region = ["x"] } }
measure = "count"
points = { per_unit = 0.1 }
[[indicators]]
id = "loans"
events = ["loan.disbursed"]
measure = "amount"
points = { points = "1", per_amount = "1000.00" }
"#;

    fn reading(text: &str) -> Reading {
        read(Source::new("x", text.to_owned()).parse().unwrap().root())
    }

    fn problems(text: &str) -> Vec<String> {
        reading(text).problems().iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect()
    }

    #[test]
    fn a_file_says_exactly_the_definition() {
        let reading = reading(GOOD);
        assert!(reading.is_sound() && reading.undecided.is_empty(), "{reading:?}");
        let czk = Currency::parse("CZK").unwrap();
        let contest = longhu_proto::contest::from_wire(&reading.definition, czk).unwrap();
        assert_eq!((contest.start, contest.end), (Date::constant(1998, 1, 1), Date::constant(1998, 12, 31)));
        assert_eq!(contest.grace_days, Some(5));
        assert_eq!(contest.listing, Listing::Eligible);
        assert_eq!(contest.tie_rule, TieRule::Dense(tie_rule::Dense));
        assert_eq!(contest.unit_from, UnitFrom::Event);
        assert_eq!(
            contest.tie_breaks,
            [
                TieBreak::Earliest(tie_break::Earliest),
                TieBreak::Indicator(tie_break::Indicator(0)),
                TieBreak::Name(tie_break::Name)
            ]
        );
        let gold = &contest.indicators[0];
        assert_eq!(gold.points, Points::per_unit(1_000));
        assert_eq!(gold.filter.amount_min, Some(100_000));
        assert_eq!(gold.filter.amount_max, Some(200_050));
        assert_eq!(gold.filter.attributes, [("region".to_owned(), vec!["x".to_owned()])]);
        let loans = &contest.indicators[1];
        assert_eq!(loans.measure, Measure::Amount(measure::Amount));
        assert_eq!(
            loans.points,
            Points::PerAmount(points::PerAmount { points_e4: 10_000, per_minor: 100_000 })
        );
    }

    #[test]
    fn without_a_currency_the_bank_s_is_left_to_the_server() {
        let text = "id = \"x\"\nperiod = { from = 1998-01-01, to = 1998-01-01 }\nboards = [\"team\"]\n\
                    [[indicators]]\nid = \"i\"\nevents = [\"visit.made\"]\n";
        let sound = reading(text);
        assert!(sound.is_sound(), "{sound:?}");
        assert_eq!(sound.definition.currency, "");
        let with_amount = format!("{text}filter = {{ amount_min = 5 }}\n");
        assert_eq!(problems(&with_amount), ["indicators[0].filter.amount_min MISSING_CURRENCY"]);
    }

    #[test]
    fn every_contradiction_is_found_in_one_pass() {
        let text = GOOD
            .replace("1998-01-01, to", "1999-01-01, to")
            .replace("\"branch\", \"employee\"", "\"branch\", \"branch\"")
            .replace("indicator:gold", "indicator:silver")
            .replace("loan.disbursed", "loan.disbursd")
            .replace("tie_rule = \"1223\"", "tie_rul = \"1223\"")
            .replace("per_amount = \"1000.00\"", "per_amount = \"1000.005\"");
        let mut found = problems(&text);
        found.sort();
        assert_eq!(
            found,
            [
                "boards[1] DUPLICATE_ID",
                "indicators[1].events[0] UNKNOWN_TYPE",
                "indicators[1].points.per_amount BAD_NUMBER",
                "period.to PERIOD_REVERSED",
                "tie_breaks[1] UNKNOWN_INDICATOR",
                "tie_rul UNKNOWN_FIELD",
            ]
        );
    }

    #[test]
    fn a_misread_field_is_reported_once() {
        assert_eq!(
            problems("boards = 3\nperiod = { from = 1998-01-01 }\nindicators = \"x\"\n"),
            ["id MISSING_FIELD", "period.to MISSING_FIELD", "indicators WRONG_TYPE", "boards WRONG_TYPE",]
        );
    }

    #[test]
    fn points_are_either_per_unit_or_per_amount() {
        let text = GOOD.replace("{ per_unit = 0.1 }", "{ per_unit = 1, points = 2 }");
        assert_eq!(problems(&text), ["indicators[0].points CONFLICTING_FIELDS"]);
    }

    #[test]
    fn a_type_that_is_not_built_in_is_left_to_the_bank_s_catalogue() {
        let reading = reading(&GOOD.replace("card.issued", "gold.sold"));
        assert!(reading.is_sound());
        assert_eq!(reading.undecided.len(), 1);
    }

    #[test]
    fn the_examples_are_sound() {
        for text in [
            include_str!("../../../deploy/examples/quickstart/contest.toml"),
            include_str!("../../../deploy/examples/berka/cards-1998.toml"),
        ] {
            let reading = reading(text);
            assert!(reading.is_sound() && reading.undecided.is_empty(), "{reading:?}");
        }
    }
}
