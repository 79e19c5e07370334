//! One revision of one contest, as far as the log has been folded: leaves, and the boards derived from them.
//!
//! It is only given events that count. Copies were already sorted out, once for the whole shard.

use std::hint::black_box;
use std::sync::Arc;

use crate::contest::Contest;
use crate::contest::compiled::Rules;
use crate::fold::board::board_set::{Boards, Round};
use crate::fold::board::digest::Digest;
use crate::fold::board::row::{Figures, Given};
use crate::fold::board::table::Board;
use crate::fold::board::targets::Targets;
use crate::fold::credit::group::Credit;
use crate::fold::entity::closed_balances::ClosedSums;
use crate::fold::entity::reported_days::{KnownDays, Reported};
use crate::fold::ledger::leaf::{LeafCredit, LeafKey, Leaves};
use crate::fold::ledger::pending_posts::{Post, Posts};
use crate::fold::placement::context::Context;
use crate::fold::placement::places::{Places, Stop};
use crate::organisation::EMPLOYEE;
use crate::rule::pair::Pair;
use crate::types::ids::{Generation, HolderId, IndicatorIx, LeafId, PlaceId, RowId, SourceId, SpanIx};
use crate::types::names::Names;

/// From this many posts and rows on, settling takes some milliseconds, and each board gets its own thread.
const APART: usize = 10_000;

/// Marks a row of a place that has not been looked up yet.
const NOT_ASKED: RowId = RowId::new(u32::MAX - 1);

/// A contest, as far as the log has been folded.
#[derive(Clone, Debug)]
pub struct ContestState {
    /// Its definition.
    pub contest: Arc<Contest>,
    /// The definition's revision.
    pub revision: u64,
    /// The number of this computation in the shard. Its leaves are stored under this number.
    pub(crate) generation: Generation,
    pub(crate) rules: Arc<Rules>,
    pub(crate) leaves: Leaves,
    /// One for each board kind, in the order of the definition.
    pub(crate) boards: Vec<Boards>,
    /// Credits that leaves have received and boards have not.
    posts: Posts,
    /// By leaf, the row on each board; [`RowId::NONE`] if there is none.
    pub(crate) rows: Vec<RowId>,
    /// By place, the row on each board of units, as far as looked up.
    place_rows: Vec<RowId>,
    pub(crate) is_held: Vec<bool>,
    pub(crate) held: u64,
    pub(crate) late: u64,
    pub(crate) uses_reach: bool,
    /// Leaves whose latest raising credit was taken back. When they reached their scores must be looked up in
    /// the journal.
    pub(crate) doubted: Vec<LeafId>,
    pub(crate) targets: Targets,
    /// The days for which balances were reported.
    pub(crate) reported: Reported,
    /// Cached sums of what accounts held until their last reports.
    pub(crate) closed: ClosedSums,
    /// For how many days balances are known: by span, then by indicator.
    days: KnownDays,
}

impl ContestState {
    /// A contest without any credits.
    pub fn new(
        contest: &Contest,
        revision: u64,
        generation: Generation,
        context: Context,
        places: &Places,
    ) -> ContestState {
        let leaves = Leaves::new(contest.indicators.len());
        let reported = Reported::default();
        ContestState::with_leaves(contest, revision, generation, (leaves, reported), context, places)
    }

    /// A contest with leaves that were restored.
    pub fn with_leaves(
        contest: &Contest,
        revision: u64,
        generation: Generation,
        (leaves, reported): (Leaves, Reported),
        context: Context,
        places: &Places,
    ) -> ContestState {
        let contest = Arc::new(contest.clone());
        let mut state = ContestState {
            rules: Arc::new(Rules::new(contest.clone())),
            uses_reach: contest.uses_reach(),
            contest,
            revision,
            generation,
            leaves,
            boards: Vec::new(),
            posts: Posts::default(),
            rows: Vec::new(),
            place_rows: Vec::new(),
            is_held: Vec::new(),
            held: 0,
            late: 0,
            doubted: Vec::new(),
            targets: Targets::default(),
            reported,
            closed: ClosedSums::default(),
            days: KnownDays::default(),
        };
        state.roll_up(context, places);
        state
    }

    /// Prefetches what credits to these holders will touch. It affects only speed.
    pub(crate) fn warm(&self, holders: &[HolderId]) {
        for leaf in holders.iter().filter_map(|holder| self.leaves.first_of(*holder)) {
            self.leaves.warm(leaf);
            black_box(self.rows.get(leaf.index() * self.boards.len()));
        }
    }

