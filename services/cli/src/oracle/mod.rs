//! `longhu oracle`: computes standings from an exported log with the slow, simple implementation against
//! which the fold is tested, so that anybody can check a result. It needs no server and shares no rules with
//! it.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use longhu_client::failure::{Exit, Failure};
use longhu_client::instant::BankClock;
use longhu_client::output::{self, Format};
use longhu_client::server::Global;
use longhu_core::Position;
use longhu_core::control::Payload;
use longhu_core::fold::FOLD_VERSION;
use longhu_core::oracle::{self, Entry, Logged, Standings, Table};
use longhu_core::types::score::Score;
use longhu_files::export;
use longhu_proto::contest::ranked_by_to_wire;
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::wire::standings::v1::{Header, Row};
use serde::Serialize;

use crate::contest::explain::Lang;
use crate::standings::json;
use crate::standings::render::{self, View};

/// The default number of rows of a board in a table.
const TABLE_ROWS: usize = 20;

/// Arguments of `longhu oracle`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu log export > log.jsonl && longhu oracle --log log.jsonl
  longhu oracle --log log.jsonl cards-1998 --board branch --at 42.7
  longhu oracle --log log.jsonl cards-1998 -o json | jq -r '.contests[].boards[] | [.board, .digest] | @tsv'

Compare a digest with that of `longhu standings CONTEST --board BOARD [--round ROUND] -o json`, at the same
position. The tables of rounds are under `rounds` in JSON. For a sealed contest it shows the result; its hash
must be the one that `longhu standings` shows.")]
pub struct Args {
    /// The file written by `longhu log export`, from the log's first entry on; `-` reads stdin.
    #[arg(long, value_name = "EXPORT")]
    log: String,
    /// The contests. Default: all that the log defines.
    #[arg(value_name = "CONTEST")]
    contests: Vec<String>,
    /// Only this board.
    #[arg(long)]
    board: Option<String>,
    /// Compute at this position, such as 42.7. Default: the export's last entry.
    #[arg(long, value_name = "POSITION")]
    at: Option<Position>,
    /// For a sealed contest: how it would stand if it had not been sealed.
    #[arg(long)]
    unsealed: bool,
    /// How many rows of each board to show. Default: 20 in a table, all in JSON.
    #[arg(long, value_name = "ROWS")]
    top: Option<NonZeroUsize>,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    // This takes long without a pause, so it does not run on a thread that answers others.
    let work = tokio::task::spawn_blocking(move || work(&args, format));
    let text = work.await.map_err(|error| Failure::new(format!("the oracle ended early: {error}")))??;
    output::print(&text)
}

fn work(args: &Args, format: Format) -> Result<String, Failure> {
    let log = export::read(&args.log, args.at)?;
    let position = log.last().map_or(Position::START, |logged| logged.position);
    let rows = args.top.map(NonZeroUsize::get);
    let rows = rows.unwrap_or(if format == Format::Table { TABLE_ROWS } else { usize::MAX });
    let answers = contests(args, &log)?
        .iter()
        .map(|contest| answer(contest, args, &log, position, rows))
        .collect::<Result<Vec<_>, _>>()?;
    if format == Format::Json {
        let contests = answers.iter().map(Answer::document).collect::<Result<Vec<_>, _>>()?;
        let whole = serde_json::json!({ "position": position.to_string(), "entries": log.len() });
        return Ok(output::json(&Document { log: whole, contests }, true)? + "\n");
    }
    if answers.is_empty() {
        return Ok(format!("the log defines no contest up to position {position}\n"));
    }
    Ok(answers.iter().flat_map(Answer::tables).collect::<Vec<_>>().join("\n"))
}

/// The requested contests, or all that the log defines.
fn contests(args: &Args, log: &[Logged]) -> Result<Vec<String>, Failure> {
    let named = log.iter().filter_map(|logged| match &logged.entry {
        Entry::Decision(decision) => match decision.payload {
            Payload::Contest(_) => Some(decision.key.as_str()),
            _ => None,
        },
        Entry::Event(_) | Entry::Tick => None,
    });
    let known: BTreeSet<&str> = named.collect();
    if args.contests.is_empty() {
        return Ok(known.into_iter().map(str::to_owned).collect());
    }
    match args.contests.iter().find(|contest| !known.contains(contest.as_str())) {
        None => Ok(args.contests.clone()),
        Some(unknown) => {
            let known: Vec<&str> = known.into_iter().collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            let failure = Failure::new(format!("the log defines no contest `{unknown}` up to there"));
            Err(failure.exit(Exit::NotFound).next(format!("ask for one that it defines: {known}")))
        }
    }
}

