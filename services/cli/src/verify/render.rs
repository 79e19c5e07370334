//! The outcome of a comparison, for people and for scripts.

use longhu_client::output::{self, Align};
use longhu_client::proto_json;
use longhu_proto::scalar::date_from_wire;
use longhu_proto::wire::ops::v1::{
    AccountDifference, AccountEntry, BoardDifference, Reached, VerifiedRow, VerifyResult,
};
use serde_json::{Value, json};

use crate::rebuild::table_name;

/// The output for people.
pub fn text(result: &VerifyResult) -> String {
    let position = result.position.as_ref().map(proto_json::position).unwrap_or_default();
    let sealed = result.boards.iter().filter(|board| board.board.is_empty()).count();
    let compared = format!(
        "{} and {}, after {}, at {position}",
        counted(result.boards.len() - sealed, "board"),
        counted(sealed, "sealed result"),
        counted(result.events as usize, "event")
    );
    match &result.difference {
        None => format!("equal: {compared}\n"),
        Some(difference) => format!("compared: {compared}\n\n{}", difference_text(difference)),
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn difference_text(difference: &BoardDifference) -> String {
    let position = difference.position.as_ref().map(proto_json::position).unwrap_or_default();
    let of = if difference.sealed { ", sealed result" } else { "" };
    let table = table_name(&difference.board, &difference.round);
    let board = format!("contest {}, board {table}{of}", difference.contest);
    if difference.participant.is_empty() {
        return format!("{board}: no row differs any more at {position}\n");
    }
    let mut text =
        format!("{board}: the first row that differs at {position} is of {}\n\n", difference.participant);
    let row = |name: &str, row: &Option<VerifiedRow>| match row {
        None => vec![name.to_owned(), "none".to_owned()],
        Some(row) => {
            let reached = row.reached.as_ref().map(reached_text).unwrap_or_default();
            let (rank, live) = (row.rank.to_string(), row.live.to_string());
            vec![name.to_owned(), rank, row.score.clone(), row.key.clone(), live, reached]
        }
    };
    let columns = [
        ("", Align::Left),
        ("RANK", Align::Right),
        ("SCORE", Align::Right),
        ("KEY", Align::Right),
        ("LIVE CREDITS", Align::Right),
        ("REACHED BY", Align::Left),
    ];
    let rows = [row("read model", &difference.read_model), row("log, folded again", &difference.refolded)];
    text.push_str(&output::table(&columns, rows));
    if let Some(account) = &difference.account {
        text.push('\n');
        text.push_str(&account_text(account));
    }
    text
}

fn reached_text(reached: &Reached) -> String {
    let date = reached_date(reached).unwrap_or_default();
    format!("{} {} of {date}", reached.source, reached.id)
}

fn account_text(account: &AccountDifference) -> String {
    if !account.unreadable.is_empty() {
        return format!("the read model's entries cannot be read: {}\n", account.unreadable);
    }
    let listed = format!(
        "entries behind it: {} giving {} in the read model, {} giving {} in the log\n",
        account.read_model_entries,
        account.read_model_points,
        account.refolded_entries,
        account.refolded_points
    );
    let Some(entry) = &account.entry else {
        return format!("{listed}both list the same entries, but the row is not their sum\n");
    };
    let only = if account.in_read_model { "the read model" } else { "the log" };
    let position = entry.position.as_ref().map(proto_json::position).unwrap_or_default();
    format!(
        "{listed}the first that only {only} lists: {} {} at {position}, {} points for {} on {}\n",
        entry.source,
        entry.id,
        entry.points,
        entry.indicator,
        entry_date(entry).unwrap_or_default()
    )
}

fn reached_date(reached: &Reached) -> Option<String> {
    Some(date_from_wire("business_date", reached.business_date.as_ref()?).ok()?.to_string())
}

fn entry_date(entry: &AccountEntry) -> Option<String> {
    Some(date_from_wire("business_date", entry.business_date.as_ref()?).ok()?.to_string())
}

/// The output for scripts.
pub fn json(result: &VerifyResult) -> Value {
    let boards = result.boards.iter().map(|board| {
        json!({
            "contest": board.contest,
            "board": (!board.board.is_empty()).then_some(&board.board),
            "round": (!board.round.is_empty()).then_some(&board.round),
            "equal": board.read_model == board.refolded,
            "read_model": board.read_model,
            "refolded": board.refolded,
        })
    });
    json!({
        "equal": result.difference.is_none(),
        "position": result.position.as_ref().map(proto_json::position),
        "events": result.events,
        "boards": boards.collect::<Vec<_>>(),
        "difference": result.difference.as_ref().map(difference_json),
    })
}

fn difference_json(difference: &BoardDifference) -> Value {
    json!({
        "contest": difference.contest,
        "board": difference.board,
        "round": (!difference.round.is_empty()).then_some(&difference.round),
        "sealed": difference.sealed,
        "position": difference.position.as_ref().map(proto_json::position),
        "participant": (!difference.participant.is_empty()).then_some(&difference.participant),
        "read_model": difference.read_model.as_ref().map(row_json),
        "refolded": difference.refolded.as_ref().map(row_json),
        "account": difference.account.as_ref().map(|account| json!({
            "read_model_entries": account.read_model_entries,
            "read_model_points": account.read_model_points,
            "refolded_entries": account.refolded_entries,
            "refolded_points": account.refolded_points,
            "entry": account.entry.as_ref().map(|entry| entry_json(entry, account.in_read_model)),
            "unreadable": (!account.unreadable.is_empty()).then_some(&account.unreadable),
        })),
    })
}

fn row_json(row: &VerifiedRow) -> Value {
    json!({
        "rank": row.rank,
        "score": row.score,
        "key": (!row.key.is_empty()).then_some(&row.key),
        "live": row.live,
        "reached": row.reached.as_ref().map(|reached| json!({
            "business_date": reached_date(reached),
            "occurred_time": reached.occurred_time.as_ref().and_then(proto_json::rfc3339),
            "source": reached.source,
            "id": reached.id,
        })),
    })
}

fn entry_json(entry: &AccountEntry, in_read_model: bool) -> Value {
    json!({
        "in": if in_read_model { "read_model" } else { "log" },
        "position": entry.position.as_ref().map(proto_json::position),
        "business_date": entry_date(entry),
        "source": entry.source,
        "id": entry.id,
        "indicator": entry.indicator,
        "points": entry.points,
    })
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Position;
    use longhu_proto::wire::ops::v1::VerifiedBoard;

    use super::*;

    fn board(board: &str, read_model: &str) -> VerifiedBoard {
        let (board, read_model, refolded) = (board.into(), read_model.into(), "aa".into());
        VerifiedBoard { contest: "spring".into(), board, read_model, refolded, ..Default::default() }
    }

    #[test]
    fn equal_ones_are_counted_with_events_and_position() {
        let result = VerifyResult {
            position: Some(Position { sequence: 42, index: 7, adoptions: 0 }),
            events: 1_000,
            boards: vec![board("branch", "aa"), board("", "aa")],
            difference: None,
        };
        assert_eq!(text(&result), "equal: 1 board and 1 sealed result, after 1000 events, at 42.7\n");
        assert_eq!(json(&result)["equal"], true);
    }

    #[test]
    fn a_difference_shows_both_rows_and_the_entry() {
        let row = |rank, score: &str| {
            Some(VerifiedRow { rank, score: score.into(), live: 3, ..VerifiedRow::default() })
        };
        let entry = AccountEntry { source: "cards".into(), id: "c-1".into(), ..Default::default() };
        let difference = BoardDifference {
            contest: "spring".into(),
            board: "employee".into(),
            participant: "e-1".into(),
            read_model: row(1, "20"),
            refolded: row(2, "15"),
            account: Some(AccountDifference { entry: Some(entry), ..Default::default() }),
            ..Default::default()
        };
        let result = VerifyResult { difference: Some(difference), ..Default::default() };
        let text = text(&result);
        assert!(text.contains("read model            1     20                  3\n"), "{text}");
        assert!(text.contains("log, folded again     2     15                  3\n"), "{text}");
        assert!(text.contains("the first that only the log lists: cards c-1"), "{text}");
        assert_eq!(json(&result)["difference"]["account"]["entry"]["in"], "log");
    }
}
