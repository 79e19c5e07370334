//! `longhu contest explain`: explains a contest's file in plain words and with an example, for those who have
//! to agree to it. The sentences are the core's; one language of them is shown. A file needs no server; a published
//! contest is asked for by its id.

use std::path::Path;

use clap::ValueEnum;
use longhu_client::failure::{Failure, is_unreachable};
use longhu_client::output::{self, Format};
use longhu_client::server::Global;
use longhu_core::contest::Contest;
use longhu_core::contest::sentences::sentences;
use longhu_core::rule::phrase;
use longhu_files::contest;
use longhu_proto::wire::standings::v1::GetContestRequest;
use serde::Serialize;

use super::known::unknown;
use super::show::core_contest;
use crate::file_kind::{self, Kind};

/// Arguments of `longhu contest explain`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest explain spring-2026.toml
  longhu contest explain spring-2026.toml --lang zh
  longhu contest explain spring-2026
  longhu contest explain spring-2026.toml -o json | jq -r '.sections[].title'")]
pub struct Args {
    /// The contest's TOML file, `-` for stdin, or the id of a published contest.
    #[arg(value_name = "FILE|ID")]
    file: String,
    /// The language.
    #[arg(long, value_enum, default_value_t = Lang::En)]
    lang: Lang,
}

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// 中文
    Zh,
    /// English
    En,
}

impl From<Lang> for phrase::Lang {
    fn from(lang: Lang) -> phrase::Lang {
        match lang {
            Lang::Zh => phrase::Lang::Zh,
            Lang::En => phrase::Lang::En,
        }
    }
}

/// The explanation, as JSON.
#[derive(Debug, Serialize)]
struct Explanation<'a> {
    contest: &'a str,
    sections: &'a [Section],
}

/// Lines with a title.
#[derive(Debug, Serialize)]
struct Section {
    id: String,
    title: String,
    lines: Vec<String>,
}

/// Runs it.
pub async fn run(args: Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let contest = match is_id(&args.file) {
        true => published(&args.file, global).await?,
        false => of_file(&args.file)?,
    };
    let sections = in_lang(&contest, args.lang);
    match format {
        Format::Json => output::print_json(&Explanation { contest: &contest.id, sections: &sections }),
        _ => output::print(&text(&sections)),
    }
}

/// Whether it can only be meant as the id of a published contest: no such file, and no path.
fn is_id(file: &str) -> bool {
    !file.is_empty() && file != "-" && !file.contains(['/', '.']) && !Path::new(file).exists()
}

fn of_file(file: &str) -> Result<Contest, Failure> {
    let source = file_kind::read(file, Kind::Contest)?;
    let document = source.parse().map_err(|report| report.into_failure())?;
    let reading = contest::read(document.root());
    if !reading.is_sound() {
        return Err(document.report(reading.problems()).into_failure());
    }
    Ok(reading.contest)
}

/// The published contest, from the server.
async fn published(id: &str, global: &Global) -> Result<Contest, Failure> {
    let server = global.query_server()?;
    let request = GetContestRequest { contest: id.to_owned(), min_position: None };
    let answer = match server.ask(server.standings().get_contest(request)).await {
        Ok(answer) => answer,
        Err(status) if is_unreachable(&status) => {
            let what =
                format!("there is no file `{id}`, and no server at {} to ask for a contest", server.url);
            return Err(Failure::new(what).next("give the contest's file"));
        }
        Err(status) => return Err(unknown(&server, id, server.failure(&status)).await),
    };
    let definition = answer.contest.and_then(|contest| contest.definition).unwrap_or_default();
    core_contest(&definition).ok_or_else(|| {
        Failure::new(format!("this version cannot read contest `{id}`")).next("use the server's version")
    })
}

fn text(sections: &[Section]) -> String {
    let section = |section: &Section| {
        let lines = section.lines.iter().map(|line| format!("  {}\n", output::one_line(line)));
        format!("{}\n{}", output::one_line(&section.title), lines.collect::<String>())
    };
    sections.iter().map(section).collect::<Vec<_>>().join("\n")
}

