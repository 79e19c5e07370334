//! The oracle's credits: what each counted event gives to whom under each indicator, or why it gives nothing. It never
//! looks at two events at once.

use crate::contest::{Contest, Filter, Indicator, Measure, Points, UnitFrom};
use crate::event::Event;
use crate::money::Currency;
use crate::oracle::copies::Copy;
use crate::oracle::decisions::Organisation;
use crate::oracle::division::{LastUnit, divide};
use crate::oracle::{Entry, Logged};
use crate::{Position, Time};

/// Where units look for a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The creditor's own unit.
    Membership,
    /// The event's branch, because the contest says so.
    Branch,
    /// The creditor's own unit, because the contest asks for a branch and the event names none.
    NoBranch,
    /// The event's branch, because nobody is credited for this part.
    Unassigned,
}

/// One credit.
#[derive(Clone, Debug)]
pub struct Credit<'a> {
    /// Where its event is.
    pub position: Position,
    /// Its event.
    pub event: &'a Event<'static>,
    /// The indicator's index.
    pub indicator: usize,
    /// Who is credited.
    pub employee: Option<&'a str>,
    /// The unit from which units are looked for, upwards.
    pub unit: Option<&'a str>,
    /// Why that unit.
    pub origin: Origin,
    /// In 1/10,000 of the measure's unit.
    pub measure: i128,
    /// In 1/10,000 of a point.
    pub points: i128,
    /// What the whole event is worth to the indicator, in 1/10,000 of a point.
    pub worth: i128,
    /// Whether the worth was exactly between two units and went to the even one.
    pub was_half: bool,
    /// Who got the last odd unit of the points.
    pub last_unit: LastUnit,
    /// Whether nobody knows the creditor.
    pub employee_is_unknown: bool,
    /// Whether it waits for an unknown employee or unit.
    pub is_held: bool,
    /// Boards of units that have nobody for it, although its own unit is known.
    pub boards_missed: usize,
}

/// Why an event counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// Its business date is before the period.
    TooEarly,
    /// Its business date is after the period.
    TooLate,
    /// It was recorded at or after the deadline.
    AfterDeadline,
    /// The indicator counts other types.
    OtherType,
    /// The filter wants another product.
    Product,
    /// The filter wants another channel.
    Channel,
    /// The filter wants another segment.
    Segment,
    /// The filter wants a greater amount.
    AmountBelow,
    /// The filter wants a smaller amount.
    AmountAbove,
    /// The filter wants other attributes.
    Attribute,
    /// An amount is needed and there is none.
    NoAmount,
    /// An amount is needed and it is in another currency.
    OtherCurrency,
    /// It takes another event back, which nothing understands yet.
    Reversal,
}

/// The credits of every event that counts, in log order, and the reasons of those that give none.
pub(super) fn give<'a>(
    contest: &Contest,
    organisation: &Organisation<'a>,
    prefix: &'a [Logged],
    copies: &[Copy],
) -> (Vec<Credit<'a>>, Vec<Refusal>) {
    let mut credits = Vec::new();
    let mut refusals = Vec::new();
    let events = prefix.iter().filter_map(|logged| match &logged.entry {
        Entry::Event(event) => Some((logged, event)),
        Entry::Decision(_) | Entry::Tick => None,
    });
    for ((logged, event), copy) in events.zip(copies) {
        if *copy != Copy::First {
            continue;
        }
        if let Err(refusal) = admit(event, logged.recorded, contest) {
            refusals.push(refusal);
            continue;
        }
        for indicator in 0..contest.indicators.len() {
            match value(event, &contest.indicators[indicator], contest.currency) {
                Err(refusal) => refusals.push(refusal),
                Ok(value) => {
                    let whole = Whole { position: logged.position, event, indicator, value };
                    credits.extend(share(whole, contest, organisation));
                }
            }
        }
    }
    (credits, refusals)
}

/// What an event is worth to an indicator, before it is shared.
struct Value {
    measure: i128,
    points: i128,
    was_half: bool,
}

struct Whole<'a> {
    position: Position,
    event: &'a Event<'static>,
    indicator: usize,
    value: Value,
}

fn admit(event: &Event, recorded: Time, contest: &Contest) -> Result<(), Refusal> {
    if event.reverses.is_some() {
        return Err(Refusal::Reversal);
    }
    if event.business_date < contest.start {
        return Err(Refusal::TooEarly);
    }
    if event.business_date > contest.end {
        return Err(Refusal::TooLate);
    }
    let is_wanted = |indicator: &Indicator| indicator.events.iter().any(|kind| event.kind == kind.as_str());
    if !contest.indicators.iter().any(is_wanted) {
        return Err(Refusal::OtherType);
    }
    match contest.scoring_deadline {
        Some(deadline) if recorded.0 >= deadline.0 => Err(Refusal::AfterDeadline),
        _ => Ok(()),
    }
}

