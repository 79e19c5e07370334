//! A bank in a few words, for tests that read like DOMAIN.md: given decisions, when events come, then a board says so.
//! Everything goes through a shard; a contest that needs it is read again from the log before a board is shown.

use jiff::civil::{Date, date};
use longhu_core::contest::{
    Contest, Filter, Indicator, Listing, LocalizedText, Measure, Overall, Points, RankedBy, TieRule, UnitFrom,
};
use longhu_core::control::{Decision, Payload, Seal};
use longhu_core::event::{Credit, Event, Reversal};
use longhu_core::fold::board::table::Board;
use longhu_core::fold::query::preview::Touched;
use longhu_core::fold::shard::Shard;
use longhu_core::organisation::{Employee, Unit};
use longhu_core::types::money::Currency;
use longhu_core::types::pages::MemoryPages;
use longhu_core::{Position, Time};

/// The contest's id.
const CONTEST: &str = "c";

/// A bank and its log.
#[derive(Default)]
pub struct Bank {
    /// The shard.
    pub shard: Shard,
    pages: MemoryPages,
    log: Vec<(Position, Time, Event<'static>)>,
    next_sequence: u64,
}

impl Bank {
    /// An empty one.
    pub fn given() -> Bank {
        Bank::default()
    }

    /// With a unit.
    pub fn unit(self, id: &str, kind: &str, parent: Option<&str>) -> Bank {
        self.decided(id, 1, Payload::Unit(Unit::new(id, kind, parent, id)))
    }

    /// With an employee.
    pub fn employee(self, id: &str, unit: Option<&str>) -> Bank {
        self.decided(id, 1, Payload::Employee(Employee::new(id, id, unit)))
    }

    /// With a contest.
    pub fn contest(self, contest: Contest) -> Bank {
        self.amended(1, contest)
    }

    /// With a revision of the contest.
    pub fn amended(self, revision: u64, contest: Contest) -> Bank {
        self.decided(CONTEST, revision, Payload::Contest(Box::new(contest)))
    }

    /// With a seal on the contest, which must not wait to be read again from the log.
    pub fn sealed(self) -> Bank {
        let (contest, forced, reason) = (CONTEST.to_owned(), false, String::new());
        self.decided(CONTEST, 1, Payload::Seal(Seal { contest, forced, reason }))
    }

    /// With any decision.
    pub fn decided(mut self, key: &str, revision: u64, payload: Payload) -> Bank {
        let position = self.advance();
        let (principal, change_set) = ("hq".to_owned(), String::new());
        let decision = Decision { principal, key: key.to_owned(), revision, change_set, payload };
        self.shard.decision(&self.pages, position, Time(0), decision).unwrap();
        self
    }

    /// An event comes, and ingest writes it down.
    pub fn when(mut self, recorded: Time, event: Event<'static>) -> Bank {
        let position = self.advance();
        self.shard.event(&self.pages, position, recorded, &event).unwrap();
        self.log.push((position, recorded, event));
        self
    }

    /// Asks the shard something that needs its pages.
    pub fn ask<T>(&mut self, ask: impl FnOnce(&mut Shard, &MemoryPages) -> T) -> T {
        self.settled();
        ask(&mut self.shard, &self.pages)
    }

    /// The process ends, and another one goes on from its pages.
    pub fn restarted(mut self) -> Bank {
        let dirty = self.shard.take_dirty();
        self.pages.commit(dirty);
        self.shard = Shard::restore(&self.pages).unwrap();
        self
    }

    fn advance(&mut self) -> Position {
        self.next_sequence += 1;
        Position::new(self.next_sequence, 0)
    }

    fn settled(&mut self) -> &Shard {
        for waiting in self.shard.waiting() {
            for (position, recorded, event) in &self.log {
                self.shard.refold_event(&self.pages, CONTEST, *position, *recorded, event).unwrap();
            }
            self.shard.refolded_through(CONTEST, waiting.generation, waiting.backfill.until.sequence);
        }
        self.shard.settle();
        &self.shard
    }

    fn board(&mut self, kind: &str) -> (&Shard, &Board) {
        let shard = self.settled();
        let live = shard.contest(CONTEST).and_then(|served| served.live.as_ref()).unwrap();
        (shard, live.board(kind).unwrap())
    }

    /// Rank, participant and score of each row, in order.
    pub fn then(&mut self, kind: &str) -> Vec<(u64, String, String)> {
        let (shard, board) = self.board(kind);
        let rows = board.from(0, shard.sources());
        rows.map(|(rank, row)| {
            let id = shard.participants().text(board.participant(row)).to_owned();
            (rank, id, board.score(row).to_string())
        })
        .collect()
    }

