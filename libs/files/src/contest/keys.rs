//! The keys of a contest's file that belong to no rule, and everything that people can look up about keys. The keys of
//! rules are in the rules' own files.

use longhu_core::contest::{Limit, Measure, Overall, Points, RankedBy, TieBreak, TieRule};
use longhu_core::rule::better::Better;
use longhu_core::rule::key::{Form, Key};
use longhu_core::rule::{points, window};

/// The contest itself.
pub(super) const CONTEST: [Key; 16] = [
    Key {
        name: "id",
        kind: "id, `.` allowed",
        range: "",
        default: "must be given",
        says: "what everybody calls it by; stays for ever",
    },
    Key { name: "name", kind: "name", range: "", default: "the id", says: "what people read" },
    Key {
        name: "campaign",
        kind: "text",
        range: "up to 256 bytes",
        default: "none",
        says: "the campaign that it belongs to; for show",
    },
    Key { name: "period", kind: "table", range: "", default: "must be given", says: "first and last day" },
    Key {
        name: "rounds",
        kind: "tables",
        range: "up to 64",
        default: "none",
        says: "periods inside the period, with tables of their own",
    },
    Key {
        name: "overall",
        kind: "`\"sum\"`, or a table",
        range: "",
        default: "`\"sum\"`",
        says: "how the total is computed from the rounds",
    },
    Key {
        name: "calendar",
        kind: "id of a calendar",
        range: "",
        default: "none",
        says: "pace is based on its working days; it may be applied later",
    },
    Key {
        name: "grace_days",
        kind: "days",
        range: "0 to 3,650",
        default: "no deadline until the seal",
        says: "reports recorded later than so many days after the end score nothing",
    },
    Key {
        name: "boards",
        kind: "texts",
        range: "1 to 8",
        default: "must be given",
        says: "unit kinds of the organisation, or `employee`",
    },
    Key {
        name: "listed",
        kind: "`\"scored\"`, `\"eligible\"`",
        range: "",
        default: "`\"scored\"`",
        says: "who has a row: participants with a counted event, or everybody",
    },
    Key {
        name: "ranked_by",
        kind: "a word, or a table",
        range: "",
        default: "`\"score\"`",
        says: "what rows are ranked by",
    },
    Key {
        name: "tie_rule",
        kind: "`\"1224\"`, `\"1223\"`, `\"1234\"`",
        range: "",
        default: "`\"1224\"`",
        says: "ranks of rows that stay equal",
    },
    Key {
        name: "tie_breaks",
        kind: "texts",
        range: "up to 8",
        default: "none",
        says: "what separates equal rows, in order",
    },
    Key {
        name: "unit_from",
        kind: "`\"membership\"`, `\"event\"`",
        range: "",
        default: "`\"membership\"`",
        says: "where a unit's credit comes from",
    },
    Key {
        name: "currency",
        kind: "ISO 4217 code",
        range: "",
        default: "the bank's",
        says: "the currency of all money; events in others count for nothing",
    },
    Key {
        name: "indicators",
        kind: "tables",
        range: "1 to 64",
        default: "must be given",
        says: "what counts, and what it is worth",
    },
];
/// A name.
pub(super) const NAME: [Key; 2] = [
    Key { name: "zh", kind: "text", range: "up to 256 bytes", default: "the other one", says: "Chinese" },
    Key { name: "en", kind: "text", range: "up to 256 bytes", default: "the other one", says: "English" },
];
/// The days.
pub(super) const PERIOD: [Key; 2] = [
    Key {
        name: "from",
        kind: "day",
        range: "",
        default: "must be given",
        says: "the first business date, inclusive",
    },
    Key {
        name: "to",
        kind: "day",
        range: "not before `from`",
        default: "must be given",
        says: "the last business date, inclusive",
    },
];
/// A round.
pub(super) const ROUND: [Key; 4] = [
    Key {
        name: "id",
        kind: "id",
        range: "one of its own each",
        default: "must be given",
        says: "what tables and targets call it by",
    },
    Key { name: "name", kind: "name", range: "", default: "the id", says: "what people read" },
    Key {
        name: "from",
        kind: "day",
        range: "inside the period, in order, no overlap",
        default: "must be given",
        says: "its first day",
    },
    Key {
        name: "to",
        kind: "day",
        range: "inside the period",
        default: "must be given",
        says: "its last day",
    },
];
/// An indicator.
pub(super) const INDICATOR: [Key; 9] = [
    Key {
        name: "id",
        kind: "id",
        range: "one of its own each",
        default: "must be given",
        says: "what targets, ties and other indicators call it by",
    },
    Key { name: "name", kind: "name", range: "", default: "the id", says: "what people read" },
    Key {
        name: "events",
        kind: "event types",
        range: "at least one; none where `measure` follows from other indicators",
        default: "must be given",
        says: "which events count; `longhu catalogue list` has the types",
    },
    Key { name: "filter", kind: "table", range: "", default: "all of them", says: "which of them" },
    Key {
        name: "measure",
        kind: "a word, or a table",
        range: "",
        default: "`\"count\"`",
        says: "what is counted",
    },
    Key {
        name: "better",
        kind: "`\"up\"`, `\"down\"`",
        range: "",
        default: "more is better",
        says: "what is better, which decides what targets mean",
    },
    Key {
        name: "points",
        kind: "`\"none\"`, or a table",
        range: "",
        default: "1 a unit",
        says: "what it is worth",
    },
    Key {
        name: "windows",
        kind: "tables",
        range: "up to 64, in order, no overlap",
        default: "none",
        says: "days in which events are worth more",
    },
    Key {
        name: "caps",
        kind: "tables",
        range: "one of each kind a board",
        default: "none",
        says: "the most that it may be worth",
    },
];
/// A filter.
pub(super) const FILTER: [Key; 6] = [
    Key { name: "product", kind: "texts", range: "", default: "any", says: "the event's product code" },
    Key { name: "channel", kind: "texts", range: "", default: "any", says: "its channel" },
    Key { name: "segment", kind: "texts", range: "", default: "any", says: "the customer's segment" },
    Key {
        name: "amount_min",
        kind: "money",
        range: "up to 10^15 minor units",
        default: "any",
        says: "at least so much",
    },
    Key {
        name: "amount_max",
        kind: "money",
        range: "not below `amount_min`",
        default: "any",
        says: "at most so much",
    },
    Key {
        name: "attributes",
        kind: "table of lists",
        range: "",
        default: "any",
        says: "an attribute with one of these values",
    },
];
/// A cap.
pub(super) const CAP: [Key; 3] = [
    Key {
        name: "per",
        kind: "`\"event\"`, `\"customer\"`, `\"day\"`, `\"round\"`, `\"contest\"`",
        range: "one of each kind a board; not `\"day\"` and `\"customer\"` together",
        default: "must be given",
        says: "of what the sum is limited",
    },
    Key {
        name: "points",
        kind: "points",
        range: "0 or more",
        default: "must be given",
        says: "the most; and below zero no less than its negative",
    },
    Key {
        name: "boards",
        kind: "texts",
        range: "boards of the contest; not with `\"event\"`",
        default: "all",
        says: "where it holds",
    },
];