/// The tables of a contest.
struct Answer {
    contest: String,
    /// Where it was sealed, and the hash of the result.
    seal: Option<(Position, String)>,
    boards: Vec<View>,
    /// Round by round.
    rounds: Vec<View>,
}

#[derive(Serialize)]
struct Document<'a> {
    log: serde_json::Value,
    contests: Vec<ContestDocument<'a>>,
}

#[derive(Serialize)]
struct ContestDocument<'a> {
    contest: &'a str,
    sealed_at: Option<String>,
    result_hash: Option<&'a str>,
    boards: Vec<json::Document<'a>>,
    rounds: Vec<json::Document<'a>>,
}

impl Answer {
    fn document(&self) -> Result<ContestDocument<'_>, Failure> {
        Ok(ContestDocument {
            contest: &self.contest,
            sealed_at: self.seal.as_ref().map(|(position, _)| position.to_string()),
            result_hash: self.seal.as_ref().map(|(_, hash)| hash.as_str()),
            boards: self.boards.iter().map(json::document).collect::<Result<_, _>>()?,
            rounds: self.rounds.iter().map(json::document).collect::<Result<_, _>>()?,
        })
    }

    fn tables(&self) -> Vec<String> {
        let table = |view: &View| {
            format!("{}digest {}\n", render::table(view, output::columns()), view.header.digest)
        };
        let mut tables: Vec<String> = self.boards.iter().chain(&self.rounds).map(table).collect();
        if let Some((position, hash)) = &self.seal {
            tables.push(format!("{} is sealed at {position}, result {hash}\n", self.contest));
        }
        tables
    }
}

fn answer(
    contest: &str,
    args: &Args,
    log: &[Logged],
    position: Position,
    rows: usize,
) -> Result<Answer, Failure> {
    let sealed = if args.unsealed { None } else { oracle::sealed(log, contest, position) };
    let (standings, position, seal) = match sealed {
        Some(sealed) => (sealed.standings, sealed.position, Some((sealed.position, sealed.hash))),
        None => match oracle::standings(log, contest, position) {
            Some(standings) => (standings, position, None),
            // The definition was in a change set that never took effect.
            None => {
                let contest = contest.to_owned();
                return Ok(Answer { contest, seal: None, boards: Vec::new(), rounds: Vec::new() });
            }
        },
    };
    let wanted = |table: &&Table| args.board.as_ref().is_none_or(|board| *board == table.kind);
    let shown = |tables: &[Table], round: &str| -> Vec<View> {
        let tables = tables.iter().filter(wanted);
        tables.map(|table| view(&standings, table, round, position, rows)).collect()
    };
    let boards = shown(&standings.tables, "");
    let rounds = standings.definition.rounds.iter().zip(&standings.rounds);
    let rounds = rounds.flat_map(|(round, tables)| shown(tables, &round.id)).collect();
    // If no contest was named, the requested board may belong to another contest.
    if boards.is_empty() && !args.contests.is_empty() {
        let kinds: Vec<&str> = standings.tables.iter().map(|table| table.kind.as_str()).collect();
        let board = args.board.as_deref().unwrap_or_default();
        let failure = Failure::new(format!("contest `{contest}` has no board `{board}`"));
        return Err(failure
            .exit(Exit::NotFound)
            .next(format!("ask for one that it has: {}", kinds.join(", "))));
    }
    Ok(Answer { contest: contest.to_owned(), seal, boards, rounds })
}

fn view(standings: &Standings, table: &Table, round: &str, position: Position, rows: usize) -> View {
    let definition = &standings.definition;
    // If rows are ranked by score, the score is the key.
    let is_keyed = !definition.ranked_by.is_score();
    let key = |row: &oracle::Row| Some(Score(oracle::to_e4(row.key.as_ref()?)).to_string());
    let row = |row: &oracle::Row| Row {
        rank: row.rank,
        participant: row.id.clone(),
        name: row.name.clone(),
        score: Score(row.score).to_string(),
        key: key(row).filter(|_| is_keyed).unwrap_or_default(),
        ..Row::default()
    };
    View {
        header: Header {
            contest: definition.id.clone(),
            board: table.kind.clone(),
            round: round.to_owned(),
            ranked_by: ranked_by_to_wire(definition),
            position: Some(position_to_wire(position)),
            as_of_time: Some(time_to_wire(standings.as_of)),
            digest: table.digest.to_string(),
            fold_version: FOLD_VERSION,
            revision: standings.revision,
            held: standings.held,
            late: standings.late,
            ..Header::default()
        },
        rows: table.rows.iter().take(rows).map(row).collect(),
        total: table.rows.len() as u64,
        focus: None,
        known_at: None,
        figures: false,
        lang: Lang::En,
        clock: BankClock::default(),
    }
}
