//! How much of a contest's time has passed, and what follows for participants with targets: pace and
//! forecast, exact. They depend on the time of the answer, so no score and no rank may depend on them.

use jiff::civil::Date;

use crate::Time;
use crate::contest::{Contest, Period};
use crate::plan::Calendar;
use crate::types::date::days_between;
use crate::types::ratio::Ratio;

/// Nanoseconds in a second.
const SECOND: i64 = 1_000_000_000;

/// How many days have begun, and how many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Elapsed {
    /// The days that have begun, including the day of the answer.
    pub elapsed: u32,
    /// All days.
    pub total: u32,
}

impl Elapsed {
    /// As a fraction of the whole; `None` before the first day.
    pub fn share(self) -> Option<Ratio> {
        Ratio::new(i128::from(self.elapsed), i128::from(self.total)).filter(|_| self.elapsed > 0)
    }

    /// The completion divided by the fraction of time that has passed. 1 means that both are equal.
    pub fn pace(self, completion: Option<Ratio>) -> Option<Ratio> {
        completion?.per(self.share()?)
    }

    /// What a value will be at the end if it keeps growing at the same rate. Only for values that add up over
    /// time (see [`Contest::adds_up`]): a rate does not, and neither do customers, who can come again.
    pub fn forecast(self, adds_up: bool, value: Option<Ratio>) -> Option<Ratio> {
        value.filter(|_| adds_up)?.per(self.share()?)
    }
}

/// How much time of a round, or of the whole contest, has passed at an instant; in working days if there is a
/// calendar, otherwise in days. If a contest has rounds, its days are those of the rounds.
pub fn elapsed(contest: &Contest, round: Option<usize>, calendar: Option<&Calendar>, as_of: Time) -> Elapsed {
    let today = local_date(contest, as_of);
    let whole = Period { start: contest.start, end: contest.end };
    let rounds = contest.rounds.iter().enumerate();
    let own = rounds.filter(|(at, _)| round.is_none_or(|round| round == *at)).map(|(_, own)| own.period);
    let periods = own.chain(contest.rounds.is_empty().then_some(whole));
    periods.fold(Elapsed::default(), |sum, Period { start, end }| Elapsed {
        elapsed: sum.elapsed + days(calendar, start, end.min(today)),
        total: sum.total + days(calendar, start, end),
    })
}

/// The number of days from `start` to `end`, both included; 0 if `end` is before `start`.
fn days(calendar: Option<&Calendar>, start: Date, end: Date) -> u32 {
    match calendar {
        Some(calendar) => calendar.working_days(start, end),
        None => u32::try_from(days_between(start, end) + 1).unwrap_or(0),
    }
}