/// A table of a contest's file, for people.
#[derive(Clone, Debug)]
pub struct Section {
    /// The key whose value it is; empty for the file itself.
    pub of: &'static str,
    /// The words that may stand in its place, and what they say.
    pub words: Vec<(&'static str, &'static str)>,
    /// Its keys.
    pub keys: Vec<Key>,
}

/// The names of keys.
pub(super) fn names(keys: &[Key]) -> Vec<&'static str> {
    keys.iter().map(|key| key.name).collect()
}

/// The keys of all rules that are written as tables.
pub(super) fn of_tables(forms: &[(&'static str, Form)]) -> Vec<Key> {
    forms
        .iter()
        .flat_map(|(_, form)| match form {
            Form::Word(_) => [].iter(),
            Form::Table(keys) => keys.iter(),
        })
        .copied()
        .collect()
}

/// All tables of a contest's file, in the order in which one reads about them.
pub fn reference() -> Vec<Section> {
    let plain = |of, keys: &[Key]| Section { of, words: Vec::new(), keys: keys.to_vec() };
    let of_rules = |of, forms: &[(&'static str, Form)]| Section {
        of,
        words: forms
            .iter()
            .filter_map(|(word, form)| match form {
                Form::Word(says) => Some((*word, *says)),
                Form::Table(_) => None,
            })
            .collect(),
        keys: of_tables(forms),
    };
    let of_points = Section {
        words: vec![("none", "counted, and worth nothing")],
        ..plain("points", &Points::KEYS.concat())
    };
    vec![
        plain("", &CONTEST),
        plain("name", &NAME),
        plain("period", &PERIOD),
        plain("rounds", &ROUND),
        of_rules("overall", &Overall::FORMS),
        of_rules("ranked_by", &RankedBy::FORMS),
        of_rules("tie_rule", &TieRule::FORMS),
        of_rules("tie_breaks", &TieBreak::FORMS),
        plain("indicators", &INDICATOR),
        plain("filter", &FILTER),
        of_rules("measure", &Measure::forms()),
        of_rules("better", &Better::FORMS),
        of_points,
        plain("steps", &points::STEP_KEYS),
        plain("windows", &window::KEYS),
        plain("caps", &CAP),
        of_rules("per", &Limit::FORMS),
    ]
}
