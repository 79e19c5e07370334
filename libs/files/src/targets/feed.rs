//! The targets of a file by participant. Each remembers its place in the file, so that problems found by a server are
//! reported with the file's line and field. Each name is stored once, since a feed may have millions of targets.

use std::collections::HashMap;

use longhu_client::problems::Problem;
use longhu_core::plan::check::VALUE_E4_MAX;
use longhu_proto::wire::control::v1::ParticipantTargets;
use longhu_proto::wire::plan::v1::Target;

/// The layout of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// CSV with a column for each indicator.
    Wide,
    /// CSV with a line for each target.
    Long,
    /// TOML.
    Toml,
}

/// One target: its names by number, the value, and its place in the file.
#[derive(Clone, Copy, Debug)]
struct Aim {
    indicator: u32,
    round: u32,
    value_e4: i64,
    item: u32,
}

/// One participant, and its first place in the file.
#[derive(Debug)]
struct Participant {
    id: String,
    item: u32,
    aims: Vec<Aim>,
}

/// The targets of a file.
#[derive(Debug)]
pub struct Feed {
    /// The contest's id; empty where the file names none.
    pub contest: String,
    form: Form,
    names: Vec<String>,
    numbers: HashMap<String, u32>,
    participants: Vec<Participant>,
    places: HashMap<String, usize>,
}

/// A part of a target, for the name of its field in messages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Indicator,
    Round,
    Value,
}

impl Feed {
    /// A feed without targets.
    pub fn new(form: Form, contest: &str) -> Feed {
        Feed {
            contest: contest.to_owned(),
            form,
            names: Vec::new(),
            numbers: HashMap::new(),
            participants: Vec::new(),
            places: HashMap::new(),
        }
    }

    /// The number of a participant, which is added if it is new. `item` is its line, or its index in the list.
    pub fn participant(&mut self, id: &str, item: u32) -> usize {
        if let Some(place) = self.places.get(id) {
            return *place;
        }
        let place = self.participants.len();
        self.participants.push(Participant { id: id.to_owned(), item, aims: Vec::new() });
        self.places.insert(id.to_owned(), place);
        place
    }

    /// Adds a target of a participant.
    ///
    /// # Errors
    /// A target that exists already or is out of range, under the name that its field has in the file.
    pub fn aim(
        &mut self,
        participant: usize,
        indicator: &str,
        round: &str,
        value_e4: i128,
        item: u32,
    ) -> Result<(), Problem> {
        let in_range = i64::try_from(value_e4).ok().filter(|value| value.abs() <= VALUE_E4_MAX);
        let Some(value_e4) = in_range else {
            let reason = "a target is a number up to 100,000,000,000,000; correct it";
            return Err(Problem::new(self.field(Part::Value, indicator, item), "OUT_OF_RANGE", reason));
        };
        let (indicator_number, round_number) = (self.number(indicator), self.number(round));
        let aims = &self.participants[participant].aims;
        let same = |aim: &&Aim| (aim.indicator, aim.round) == (indicator_number, round_number);
        if let Some(first) = aims.iter().find(same) {
            let place = match self.form {
                Form::Toml => format!("targets[{}]", first.item),
                Form::Wide | Form::Long => format!("line {}", first.item),
            };
            let id = &self.participants[participant].id;
            let reason = format!("`{id}` has a target for it in {place} already; keep one of them");
            return Err(Problem::new(
                self.field(Part::Indicator, indicator, item),
                "DUPLICATE_TARGET",
                reason,
            ));
        }
        let aim = Aim { indicator: indicator_number, round: round_number, value_e4, item };
        self.participants[participant].aims.push(aim);
        Ok(())
    }

    /// The number of participants.
    pub fn participants(&self) -> usize {
        self.participants.len()
    }

    /// The participants, from an index on, that go into one message: limited in number, and stopped once they have enough
    /// targets.
    pub fn part(&self, from: usize, participants_max: usize, targets_max: usize) -> Vec<ParticipantTargets> {
        let (mut part, mut size) = (Vec::new(), 0);
        for participant in self.participants.iter().skip(from).take(participants_max) {
            if size >= targets_max {
                break;
            }
            size += participant.aims.len();
            part.push(self.on_the_wire(participant));
        }
        part
    }

    fn on_the_wire(&self, participant: &Participant) -> ParticipantTargets {
        let name = |number: u32| self.names[number as usize].clone();
        let target = |aim: &Aim| Target {
            indicator: name(aim.indicator),
            round: name(aim.round),
            value_e4: aim.value_e4,
        };
        let targets = participant.aims.iter().map(target).collect();
        ParticipantTargets { participant: participant.id.clone(), targets }
    }

