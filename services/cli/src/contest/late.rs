//! `longhu contest late`: the entries that came after a contest was sealed and would have changed its result,
//! and how rows would move. The result itself never changes.

use longhu_client::failure::Failure;
use longhu_client::instant::BankClock;
use longhu_client::output::{self, Align, Format};
use longhu_client::proto_json;
use longhu_client::server::Global;
use longhu_proto::wire::standings::v1::late_entry::About;
use longhu_proto::wire::standings::v1::{
    LateChange, LateEntry, ListLateEntriesRequest, ListLateEntriesResponse, Move,
};
use serde::Serialize;

use super::known::unknown;
use crate::rebuild::table_name;

/// The most entries in one answer.
const PAGE_ENTRIES: i32 = 1_000;

/// Arguments of `longhu contest late`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest late cards-1998
  longhu contest late cards-1998 -o json | jq '.moves'
  longhu standings cards-1998 --board branch --unsealed   how it would stand unsealed")]
pub struct Args {
    /// The contest's id.
    contest: String,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let server = global.query_server()?;
    let mut whole: Option<ListLateEntriesResponse> = None;
    let mut page_token = String::new();
    loop {
        let contest = args.contest.clone();
        let request =
            ListLateEntriesRequest { contest, page_size: PAGE_ENTRIES, page_token, min_position: None };
        let page = match server.ask(server.standings().list_late_entries(request)).await {
            Ok(page) => page,
            Err(status) => return Err(unknown(&server, &args.contest, server.failure(&status)).await),
        };
        page_token = page.next_page_token.clone();
        match &mut whole {
            Some(whole) => whole.entries.extend(page.entries),
            None => whole = Some(page),
        }
        if page_token.is_empty() {
            break;
        }
    }
    let whole = whole.unwrap_or_default();
    match format {
        Format::Json => output::print_json(&document(&args.contest, &whole)),
        _ => {
            let clock = BankClock::of_contest(&server, &args.contest).await;
            output::print(&table(&args.contest, &whole, &clock))
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    contest: &'a str,
    position: Option<String>,
    seal: Option<proto_json::Seal>,
    entries: Vec<Entry<'a>>,
    moves: Vec<Moved<'a>>,
    total_moves: u64,
}

#[derive(Serialize)]
struct Entry<'a> {
    position: Option<String>,
    recorded_time: Option<String>,
    about: String,
    changes: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    participant: &'a str,
    indicator: &'a str,
    points: &'a str,
    measure: &'a str,
}

#[derive(Serialize)]
struct Moved<'a> {
    board: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    round: &'a str,
    participant: &'a str,
    sealed_rank: u64,
    sealed_score: &'a str,
    rank: u64,
    score: &'a str,
}

fn document<'a>(contest: &'a str, answer: &'a ListLateEntriesResponse) -> Document<'a> {
    let change = |change: &'a LateChange| Change {
        participant: &change.participant,
        indicator: &change.indicator,
        points: &change.points,
        measure: &change.measure,
    };
    let entry = |entry: &'a LateEntry| Entry {
        position: entry.position.as_ref().map(proto_json::position),
        recorded_time: entry.recorded_time.as_ref().and_then(proto_json::rfc3339),
        about: about(entry),
        changes: entry.changes.iter().map(change).collect(),
    };
    let moved = |moved: &'a Move| Moved {
        board: &moved.board,
        round: &moved.round,
        participant: &moved.participant,
        sealed_rank: moved.sealed_rank,
        sealed_score: &moved.sealed_score,
        rank: moved.rank,
        score: &moved.score,
    };
    Document {
        contest,
        position: answer.position.as_ref().map(proto_json::position),
        seal: answer.seal.as_ref().map(proto_json::seal),
        entries: answer.entries.iter().map(entry).collect(),
        moves: answer.moves.iter().map(moved).collect(),
        total_moves: answer.total_moves,
    }
}

fn about(entry: &LateEntry) -> String {
    match &entry.about {
        Some(About::Event(event)) => format!("{} {} {}", event.source, event.id, event.r#type),
        Some(About::Organisation(_)) => "organisation".to_owned(),
        Some(About::Targets(_)) => "targets".to_owned(),
        Some(About::Revision(revision)) => format!("definition, revision {revision}"),
        None => "something that this version does not know".to_owned(),
    }
}

fn table(contest: &str, answer: &ListLateEntriesResponse, clock: &BankClock) -> String {
    let seal = answer.seal.clone().unwrap_or_default();
    let position = |position: &Option<_>| position.as_ref().map(proto_json::position).unwrap_or_default();
    let mut text = format!(
        "{contest} · sealed at {} by {} · log read up to {}\n",
        position(&seal.position),
        seal.principal,
        position(&answer.position)
    );
    if answer.entries.is_empty() {
        text.push_str("\nno entry after the seal would have changed the result\n");
        return text;
    }
    let columns = [
        ("POSITION", Align::Left),
        ("RECORDED", Align::Left),
        ("WHAT CAME", Align::Left),
        ("WOULD HAVE CHANGED", Align::Left),
    ];
    let rows = answer.entries.iter().map(|entry| {
        let changes = entry.changes.iter().map(|change| {
            let sign = if change.points.starts_with('-') { "" } else { "+" };
            format!("{} {sign}{} {}", change.participant, change.points, change.indicator)
        });
        let changes: Vec<String> = changes.collect();
        let recorded = entry.recorded_time.as_ref().map(|time| clock.shown(time)).unwrap_or_default();
        let changes = if changes.is_empty() { "ranks".to_owned() } else { changes.join(", ") };
        vec![position(&entry.position), recorded, about(entry), changes]
    });
    text.push('\n');
    text.push_str(&output::table(&columns, rows));
    text.push('\n');
    text.push_str(&moves(answer));
    text
}

fn moves(answer: &ListLateEntriesResponse) -> String {
    if answer.moves.is_empty() {
        return "no row would change\n".to_owned();
    }
    let columns = [
        ("BOARD", Align::Left),
        ("PARTICIPANT", Align::Left),
        ("RESULT", Align::Right),
        ("SCORE", Align::Right),
        ("OTHERWISE", Align::Right),
        ("SCORE", Align::Right),
    ];
    let rank = |rank: u64| if rank == 0 { "not listed".to_owned() } else { rank.to_string() };
    let rows = answer.moves.iter().map(|moved| {
        let Move { board, round, participant, sealed_rank, sealed_score, rank: now, score } = moved.clone();
        let board = table_name(&board, &round);
        vec![board, participant, rank(sealed_rank), sealed_score, rank(now), score]
    });
    let mut text = output::table(&columns, rows);
    if answer.total_moves > answer.moves.len() as u64 {
        text.push_str(&format!("\n{} of {} rows\n", answer.moves.len(), answer.total_moves));
    }
    text
}
