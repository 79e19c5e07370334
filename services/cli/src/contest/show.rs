//! `longhu contest list` and `longhu contest show`: the contests that queries know, and their state.

use longhu_client::failure::Failure;
use longhu_client::instant::BankClock;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_core::contest::Contest;
use longhu_core::contest::sentences::in_short;
use longhu_core::types::money::Currency;
use longhu_proto::contest::from_wire;
use longhu_proto::wire::contest::v1::{ContestDefinition, Listing, LocalizedText, TieRule, tie_break};
use longhu_proto::wire::standings::v1::{
    BoardSummary, ContestSummary, GetContestRequest, RoundSummary, ServingState,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::known::{self, unknown};
use crate::rebuild::table_name;

/// Arguments of `longhu contest list`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest list
  longhu contest list -o json | jq -r '.contests[].id'")]
pub struct ListArgs {}

/// Arguments of `longhu contest show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest show cards-1998
  longhu contest show cards-1998 -o json")]
pub struct ShowArgs {
    /// The contest's id.
    contest: String,
}

/// Lists all contests, page by page.
pub async fn list(_: ListArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json, Format::Jsonl])?;
    let server = global.query_server()?;
    let contests = known::contests(&server).await.map_err(|status| server.failure(&status))?;
    let views = contests.iter().map(view).collect::<Result<Vec<_>, _>>()?;
    match format {
        Format::Json => output::print_json(&serde_json::json!({ "contests": views })),
        Format::Jsonl => {
            let lines = views.iter().map(|view| Ok(output::json(view, false)? + "\n"));
            output::print(&lines.collect::<Result<String, Failure>>()?)
        }
        _ => output::print(&list_table(&contests)),
    }
}

/// Shows one contest.
pub async fn show(args: ShowArgs, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let request = GetContestRequest { contest: args.contest.clone(), min_position: None };
    let answer = match server.ask(server.standings().get_contest(request)).await {
        Ok(answer) => answer,
        Err(status) => return Err(unknown(&server, &args.contest, server.failure(&status)).await),
    };
    let contest = answer.contest.unwrap_or_default();
    match format {
        Format::Json => output::print_json(&view(&contest)?),
        _ => output::print(&details(&contest)),
    }
}

/// A contest as JSON.
#[derive(Debug, Serialize)]
struct View<'a> {
    id: &'a str,
    revision: u64,
    principal: &'a str,
    state: &'static str,
    serving_revision: u64,
    progress_ppm: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    seal: Option<proto_json::Seal>,
    boards: Vec<Board<'a>>,
    definition: Box<RawValue>,
}

#[derive(Debug, Serialize)]
struct Board<'a> {
    board: &'a str,
    size: u64,
    digest: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rounds: Vec<RoundTable<'a>>,
}

#[derive(Debug, Serialize)]
struct RoundTable<'a> {
    round: &'a str,
    size: u64,
    digest: &'a str,
}

fn view(contest: &ContestSummary) -> Result<View<'_>, Failure> {
    let empty = ContestDefinition::default();
    let definition = contest.definition.as_ref();
    Ok(View {
        id: definition.map_or("", |definition| &definition.id),
        revision: contest.revision,
        principal: &contest.principal,
        state: state(contest),
        serving_revision: contest.serving_revision,
        progress_ppm: contest.progress_ppm,
        seal: contest.seal.as_ref().map(proto_json::seal),
        boards: contest.boards.iter().map(board_view).collect(),
        definition: proto_json::to_json("longhu.contest.v1.ContestDefinition", definition.unwrap_or(&empty))?,
    })
}

fn board_view<'a>(board: &'a BoardSummary) -> Board<'a> {
    let table = |own: &'a RoundSummary| RoundTable { round: &own.round, size: own.size, digest: &own.digest };
    let rounds = board.rounds.iter().map(table).collect();
    Board { board: &board.board, size: board.size, digest: &board.digest, rounds }
}

fn state(contest: &ContestSummary) -> &'static str {
    match ServingState::try_from(contest.state) {
        Ok(ServingState::Preparing) => "preparing",
        Ok(ServingState::Live) => "live",
        Ok(ServingState::Stale) => "stale",
        Ok(ServingState::Unspecified) | Err(_) => "unknown",
    }
}

fn state_with_progress(contest: &ContestSummary) -> String {
    match state(contest) {
        _ if contest.seal.is_some() => "sealed".to_owned(),
        state @ ("preparing" | "stale") => format!("{state}, {} %", contest.progress_ppm / 10_000),
        state => state.to_owned(),
    }
}

