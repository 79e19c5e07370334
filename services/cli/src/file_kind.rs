//! What a file looks like, so that one given to the wrong command is answered with the right one instead of a list
//! of unknown fields.

use longhu_client::failure::Failure;
use longhu_files::document::Source;

/// The kinds of files that commands read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A contest.
    Contest,
    /// An organisation.
    Organisation,
    /// Working-day calendars.
    Calendars,
    /// The bank's own event types.
    EventTypes,
    /// Events as JSON lines.
    Events,
}

impl Kind {
    /// What it looks like; `None` if it looks like nothing that is known. It reads only names of tables and keys,
    /// because the file may have other faults.
    pub fn of(text: &str) -> Option<Kind> {
        let mut lines = text.lines().map(|line| line.trim_start_matches('\u{feff}').trim());
        let mut lines = lines.by_ref().filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
        if lines.peek()?.starts_with('{') {
            return Some(Kind::Events);
        }
        lines.find_map(|line| {
            let name = line.trim_start_matches('[').split([']', '.', '=', ' ']).next()?;
            match name {
                "units" | "employees" | "hand_overs" | "codes" => Some(Kind::Organisation),
                "indicators" | "boards" | "period" => Some(Kind::Contest),
                "event_types" => Some(Kind::EventTypes),
                "weekend" | "closed_dates" | "open_dates" => Some(Kind::Calendars),
                _ => None,
            }
        })
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Contest => "a contest",
            Kind::Organisation => "an organisation",
            Kind::Calendars => "a calendar",
            Kind::EventTypes => "event types",
            Kind::Events => "events",
        }
    }

    fn command(self) -> &'static str {
        match self {
            Kind::Contest => "longhu contest apply",
            Kind::Organisation => "longhu org apply",
            Kind::Calendars => "longhu calendar apply",
            Kind::EventTypes => "longhu catalogue apply",
            Kind::Events => "longhu emit",
        }
    }

    /// The failure for a file of this kind that was given to a command for another.
    pub fn misplaced(self, file: &str) -> Failure {
        Failure::new(format!("this looks like {}: `{} {file}`", self.name(), self.command()))
    }
}

/// Reads a file for a command that wants `wanted`.
///
/// # Errors
///
/// It cannot be read, or it looks like something else.
pub fn read(file: &str, wanted: Kind) -> Result<Source, Failure> {
    let source = Source::read(file)?;
    match Kind::of(source.text()) {
        Some(kind) if kind != wanted => Err(kind.misplaced(file)),
        _ => Ok(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_files_look_like_what_they_are() {
        let files = [
            (include_str!("../../../deploy/examples/quickstart/organisation.toml"), Kind::Organisation),
            (include_str!("../../../deploy/examples/quickstart/contest.toml"), Kind::Contest),
            (include_str!("../../../deploy/examples/quickstart/events.jsonl"), Kind::Events),
            (include_str!("../../../deploy/examples/rounds.toml"), Kind::Contest),
            (include_str!("../../../deploy/examples/scorecard.toml"), Kind::Contest),
        ];
        for (text, kind) in files {
            assert_eq!(Kind::of(text), Some(kind), "{text}");
        }
        assert_eq!(Kind::of("[[event_types]]\nname = \"gold.sold\"\n"), Some(Kind::EventTypes));
        assert_eq!(Kind::of("# nothing\n"), None);
        assert_eq!(Kind::of("colour = \"red\"\n"), None);
    }

    #[test]
    fn a_file_of_another_kind_is_answered_with_its_command() {
        assert_eq!(
            Kind::Organisation.misplaced("o.toml").text(),
            "error: this looks like an organisation: `longhu org apply o.toml`\n"
        );
    }
}
