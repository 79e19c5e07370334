//! A definition in plain words, in Chinese and English, section by section, so that the command line, a page and a printed
//! sheet all show the same. The words of a rule stand in the rule's file. Sentences only state the definition; doubts
//! about it are elsewhere.

use crate::contest::{Contest, Filter, Listing, UnitFrom};
use crate::organisation::EMPLOYEE;
use crate::rule::better::{Better, Up};
use crate::rule::class::Scope;
use crate::rule::measure_rule::Own;
use crate::rule::phrase::{Phrase, currency_name, days, money, number, points, say, sum};
use crate::rule::setting::{Facts, Setting};
use crate::rule::unit::Unit;
use crate::rule::words;
use crate::types::score::{SCALE, mul_div_half_even};

/// Some sentences under a title.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is about: `who`, `when`, `indicator:ID` of each indicator, `ranking`, `example`.
    pub topic: String,
    /// Its title.
    pub title: Phrase,
    /// Its sentences.
    pub lines: Vec<Phrase>,
}

/// The whole definition in words, in the order in which people ask about it.
pub fn sentences(contest: &Contest) -> Vec<Section> {
    let setting = contest.setting();
    let section = |topic: &str, title, lines| Section { topic: topic.to_owned(), title, lines };
    let mut sections = vec![
        section("who", Phrase::name(&contest.id, &contest.name), who(contest, &setting)),
        section("when", say!("When", "时间"), when(contest, &setting)),
    ];
    for (index, indicator) in contest.indicators.iter().enumerate() {
        let name = setting.name(index);
        let title = say!("Indicator: {name}", "指标：{name}", name);
        let topic = format!("indicator:{}", indicator.id);
        sections.push(Section { topic, title, lines: about(index, contest, &setting) });
    }
    sections.push(section("ranking", say!("Ranking", "排名"), ranking(contest, &setting)));
    sections.push(section("example", say!("Example", "示例"), example(contest, &setting)));
    sections
}

/// What an indicator counts, and a summary of its points.
pub fn in_short(contest: &Contest, index: usize) -> (Phrase, Phrase) {
    let setting = contest.setting();
    let indicator = &contest.indicators[index];
    let own = Own { index, setting: &setting };
    let worth = indicator.points.sentences(own.facts().unit, contest.currency);
    (indicator.measure.rule().sentence(&own), worth.into_iter().next().unwrap_or_default())
}

/// Who competes and who is listed.
fn who(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let boards = Phrase::list(contest.boards.iter().map(|board| words::board(board)));
    let mut lines = vec![say!("Boards: {boards}.", "榜单：{boards}。", boards)];
    lines.push(match contest.listing {
        Listing::Scored => {
            say!("Only participants with at least one counted event are listed.", "仅列有业务计入的参赛者。")
        }
        Listing::Eligible => {
            say!("Everyone is listed, including those without points.", "全员列入排名，零分亦列示。")
        }
    });
    if contest.boards.iter().any(|board| board != EMPLOYEE) {
        lines.extend(of_units(contest, setting));
    }
    lines
}

/// Where the score of a unit comes from.
fn of_units(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let mut lines = vec![match contest.unit_from {
        UnitFrom::Membership => say!(
            "A unit's score is the sum of the points of employees who belong to it on the day of the event.",
            "机构得分为业务当日所属员工得分之和。",
        ),
        UnitFrom::Event => {
            say!("A unit's score comes from the events recorded at it.", "机构得分按业务记录的机构归集。",)
        }
    }];
    let is_of_sums =
        |own: &Facts| !own.has_points_by_event() || own.caps.iter().any(|cap| cap.scope != Scope::Event);
    lines.extend(setting.indicators.iter().any(is_of_sums).then(|| {
        say!(
            "Points based on a total, a rate or a target, and points with a cap on a sum, are computed for the unit as a \
             whole; they are not the sum of its employees' points.",
            "按合计、比率或完成率计分的指标，以及得分合计设有封顶的指标，按机构整体计算，不是员工得分之和。",
        )
    }));
    lines
}