/// A name in the languages it has.
fn name(text: Option<&LocalizedText>) -> String {
    let texts = text.iter().flat_map(|text| [text.zh.as_str(), text.en.as_str()]);
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" / ")
}

fn period(definition: &ContestDefinition) -> String {
    let date = |date: &Option<_>| {
        let date = date.as_ref().and_then(|date| longhu_proto::scalar::date_from_wire("", date).ok());
        date.map_or("?".to_owned(), |date| date.to_string())
    };
    format!("{} … {}", date(&definition.start_date), date(&definition.end_date))
}

fn ties(definition: &ContestDefinition) -> String {
    let rule = match TieRule::try_from(definition.tie_rule) {
        Ok(TieRule::TieRule1223) => "1223",
        Ok(TieRule::TieRule1234) => "1234",
        Ok(TieRule::TieRule1224 | TieRule::Unspecified) => "1224",
        Err(_) => "of a later version",
    };
    let breaks = definition.tie_breaks.iter().map(|tie_break| match &tie_break.by {
        Some(tie_break::By::Earliest(_)) => ", earliest".to_owned(),
        Some(tie_break::By::Indicator(id)) => format!(", indicator {id}"),
        Some(tie_break::By::Name(_)) => ", name".to_owned(),
        None => String::new(),
    });
    rule.to_owned() + &breaks.collect::<String>()
}

fn list_table(contests: &[ContestSummary]) -> String {
    let columns = [
        ("CONTEST", Align::Left),
        ("REVISION", Align::Right),
        ("STATE", Align::Left),
        ("PERIOD", Align::Left),
        ("BOARDS", Align::Left),
        ("NAME", Align::Left),
    ];
    let rows = contests.iter().map(|contest| {
        let definition = contest.definition.clone().unwrap_or_default();
        vec![
            definition.id.clone(),
            contest.revision.to_string(),
            state_with_progress(contest),
            period(&definition),
            definition.boards.join(" "),
            name(definition.name.as_ref()),
        ]
    });
    output::table(&columns, rows)
}

fn details(contest: &ContestSummary) -> String {
    let definition = contest.definition.clone().unwrap_or_default();
    let grace = definition.grace_days.map_or("none".to_owned(), |days| format!("{days} days"));
    let mut pairs = vec![
        ("contest", definition.id.clone()),
        ("name", name(definition.name.as_ref())),
        ("campaign", definition.campaign.clone()),
        ("period", period(&definition)),
        ("grace", grace),
        ("counts until", counts_until(&definition)),
        (
            "listed",
            if definition.listing == Listing::Eligible as i32 { "eligible" } else { "scored" }.to_owned(),
        ),
        (
            "ranked by",
            core_contest(&definition).map_or(String::new(), |own| own.ranked_by.sentence(&own.setting()).en),
        ),
        ("ties", ties(&definition)),
        ("revision", format!("{} by {}", contest.revision, contest.principal)),
        ("state", state_with_progress(contest)),
        ("serving revision", contest.serving_revision.to_string()),
        ("currency", definition.currency.clone()),
    ];
    if let Some(seal) = &contest.seal {
        let by = format!("{}{}", seal.principal, if seal.forced { ", early" } else { "" });
        pairs.extend([
            ("sealed at", seal.position.as_ref().map(proto_json::position).unwrap_or_default()),
            ("sealed by", by),
            ("reason", seal.reason.clone()),
            ("result", seal.result_hash.clone()),
            ("late entries", seal.late_entries.to_string()),
        ]);
    }
    let mut text = output::pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
    text.push('\n');
    text.push_str(&rounds(&definition));
    text.push_str(&indicators(&definition));
    let columns = [("BOARD", Align::Left), ("ROWS", Align::Right), ("DIGEST", Align::Left)];
    let rows = contest.boards.iter().flat_map(|board| {
        let whole = vec![board.board.clone(), board.size.to_string(), board.digest.clone()];
        let of_rounds = board
            .rounds
            .iter()
            .map(|own| vec![table_name(&board.board, &own.round), own.size.to_string(), own.digest.clone()]);
        std::iter::once(whole).chain(of_rounds).collect::<Vec<_>>()
    });
    text.push('\n');
    text.push_str(&output::table(&columns, rows));
    text
}

/// When entries end to count: at the deadline that `grace_days` sets; without one, when the contest is sealed.
fn counts_until(definition: &ContestDefinition) -> String {
    let deadline = definition.scoring_deadline_time.as_ref();
    deadline.map_or("the seal".to_owned(), |time| BankClock::of(definition).shown(time))
}

