//! The worked examples 1, 4, 5 and 6 of libs/core, by number, through files, commands, a real broker and a
//! real store. Events are recorded at the present time, so dates that matter for a deadline are computed from
//! today.

use jiff::civil::{Date, date};
use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

use crate::support::{Dev, file};

const ORGANISATION: &str = r#"
[[units]]
id = "b1"
kind = "branch"
name = "b1"
[[employees]]
id = "li"
name = "li"
unit = "b1"
[[employees]]
id = "qian"
name = "qian"
unit = "b1"
[[employees]]
id = "wang"
name = "wang"
unit = "b1"
[[employees]]
id = "zhao"
name = "zhao"
unit = "b1"
"#;

/// A contest on issued cards, with points per card. `more` are further lines of its head.
pub fn contest(id: &str, (from, to): (Date, Date), points: u32, more: &str) -> String {
    format!(
        r#"
id = "{id}"
name = {{ zh = "发卡竞赛", en = "Cards" }}
period = {{ from = {from}, to = {to} }}
boards = ["employee", "branch"]
currency = "CNY"
{more}
[[indicators]]
id = "cards"
events = ["card.issued"]
measure = "quantity"
points = {{ per_unit = {points} }}
"#
    )
}

const MARCH: (Date, Date) = (date(2026, 3, 1), date(2026, 3, 31));

/// An entry of the source `cards`.
pub fn entry(id: &str, day: Date, more: Value) -> Value {
    let mut entry = json!({
        "source": "cards", "id": id, "type": "card.issued", "occurred_time": format!("{day}T10:00:00+08:00"),
        "business_date": {"year": day.year(), "month": day.month(), "day": day.day()},
    });
    entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    entry
}

/// Cards of a day, shared by these creditors.
fn cards(id: &str, day: Date, count: u32, creditors: &[&str]) -> Value {
    let credits: Vec<Value> = creditors.iter().map(|employee| json!({"employee": employee})).collect();
    let subject = format!("card-{id}");
    entry(id, day, json!({"branch": "b1", "subject": subject, "quantity": count, "credits": credits}))
}

/// A reversal of some cards of an earlier event, or of all.
fn back(id: &str, of: &str, day: Date, count: Option<u32>, is_dated: bool) -> Value {
    let mode = if is_dated { "REVERSAL_MODE_DATED" } else { "REVERSAL_MODE_VOID" };
    let mut reverses = json!({"id": of, "mode": mode});
    if let Some(count) = count {
        reverses["part"] = json!({"quantity": count});
    }
    entry(id, day, json!({"reverses": reverses}))
}

/// A server with the organisation.
pub struct Bank {
    /// The folder of its files.
    pub folder: tempfile::TempDir,
    /// The server.
    pub dev: Dev,
}

impl Bank {
    fn given() -> Bank {
        Bank::given_with(ORGANISATION)
    }

    pub fn given_with(organisation: &str) -> Bank {
        let folder = tempfile::tempdir().unwrap();
        let dev = Dev::start(folder.path());
        let bank = Bank { folder, dev };
        bank.organise(organisation);
        bank
    }

    /// Applies an organisation. Returns the number of changes, and the position.
    pub fn organise(&self, organisation: &str) -> (u64, Option<String>) {
        let path = file(self.folder.path(), "org.toml", organisation);
        let said = self.dev.run(&["org", "apply", &path, "-o", "json"]).ends_with(0).json();
        let changes = said["added"].as_u64().unwrap() + said["changed"].as_u64().unwrap();
        (changes, said["position"].as_str().map(str::to_owned))
    }

    pub fn apply(&self, contest: &str) {
        let path = file(self.folder.path(), "contest.toml", contest);
        self.dev.run(&["contest", "apply", &path]).ends_with(0);
    }

    /// Sends events. Returns the position of the last.
    pub fn emit(&self, events: &[Value]) -> String {
        let outcomes = self.dev.emit(events);
        assert!(outcomes.iter().all(|outcome| outcome["status"] == "accepted"), "{outcomes:?}");
        outcomes.last().unwrap()["position"].as_str().unwrap().to_owned()
    }

    /// Sends events and waits until answers reflect them.
    pub fn when(&self, contest: &str, events: &[Value]) {
        let last = self.emit(events);
        let show = ["standings", contest, "--board", "employee", "--min-position", &last];
        self.dev.run(&show).ends_with(0);
    }

    /// Rows of a board as `rank,participant,score`.
    pub fn then(&self, contest: &str, board: &str) -> Vec<String> {
        self.dev.board(contest, board).0
    }

    /// The rows and digests of both boards.
    pub fn says(&self, contest: &str) -> [(Vec<String>, String); 2] {
        ["employee", "branch"].map(|board| self.dev.board(contest, board))
    }
}

