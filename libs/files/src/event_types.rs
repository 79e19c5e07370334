//! The event types that a bank adds, from a TOML file.

use longhu_client::problems::Problem;
use longhu_proto::wire::control::v1::EventType;
use toml::de::DeTable;

use crate::fields::{Fields, Notes};

/// The event types of a file, and everything that is wrong with it.
pub fn read(root: &DeTable) -> (Vec<EventType>, Vec<Problem>) {
    let notes = Notes::default();
    let fields = Fields::root(root, &["event_types"], &notes);
    fields.require("event_types");
    let tables = fields.tables("event_types", &["name", "required_fields", "description"]);
    let event_type = |table: &Fields| EventType {
        name: table.text("name").unwrap_or_default(),
        required_fields: table.texts("required_fields"),
        description: table.text("description").unwrap_or_default(),
    };
    let types: Vec<EventType> = tables.iter().map(event_type).collect();
    let mut problems = notes.into_problems();
    for (index, event_type) in types.iter().enumerate() {
        let Err(violation) = longhu_proto::control::event_type_from_wire(event_type) else { continue };
        let problem = in_file(index, violation.into());
        if !problems.iter().any(|other| other.overlaps(&problem)) {
            problems.push(problem);
        }
    }
    (types, problems)
}

/// A problem of one event type, here or on a server, under the name that its field has in the file.
pub fn in_file(index: usize, problem: Problem) -> Problem {
    let field = problem.field.strip_prefix("event_type.").unwrap_or(&problem.field);
    Problem { field: format!("event_types[{index}].{field}"), ..problem }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Source;

    fn read_text(text: &str) -> (Vec<EventType>, Vec<String>) {
        let (types, problems) = read(Source::new("x", text.to_owned()).parse().unwrap().root());
        (types, problems.iter().map(|problem| format!("{} {}", problem.field, problem.code)).collect())
    }

    #[test]
    fn a_bank_s_own_type_is_read_with_its_fields() {
        let (types, problems) = read_text(
            "[[event_types]]\nname = \"gold.sold\"\nrequired_fields = [\"amount\"]\ndescription = \"x\"\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(
            (types[0].name.as_str(), &types[0].required_fields[..]),
            ("gold.sold", &["amount".to_owned()][..])
        );
    }

    #[test]
    fn wrong_types_are_named_by_their_place_in_the_file() {
        let (_, problems) = read_text(
            "[[event_types]]\nname = \"Gold\"\n[[event_types]]\nname = \"gold.sold\"\nrequired_fields = [\"colour\"]\n",
        );
        assert_eq!(
            problems,
            ["event_types[0].name BAD_NAME", "event_types[1].required_fields[0] UNKNOWN_FIELD"]
        );
    }
}
