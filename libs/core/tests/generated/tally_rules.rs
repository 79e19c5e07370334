//! Counts which rules on measures, points, rounds and keys a standing covered, according to the oracle; and
//! whether a rule had an effect, that is, whether the oracle's answer differs without it.

use longhu_core::contest::{
    Completion, Contest, Credited, Limit, Measure, Overall, Points, RankedBy, TierKind, ZeroTarget,
};
use longhu_core::oracle::{self, Entry, Figure, Logged, Row, Standings, Table, rate};
use longhu_core::rule::class::{Class, GroupKey};
use longhu_core::rule::{limit, measure, ranking};

use crate::generated::counters::Counters;

/// Counts the rules that one standing covered.
pub fn tally_rules(contest: &Contest, log: &[Logged], standings: &Standings, counters: &mut Counters) {
    for table in standings.tables.iter().chain(standings.rounds.iter().flatten()) {
        for row in &table.rows {
            for (indicator, figure) in row.figures.iter().enumerate() {
                count_figure(contest, indicator, figure, counters);
            }
        }
    }
    for table in &standings.tables {
        table.rows.iter().for_each(|row| count_key(contest, row, counters));
    }
    count_rounds(contest, standings, counters);
    count_felt(contest, log, standings, counters);
}

fn count_figure(contest: &Contest, indicator: usize, figure: &Figure, counters: &mut Counters) {
    let rule = &contest.indicators[indicator];
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "figure", name);
    let has_value = figure.value.is_some();
    match &rule.measure {
        Measure::Ratio(_) => hit_if(!has_value, "ratio without denominator"),
        Measure::AverageBalance(_) => hit_if(!has_value, "average without days"),
        Measure::ProductsPerCustomer(measure::ProductsPerCustomer) => {
            hit_if(!has_value, "products of no customer")
        }
        _ => {}
    }
    let Some(value) = &figure.value else { return };
    if rule.measure.class() == Class::Derived {
        counters.hit("measure", rule.measure.word());
    }
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "figure", name);
    match &rule.points {
        Points::Tiers(tiers) => {
            let reached =
                tiers.steps.iter().filter(|step| rate(step.from_e4.into(), 10_000) <= *value).count();
            let is_marginal = tiers.kind == TierKind::Marginal;
            hit_if(reached > 1 && is_marginal, "marginal tiers, several");
            hit_if(reached > 1 && !is_marginal, "whole-volume tiers, above the first");
            hit_if(reached == 0, "below the first tier");
        }
        Points::Completion(rule) => count_completion(rule, figure, counters),
        Points::PerUnit(_) | Points::PerAmount(_) => {}
    }
}

fn count_completion(rule: &Completion, figure: &Figure, counters: &mut Counters) {
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "figure", name);
    let is_below = |limit: Option<i64>| {
        limit.is_some_and(|limit| figure.completion.as_ref().is_some_and(|c| *c < rate(limit.into(), 10_000)))
    };
    let is_above = |limit: i64| figure.completion.as_ref().is_some_and(|c| *c > rate(limit.into(), 10_000));
    hit_if(is_below(rule.floor_e4), "completion below the floor");
    hit_if(rule.cap_e4.is_some_and(is_above), "completion above the cap");
    hit_if(is_below(rule.threshold_e4), "completion below the threshold");
    hit_if(figure.target.is_none(), "no target");
    let is_zero = figure.target == Some(0);
    hit_if(is_zero && figure.completion.is_some(), "zero target reached");
    hit_if(is_zero && rule.zero_target == ZeroTarget::NoCompletion, "zero target without completion");
}

fn count_key(contest: &Contest, row: &Row, counters: &mut Counters) {
    let mut hit_if = |is_so: bool, name: &'static str| counters.hit_if(is_so, "ranked by", name);
    let has_key = row.key.is_some();
    match contest.ranked_by {
        RankedBy::Score(ranking::Score) => {}
        RankedBy::Indicator(_) => {
            hit_if(true, if has_key { "indicator" } else { "indicator without a value" })
        }
        RankedBy::Completion(_) => hit_if(true, if has_key { "completion" } else { "completion of nobody" }),
        RankedBy::PerHead(ranking::PerHead) => hit_if(true, if has_key { "heads" } else { "no heads" }),
        RankedBy::Improvement(ranking::Improvement { is_rate: false, .. }) => {
            hit_if(row.base != Some(0), "improvement")
        }
        RankedBy::Improvement(_) => {
            hit_if(true, if has_key { "improvement rate" } else { "improvement on nothing" })
        }
    }
}

