//! The output of a dry run of `longhu org apply`: entry by entry what would change, then the running contests
//! with the ranks that would move. It prints what the server computed.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Align};
use longhu_proto::wire::control::v1::{ApplyOrganisationResponse, OrganisationDifference};
use longhu_proto::wire::organisation::v1::organisation_entry::Entry;
use longhu_proto::wire::organisation::v1::{OrganisationEntry, RankMove, TouchedBoard, TouchedContest};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::org::changes::{Change, changes};
use crate::org::words::count;
use crate::standings::json::number;

/// How many entries are shown to people.
const ENTRIES_SHOWN: usize = 50;
/// How many rows of one board are shown to people.
const ROWS_SHOWN: usize = 20;

/// The complete output, for scripts.
#[derive(Debug, Serialize)]
pub struct Preview {
    differences: Vec<Difference>,
    contests: Vec<Contest>,
    #[serde(skip_serializing_if = "String::is_empty")]
    contests_unknown: String,
}

#[derive(Debug, Serialize)]
struct Difference {
    entry: &'static str,
    id: String,
    is_new: bool,
    changes: Vec<Change>,
}

#[derive(Debug, Serialize)]
struct Contest {
    contest: String,
    held: u64,
    held_after: u64,
    boards: Vec<Board>,
}

#[derive(Debug, Serialize)]
struct Board {
    board: String,
    total_moves: u64,
    moves: Vec<Move>,
}

/// A row. Rank and score are absent if it is not listed.
#[derive(Debug, Serialize)]
struct Move {
    participant: String,
    name: String,
    rank: Option<u64>,
    score: Option<Box<RawValue>>,
    rank_after: Option<u64>,
    score_after: Option<Box<RawValue>>,
}

/// The output for scripts.
pub fn json(answer: &ApplyOrganisationResponse) -> Result<Preview, Failure> {
    Ok(Preview {
        differences: answer.differences.iter().filter_map(difference).collect(),
        contests: answer.contests.iter().map(contest_json).collect::<Result<_, _>>()?,
        contests_unknown: answer.contests_unknown.clone(),
    })
}

fn contest_json(touched: &TouchedContest) -> Result<Contest, Failure> {
    let board = |board: &TouchedBoard| {
        let moves = board.moves.iter().map(move_json).collect::<Result<_, Failure>>()?;
        Ok(Board { board: board.board.clone(), total_moves: board.total_moves, moves })
    };
    Ok(Contest {
        contest: touched.contest.clone(),
        held: touched.held,
        held_after: touched.held_after,
        boards: touched.boards.iter().map(board).collect::<Result<_, Failure>>()?,
    })
}

fn move_json(one: &RankMove) -> Result<Move, Failure> {
    let rank = |rank: u64| Some(rank).filter(|rank| *rank > 0);
    let score = |score: &str| (!score.is_empty()).then(|| number(score)).transpose();
    Ok(Move {
        participant: one.participant.clone(),
        name: one.name.clone(),
        rank: rank(one.rank),
        score: score(&one.score)?,
        rank_after: rank(one.rank_after),
        score_after: score(&one.score_after)?,
    })
}

/// The output for people; empty if nothing would change.
pub fn text(answer: &ApplyOrganisationResponse) -> String {
    let mut text = String::new();
    for difference in answer.differences.iter().take(ENTRIES_SHOWN).filter_map(difference) {
        let new = if difference.is_new { "new " } else { "" };
        text.push_str(&format!("\n{new}{} {}\n", difference.entry, output::one_line(&difference.id)));
        difference
            .changes
            .iter()
            .for_each(|change| text.push_str(&format!("  {}\n", output::one_line(&change.line()))));
    }
    let entries = u64::from(answer.added) + u64::from(answer.changed);
    if entries > ENTRIES_SHOWN as u64 {
        text.push_str(&format!("\nand {} more entries\n", entries - ENTRIES_SHOWN as u64));
    }
    if !answer.contests_unknown.is_empty() {
        text.push_str(&format!("\nIts effect on contests is not known: {}\n", answer.contests_unknown));
    } else if entries > 0 && answer.contests.is_empty() {
        text.push_str("\nNo running contest would change.\n");
    }
    answer.contests.iter().for_each(|touched| text.push_str(&contest(touched)));
    text
}

fn difference(difference: &OrganisationDifference) -> Option<Difference> {
    fn entry(entry: &Option<OrganisationEntry>) -> Option<&Entry> {
        entry.as_ref()?.entry.as_ref()
    }
    let (before, after) = (entry(&difference.before), entry(&difference.after)?);
    let (kind, id) = match after {
        Entry::Unit(unit) => ("unit", unit.id.clone()),
        Entry::Employee(employee) => ("employee", employee.id.clone()),
        Entry::HandOver(hand_over) => ("hand-over", hand_over.id.clone()),
        Entry::Code(code) => ("code", format!("{} of {}", code.code, code.source)),
    };
    Some(Difference { entry: kind, id, is_new: before.is_none(), changes: changes(before, after) })
}