/// The rounds and an empty line; empty if there are no rounds.
fn rounds(definition: &ContestDefinition) -> String {
    let Some(contest) = core_contest(definition).filter(|contest| !contest.rounds.is_empty()) else {
        return String::new();
    };
    let columns = [("ROUND", Align::Left), ("PERIOD", Align::Left), ("NAME", Align::Left)];
    let rows = contest.rounds.iter().map(|round| {
        let period = format!("{} … {}", round.period.start, round.period.end);
        let names = [round.name.zh.as_str(), round.name.en.as_str()];
        let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" / ");
        vec![round.id.clone(), period, name]
    });
    output::table(&columns, rows) + "\n"
}

fn indicators(definition: &ContestDefinition) -> String {
    let columns =
        [("INDICATOR", Align::Left), ("COUNTS", Align::Left), ("POINTS", Align::Left), ("NAME", Align::Left)];
    let contest = core_contest(definition);
    let rows = contest.iter().flat_map(|contest| {
        contest.indicators.iter().enumerate().map(move |(index, indicator)| {
            let names = [indicator.name.zh.as_str(), indicator.name.en.as_str()];
            let name = names.into_iter().filter(|name| !name.is_empty()).collect::<Vec<_>>().join(" / ");
            let (counted, worth) = in_short(contest, index);
            vec![indicator.id.clone(), counted.en, worth.en, name]
        })
    });
    output::table(&columns, rows)
}

/// The contest as the core has it; `None` if this version cannot read it.
pub(super) fn core_contest(definition: &ContestDefinition) -> Option<Contest> {
    Currency::parse(&definition.currency).and_then(|bank| from_wire(definition, bank).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use longhu_files::document::Source;
    use longhu_proto::wire::contest::v1::UtcOffset;

    fn contest() -> ContestSummary {
        let text = include_str!("../../../../deploy/examples/berka/cards-1998.toml");
        let definition =
            longhu_files::contest::read(Source::new("x", text.to_owned()).parse().unwrap().root()).definition;
        ContestSummary {
            definition: Some(definition),
            revision: 2,
            principal: "hq".into(),
            state: ServingState::Stale.into(),
            serving_revision: 1,
            progress_ppm: 425_000,
            boards: vec![BoardSummary {
                board: "branch".into(),
                size: 77,
                digest: "ab".into(),
                rounds: vec![RoundSummary { round: "q1".into(), size: 76, digest: "cd".into() }],
            }],
            seal: None,
        }
    }

    #[test]
    fn a_list_says_how_far_each_contest_is() {
        let table = list_table(&[contest()]);
        assert!(table.contains("cards-1998"), "{table}");
        assert!(table.contains("stale, 42 %"), "{table}");
        assert!(table.contains("1998-01-01 … 1998-12-31"), "{table}");
    }

    #[test]
    fn a_contest_shows_what_each_indicator_is_worth() {
        let text = details(&contest());
        for part in
            ["2 by hq", "5 points each", "card.issued", "branch", "ranked by", "branch, round q1    76  cd"]
        {
            assert!(text.contains(part), "{part} in {text}");
        }
    }

    #[test]
    fn a_contest_shows_until_when_it_counts_and_no_empty_fields() {
        let mut contest = contest();
        let definition = contest.definition.as_mut().unwrap();
        (definition.scoring_deadline_time, definition.campaign) = (None, String::new());
        let text = details(&contest);
        assert!(text.contains("counts until      the seal\n") && !text.contains("campaign"), "{text}");
        let definition = contest.definition.as_mut().unwrap();
        definition.scoring_deadline_time = Some(prost_types::Timestamp { seconds: 1_796_063_134, nanos: 0 });
        definition.utc_offsets = vec![UtcOffset { from_seconds: 0, seconds: 28_800 }];
        let text = details(&contest);
        assert!(text.contains("counts until      2026-12-01 02:25:34 +08:00\n"), "{text}");
    }

    #[test]
    fn json_holds_the_definition_in_protobuf_s_mapping() {
        let contest = contest();
        let text = output::json(&view(&contest).unwrap(), false).unwrap();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["definition"]["start_date"]["year"], 1998);
        assert_eq!(value["boards"][0]["size"], 77);
        assert_eq!(value["boards"][0]["rounds"][0]["round"], "q1");
        assert_eq!(value["state"], "stale");
    }
}
