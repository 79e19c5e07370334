//! `longhu log dead-letters`: entries that had no effect, each with its reason. Nothing is repaired here: the
//! source has to send a corrected entry.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::ops::v1::{DeadLetter, ListDeadLettersRequest, ListDeadLettersResponse};

/// Arguments of `longhu log dead-letters`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu log dead-letters
  longhu log dead-letters -o json | jq -r '.dead_letters[].position'")]
pub struct Args {}

/// Runs it.
pub async fn run(_: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let answer = server.ask(server.log().list_dead_letters(ListDeadLettersRequest {})).await;
    let answer = answer.map_err(|status| server.failure(&status))?;
    match format {
        Format::Json => output::print_json(&json(&answer)),
        _ => output::print(&table(&answer)),
    }
}

fn position(letter: &DeadLetter) -> String {
    letter.position.as_ref().map(proto_json::position).unwrap_or_default()
}

fn json(answer: &ListDeadLettersResponse) -> serde_json::Value {
    let letters = answer.dead_letters.iter();
    let letters = letters.map(|l| serde_json::json!({ "position": position(l), "code": l.code }));
    serde_json::json!({
        "position": answer.position.as_ref().map(proto_json::position),
        "total": answer.total,
        "dead_letters": letters.collect::<Vec<_>>(),
    })
}

fn table(answer: &ListDeadLettersResponse) -> String {
    let Some(last) = answer.dead_letters.last() else {
        return "there are no dead letters\n".to_owned();
    };
    let columns = [("POSITION", Align::Right), ("CODE", Align::Left), ("WHY", Align::Left)];
    let rows = answer.dead_letters.iter().map(|l| vec![position(l), l.code.clone(), why(&l.code).to_owned()]);
    let mut text = output::table(&columns, rows);
    if (answer.dead_letters.len() as u64) < answer.total {
        text.push_str(&format!("the latest {} of {}\n", answer.dead_letters.len(), answer.total));
    }
    let at = position(last);
    text.push_str(&format!("\nTo see one: longhu log tail --from {at} --until {at} -o jsonl\n"));
    text
}

fn why(code: &str) -> &'static str {
    match code {
        "SELF_REVERSAL" => "it is a reversal of itself",
        "REVERSAL_OF_REVERSAL" => {
            "it is a reversal of a reversal; send the original again under a new id instead"
        }
        "WAITED_FOR_REVERSAL" => "its original came later and is itself a reversal",
        "DECISION_WITHOUT_EFFECT" => {
            "its change set is incomplete, or it seals a contest that is not defined"
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use longhu_proto::wire::event::v1::Position;

    use super::*;

    #[test]
    fn every_dead_letter_is_told_with_its_reason_and_how_to_see_it() {
        let letter = DeadLetter {
            position: Some(Position { sequence: 7, index: 2, adoptions: 0 }),
            code: "REVERSAL_OF_REVERSAL".into(),
        };
        let answer = ListDeadLettersResponse { dead_letters: vec![letter], total: 3, position: None };
        let text = table(&answer);
        assert!(text.contains("7.2") && text.contains("the latest 1 of 3"), "{text}");
        assert!(text.contains("a reversal of a reversal") && text.contains("--from 7.2"), "{text}");
        assert_eq!(json(&answer)["dead_letters"][0]["code"], "REVERSAL_OF_REVERSAL");
        assert!(table(&ListDeadLettersResponse::default()).contains("no dead letters"));
    }
}