fn in_lang(contest: &Contest, lang: Lang) -> Vec<Section> {
    let said = sentences(contest).into_iter();
    said.map(|section| Section {
        id: section.topic,
        title: section.title.in_lang(lang.into()).to_owned(),
        lines: section.lines.iter().map(|line| line.in_lang(lang.into()).to_owned()).collect(),
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use longhu_files::document::Source;

    use super::*;

    const ROUNDS: &str = include_str!("../../../../deploy/examples/rounds.toml");
    const SCORECARD: &str = include_str!("../../../../deploy/examples/scorecard.toml");

    fn explained(file: &str, lang: Lang) -> String {
        let source = Source::new("x", file.to_owned());
        let reading = contest::read(source.parse().unwrap().root());
        assert!(reading.is_sound(), "{reading:?}");
        text(&in_lang(&reading.contest, lang))
    }

    fn says(text: &str, lines: &[&str]) {
        for line in lines {
            assert!(text.lines().any(|own| own.trim() == *line), "{line}\nis not in\n{text}");
        }
    }

    #[test]
    fn rounds_tables_windows_and_caps_are_said_in_english() {
        says(
            &explained(ROUNDS, Lang::En),
            &[
                "March assault weeks",
                "Boards: branches (branch), employees (employee).",
                "Week 2: 2026-03-08 to 2026-03-14.",
                "The total is the sum of points for ranks in each round: 10, 8, 6.5, 5, 4; no points for lower ranks.",
                "Events must be recorded within 3 days after the last day; later ones score nothing.",
                "Counts: cards issued (card.issued)",
                "from 0 events to below 10 events: 5 points each",
                "10 events or more: 8 points each plus 20 points for reaching the step",
                "2026-03-05 to 2026-03-06: points × 2",
                "at most 10 points per day (employee board only)",
                "Credit cards: 12 events give 10 × 5 + 2 × 8 + 20 = 86 points.",
            ],
        );
    }

    #[test]
    fn rounds_tables_windows_and_caps_are_said_in_chinese() {
        says(
            &explained(ROUNDS, Lang::Zh),
            &[
                "三月攻坚战",
                "榜单：支行（branch）、员工（employee）。",
                "第二周：2026-03-08 至 2026-03-14。",
                "总成绩为各期名次分之和：依次 10、8、6.5、5、4，其后不得分。",
                "10 笔（含）以上：每笔计 8 分，达档另得 20 分",
                "每天最多 10 分（仅员工榜）",
                "信用卡：12 笔，10 × 5 + 2 × 8 + 20 = 86 分。",
            ],
        );
    }

    #[test]
    fn a_scorecard_is_computed_to_its_sum() {
        says(
            &explained(SCORECARD, Lang::En),
            &[
                "below 60 % of the target: no points",
                "Counts: Mobile banking active divided by Mobile banking signed",
                "Growth of deposits: 900,000 CNY of a target of 1,000,000 CNY is 90 %; 40 × 90 % = 36 points.",
                "Customers with two products: 90 customers of a target of 100 customers is 90 %; 30 × 90 % = 27 points.",
                "Active rate: 30 divided by 40 is 75 %; 75 % × 10 = 7.5 points.",
                "Total: 36 + 27 + 27 + 7.5 = 97.5 points.",
            ],
        );
        says(
            &explained(SCORECARD, Lang::Zh),
            &[
                "存款净增：完成 900,000 元，目标 1,000,000 元，完成率 90 %，40 × 90 % = 36 分。",
                "合计：36 + 27 + 27 + 7.5 = 97.5 分。",
            ],
        );
    }

    #[test]
    fn what_is_taken_off_reads_as_a_loss() {
        let file = r#"
            id = "visits"
            period = { from = 2025-01-01, to = 2025-03-31 }
            boards = ["outlet", "employee"]
            [[indicators]]
            id = "visits"
            name = { zh = "拜访", en = "Visits" }
            events = ["visit.made"]
            points = { per_unit = 3 }
            [[indicators]]
            id = "complaints"
            name = { zh = "投诉", en = "Complaints" }
            events = ["complaint.received"]
            points = { per_unit = -2 }
            caps = [{ per = "contest", points = 6 }]
        "#;
        says(
            &explained(file, Lang::En),
            &[
                "Boards: outlets (outlet), employees (employee).",
                "Points: 2 points off each",
                "at most 6 points off in total",
                "Complaints: 12 events give 12 × −2 = −24 points, counted as 6 points off.",
                "Total: 36 − 6 = 30 points.",
                "Ranked by score, highest first.",
                "Equal ones share a rank, and ranks are skipped after it: 1, 2, 2, 4.",
            ],
        );
        says(
            &explained(file, Lang::Zh),
            &[
                "榜单：网点（outlet）、员工（employee）。",
                "计分：每笔扣 2 分",
                "总计最多扣 6 分",
                "投诉：12 笔，12 × −2 = −24 分，按扣 6 分计。",
                "合计：36 − 6 = 30 分。",
                "得分相同者并列，其后名次跳过：1、2、2、4。",
            ],
        );
    }

    #[test]
    fn units_are_only_spoken_of_where_they_compete() {
        let file = "id = \"a\"\nperiod = { from = 2025-01-01, to = 2025-01-01 }\nboards = [\"employee\"]\n\
                    tie_breaks = [\"earliest\"]\n[[indicators]]\nid = \"i\"\nevents = [\"card.issued\"]\n\
                    points = { per_unit = 1 }\n";
        let text = explained(file, Lang::En);
        assert!(!text.contains("unit's score"), "{text}");
        says(
            &text,
            &[
                "Counts events with business date 2025-01-01.",
                "Ties are broken by: who reached the score earlier.",
                "Those still equal share a rank, and ranks are skipped after it: 1, 2, 2, 4.",
            ],
        );
        says(&explained(file, Lang::Zh), &["仍相同者并列，其后名次跳过：1、2、2、4。"]);
    }

    #[test]
    fn the_plain_examples_are_explained_in_both_languages() {
        let files = [
            include_str!("../../../../deploy/examples/quickstart/contest.toml"),
            include_str!("../../../../deploy/examples/berka/cards-1998.toml"),
        ];
        for file in files {
            assert!(explained(file, Lang::En).contains("Total: "));
            assert!(explained(file, Lang::Zh).contains("合计："));
        }
    }
}