    /// Looks up the rows of a leaf on every board.
    pub(crate) fn place_leaf(&mut self, key: LeafKey, context: Context, places: &Places) {
        let is_credited = key.person != HolderId::NOBODY;
        let is_known =
            is_credited && key.person != HolderId::UNKNOWN && self.is_employee(key.person, context, places);
        let first = self.rows_of_place(key.place, places);
        for (at, board) in self.boards.iter().enumerate() {
            self.rows.push(match board.roster.kind == EMPLOYEE {
                true if is_known => board.roster.row_of(key.person),
                true => RowId::NONE,
                false => self.place_rows[first + at],
            });
        }
        self.is_held.push(key.place == PlaceId::HELD || is_known != is_credited);
    }

    /// Whether the organisation knows a name as an employee's id. If there is a board of employees, its rows
    /// are asked, because it has a row for each.
    fn is_employee(&self, name: HolderId, context: Context, places: &Places) -> bool {
        match self.boards.iter().find(|boards| boards.roster.kind == EMPLOYEE) {
            Some(boards) => boards.roster.row_of(name) != RowId::NONE,
            None => places.is_employee(name, context),
        }
    }

    /// The index in `place_rows` of a place's rows on the boards of units. All leaves of a place share them.
    fn rows_of_place(&mut self, place: PlaceId, places: &Places) -> usize {
        let (first, count) = (place.index() * self.boards.len(), self.boards.len());
        if self.place_rows.len() < first + count {
            self.place_rows.resize((places.len() * count).max(first + count), NOT_ASKED);
        }
        for at in 0..count {
            if self.place_rows[first + at] == NOT_ASKED {
                // Every unit of the board's kind has a row, and no other unit has.
                let board = &self.boards[at].roster;
                let mut rows = places.stops(place).iter().filter_map(|stop| match stop {
                    Stop::Unit(unit) => Some(board.row_of(*unit)).filter(|row| *row != RowId::NONE),
                    Stop::Passed(_) => None,
                });
                self.place_rows[first + at] = rows.next().unwrap_or(RowId::NONE);
            }
        }
        first
    }

    /// Rebuilds every board from the leaves: after a restart, and after participants changed.
    pub fn roll_up(&mut self, context: Context, places: &Places) {
        let rules = self.rules.clone();
        self.targets = Targets::of_contest(&self.contest, context.register, context.participants);
        // Boards are independent of each other, and a restart has to wait for all of them.
        self.boards = std::thread::scope(|scope| {
            let each =
                self.contest.boards.iter().map(|kind| scope.spawn(|| Boards::new(kind, &rules, context)));
            let each: Vec<_> = each.collect();
            let joined = each.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined.map(|made| made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
        });
        self.posts.clear();
        self.rows.clear();
        self.place_rows.clear();
        self.is_held.clear();
        self.held = 0;
        for leaf in (0..self.leaves.keys().len()).map(LeafId::at) {
            self.place_leaf(self.leaves.keys()[leaf.index()], context, places);
            self.add_whole_leaf(leaf, 1);
            if let Some(reach) = self.leaves.reach(leaf) {
                let (span, reach) = (self.leaves.keys()[leaf.index()].span(), reach.borrow());
                for (boards, row) in
                    self.boards.iter_mut().zip(&self.rows[leaf.index() * rules.contest.boards.len()..])
                {
                    if *row != RowId::NONE {
                        boards.keep_reach(span, &rules, *row, reach, context.sources);
                    }
                }
            }
        }
        self.boards.iter_mut().for_each(Boards::touch_all);
        self.settle(context);
    }

    /// Removes everything from a leaf, and from the rows that contain it.
    pub(crate) fn clear_leaf(&mut self, leaf: LeafId) {
        self.add_whole_leaf(leaf, -1);
        let (span, rules) = (self.leaves.keys()[leaf.index()].span(), self.rules.clone());
        let first = leaf.index() * self.boards.len();
        if self.uses_reach {
            for (boards, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
                if *row != RowId::NONE {
                    boards.doubt_reach(span, &rules, *row);
                }
            }
        }
        self.leaves.clear(leaf);
    }

    /// Adds the whole of a leaf to the rows that contain it, or subtracts it.
    fn add_whole_leaf(&mut self, leaf: LeafId, sign: i64) {
        let live = self.leaves.live(leaf);
        if self.is_held[leaf.index()] {
            self.held = self.held.wrapping_add_signed(sign * live);
        }
        let span = self.leaves.keys()[leaf.index()].span();
        let mut is_much = false;
        let mut post = |indicator, part: Pair, bucket, live| {
            let part = if sign < 0 { -part } else { part };
            is_much |= self.posts.push(Post { leaf, span, indicator, bucket, part, live });
        };
        for (indicator, total) in (0..).map(IndicatorIx::new).zip(self.leaves.totals(leaf)) {
            if self.rules.apart[indicator.index()].is_none() {
                post(indicator, total, None, 0);
            }
        }
        for (cell, sum) in self.leaves.cells(leaf) {
            post(IndicatorIx::at(cell.indicator as usize), sum, Some(cell.bucket), 0);
        }
        post(IndicatorIx::new(0), Pair::default(), None, sign * live);
        if is_much {
            self.add_posts();
        }
    }

    /// Passes waiting posts on to every board.
    fn add_posts(&mut self) {
        let (count, posts, rows) = (self.boards.len(), self.posts.waiting(), &self.rows);
        each_board(&mut self.boards, posts.len() * count, |at, boards| {
            boards.add(posts, |leaf| rows[leaf.index() * count + at]);
        });
        self.posts.clear();
    }

    /// Adds a credit to a leaf, and to the rows that contain it.
    #[inline]
    pub(crate) fn add_credit(
        &mut self,
        leaf: LeafId,
        span: SpanIx,
        credit: &LeafCredit,
        sources: &Names<SourceId>,
    ) {
        self.leaves.add(leaf, credit, sources);
        if self.is_held[leaf.index()] {
            self.held = self.held.wrapping_add_signed(credit.live);
        }
        let LeafCredit { indicator, live, part, bucket, reach } = *credit;
        if self.posts.push(Post { leaf, span, indicator, bucket, part, live }) {
            self.add_posts();
        }
        let Some(reach) = reach else { return };
        let first = leaf.index() * self.boards.len();
        for (boards, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
            if *row != RowId::NONE {
                boards.keep_reach(span, &self.rules, *row, reach, sources);
            }
        }
    }

    /// Marks that the journal must be asked when a leaf reached its score in a span.
    pub(crate) fn doubt(&mut self, leaf: LeafId, span: SpanIx) {
        self.doubted.push(leaf);
        let first = leaf.index() * self.boards.len();
        for (boards, row) in self.boards.iter_mut().zip(&self.rows[first..]) {
            if *row != RowId::NONE {
                boards.doubt_reach(span, &self.rules, *row);
            }
        }
    }

    /// What scores depend on, besides the sums.
    fn given(&self) -> Given<'_> {
        Given { rules: &self.rules, targets: &self.targets, days: &self.days }
    }