fn contest(touched: &TouchedContest) -> String {
    let held = match (touched.held, touched.held_after) {
        (now, then) if now == then => String::new(),
        (now, then) => format!(" · {}, then {then}", count(now, "credit waits", "credits wait")),
    };
    let mut text = format!("\ncontest {}{held}\n", output::one_line(&touched.contest));
    touched.boards.iter().for_each(|one| text.push_str(&board(one)));
    text
}

fn board(board: &TouchedBoard) -> String {
    let columns = [
        ("RANK NOW", Align::Right),
        ("RANK AFTER", Align::Right),
        ("PARTICIPANT", Align::Left),
        ("NAME", Align::Left),
        ("SCORE NOW", Align::Right),
        ("SCORE AFTER", Align::Right),
    ];
    let rank = |rank: u64| if rank == 0 { "-".to_owned() } else { rank.to_string() };
    let score = |score: &str| if score.is_empty() { "-".to_owned() } else { score.to_owned() };
    let row = |one: &RankMove| {
        vec![
            rank(one.rank),
            rank(one.rank_after),
            one.participant.clone(),
            one.name.clone(),
            score(&one.score),
            score(&one.score_after),
        ]
    };
    // The rows that move farthest, in their new order; those that leave the board come last.
    let mut shown: Vec<&RankMove> = board.moves.iter().take(ROWS_SHOWN).collect();
    shown.sort_by_key(|one| (one.rank_after == 0, one.rank_after));
    let rest = board.total_moves.saturating_sub(shown.len() as u64);
    let rows = output::table(&columns, shown.into_iter().map(row));
    let more = if rest > 0 { format!("and {rest} more rows, which move less\n") } else { String::new() };
    format!("\nboard {}\n{rows}{more}", output::one_line(&board.board))
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::organisation::v1::Employee;

    use super::*;

    fn employee(name: &str) -> Option<OrganisationEntry> {
        let employee = Employee { id: "e-1".into(), name: name.into(), memberships: Vec::new() };
        Some(OrganisationEntry { entry: Some(Entry::Employee(employee)) })
    }

    fn answer() -> ApplyOrganisationResponse {
        let moved = RankMove {
            participant: "b".into(),
            name: "西湖支行".into(),
            rank: 2,
            score: "5".into(),
            rank_after: 1,
            score_after: "9".into(),
        };
        let comes = RankMove {
            participant: "c".into(),
            rank_after: 3,
            score_after: "1".into(),
            ..RankMove::default()
        };
        let board = TouchedBoard { board: "branch".into(), total_moves: 5, moves: vec![comes, moved] };
        let touched =
            TouchedContest { contest: "spring".into(), boards: vec![board], held: 3, held_after: 1 };
        ApplyOrganisationResponse {
            changed: 1,
            differences: vec![OrganisationDifference {
                before: employee("张三"), after: employee("张珊")
            }],
            contests: vec![touched],
            ..ApplyOrganisationResponse::default()
        }
    }

    #[test]
    fn entries_are_told_field_by_field_and_contests_board_by_board() {
        assert_eq!(
            text(&answer()),
            "\nemployee e-1\n  name: 张三 → 张珊\n\
             \ncontest spring · 3 credits wait, then 1\n\
             \nboard branch\n\
             RANK NOW  RANK AFTER  PARTICIPANT  NAME      SCORE NOW  SCORE AFTER\n       \
                2           1  b            西湖支行          5            9\n       \
                -           3  c                              -            1\n\
             and 3 more rows, which move less\n"
        );
    }

    #[test]
    fn it_is_said_when_no_contest_is_touched_and_when_nobody_knows() {
        let none = ApplyOrganisationResponse { contests: Vec::new(), ..answer() };
        assert!(text(&none).ends_with("No running contest would change.\n"));
        let unknown = ApplyOrganisationResponse { contests_unknown: "away".into(), ..none };
        assert!(text(&unknown).ends_with("is not known: away\n"));
        assert_eq!(text(&ApplyOrganisationResponse::default()), "");
    }

    #[test]
    fn scripts_get_all_of_it() {
        let told = serde_json::to_value(json(&answer()).unwrap()).unwrap();
        assert_eq!(told["differences"][0]["changes"][0]["after"], "张珊");
        let contest = &told["contests"][0];
        assert_eq!((&contest["held"], &contest["boards"][0]["total_moves"]), (&3.into(), &5.into()));
        let moves = &contest["boards"][0]["moves"];
        assert_eq!((&moves[1]["rank_after"], &moves[1]["score_after"]), (&1.into(), &9.into()));
        // A row that is not listed has neither, but the fields exist.
        assert_eq!(moves[0].get("rank"), Some(&serde_json::Value::Null));
        assert_eq!(moves[0].get("score"), Some(&serde_json::Value::Null));
    }
}
