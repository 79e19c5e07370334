//! What a definition says in plain words, in Chinese and English, section by section, so that every surface shows the
//! same: the command line, a page, a printed sheet. What a rule says stands in the rule's file. Every word follows from
//! the definition; nothing is judged.

use crate::contest::{Contest, Filter, Listing, UnitFrom};
use crate::organisation::EMPLOYEE;
use crate::rule::better::{Better, Up};
use crate::rule::class::Scope;
use crate::rule::measure_rule::Own;
use crate::rule::phrase::{Phrase, currency_name, days, money, number, points, say};
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

/// Everything that a definition says, in the order in which people ask for it.
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
    sections.push(section("example", say!("An example", "示例"), example(contest, &setting)));
    sections
}

/// What an indicator counts, and in short what that is worth.
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
        Listing::Scored => say!("Whoever has done something that counts is listed.", "有计分业务的才上榜。"),
        Listing::Eligible => {
            say!("Everyone is listed, also those without points.", "全员上榜，零分也参加排名。")
        }
    });
    lines.push(match contest.unit_from {
        UnitFrom::Membership => say!(
            "A unit has the points of those who belong to it on the day of the event.",
            "机构得分为业务当日所属员工得分之和。",
        ),
        UnitFrom::Event => say!(
            "A unit has the points of the events that name it as their branch.",
            "机构得分按业务记录的机构归集。",
        ),
    });
    let is_of_sums =
        |own: &Facts| !own.has_points_by_event() || own.caps.iter().any(|cap| cap.scope != Scope::Event);
    lines.extend(setting.indicators.iter().any(is_of_sums).then(|| {
        say!(
            "Where points follow from a sum, a rate or a target, or a sum is capped, a unit's are worked out from what \
             the whole unit did: they are not its people's added up.",
            "按合计、比率或完成率计分以及设有封顶的指标，按机构整体计算，不是员工得分相加。",
        )
    }));
    lines
}

/// When it counts.
fn when(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let whole = days(setting.days);
    let mut lines = vec![say!(
        "What the bank's books date {whole} counts, both days included.",
        "会计日期 {whole}（含首尾两日）。",
        whole,
    )];
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
            "Money counts in {unit} only: an amount in another currency counts for nothing.",
            "金额只计{unit}，其他币种的业务不计入。",
            unit,
        )
    }));
    lines.extend(contest.calendar.as_ref().map(|calendar| {
        say!(
            "Pace goes by the working days of the calendar {calendar}.",
            "进度按日历 {calendar} 的工作日计算。",
            calendar,
        )
    }));
    lines.push(match contest.grace_days {
        None => say!(
            "However late it is reported, it counts, until the contest is sealed.",
            "无论何时补报均计入，直至封榜。",
        ),
        Some(days) => say!(
            "It must be reported within {days} days after the last day; later it scores nothing.",
            "须在结束后 {days} 天内入账，逾期不计分。",
            days,
        ),
    });
    lines
}

/// What an indicator counts, what that is worth, and what limits it.
fn about(index: usize, contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let indicator = &contest.indicators[index];
    let own = Own { index, setting };
    let counted = indicator.measure.rule().sentence(&own);
    let mut lines = vec![say!("Counted: {counted}", "统计：{counted}", counted)];
    lines.extend(filter(&indicator.filter, contest));
    let mut worth = indicator.points.sentences(own.facts().unit, contest.currency).into_iter();
    lines.extend(worth.next().map(|worth| say!("Worth: {worth}", "计分：{worth}", worth)));
    lines.extend(worth);
    lines.extend(indicator.better.map(Better::sentence));
    lines.extend(indicator.windows.iter().map(|window| window.sentence()));
    lines.extend(indicator.caps.iter().map(|cap| cap.sentence()));
    lines
}

/// Which events count, if not all do.
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
    lines.extend(least.map(|least| say!("only from {least}", "仅限金额不低于 {least}", least)));
    let most = filter.amount_max.map(minor);
    lines.extend(most.map(|most| say!("only up to {most}", "仅限金额不超过 {most}", most)));
    for (key, values) in &filter.attributes {
        let values = Phrase::list_of(values);
        lines.push(say!("only {key}: {values}", "仅限 {key}：{values}", key, values));
    }
    lines
}

/// How rows are ordered.
fn ranking(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let key = contest.ranked_by.sentence(setting);
    let mut lines = vec![say!(
        "By {key}; the greater stands first, who has none last.",
        "按{key}从高到低排名，没有的排在最后。",
        key,
    )];
    if !contest.tie_breaks.is_empty() {
        let ties = contest.tie_breaks.iter().map(|tie_break| tie_break.sentence(setting));
        let ties = Phrase::joined(ties, &say!(", then ", "，其次"));
        lines.push(say!("Equal ones are separated by: {ties}.", "相同者依次比较：{ties}。", ties));
    }
    lines.push(contest.tie_rule.sentence());
    lines
}

/// One participant, a sample value for each indicator, and the arithmetic down to the score and the key. The numbers are
/// chosen so that people can follow them; the rules are the contest's own.
fn example(contest: &Contest, setting: &Setting) -> Vec<Phrase> {
    let board = contest.boards.iter().find(|board| *board == EMPLOYEE).or(contest.boards.first());
    let board = board.map_or("", String::as_str);
    let mut lines = vec![match board == EMPLOYEE {
        true => say!("Li has done this:", "员工小李的业绩："),
        false => say!("A unit has done this:", "某机构的业绩："),
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
    let sum = parts.iter().map(|points_e4| number(*points_e4)).collect::<Vec<_>>().join(" + ");
    let sum = if parts.len() > 1 { format!("{sum} = ") } else { String::new() };
    let score = points(score_e4);
    lines.push(say!("In all: {sum}{score}.", "合计：{sum}{score}。", sum, score));
    if let [first, second, ..] = setting.rounds.as_slice() {
        lines.push(contest.overall.example([first, second], score_e4));
    }
    lines.extend(contest.ranked_by.example(score_e4, setting));
    lines
}

/// The points after the cap of the round, or of the contest where there are no rounds.
fn capped(index: usize, contest: &Contest, board: &str, points_e4: i128, text: Phrase) -> (i128, Phrase) {
    let scope = if contest.rounds.is_empty() { Scope::Contest } else { Scope::Round };
    let Some(cap) = contest.indicators[index].cap(scope, board) else { return (points_e4, text) };
    let counted = points_e4.clamp(-cap, cap);
    if counted == points_e4 {
        return (counted, text);
    }
    let points = points(counted);
    (counted, say!("{text}, of which {points} count", "{text}，封顶计 {points}", text, points))
}

/// When a cap a day binds.
fn on_one_day(index: usize, contest: &Contest, board: &str, setting: &Setting) -> Option<Phrase> {
    let (indicator, own) = (&contest.indicators[index], &setting.indicators[index]);
    let cap = indicator.cap(Scope::Apart(crate::rule::class::Apart::Days), board)?;
    let value_e4 = own.unit.sample(SCALE);
    let all = mul_div_half_even(value_e4, own.per_unit_e4?.into(), SCALE);
    (all > cap).then(|| {
        let (shown, cap) = (own.unit.value(value_e4, contest.currency), points(cap));
        say!("   all {shown} on one day would give {cap}", "   若 {shown}都在同一天，只计 {cap}", shown, cap,)
    })
}