    /// Updates ranks and digests.
    pub fn settle(&mut self, context: Context) {
        let days = self.known_days();
        for span in (0..self.rules.spans.len()).map(SpanIx::at) {
            if !self.days.are_equal_in(span, &days) {
                self.boards.iter_mut().for_each(|boards| boards.touch_span(span));
            }
        }
        self.days = days;
        let (count, leaves, rules) = (self.boards.len(), &self.leaves, self.rules.clone());
        for (at, boards) in self.boards.iter_mut().enumerate() {
            let rows = self.rows.iter().skip(at).step_by(count).copied();
            let own = rows.zip(leaves.keys()).zip((0..).map(LeafId::new));
            let own = own.map(|((row, key), leaf)| (row, key.span(), leaves.reach(leaf)));
            boards.renew_reach(&rules, own, context.sources);
        }
        let given = Given { rules: &self.rules, targets: &self.targets, days: &self.days };
        let (posts, rows) = (self.posts.waiting(), &self.rows);
        let due = posts.len() * count + self.boards.iter().map(Boards::changed).sum::<usize>();
        each_board(&mut self.boards, due, |at, boards| {
            boards.add(posts, |leaf| rows[leaf.index() * count + at]);
            boards.settle(given, context.participants, context.sources);
        });
        self.posts.clear();
    }

    /// Settles, and returns the digests of all boards.
    pub(crate) fn settled(&mut self, context: Context) -> Vec<Digest> {
        self.settle(context);
        self.boards().map(Board::digest).collect()
    }

    /// Updates the targets of these participants.
    pub(crate) fn aim(&mut self, participants: &[&str], context: Context) {
        for participant in participants {
            let Some(number) = context.participants.find(participant) else { continue };
            let targets = context.register.targets(&self.contest.id, participant);
            self.targets.put(&self.contest, number, targets);
            for boards in &mut self.boards {
                let row = boards.roster.row_of(number);
                if row != RowId::NONE {
                    boards.touch(row);
                }
            }
        }
    }