fn value(event: &Event, indicator: &Indicator, currency: Currency) -> Result<Value, Refusal> {
    if !indicator.events.iter().any(|kind| event.kind == kind.as_str()) {
        return Err(Refusal::OtherType);
    }
    meet(event, &indicator.filter, currency)?;
    let digits = i128::from(10u32.pow(currency.digits()));
    // The measure as a fraction of whole units.
    let (numerator, denominator) = match indicator.measure {
        Measure::Count => (1, 1),
        Measure::SumQuantity => (i128::from(event.quantity.unwrap_or(1)), 1),
        Measure::SumAmount => (amount(event, currency)?, digits),
    };
    let (points, was_half) = match indicator.points {
        Points::PerUnit(points_e4) => half_even(numerator * i128::from(points_e4), denominator),
        Points::PerAmount { points_e4, per_minor } => {
            half_even(amount(event, currency)? * i128::from(points_e4), i128::from(per_minor))
        }
    };
    Ok(Value { measure: numerator * 10_000 / denominator, points, was_half })
}

/// The amount in minor units of the contest's currency.
fn amount(event: &Event, currency: Currency) -> Result<i128, Refusal> {
    match event.amount {
        None => Err(Refusal::NoAmount),
        Some(amount) if amount.currency != currency => Err(Refusal::OtherCurrency),
        Some(amount) => Ok(i128::from(amount.minor)),
    }
}

fn meet(event: &Event, filter: &Filter, currency: Currency) -> Result<(), Refusal> {
    let is_outside = |list: &[String], code: &str| !list.is_empty() && !list.contains(&code.to_string());
    if is_outside(&filter.products, &event.product) {
        return Err(Refusal::Product);
    }
    if is_outside(&filter.channels, &event.channel) {
        return Err(Refusal::Channel);
    }
    if is_outside(&filter.segments, &event.segment) {
        return Err(Refusal::Segment);
    }
    if let Some(least) = filter.amount_min
        && amount(event, currency)? < i128::from(least)
    {
        return Err(Refusal::AmountBelow);
    }
    if let Some(greatest) = filter.amount_max
        && amount(event, currency)? > i128::from(greatest)
    {
        return Err(Refusal::AmountAbove);
    }
    for (wanted, allowed) in &filter.attributes {
        let found = event.attributes.iter().find(|(key, _)| key == wanted.as_str());
        let is_allowed = found.is_some_and(|(_, value)| allowed.contains(&value.to_string()));
        if !is_allowed {
            return Err(Refusal::Attribute);
        }
    }
    Ok(())
}

/// The nearest whole number to a fraction, and whether two were equally near: then it is the even one.
fn half_even(numerator: i128, denominator: i128) -> (i128, bool) {
    let below = if numerator < 0 && numerator % denominator != 0 {
        numerator / denominator - 1
    } else {
        numerator / denominator
    };
    let above = below + 1;
    let (to_below, to_above) = (numerator - below * denominator, above * denominator - numerator);
    if to_below == to_above {
        return (if below % 2 == 0 { below } else { above }, true);
    }
    (if to_below < to_above { below } else { above }, false)
}

fn share<'a>(whole: Whole<'a>, contest: &Contest, organisation: &Organisation<'a>) -> Vec<Credit<'a>> {
    let Whole { position, event, indicator, value } = whole;
    let (measures, _) = divide(value.measure, &event.credits);
    let (points, last_unit) = divide(value.points, &event.credits);
    let branch = Some(event.branch.as_ref()).filter(|branch| !branch.is_empty());
    let mut given = Vec::new();
    for (measure, points) in measures.iter().zip(&points) {
        let employee = points.creditor.map(|credit| credit.employee.as_ref());
        let known = employee.and_then(|employee| organisation.employees.get(employee));
        let membership = known.and_then(|employee| employee.unit.as_deref());
        let (unit, origin) = match (employee, contest.unit_from, branch) {
            (None, _, _) => (branch, Origin::Unassigned),
            (Some(_), UnitFrom::Membership, _) => (membership, Origin::Membership),
            (Some(_), UnitFrom::Event, None) => (membership, Origin::NoBranch),
            (Some(_), UnitFrom::Event, Some(_)) => (branch, Origin::Branch),
        };
        let goes_nowhere = employee.is_none() && branch.is_none();
        if !points.has_weight || goes_nowhere {
            continue;
        }
        let employee_is_unknown = employee.is_some() && known.is_none();
        let unit_is_unknown = unit.is_some_and(|unit| !organisation.units.contains_key(unit));
        given.push(Credit {
            position,
            event,
            indicator,
            employee,
            unit,
            origin,
            measure: measure.value,
            points: points.value,
            worth: value.points,
            was_half: value.was_half,
            last_unit,
            employee_is_unknown,
            is_held: employee_is_unknown || unit_is_unknown,
            boards_missed: unit.map_or(0, |unit| boards_missed(unit, contest, organisation)),
        });
    }
    given
}

fn boards_missed(unit: &str, contest: &Contest, organisation: &Organisation) -> usize {
    let unit_boards = contest.boards.iter().filter(|kind| *kind != "employee");
    let is_known = organisation.units.contains_key(unit);
    unit_boards.filter(|kind| is_known && organisation.nearest(unit, kind).is_none()).count()
}