    /// A board's digest.
    pub fn digest(&mut self, kind: &str) -> String {
        self.board(kind).1.digest().to_string()
    }

    /// What makes up a participant's score: the id of each entry, and its points.
    pub fn account(&mut self, participant: &str) -> Vec<(String, String)> {
        self.settled();
        let lines = self.shard.account(&self.pages, CONTEST, participant).unwrap();
        let points = |e4| longhu_core::types::score::Score(e4).to_string();
        lines.into_iter().map(|line| (line.id, points(line.points))).collect()
    }

    /// What these decisions would do.
    pub fn preview(&mut self, decisions: &[(&str, u64, Payload)]) -> Vec<Touched> {
        let decision = |(key, revision, payload): &(&str, u64, Payload)| Decision {
            principal: "hq".to_owned(),
            key: (*key).to_owned(),
            revision: *revision,
            change_set: String::new(),
            payload: payload.clone(),
        };
        self.settled();
        self.shard.preview(&self.pages, decisions.iter().map(decision).collect()).unwrap()
    }

    /// Credits that wait for an unknown unit or employee.
    pub fn held(&mut self) -> u64 {
        self.settled().held()
    }
}

/// A contest of March 2025 on issued cards, so many points a card, on the boards of employees and branches.
pub fn march(points_e4: i64) -> Contest {
    let indicator = Indicator {
        id: "cards".into(),
        name: LocalizedText::default(),
        events: vec!["card.issued".into()],
        filter: Filter::default(),
        measure: Measure::SumQuantity,
        points: Points::PerUnit(points_e4),
        windows: Vec::new(),
        caps: Vec::new(),
    };
    Contest {
        id: CONTEST.into(),
        name: LocalizedText { zh: "三月发卡竞赛".into(), en: "Cards of March".into() },
        campaign: String::new(),
        start: date(2025, 3, 1),
        end: date(2025, 3, 31),
        grace_days: None,
        scoring_deadline: None,
        boards: vec!["employee".into(), "branch".into()],
        listing: Listing::Scored,
        indicators: vec![indicator],
        tie_rule: TieRule::Standard1224,
        tie_breaks: vec![],
        unit_from: UnitFrom::Membership,
        rounds: Vec::new(),
        overall: Overall::Sum,
        ranked_by: RankedBy::Score,
        calendar: None,
        utc_offsets: Vec::new(),
        currency: Currency::parse("CNY").unwrap(),
    }
}

/// So many cards issued on a day by creditors: (employee, role).
pub fn cards(id: &str, day: Date, count: i64, creditors: &[(&'static str, &'static str)]) -> Event<'static> {
    let credit = |(employee, role): &(&'static str, &'static str)| Credit {
        employee: (*employee).into(),
        role: (*role).into(),
        share_ppm: None,
    };
    Event {
        source: "cards".into(),
        id: id.to_owned().into(),
        source_sequence: None,
        kind: "card.issued".into(),
        occurred: at(day, 10),
        business_date: day,
        branch: "b1".into(),
        credits: creditors.iter().map(credit).collect(),
        customer: "".into(),
        subject: "card".into(),
        product: "".into(),
        channel: "".into(),
        segment: "".into(),
        quantity: Some(count),
        amount: None,
        revision: None,
        reverses: None,
        attributes: vec![],
    }
}

/// A void reversal of everything; nothing that it says of cards or creditors matters.
pub fn back(id: &str, of: &str, day: Date) -> Event<'static> {
    let reverses = Reversal {
        id: of.to_owned().into(),
        source_sequence: None,
        quantity: None,
        amount: None,
        dated: false,
    };
    Event { reverses: Some(reverses), ..cards(id, day, 9, &[("li", "")]) }
}

/// The reversal with other terms.
pub fn with(mut event: Event<'static>, change: impl Fn(&mut Reversal<'static>)) -> Event<'static> {
    event.reverses.iter_mut().for_each(change);
    event
}

/// An hour of a day in Shanghai.
pub fn at(day: Date, hour: i64) -> Time {
    let days = day.since((jiff::Unit::Day, date(1970, 1, 1))).map_or(0, |span| span.get_days());
    Time((i64::from(days) * 24 + hour - 8) * 3_600_000_000_000)
}

/// Rows as [`Bank::then`] gives them.
pub fn rows(expected: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    expected.iter().map(|(rank, id, score)| (*rank, (*id).to_owned(), (*score).to_owned())).collect()
}