#[test]
fn example_1_three_equal_parts_are_given_and_taken_back_by_the_same_shares() {
    let bank = Bank::given();
    bank.apply(&contest("share", MARCH, 10, ""));
    let day = date(2026, 3, 3);
    let three = ["zhao", "li", "wang"];
    bank.when("share", &[cards("1", day, 1, &three)]);
    assert_eq!(bank.then("share", "employee"), ["1,li,3.3334", "2,wang,3.3333", "2,zhao,3.3333"]);
    assert_eq!(bank.then("share", "branch"), ["1,b1,10"]);
    let one = bank.says("share");
    // One of two further cards is reversed, then the other: as if they had never been issued.
    bank.when("share", &[cards("2", day, 2, &three), back("3", "2", day, Some(1), false)]);
    assert_eq!(bank.then("share", "employee"), ["1,li,6.6668", "2,wang,6.6666", "2,zhao,6.6666"]);
    bank.when("share", &[back("4", "2", day, Some(1), false)]);
    assert_eq!(bank.says("share"), one);
    // With a dated reversal, everybody with a score stays in the list, with zero.
    bank.when("share", &[back("5", "1", date(2026, 3, 20), None, true)]);
    assert_eq!(bank.then("share", "employee"), ["1,li,0", "1,wang,0", "1,zhao,0"]);
    assert_eq!(bank.then("share", "branch"), ["1,b1,0"]);
}

#[test]
fn example_4_a_card_that_comes_late_and_twice_counts_once_with_the_digests_of_one_that_came_on_time() {
    let today = Zoned::now().in_tz("Asia/Shanghai").unwrap().date();
    let last = today - 3.days();
    let period = (last - 30.days(), last);
    let within = contest("late", period, 2, "grace_days = 5\ntie_breaks = [\"earliest\"]");
    let card = || cards("8", last, 3, &["wang", "li"]);
    let other = || cards("7", last - 20.days(), 1, &["zhao"]);
    for is_dated in [false, true] {
        let taken = || back("9", "8", last, Some(1), is_dated);
        let on_time = Bank::given();
        on_time.apply(&within);
        on_time.when("late", &[card(), taken(), other()]);

        let late = Bank::given();
        late.emit(&[other(), taken()]);
        late.apply(&within);
        late.when("late", &[card()]);
        late.when("late", &[card(), taken()]);
        let expected = ["1,zhao,2", "2,li,2", "2,wang,2"];
        assert_eq!(late.then("late", "employee"), expected);
        assert_eq!(late.says("late"), on_time.says("late"));
        let source = late.dev.run(&["sources", "show", "cards", "-o", "json"]).ends_with(0).json();
        assert_eq!((&source["counted"], &source["duplicates"]), (&json!(3), &json!(2)), "{source}");

        // The same events after the grace: all of them are too late.
        late.apply(&contest("over", period, 2, "grace_days = 1"));
        late.when("over", &[cards("10", last, 1, &["wang"])]);
        let said = late.dev.run(&["standings", "over", "--board", "employee", "-o", "json"]).json();
        assert_eq!((&said["standings"], &said["late"]), (&json!([]), &json!(3)), "{said}");
    }
}

/// `li` with these memberships, in a bank of two outlets; `wang` is always at B.
pub fn outlets(memberships: &str) -> String {
    let outlet = |id: &str| format!("[[units]]\nid = \"{id}\"\nkind = \"branch\"\nname = \"{id}\"\n");
    let wang = "[[employees]]\nid = \"wang\"\nname = \"wang\"\nunit = \"B\"\n";
    format!("{}{}{wang}[[employees]]\nid = \"li\"\nname = \"li\"\n{memberships}", outlet("A"), outlet("B"))
}

/// `li` at A until the day before the move, and at B from that day on.
pub fn moved_on(day: Date) -> String {
    let place = |rest: &str| format!("[[employees.memberships]]\n{rest}\n");
    let (before, after) = (
        place(&format!("unit = \"A\"\nend_date = {}", day.yesterday().unwrap())),
        place(&format!("unit = \"B\"\nstart_date = {day}")),
    );
    outlets(&format!("{before}{after}"))
}