/// The date in the bank's time zone at an instant.
fn local_date(contest: &Contest, at: Time) -> Date {
    let (seconds, _) = at.parts();
    let offset = contest.utc_offsets.iter().rev().find(|offset| offset.from_seconds <= seconds);
    let local = i128::from(at.0) + i128::from(offset.map_or(0, |offset| offset.seconds)) * i128::from(SECOND);
    // Later than any time that an entry may have, so every day is over.
    let instant = jiff::Timestamp::from_nanosecond(local).unwrap_or(jiff::Timestamp::MAX);
    jiff::tz::Offset::UTC.to_datetime(instant).date()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::contest::{
        Credited, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, Round,
        TieRule, UnitFrom, UtcOffset,
    };
    use crate::rule::{format, measure, ranking, tie_rule};
    use crate::types::money::Currency;

    /// A contest of a bank in China, in February and March 2026.
    fn contest() -> Contest {
        Contest {
            id: "spring".into(),
            name: LocalizedText::default(),
            campaign: String::new(),
            start: date(2026, 2, 1),
            end: date(2026, 3, 31),
            grace_days: None,
            scoring_deadline: None,
            boards: vec!["branch".into()],
            listing: Listing::Scored,
            indicators: Vec::new(),
            tie_rule: TieRule::Standard(tie_rule::Standard),
            tie_breaks: Vec::new(),
            unit_from: UnitFrom::Membership,
            currency: Currency::parse("CNY").unwrap(),
            rounds: Vec::new(),
            overall: Overall::Sum(format::Sum),
            ranked_by: RankedBy::Score(ranking::Score),
            calendar: None,
            utc_offsets: vec![UtcOffset { from_seconds: i64::MIN, seconds: 8 * 3600 }],
        }
    }

    /// The contest in two rounds, with a week between them.
    fn in_rounds() -> Contest {
        let round = |id: &str, start, end| Round {
            id: id.into(),
            name: LocalizedText::default(),
            period: Period { start, end },
        };
        let rounds = vec![
            round("r1", date(2026, 2, 1), date(2026, 2, 10)),
            round("r2", date(2026, 2, 18), date(2026, 2, 27)),
        ];
        Contest { rounds, ..contest() }
    }

    /// The festival week is closed; the Saturdays before and after it are working days (调休).
    fn calendar() -> Calendar {
        Calendar {
            id: "cn-2026".into(),
            weekend: vec![6, 7],
            closed: (15..=23).map(|day| date(2026, 2, day)).collect(),
            open: vec![date(2026, 2, 14), date(2026, 2, 28)],
        }
    }

    fn at(text: &str) -> Time {
        let time: jiff::Timestamp = text.parse().unwrap();
        Time(i64::try_from(time.as_nanosecond()).unwrap())
    }

    fn noon(day: Date) -> Time {
        at(&format!("{day}T12:00:00+08:00"))
    }

    fn of(contest: &Contest, round: Option<usize>, calendar: Option<&Calendar>, at: Time) -> (u32, u32) {
        let Elapsed { elapsed, total } = elapsed(contest, round, calendar, at);
        (elapsed, total)
    }

    #[test]
    fn days_count_from_the_first_to_the_day_of_the_answer() {
        let own = contest();
        for (day, elapsed) in [
            (date(2026, 1, 31), 0),
            (date(2026, 2, 1), 1),
            (date(2026, 2, 28), 28),
            (date(2026, 3, 31), 59),
            (date(2026, 4, 1), 59),
            (date(2199, 12, 31), 59),
        ] {
            assert_eq!(of(&own, None, None, noon(day)), (elapsed, 59), "{day}");
        }
        assert_eq!(of(&own, None, None, Time::default()), (0, 59));
        assert_eq!(of(&own, None, None, Time(i64::MAX)), (59, 59));
    }

    #[test]
    fn a_day_begins_at_midnight_in_the_bank_s_zone() {
        let own = contest();
        assert_eq!(of(&own, None, None, at("2026-02-09T15:59:59.999999999Z")), (9, 59));
        assert_eq!(of(&own, None, None, at("2026-02-09T16:00:00Z")), (10, 59));
        let in_utc = Contest { utc_offsets: Vec::new(), ..contest() };
        assert_eq!(of(&in_utc, None, None, at("2026-02-09T16:00:00Z")), (9, 59));
        assert_eq!(of(&in_utc, None, None, at("2026-02-10T00:00:00Z")), (10, 59));
    }

    #[test]
    fn the_offset_that_holds_is_the_last_that_has_begun() {
        // Summer time: two hours instead of one from 29 March, 01:00 UTC.
        let from_seconds = at("2026-03-29T01:00:00Z").parts().0;
        let utc_offsets = vec![
            UtcOffset { from_seconds: i64::MIN, seconds: 3_600 },
            UtcOffset { from_seconds, seconds: 7_200 },
        ];
        let own = Contest { utc_offsets, ..contest() };
        assert_eq!(
            of(&own, None, None, at("2026-03-27T22:30:00Z")),
            (55, 59),
            "half past eleven on the 27th"
        );
        assert_eq!(
            of(&own, None, None, at("2026-03-29T22:30:00Z")),
            (58, 59),
            "half past midnight on the 30th"
        );
    }

    #[test]
    fn working_days_leave_out_the_festival_and_count_the_saturdays_that_are_worked() {
        let (own, calendar) = (contest(), calendar());
        // February has 20 weekdays, of which 6 are closed, and 2 working Saturdays; March has 22.
        for (day, elapsed) in [
            (date(2026, 2, 1), 0),
            (date(2026, 2, 13), 10),
            (date(2026, 2, 14), 11),
            (date(2026, 2, 23), 11),
            (date(2026, 2, 27), 15),
            (date(2026, 2, 28), 16),
            (date(2026, 3, 31), 38),
        ] {
            assert_eq!(of(&own, None, Some(&calendar), noon(day)), (elapsed, 38), "{day}");
        }
    }

    #[test]
    fn a_round_has_its_own_days_and_the_whole_those_of_its_rounds() {
        let own = in_rounds();
        for (day, of_rounds, whole) in [
            (date(2026, 2, 5), (5, 0), 5),
            (date(2026, 2, 14), (10, 0), 10),
            (date(2026, 2, 18), (10, 1), 11),
            (date(2026, 3, 31), (10, 10), 20),
        ] {
            let seen = [Some(0), Some(1), None].map(|round| of(&own, round, None, noon(day)));
            assert_eq!(seen, [(of_rounds.0, 10), (of_rounds.1, 10), (whole, 20)], "{day}");
        }
    }

    #[test]
    fn pace_is_the_completion_for_each_part_of_the_time() {
        let ratio = |a, b| Ratio::new(a, b).unwrap();
        let elapsed = Elapsed { elapsed: 28, total: 59 };
        // 83.01 of 35.94 on day 28 of 59: 4.8668 times the pace.
        let completion = ratio(8_301, 3_594);
        assert_eq!(elapsed.pace(Some(completion)).unwrap(), ratio(8_301 * 59, 3_594 * 28));
        assert_eq!(elapsed.pace(Some(completion)).unwrap().to_e4(), 48_668);
        assert_eq!(elapsed.pace(Some(ratio(-1, 2))).unwrap().to_e4(), -10_536);
        assert_eq!(elapsed.pace(None), None);
        assert_eq!(Elapsed { elapsed: 0, total: 59 }.pace(Some(completion)), None, "it has not begun");
        assert_eq!(Elapsed { elapsed: 0, total: 0 }.pace(Some(completion)), None, "no day is worked");
        assert_eq!(Elapsed { elapsed: 59, total: 59 }.pace(Some(completion)), Some(completion));
    }

    #[test]
    fn only_what_adds_up_is_carried_on_to_the_end() {
        let elapsed = Elapsed { elapsed: 30, total: 90 };
        let value = Some(Ratio::of_e4(120_000));
        assert_eq!(elapsed.forecast(true, value).map(Ratio::to_e4), Some(360_000));
        assert_eq!(elapsed.forecast(true, None), None);
        assert_eq!(Elapsed { elapsed: 0, total: 90 }.forecast(true, value), None);
        assert_eq!(elapsed.forecast(false, value), None);
        let credited = Credited::PresentHolder;
        let openings = Vec::new();
        for (measure, adds_up) in [
            (Measure::Count(measure::Count), true),
            (Measure::Quantity(measure::Quantity), true),
            (Measure::Amount(measure::Amount), true),
            (Measure::NthProduct(measure::NthProduct { nth: 3, within_days: 90, openings }), true),
            (Measure::NetChange(measure::NetChange { credited, base: None }), true),
            (Measure::AverageBalance(measure::AverageBalance { credited }), false),
            (Measure::Customers(measure::Customers), false),
            (Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least: 2 }), false),
            (Measure::ProductsPerCustomer(measure::ProductsPerCustomer), false),
            (Measure::Ratio(measure::Ratio { of: 0, to: 0 }), false),
        ] {
            let indicator = Indicator {
                id: "own".into(),
                name: LocalizedText::default(),
                events: Vec::new(),
                filter: Filter::default(),
                measure,
                points: Points::per_unit(0),
                better: None,
                windows: Vec::new(),
                caps: Vec::new(),
            };
            let contest = Contest { indicators: vec![indicator], ..contest() };
            assert_eq!(contest.adds_up(0), adds_up, "{:?}", contest.indicators[0].measure);
        }
    }
}
