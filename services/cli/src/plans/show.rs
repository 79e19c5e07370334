//! `longhu targets show`: the targets of a contest's participants, and who decided them. Its CSV output can
//! be applied again. Completion is not shown here.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Align, Format};
use longhu_client::server::{Global, Server};
use longhu_core::types::score::Score;
use longhu_proto::wire::plan::v1::{ListTargetsRequest, ListTargetsResponse, Target, TargetsInForce};
use serde_json::{Value, json};

use crate::org::words::{self, Recent};

/// How many participants are requested at once.
const PAGE_SIZE: u32 = 1_000;

/// Arguments of `longhu targets show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu targets show spring-2026
  longhu targets show spring-2026 --participant B01
  longhu targets show spring-2026 -o csv > targets.csv && longhu targets apply targets.csv --contest spring-2026")]
pub struct Args {
    /// The contest.
    contest: String,
    /// Only this unit or employee, even if its targets were removed.
    #[arg(long, value_name = "ID")]
    participant: Option<String>,
    #[command(flatten)]
    recent: Recent,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json, Format::Csv])?;
    let server = global.query_server()?;
    let answer = everything(&server, &args).await?;
    match format {
        Format::Json => output::print_json(&document(&args.contest, &answer)),
        Format::Csv => output::print(&csv(&answer.targets)?),
        _ => output::print(&text(&args.contest, &answer)),
    }
}

/// All pages as one answer, with the position of the last one.
async fn everything(server: &Server, args: &Args) -> Result<ListTargetsResponse, Failure> {
    let mut whole = ListTargetsResponse::default();
    let mut request = ListTargetsRequest {
        contest: args.contest.clone(),
        participant: args.participant.clone().unwrap_or_default(),
        page_size: PAGE_SIZE,
        page_token: String::new(),
        min_position: args.recent.min_position(),
    };
    loop {
        let page = server.ask(server.plans().list_targets(request.clone())).await;
        let page = page.map_err(|status| server.failure(&status))?;
        whole.position = page.position;
        whole.targets.extend(page.targets);
        if page.next_page_token.is_empty() {
            return Ok(whole);
        }
        request.page_token = page.next_page_token;
    }
}

/// The targets of one participant, as rows.
fn targets(one: &TargetsInForce) -> (&str, &[Target]) {
    one.targets.as_ref().map_or(("", &[]), |targets| (&targets.participant, &targets.targets))
}

fn value(target: &Target) -> String {
    Score(target.value_e4.into()).to_string()
}

fn document(contest: &str, answer: &ListTargetsResponse) -> Value {
    let target = |target: &Target| {
        let round = (!target.round.is_empty()).then_some(&target.round);
        json!({"indicator": target.indicator, "round": round, "value": value(target)})
    };
    let one = |one: &TargetsInForce| {
        let (participant, aims) = targets(one);
        json!({
            "participant": participant,
            "revision": one.revision,
            "principal": one.principal,
            "position": words::position(&one.position),
            "targets": aims.iter().map(target).collect::<Vec<_>>(),
        })
    };
    json!({
        "contest": contest,
        "position": words::position(&answer.position),
        "participants": answer.targets.iter().map(one).collect::<Vec<_>>(),
    })
}

fn csv(found: &[TargetsInForce]) -> Result<String, Failure> {
    let rows = found.iter().flat_map(|one| {
        let (participant, aims) = targets(one);
        let row = |indicator: &str, round: &str, value: String| {
            vec![participant.to_owned(), indicator.to_owned(), round.to_owned(), value]
        };
        let mut rows: Vec<Vec<String>> =
            aims.iter().map(|target| row(&target.indicator, &target.round, value(target))).collect();
        // A participant without targets is listed too, so that applying the output again has the same effect.
        if rows.is_empty() {
            rows.push(row("", "", String::new()));
        }
        rows
    });
    output::csv(&["participant", "indicator", "round", "value"], rows)
}

fn text(contest: &str, answer: &ListTargetsResponse) -> String {
    let head = format!(
        "{} · targets of {} · position {}\n",
        output::one_line(contest),
        words::count(answer.targets.len() as u64, "participant", "participants"),
        words::position(&answer.position).unwrap_or_default()
    );
    if answer.targets.is_empty() {
        return format!("{head}no participant has targets; set them with `longhu targets apply FILE`\n");
    }
    let columns = [
        ("PARTICIPANT", Align::Left),
        ("ROUND", Align::Left),
        ("INDICATOR", Align::Left),
        ("TARGET", Align::Right),
        ("REVISION", Align::Right),
        ("BY", Align::Left),
        ("SINCE", Align::Left),
    ];
    let rows = answer.targets.iter().flat_map(|one| {
        let (participant, aims) = targets(one);
        let row = |round: &str, indicator: &str, value: String| {
            let (by, since) = (one.principal.clone(), words::position(&one.position).unwrap_or_default());
            vec![
                participant.to_owned(),
                round.to_owned(),
                indicator.to_owned(),
                value,
                one.revision.to_string(),
                by,
                since,
            ]
        };
        let mut rows: Vec<Vec<String>> =
            aims.iter().map(|target| row(&target.round, &target.indicator, value(target))).collect();
        if rows.is_empty() {
            rows.push(row("", "none any more", String::new()));
        }
        rows
    });
    head + &output::table(&columns, rows)
}

#[cfg(test)]
mod tests {
    use longhu_core::Position;
    use longhu_proto::scalar::position_to_wire;
    use longhu_proto::wire::plan::v1::Targets;

    use super::*;

    fn answer() -> ListTargetsResponse {
        let target = |indicator: &str, round: &str, value_e4| Target {
            indicator: indicator.into(),
            round: round.into(),
            value_e4,
        };
        let one = |participant: &str, targets| TargetsInForce {
            targets: Some(Targets { contest: "spring".into(), participant: participant.into(), targets }),
            revision: 2,
            principal: "hq".into(),
            position: Some(position_to_wire(Position::new(7, 1))),
        };
        let both = vec![target("cards", "", 12_005_000), target("存款", "q1", 359_400_000_000)];
        let position = Some(position_to_wire(Position::new(9, 0)));
        ListTargetsResponse {
            position,
            targets: vec![one("B01", both), one("B02", Vec::new())],
            next_page_token: String::new(),
        }
    }

    #[test]
    fn a_table_shows_each_target_with_its_decision() {
        assert_eq!(
            text("spring", &answer()),
            "spring · targets of 2 participants · position 9.0\n\
             PARTICIPANT  ROUND  INDICATOR        TARGET  REVISION  BY  SINCE\n\
             B01                 cards            1200.5         2  hq  7.1\n\
             B01          q1     存款           35940000         2  hq  7.1\n\
             B02                 none any more                   2  hq  7.1\n"
        );
    }

    #[test]
    fn csv_is_what_can_be_applied_again() {
        let text = csv(&answer().targets).unwrap();
        assert_eq!(
            text,
            "participant,indicator,round,value\nB01,cards,,1200.5\nB01,存款,q1,35940000\nB02,,,\n"
        );
    }

    #[test]
    fn json_has_every_digit_as_text() {
        let document = document("spring", &answer());
        assert_eq!(document["participants"][0]["targets"][0]["value"], "1200.5");
        assert_eq!(document["participants"][0]["targets"][0]["round"], Value::Null);
        assert_eq!(
            (&document["position"], &document["participants"][1]["position"]),
            (&"9.0".into(), &"7.1".into())
        );
    }
}