    /// Continues with an amended definition if it gives the same credits. Returns false if the log must be
    /// read again.
    pub(crate) fn amend(
        &mut self,
        contest: &Contest,
        revision: u64,
        context: Context,
        places: &Places,
    ) -> bool {
        let knows_reach = self.uses_reach || !contest.uses_reach();
        if !knows_reach || !self.contest.credits_like(contest) {
            return false;
        }
        self.contest = Arc::new(contest.clone());
        self.rules = Arc::new(Rules::new(self.contest.clone()));
        self.closed.clear();
        self.revision = revision;
        self.uses_reach = contest.uses_reach();
        if !self.uses_reach {
            self.leaves.forget_reach();
        }
        self.roll_up(context, places);
        true
    }

    /// Whether any indicator looks at events of that type.
    pub fn counts(&self, kind: &str) -> bool {
        self.rules.by_kind.contains_key(kind)
    }

    /// The table of the whole contest, for the board of a kind.
    pub fn board(&self, kind: &str) -> Option<&Board> {
        self.table(kind, None)
    }

    /// One table of the board of a kind.
    pub fn table(&self, kind: &str, round: Round) -> Option<&Board> {
        self.boards.iter().find(|boards| boards.roster.kind == kind)?.table(round)
    }

    /// The table of the whole contest for every board, in the order of the definition.
    pub fn boards(&self) -> impl ExactSizeIterator<Item = &Board> {
        self.boards.iter().map(|boards| &boards.whole)
    }

    /// All tables: for each board, in the order of the definition, the whole and then the rounds.
    pub fn tables(&self) -> impl Iterator<Item = (Round, &Board)> {
        self.boards.iter().flat_map(|boards| {
            let rounds = boards.rounds.iter().enumerate().map(|(round, board)| (Some(round), board));
            std::iter::once((None, &boards.whole)).chain(rounds)
        })
    }

    /// The figures of a row of a table; empty if there is no such board.
    pub fn figures(&self, kind: &str, round: Round, row: RowId) -> Figures {
        debug_assert!(self.posts.waiting().is_empty(), "a row is asked for after a settle");
        let boards = self.boards.iter().find(|boards| boards.roster.kind == kind);
        boards.map_or_else(Figures::default, |boards| boards.figures(row, round, self.given()))
    }

    /// The number of live credits of a row of a table.
    pub fn live(&self, kind: &str, round: Round, row: RowId) -> i64 {
        debug_assert!(self.posts.waiting().is_empty(), "a row is asked for after a settle");
        let boards = self.boards.iter().find(|boards| boards.roster.kind == kind);
        boards.map_or(0, |boards| boards.live(row, round))
    }

    /// How much a credit adds to the value of its indicator, in 1/10,000.
    pub fn measure_of(&self, credit: &Credit) -> i128 {
        let days = self.days.of(credit.span, credit.indicator);
        self.contest.indicators[credit.indicator.index()].measure.evaluation().of_credit(credit.part, days)
    }

    /// The points of a credit itself, in 1/10,000.
    pub fn points_of(&self, credit: &Credit) -> i128 {
        let is_by_event = self.rules.of(credit.indicator.index()).has_points_by_event;
        if is_by_event { credit.part.counted().points } else { 0 }
    }

    /// For how many days balances are known now.
    pub(crate) fn known_days(&self) -> KnownDays {
        self.reported.days(&self.rules)
    }

    /// Whether any average differs from when balances were known for the days `before`.
    pub(crate) fn averages_differ(&self, before: &KnownDays) -> bool {
        let now = self.known_days();
        let leaves = self.leaves.keys().iter().zip((0..).map(LeafId::new));
        let mut own = leaves.map(|(key, leaf)| (key.span(), self.leaves.totals(leaf)));
        now != *before
            && own.any(|(span, totals)| {
                let mut totals = (0..).map(IndicatorIx::new).zip(totals);
                totals
                    .any(|(at, total)| before.of(span, at) != now.of(span, at) && total.daily().each_day != 0)
            })
    }

    /// Entries that would count but were recorded after the deadline, and so have no effect.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Credits that wait for an unknown unit or employee.
    pub fn held(&self) -> u64 {
        self.held
    }

    /// The number of cells, which split sums by day, customer or product.
    pub fn cells(&self) -> usize {
        self.leaves.cell_count()
    }
}

/// Calls `work` with every board and its index. Boards are independent of each other, so if much is due, each
/// gets its own thread.
fn each_board(boards: &mut [Boards], due: usize, work: impl Fn(usize, &mut Boards) + Sync) {
    let mut each = boards.iter_mut().enumerate();
    match each.next_back() {
        Some((at, last)) if due >= APART => std::thread::scope(|scope| {
            let work = &work;
            each.for_each(|(at, boards)| _ = scope.spawn(move || work(at, boards)));
            work(at, last);
        }),
        last => each.chain(last).for_each(|(at, boards)| work(at, boards)),
    }
}