/// Which days count.
fn when(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let whole = days(setting.days);
    let mut lines = vec![match contest.start == contest.end {
        true => say!("Counts events with business date {whole}.", "统计会计日期：{whole}。", whole),
        false => say!(
            "Counts events with a business date from {whole}, both days included.",
            "统计会计日期：{whole}（含首尾两日）。",
            whole,
        ),
    }];
    for (round, name) in contest.rounds.iter().zip(&setting.rounds) {
        let days = days(round.period);
        lines.push(say!("{name}: {days}.", "{name}：{days}。", name, days));
    }
    if !contest.rounds.is_empty() {
        lines.push(contest.overall.sentence());
    }
    let counts_money = setting.indicators.iter().any(|own| own.unit == Unit::Money);
    lines.extend((counts_money && contest.currency.as_str() != "XXX").then(|| {
        let unit = currency_name(contest.currency.as_str());
        say!(
            "Only amounts in {unit} are counted; amounts in other currencies count for nothing.",
            "金额只计{unit}，其他币种的金额不计入。",
            unit,
        )
    }));
    lines.extend(contest.calendar.as_ref().map(|calendar| {
        say!(
            "Pace is based on the working days of calendar {calendar}.",
            "进度按日历 {calendar} 的工作日计算。",
            calendar,
        )
    }));
    lines.push(match contest.grace_days {
        None => say!("Late reports count until the contest is sealed.", "封榜前补报的均计入。",),
        Some(days) => say!(
            "Events must be recorded within {days} days after the last day; later ones score nothing.",
            "须在结束后 {days} 天内入账，逾期不计分。",
            days,
        ),
    });
    lines
}

/// What an indicator counts, its points, and its limits.
fn about(index: usize, contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let indicator = &contest.indicators[index];
    let own = Own { index, setting };
    let counted = indicator.measure.rule().sentence(&own);
    let mut lines = vec![say!("Counts: {counted}", "统计：{counted}", counted)];
    lines.extend(filter(&indicator.filter, contest));
    let mut worth = indicator.points.sentences(own.facts().unit, contest.currency).into_iter();
    lines.extend(worth.next().map(|worth| say!("Points: {worth}", "计分：{worth}", worth)));
    lines.extend(worth);
    lines.extend(indicator.better.map(Better::sentence));
    lines.extend(indicator.windows.iter().map(|window| window.sentence()));
    lines.extend(indicator.caps.iter().map(|cap| cap.sentence(own.facts().rate_e4 < 0)));
    lines
}

/// Which events of the types are counted, where not all are.
fn filter(filter: &Filter, contest: &Contest) -> Vec<Phrase> {
    let mut lines = Vec::new();
    let lists = [
        (&filter.products, say!("products", "产品")),
        (&filter.channels, say!("channels", "渠道")),
        (&filter.segments, say!("segments", "客群")),
    ];
    for (values, what) in lists.into_iter().filter(|(values, _)| !values.is_empty()) {
        let values = Phrase::list_of(values);
        lines.push(say!("only {what}: {values}", "仅限{what}：{values}", what, values));
    }
    let scale = i128::from(contest.currency.scale());
    let minor = |minor: i64| money(i128::from(minor) * SCALE / scale, contest.currency);
    let least = filter.amount_min.map(minor);
    lines.extend(least.map(|least| say!("only amounts of {least} or more", "仅限金额不低于 {least}", least)));
    let most = filter.amount_max.map(minor);
    lines.extend(most.map(|most| say!("only amounts up to {most}", "仅限金额不超过 {most}", most)));
    for (key, values) in &filter.attributes {
        let values = Phrase::list_of(values);
        lines.push(say!("only {key}: {values}", "仅限 {key}：{values}", key, values));
    }
    lines
}

