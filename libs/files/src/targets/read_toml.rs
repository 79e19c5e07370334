//! Reads targets from a TOML file: the contest, and a table for each participant, or for each round of a participant.
//! Numbers and percentages are written as in contests. Problems are noted at their fields; whether the contest has an
//! indicator is left to the server.

use longhu_client::problems::Problem;
use toml::de::DeTable;

use super::feed::{Feed, Form};
use crate::fields::{Fields, Notes};

/// Reads a document. `contest` is the id from the command line, and may be empty.
pub fn read(root: &DeTable, contest: &str) -> (Feed, Vec<Problem>) {
    let notes = Notes::default();
    let fields = Fields::root(root, &["contest", "targets"], &notes);
    let own = fields.text("contest").unwrap_or_default();
    match (own.is_empty(), contest.is_empty()) {
        (true, true) => fields.require_text("contest", "say of which contest: `contest = \"...\"`"),
        (false, false) if own != contest => {
            let reason = format!("the file says `{own}` and `--contest` `{contest}`; leave one of them out");
            fields.note("contest", "CONTRADICTION", reason);
        }
        _ => {}
    }
    let mut feed = Feed::new(Form::Toml, if own.is_empty() { contest } else { &own });
    let mut wrong = Vec::new();
    for (index, table) in fields.open_tables("targets") {
        let item = u32::try_from(index).unwrap_or(u32::MAX);
        let id = table.text("participant").unwrap_or_default();
        let round = table.text("round").unwrap_or_default();
        if id.is_empty() {
            table.require_text("participant", "give the participant's id, a unit's or an employee's");
            continue;
        }
        let place = feed.participant(&id, item);
        for indicator in table.names().filter(|name| !["participant", "round"].contains(name)) {
            if let Some(value) = table.share(indicator) {
                wrong.extend(feed.aim(place, indicator, &round, value, item).err());
            }
        }
    }
    let mut problems = notes.into_problems();
    problems.extend(wrong);
    (feed, problems)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;

    fn read_text(text: &str, contest: &str) -> (String, Vec<String>, Vec<String>) {
        let source = Source::new("x", text.to_owned());
        let (feed, problems) = read(source.parse().unwrap().root(), contest);
        let mut targets = Vec::new();
        for one in feed.part(0, 1_000, 1_000) {
            let told = one.targets.iter().map(|target| {
                format!("{} {} {} {}", one.participant, target.indicator, target.round, target.value_e4)
            });
            targets.extend(told);
        }
        targets.sort();
        let told = problems.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect();
        (feed.contest, targets, told)
    }

    #[test]
    fn numbers_are_exact_with_or_without_quotes_and_rounds_stand_in_tables_of_their_own() {
        let text = "contest = \"spring\"\n[[targets]]\nparticipant = \"B01\"\ndeposits = 35_940_000\ncards = \"1200.5\"\n\
                    [[targets]]\nparticipant = \"B01\"\nround = \"q1\"\ncards = 0.1\n";
        let (contest, targets, problems) = read_text(text, "");
        assert_eq!((contest.as_str(), problems.len()), ("spring", 0));
        assert_eq!(targets, ["B01 cards  12005000", "B01 cards q1 1000", "B01 deposits  359400000000"]);
    }

    #[test]
    fn a_target_that_is_a_rate_is_a_percentage_or_a_part_of_one() {
        let text = "contest = \"active\"\n[[targets]]\nparticipant = \"B01\"\npersonal = \"29.81%\"\n\
                    corporate = \"63.21 ％\"\nmobile = 0.059\ndone = \"100%\"\n";
        let (_, targets, problems) = read_text(text, "");
        assert_eq!(problems, [""; 0]);
        assert_eq!(
            targets,
            ["B01 corporate  6321", "B01 done  10000", "B01 mobile  590", "B01 personal  2981"]
        );
    }

    #[test]
    fn what_is_missing_or_wrong_is_named_by_its_field() {
        let table = |rest: &str| format!("contest = \"spring\"\n[[targets]]\n{rest}");
        for (text, problem) in [
            ("targets = []\n".to_owned(), "contest MISSING_FIELD"),
            ("contst = 1\ncontest = \"spring\"\n".to_owned(), "contst UNKNOWN_FIELD"),
            (table("cards = 1\n"), "targets[0].participant MISSING_FIELD"),
            (table("participant = \"B01\"\ncards = -900000000000000\n"), "targets[0].cards BAD_NUMBER"),
            (table("participant = \"B01\"\ncards = \"1,000\"\n"), "targets[0].cards BAD_NUMBER"),
            (table("participant = \"B01\"\ncards = true\n"), "targets[0].cards WRONG_TYPE"),
            (table("participant = \"B01\"\nrate = \"29.811%\"\n"), "targets[0].rate BAD_NUMBER"),
            (table("participant = \"B01\"\nrate = \"90000000000000000%\"\n"), "targets[0].rate BAD_NUMBER"),
            (
                table("participant = \"B01\"\ncards = 1\n[[targets]]\nparticipant = \"B01\"\ncards = 2\n"),
                "targets[1].cards DUPLICATE_TARGET",
            ),
        ] {
            assert_eq!(read_text(&text, "").2, [problem], "{text}");
        }
    }

    #[test]
    fn the_contest_is_named_in_the_file_or_on_the_command_line() {
        assert_eq!(read_text("targets = []\n", "autumn").0, "autumn");
        assert_eq!(read_text("contest = \"spring\"\n", "spring").2, [""; 0]);
        assert_eq!(read_text("contest = \"spring\"\n", "autumn").2, ["contest CONTRADICTION"]);
    }
}