fn count_rounds(contest: &Contest, standings: &Standings, counters: &mut Counters) {
    let is_by_places = matches!(contest.overall, Overall::Places(_));
    let has_score = |table: &&Table| table.rows.iter().any(|row| row.score != 0);
    if !contest.rounds.is_empty() && standings.tables.iter().any(|table| has_score(&table)) {
        counters.hit("ranked by", if is_by_places { "places" } else { "sum of rounds" });
    }
    for table in standings.rounds.iter().flatten() {
        let shares = table.rows.windows(2).any(|pair| pair[0].rank == pair[1].rank && pair[0].live > 0);
        counters.hit_if(is_by_places && shares, "ranked by", "places shared");
        let planned = |row: &Row| row.figures.iter().any(|figure| figure.target.is_some());
        counters.hit_if(table.rows.iter().any(planned), "figure", "target of a round");
    }
    if !contest.rounds.is_empty() {
        let planned = |row: &Row| row.figures.iter().any(|figure| figure.target.is_some());
        let count = standings.tables.iter().flat_map(|table| &table.rows).filter(|row| planned(row)).count();
        counters.hit_if(count > 0, "figure", "target of all rounds together");
    }
    let below =
        |at: usize| standings.credits.iter().any(|credit| credit.indicator == at && credit.measure < 0);
    for (at, indicator) in contest.indicators.iter().enumerate() {
        let is_of_customers = matches!(
            indicator.measure,
            Measure::Customers(measure::Customers) | Measure::CustomersWithProducts(_)
        );
        counters.hit_if(is_of_customers && below(at), "figure", "customer below zero");
        if let Measure::CustomersWithProducts(measure::CustomersWithProducts { at_least }) = indicator.measure
        {
            let some = standings.credits.iter().any(|credit| credit.indicator == at);
            counters.hit_if(some && at_least > 1, "figure", "customers with products, some with fewer");
        }
    }
}

/// Counts the rules without which the standings would differ.
fn count_felt(contest: &Contest, log: &[Logged], standings: &Standings, counters: &mut Counters) {
    let Some(last) = log.last().map(|logged| logged.position) else { return };
    // The oracle is slow, and a rule that has an effect at all has one often.
    let now = digests(standings);
    let is_felt =
        |without: Contest| digests(&oracle::standings_under(&without, standings.revision, log, last)) != now;
    let mut check = |applies: bool, name: &'static str, change: &dyn Fn(&mut Contest)| {
        if applies {
            let mut without = contest.clone();
            change(&mut without);
            counters.hit_if(is_felt(without), "felt", name);
        }
    };
    let windows = contest.indicators.iter().any(|i| !i.windows.is_empty());
    check(windows, "window", &|c| c.indicators.iter_mut().for_each(|i| i.windows.clear()));
    let caps = [
        (Limit::Event(limit::Event), "cap of an event"),
        (Limit::Day(limit::Day), "cap of a day"),
        (Limit::Customer(limit::Customer), "cap of a customer"),
        (Limit::Round(limit::Round), "cap of a round"),
        (Limit::Contest(limit::Contest), "cap of the contest"),
    ];
    for (per, name) in caps {
        let applies = contest.indicators.iter().any(|i| i.caps.iter().any(|cap| cap.per == per));
        check(applies, name, &|c| c.indicators.iter_mut().for_each(|i| i.caps.retain(|cap| cap.per != per)));
    }
    let has_some = contest.indicators.iter().any(|i| i.caps.iter().any(|cap| !cap.boards.is_empty()));
    check(has_some, "cap of some boards", &|c| {
        c.indicators.iter_mut().flat_map(|i| &mut i.caps).for_each(|cap| cap.boards.clear())
    });
    let between = contest.rounds.len() > 1;
    check(between, "day between rounds", &|c| {
        let next = c.rounds[1].period.start;
        c.rounds[0].period.end = next.yesterday().unwrap_or(next);
    });
    let is_of = |i: &Measure| matches!(i, Measure::NetChange(measure::NetChange { base: Some(_), .. }));
    check(contest.indicators.iter().any(|i| is_of(&i.measure)), "base date", &|c| {
        for indicator in &mut c.indicators {
            if let Measure::NetChange(measure::NetChange { base, .. }) = &mut indicator.measure {
                *base = None;
            }
        }
    });
    let of_the_day = |measure: &Measure| {
        matches!(
            measure,
            Measure::NetChange(measure::NetChange { credited: Credited::HolderOfTheDay, .. })
                | Measure::AverageBalance(measure::AverageBalance { credited: Credited::HolderOfTheDay })
        )
    };
    check(contest.indicators.iter().any(|i| of_the_day(&i.measure)), "holder of the day", &|c| {
        for indicator in &mut c.indicators {
            if let Measure::NetChange(measure::NetChange { credited, .. })
            | Measure::AverageBalance(measure::AverageBalance { credited }) = &mut indicator.measure
            {
                *credited = Credited::PresentHolder;
            }
        }
    });
    let has_balances =
        contest.indicators.iter().any(|i| i.measure.class() == Class::Grouped(GroupKey::Account));
    if has_balances {
        let mut unrevised = log.to_vec();
        for logged in &mut unrevised {
            if let Entry::Event(event) = &mut logged.entry {
                event.revision = None;
            }
        }
        let other = oracle::standings_under(contest, standings.revision, &unrevised, last);
        counters.hit_if(digests(&other) != now, "felt", "revision");
    }
}

fn digests(standings: &Standings) -> Vec<String> {
    let tables = standings.tables.iter().chain(standings.rounds.iter().flatten());
    tables.map(|table| table.digest.to_string()).collect()
}