/// How rows are ordered.
fn ranking(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let key = contest.ranked_by.sentence(setting);
    let mut lines = vec![match contest.ranked_by.is_score() {
        true => say!("Ranked by {key}, highest first.", "按{key}由高到低排定名次。", key),
        false => say!(
            "Ranked by {key}, highest first; participants without one are last.",
            "按{key}由高到低排定名次，没有数值的排在最后。",
            key,
        ),
    }];
    let mut equal = Phrase { en: "Equal ones".to_owned(), zh: format!("{}相同者", key.zh) };
    if !contest.tie_breaks.is_empty() {
        let ties = contest.tie_breaks.iter().map(|tie_break| tie_break.sentence(setting));
        let ties = Phrase::joined(ties, &say!(", then ", "，其次"));
        lines.push(say!("Ties are broken by: {ties}.", "名次相同者依次比较：{ties}。", ties));
        equal = say!("Those still equal", "仍相同者");
    }
    lines.push(contest.tie_rule.sentence(&equal));
    lines
}

/// One participant with a sample value for each indicator, and the arithmetic down to the score and the key. Easy numbers
/// are chosen; the rules that compute with them are the contest's own.
fn example(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let board = contest.boards.iter().find(|board| *board == EMPLOYEE).or(contest.boards.first());
    let board = board.map_or("", String::as_str);
    let mut lines = vec![match board == EMPLOYEE {
        true => say!("Results of employee Li:", "员工小李的业绩："),
        false => say!("Results of a unit:", "某机构的业绩："),
    }];
    let mut parts = Vec::new();
    for (index, indicator) in contest.indicators.iter().enumerate() {
        let unit = setting.indicators[index].unit;
        if indicator.points.is_only_counted() {
            continue;
        }
        let better = indicator.better.unwrap_or(Better::Up(Up));
        let sample = |target_e4, completion_e4| better.sample(target_e4, completion_e4);
        let Some(gives) = indicator.points.example(unit, contest.currency, &sample) else { continue };
        let (points_e4, text) = capped(index, contest, board, gives.points_e4, gives.text);
        let name = setting.name(index);
        lines.push(say!("{name}: {text}.", "{name}：{text}。", name, text));
        if let Some(per_unit_e4) = setting.indicators[index].per_unit_e4 {
            lines.extend(indicator.windows.first().map(|window| window.example(per_unit_e4)));
            lines.extend(on_one_day(index, contest, board, setting));
        }
        parts.push(points_e4);
    }
    let score_e4: i128 = parts.iter().sum();
    let terms: Vec<String> = parts.iter().map(|points_e4| number(*points_e4)).collect();
    let sum = if terms.len() > 1 { format!("{} = ", sum(&terms)) } else { String::new() };
    let score = points(score_e4);
    lines.push(say!("Total: {sum}{score}.", "合计：{sum}{score}。", sum, score));
    if let [first, second, ..] = setting.rounds.as_slice() {
        lines.push(contest.overall.example([first, second], score_e4));
    }
    lines.extend(contest.ranked_by.example(score_e4, setting));
    lines
}

/// The points after the cap of the round, or of the contest where there are no rounds, and the text that says so.
fn capped(index: usize, contest: &Contest, board: &str, points_e4: i128, text: Phrase) -> (i128, Phrase) {
    let scope = if contest.rounds.is_empty() { Scope::Contest } else { Scope::Round };
    let Some(cap) = contest.indicators[index].cap(scope, board) else { return (points_e4, text) };
    let counted = points_e4.clamp(-cap, cap);
    if counted == points_e4 {
        return (counted, text);
    }
    let points = points(counted.abs());
    let text = match counted < 0 {
        true => say!("{text}, counted as {points} off", "{text}，按扣 {points}计", text, points),
        false => say!("{text}, capped at {points}", "{text}，封顶计 {points}", text, points),
    };
    (counted, text)
}

/// The effect of a cap per day, where the sample value exceeds it.
fn on_one_day(index: usize, contest: &Contest, board: &str, setting: &Setting) -> Option<Phrase> {
    let (indicator, own) = (&contest.indicators[index], &setting.indicators[index]);
    let cap = indicator.cap(Scope::Apart(crate::rule::class::Apart::Days), board)?;
    let value_e4 = own.unit.sample(SCALE);
    let all = mul_div_half_even(value_e4, own.per_unit_e4?.into(), SCALE);
    (all > cap).then(|| {
        let (shown, cap) = (own.unit.value(value_e4, contest.currency), points(cap));
        say!("   {shown} all on one day: only {cap}", "   若 {shown}均在同一天，只计 {cap}", shown, cap)
    })
}