    /// A server's problem, under the field's name in the file, with its line or index.
    pub fn in_file(&self, problem: Problem) -> (u32, Problem) {
        let Some((participant, rest)) = indexed(&problem.field, "participants") else { return (1, problem) };
        let Some(participant) = self.participants.get(participant) else { return (1, problem) };
        let place =
            indexed(rest, ".targets").and_then(|(target, rest)| Some((participant.aims.get(target)?, rest)));
        let Some((aim, rest)) = place else {
            let field = match self.form {
                Form::Toml => format!("targets[{}].participant", participant.item),
                Form::Wide | Form::Long => "participant".to_owned(),
            };
            return (participant.item, Problem { field, ..problem });
        };
        let part = match rest {
            ".indicator" => Part::Indicator,
            ".round" => Part::Round,
            _ => Part::Value,
        };
        let field = self.field(part, &self.names[aim.indicator as usize], aim.item);
        // In a wide file, an unknown indicator is a problem of the header line.
        let is_column = self.form == Form::Wide && problem.code == "UNKNOWN_INDICATOR";
        (if is_column { 1 } else { aim.item }, Problem { field, ..problem })
    }

    fn field(&self, part: Part, indicator: &str, item: u32) -> String {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        match (self.form, part) {
            (Form::Toml, Part::Round) => format!("targets[{item}].round"),
            (Form::Toml, _) if !indicator.is_empty() && indicator.chars().all(plain) => {
                format!("targets[{item}].{indicator}")
            }
            (Form::Toml, _) => format!("targets[{item}][\"{indicator}\"]"),
            (_, Part::Round) => "round".to_owned(),
            (Form::Wide, _) => indicator.to_owned(),
            (Form::Long, Part::Indicator) => "indicator".to_owned(),
            (Form::Long, Part::Value) => "value".to_owned(),
        }
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }
}

/// Splits a path that begins with `list[INDEX]` into the index and the rest.
fn indexed<'p>(path: &'p str, list: &str) -> Option<(usize, &'p str)> {
    let (index, rest) = path.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?;
    Some((index.parse().ok()?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(form: Form) -> Feed {
        let mut feed = Feed::new(form, "spring");
        for (participant, indicator, value, item) in
            [("B01", "cards", 1, 2), ("B02", "cards", 2, 3), ("B01", "存款", 3, 4)]
        {
            let place = feed.participant(participant, item);
            feed.aim(place, indicator, "q1", value, item).unwrap();
        }
        feed
    }

    #[test]
    fn rows_of_one_participant_are_put_together_and_parts_are_bounded() {
        let feed = feed(Form::Wide);
        let all = feed.part(0, 100, 100);
        assert_eq!((feed.participants(), all.len()), (2, 2));
        assert_eq!((all[0].participant.as_str(), all[0].targets.len()), ("B01", 2));
        assert_eq!(all[0].targets[1].indicator, "存款");
        assert_eq!(feed.part(0, 1, 100), all[..1]);
        assert_eq!(feed.part(0, 100, 2), all[..1]);
        assert_eq!(feed.part(1, 100, 100), all[1..]);
        assert!(feed.part(2, 100, 100).is_empty());
    }

    #[test]
    fn a_repeated_or_impossible_target_is_refused_at_its_place_in_the_file() {
        let mut feed = feed(Form::Wide);
        let twice = feed.aim(0, "cards", "q1", 9, 7).unwrap_err();
        assert_eq!((twice.field.as_str(), twice.code.as_str()), ("cards", "DUPLICATE_TARGET"));
        assert!(twice.reason.contains("`B01` has a target for it in line 2"), "{twice}");
        assert!(feed.aim(0, "cards", "", 9, 7).is_ok(), "the whole is another target than the round");
        for value in [-1, 1].map(|sign| sign * (i128::from(VALUE_E4_MAX) + 1)) {
            assert_eq!(feed.aim(0, "x", "", value, 7).unwrap_err().code, "OUT_OF_RANGE");
        }
    }

    #[test]
    fn a_servers_problem_is_reported_at_its_line_and_field() {
        let said = |form, field: &str, code: &str| {
            let (item, problem) = feed(form).in_file(Problem::new(field, code, "x"));
            format!("{item} {}", problem.field)
        };
        let unknown = |form| said(form, "participants[0].targets[1].indicator", "UNKNOWN_INDICATOR");
        assert_eq!(unknown(Form::Wide), "1 存款");
        assert_eq!(unknown(Form::Long), "4 indicator");
        assert_eq!(unknown(Form::Toml), "4 targets[4][\"存款\"]");
        let value = |form| said(form, "participants[0].targets[0].value_e4", "TOO_MANY_DIGITS");
        assert_eq!(value(Form::Wide), "2 cards");
        assert_eq!(value(Form::Long), "2 value");
        assert_eq!(value(Form::Toml), "2 targets[2].cards");
        assert_eq!(said(Form::Long, "participants[1].targets[0].round", "UNKNOWN_ROUND"), "3 round");
        assert_eq!(said(Form::Wide, "participants[1].participant", "NOT_IN_CONTEST"), "3 participant");
        assert_eq!(
            said(Form::Toml, "participants[1].participant", "NOT_IN_CONTEST"),
            "3 targets[3].participant"
        );
        assert_eq!(said(Form::Toml, "contest", "UNKNOWN_CONTEST"), "1 contest");
    }
}
