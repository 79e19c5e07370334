//! Words for who stands on a board, when, and in which order.

use longhu_core::contest::{
    CapPer, Indicator, Listing, Overall, Period, RankedBy, TieBreak, TieRule, UnitFrom,
};

use super::{Words, number};

impl Words<'_> {
    /// Days.
    pub fn days(&self, period: Period) -> String {
        let Period { start, end } = period;
        match start == end {
            true => start.to_string(),
            false => self.say(format!("{start} to {end}"), format!("{start} 至 {end}")),
        }
    }

    /// A board.
    pub fn board(&self, board: &str) -> String {
        let (en, zh) = match board {
            "employee" => ("employees", "员工"),
            "team" => ("teams", "团队"),
            "branch" => ("branches", "支行"),
            "region" => ("regions", "分行"),
            other => return other.to_owned(),
        };
        self.say(format!("{en} ({board})"), format!("{zh}（{board}）"))
    }

    /// Who competes and who is listed.
    pub fn who(&self) -> Vec<String> {
        let contest = self.contest;
        let boards = self.list(contest.boards.iter().map(|board| self.board(board)));
        let listed = match contest.listing {
            Listing::Scored => {
                self.say("Listed is who has done something that counts.", "有计分业务的才上榜。")
            }
            Listing::Eligible => {
                self.say("Listed is everyone, those without points too.", "全员上榜，零分也参加排名。")
            }
        };
        let from = match contest.unit_from {
            UnitFrom::Membership => self.say(
                "A unit has the points of those who belong to it on the day of the event.",
                "机构得分为业务当日所属员工得分之和。",
            ),
            UnitFrom::Event => self.say(
                "A unit has the points of the events that name it as their branch.",
                "机构得分按业务记录的机构归集。",
            ),
        };
        let of_sums =
            |i: &Indicator| !i.has_points_by_event() || i.caps.iter().any(|cap| cap.per != CapPer::Event);
        let as_a_whole = contest.indicators.iter().any(of_sums).then(|| {
            self.say(
                "Where points follow from a sum, a rate or a target, or a sum is capped, a unit's are worked out from \
                 what the whole unit did: they are not its people's added up.",
                "按合计、比率或完成率计分以及设有封顶的指标，按机构整体计算，不是员工得分相加。",
            )
        });
        let boards = self.say(format!("Boards: {boards}."), format!("榜单：{boards}。"));
        [boards, listed, from].into_iter().chain(as_a_whole).collect()
    }

    /// When it counts.
    pub fn when(&self) -> Vec<String> {
        let contest = self.contest;
        let whole = self.days(Period { start: contest.start, end: contest.end });
        let mut lines = vec![self.say(
            format!("Counted is what the bank's books date {whole}, both days included."),
            format!("会计日期 {whole}（含首尾两日）。"),
        )];
        for round in &contest.rounds {
            let (name, days) = (self.name(&round.id, &round.name), self.days(round.period));
            lines.push(self.say(format!("Round {name}: {days}."), format!("{name}：{days}。")));
        }
        if !contest.rounds.is_empty() {
            lines.push(match &contest.overall {
                Overall::Sum => self.say("The whole is the sum of the rounds.", "总成绩为各期之和。"),
                Overall::Places(table) => {
                    let table = self.list(table.iter().map(|points| number((*points).into())));
                    self.say(
                        format!(
                            "The whole is made of points for places in each round: {table}; nothing after."
                        ),
                        format!("总成绩为各期名次分之和：依次 {table}，其后不得分。"),
                    )
                }
            });
        }
        lines.extend(contest.calendar.as_ref().map(|calendar| {
            self.say(
                format!("Pace goes by the working days of the calendar {calendar}."),
                format!("进度按日历 {calendar} 的工作日计算。"),
            )
        }));
        lines.push(match contest.grace_days {
            None => self.say(
                "However late it is reported, it counts, until the contest is sealed.",
                "无论何时补报均计入，直至封榜。",
            ),
            Some(days) => self.say(
                format!(
                    "It must be reported within {days} days after the last day; later it scores nothing."
                ),
                format!("须在结束后 {days} 天内入账，逾期不计分。"),
            ),
        });
        lines
    }

    /// By what rows are ranked.
    pub fn key(&self) -> String {
        match &self.contest.ranked_by {
            RankedBy::Score => self.say("score", "得分"),
            RankedBy::Indicator(index) => self.indicator(*index),
            RankedBy::Completion(index) => {
                let name = self.indicator(*index);
                self.say(format!("completion of {name}"), format!("{name}完成率"))
            }
            RankedBy::PerHead => self.say("score a head", "人均得分"),
            RankedBy::Improvement { base, is_rate } => {
                let base = self.days(*base);
                match is_rate {
                    false => self.say(format!("points more than {base}"), format!("较 {base} 的得分增量")),
                    true => self
                        .say(format!("improvement over {base}, in percent"), format!("较 {base} 的得分增幅")),
                }
            }
        }
    }

    /// How rows are ordered.
    pub fn ranking(&self) -> Vec<String> {
        let contest = self.contest;
        let key = self.key();
        let mut lines = vec![self.say(
            format!("By {key}; the greater stands first, who has none last."),
            format!("按{key}从高到低排名，没有的排在最后。"),
        )];
        let ties = contest.tie_breaks.iter().map(|tie_break| match tie_break {
            TieBreak::Earliest => self.say("who reached the score first", "先达到该得分者"),
            TieBreak::Indicator(index) => {
                let name = self.indicator(*index);
                self.say(format!("more of {name}"), format!("{name}多者"))
            }
            TieBreak::Name => self.say("the name", "名称"),
        });
        let ties: Vec<String> = ties.collect();
        if !ties.is_empty() {
            let ties = ties.join(&self.say(", then ", "，其次"));
            lines.push(
                self.say(
                    format!("Equal ones are separated by: {ties}."),
                    format!("相同者依次比较：{ties}。"),
                ),
            );
        }
        let (en, zh) = match contest.tie_rule {
            TieRule::Standard1224 => (
                "Who is still equal shares a rank, and the next ones are left out: 1, 2, 2, 4.",
                "仍相同者并列，其后名次跳过：1、2、2、4。",
            ),
            TieRule::Dense1223 => (
                "Who is still equal shares a rank, and none is left out: 1, 2, 2, 3.",
                "仍相同者并列，其后名次连续：1、2、2、3。",
            ),
            TieRule::Ordinal1234 => {
                ("Nobody shares a rank: who is still equal stands by id.", "不设并列：仍相同者按编号排列。")
            }
        };
        lines.push(self.say(en, zh));
        lines
    }
}