#[test]
fn example_5_cards_follow_the_membership_of_their_own_day_and_a_correction_moves_five_days_of_them() {
    let bank = Bank::given_with(&outlets("unit = \"A\"\n"));
    bank.apply(&contest("moved", (date(2026, 2, 1), date(2026, 2, 28)), 1, ""));
    // One card a day from the 9th to the 16th, and a hundred of an employee who stays.
    let of_li = (9..=16).map(|day| (format!("li-{day}"), date(2026, 2, day), 1, "li"));
    let all = of_li.chain([("wang".to_owned(), date(2026, 2, 12), 100, "wang")]);
    let events: Vec<Value> = all
        .map(|(id, day, count, who)| {
            let credits = json!([{"employee": who}]);
            entry(&id, day, json!({"subject": format!("card-{id}"), "quantity": count, "credits": credits}))
        })
        .collect();
    bank.when("moved", &events);
    // The outlets' board after a change of the organisation. There are always 108 cards in all.
    let after = |organisation: &str| {
        let (changes, position) = bank.organise(organisation);
        assert_eq!(changes, 1, "`li` alone changes");
        let show = ["standings", "moved", "--board", "branch", "--min-position", &position.unwrap()];
        bank.dev.run(&show).ends_with(0);
        let rows = bank.then("moved", "branch");
        let scores = rows.iter().map(|row| row.rsplit(',').next().unwrap().parse::<u32>().unwrap());
        assert_eq!(scores.sum::<u32>(), 108, "{rows:?}");
        rows
    };
    assert_eq!(bank.then("moved", "branch"), ["1,B,100", "2,A,8"]);
    let people = bank.then("moved", "employee");
    assert_eq!(people, ["1,wang,100", "2,li,8"]);
    // The move on the 15th: the card of the 14th stays with A; those of the 15th and the 16th count for B.
    assert_eq!(after(&moved_on(date(2026, 2, 15))), ["1,B,102", "2,A,6"]);
    let as_then_known = bank.says("moved");
    // The correction: it was the 10th. Five more days move to B; the card of the 9th stays.
    assert_eq!(after(&moved_on(date(2026, 2, 10))), ["1,B,107", "2,A,1"]);
    assert_eq!(
        bank.organise(&moved_on(date(2026, 2, 10))),
        (0, None),
        "an unchanged organisation is not appended"
    );
    assert_eq!(bank.then("moved", "employee"), people);
    // Correcting it back gives the same table as before, with the same digests.
    assert_eq!(after(&moved_on(date(2026, 2, 15))), ["1,B,102", "2,A,6"]);
    assert_eq!(bank.says("moved"), as_then_known);
    // A bank that knew of the move before any card arrived has the same boards.
    let other = Bank::given_with(&moved_on(date(2026, 2, 15)));
    other.apply(&contest("moved", (date(2026, 2, 1), date(2026, 2, 28)), 1, ""));
    other.when("moved", &events);
    assert_eq!(other.says("moved"), as_then_known);
}

#[test]
fn example_6_ties_rank_by_the_rule_and_who_was_first_is_searched_again_after_a_clawback() {
    let bank = Bank::given();
    let day = |day| date(2026, 3, day);
    bank.apply(&contest("1224", MARCH, 1, "tie_rule = \"1224\""));
    bank.apply(&contest("1223", MARCH, 1, "tie_rule = \"1223\""));
    bank.apply(&contest("first", MARCH, 1, "tie_breaks = [\"earliest\"]"));
    let events = [
        cards("1", day(20), 10, &["li"]),
        cards("2", day(1), 30, &["li"]),
        cards("3", day(9), 15, &["zhao"]),
        cards("4", day(10), 25, &["zhao"]),
        cards("5", day(31), 50, &["wang"]),
        cards("6", day(2), 30, &["qian"]),
    ];
    bank.when("first", &events);
    assert_eq!(bank.then("1224", "employee"), ["1,wang,50", "2,li,40", "2,zhao,40", "4,qian,30"]);
    assert_eq!(bank.then("1223", "employee"), ["1,wang,50", "2,li,40", "2,zhao,40", "3,qian,30"]);
    assert_eq!(bank.then("first", "employee"), ["1,wang,50", "2,zhao,40", "3,li,40", "4,qian,30"]);
    // Without the ten of the 20th, `li` has 30 since the 1st and `qian` since the 2nd.
    bank.when("first", &[back("7", "1", day(25), None, false)]);
    assert_eq!(bank.then("first", "employee"), ["1,wang,50", "2,zhao,40", "3,li,30", "4,qian,30"]);
    assert_eq!(bank.then("1224", "employee"), ["1,wang,50", "2,zhao,40", "3,li,30", "3,qian,30"]);
    let claimed = bank.says("first");
    // A bank without these ten cards has the same board.
    let other = Bank::given();
    other.apply(&contest("first", MARCH, 1, "tie_breaks = [\"earliest\"]"));
    other.when("first", &events[1..]);
    assert_eq!(other.says("first"), claimed);
    // Ten more on the 5th: 40 since then, five days before `zhao`.
    bank.when("first", &[cards("8", day(5), 10, &["li"])]);
    assert_eq!(bank.then("first", "employee"), ["1,wang,50", "2,li,40", "3,zhao,40", "4,qian,30"]);
}
