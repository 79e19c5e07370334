//! Counters of how often each rule and code path was covered in a run, so that a generator that no longer
//! reaches one is noticed.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use longhu_core::contest::Measure;
use longhu_core::rule::measure_rule::Material;
use longhu_core::rule::unit::Unit;

use crate::generated::contests::day;
use crate::generated::events::TYPES;

/// Everything that a run must cover, by group and name: every measure of the registry, and the list below.
static ALL: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let material = Material { start: day(0), types: &TYPES, units: &[Unit::Events, Unit::Events] };
    let measures = Measure::samples(&material).into_iter().filter_map(|rule| rule.first().map(word_of));
    let listed = LISTED.iter().flat_map(|(group, names)| names.iter().map(move |name| (*group, *name)));
    measures.map(|word| ("measure", word)).chain(listed).collect()
});

fn word_of(measure: &Measure) -> &'static str {
    measure.word()
}

/// What a run must cover besides the measures.
const LISTED: &[(&str, &[&str])] = &[
    ("fold", &["several events at once", "reversals among several events"]),
    ("measure", &["quantity absent"]),
    ("points", &["per unit", "per amount", "tiers", "completion", "below zero", "zero", "half to even"]),
    (
        "figure",
        &[
            "ratio without denominator",
            "average without days",
            "products of no customer",
            "customers with products, some with fewer",
            "customer below zero",
            "marginal tiers, several",
            "whole-volume tiers, above the first",
            "below the first tier",
            "completion below the floor",
            "completion above the cap",
            "completion below the threshold",
            "zero target reached",
            "zero target without completion",
            "no target",
            "target of a round",
            "target of all rounds together",
        ],
    ),
    (
        "ranked by",
        &[
            "indicator",
            "indicator without a value",
            "completion",
            "completion of nobody",
            "heads",
            "no heads",
            "improvement",
            "improvement rate",
            "improvement on nothing",
            "places",
            "places shared",
            "sum of rounds",
        ],
    ),
    (
        "felt",
        &[
            "window",
            "cap of an event",
            "cap of a day",
            "cap of a customer",
            "cap of a round",
            "cap of the contest",
            "cap of some boards",
            "day between rounds",
            "base date",
            "holder of the day",
            "revision",
        ],
    ),
    (
        "many reports",
        &[
            "change, to the day",
            "change, to the present",
            "average, to the day",
            "average, to the present",
            "between two others",
            "before all others",
            "taken back between two others",
            "revisions of a day between two others",
            "late",
            "several spans",
            "filter",
        ],
    ),
    ("filter met", &["product", "channel", "segment", "least amount", "greatest amount", "attribute"]),
    (
        "refused",
        &[
            "before the period",
            "after the period",
            "deadline",
            "type",
            "product",
            "channel",
            "segment",
            "amount below",
            "amount above",
            "attribute",
            "no amount",
            "other currency",
        ],
    ),
    ("edge", &["first day", "last day", "last instant before the deadline", "very instant of the deadline"]),
    ("unit from", &["membership", "branch", "membership for want of a branch", "unassigned"]),
    ("unit", &["kind missing above", "employee without unit", "branch is not the creditor's"]),
    ("creditors", &["none", "one", "several", "same employee twice"]),
    ("share", &["explicit", "open", "explicit beside open", "of zero", "some left unassigned"]),
    (
        "last odd unit",
        &["by remainder", "to a creditor before unassigned", "by role", "by employee", "below zero"],
    ),
    ("listing", &["scored leaves out", "eligible lists a zero", "listed with no points"]),
    ("tied", &["1224", "1223", "1234"]),
    (
        "rank decided by",
        &["score", "earliest", "earliest before never", "indicator", "name", "participant id"],
    ),
    ("score", &["below zero"]),
    ("copy", &["duplicate by number", "duplicate by id", "duplicate with other pseudonyms", "conflict"]),
    (
        "identity",
        &["unregistered source", "number in an un-numbered source", "no number in a numbered source"],
    ),
    (
        "reversal",
        &[
            "void",
            "dated",
            "everything",
            "part of quantity",
            "part of amount",
            "part of both",
            "part of an absent quantity",
            "part of an amount below zero",
            "more than there was",
            "second full",
            "other currency",
            "other sign",
            "amount of what has none",
            "came first",
            "came after",
            "waits for ever",
            "of a reversal, dead at arrival",
            "of a reversal that came later",
            "of itself",
            "of a late original",
            "late",
            "several of one original",
            "dated before its original",
            "original outside the period",
            "nothing left on the own date",
            "in an unregistered source",
            "by number",
            "by id",
            "duplicate",
            "conflict",
            "shared",
            "credits held",
            "lowers a score",
            "raises a score",
            "score taken below zero",
            "score taken to zero, still listed",
            "rank changed",
            "row unlisted again",
            "row listed for a reversal alone",
            "reach searched again, earlier",
            "reach searched again, later",
            "never raised any more",
        ],
    ),
    (
        "seal",
        &[
            "at the end",
            "in the middle",
            "in a change set",
            "before the definition",
            "before the definition, none after it",
            "of a contest that nobody defines",
            "another one after it",
            "amended after",
            "organisation changed after",
            "late entry listed",
            "late reversal listed",
            "entry after it changes nothing",
            "result compared",
            "compared after a crash",
            "standing differs from its result",
        ],
    ),
    (
        "organisation",
        &[
            "moved within the period",
            "gap in membership",
            "secondary ignored",
            "first day of a membership",
            "last day of a membership",
            "merged",
            "merged twice",
            "first day after a merger",
            "moved unit",
            "very day of a unit's move",
            "first day of a unit",
            "last day of a unit",
            "way ends under a closed unit",
            "way ends under a unit not yet open",
            "way cut",
            "closed unit holds",
            "unit not yet open holds",
            "taken back from another unit",
            "renamed unit breaks a tie",
            "employee not eligible",
            "unit not eligible",
            "listed although taking no part",
            "employee moved back-dated after facts were counted",
            "unit moved back-dated after facts were counted",
            "rows come or go by a correction alone",
            "resolved by a correction",
            "held by a correction",
            "creditor who is a unit",
            "branch that is an employee",
        ],
    ),
    (
        "naming",
        &[
            "handed over",
            "handed over to nobody who is known",
            "chained",
            "came back",
            "swapped",
            "some before all",
            "least id of equals",
            "earliest of several",
            "not yet begun",
            "first day of a hand-over",
            "last day of a hand-over",
            "ended",
            "of another customer",
            "handed over with all, of no customer",
            "handed over, units by branch",
            "handed over after facts were counted",
            "hand-over changed after facts were counted",
            "by code",
            "by code, then handed over",
            "code that reads like another id",
            "edge of a code's meaning",
            "code unknown on the day",
            "code unknown on the day, by branch",
            "code for a branch",
            "code for a branch unknown on the day",
            "code told after facts were counted",
            "code changed after facts were counted",
            "who is meant moved after facts were counted",
            "two who come to mean one",
            "odd unit by the written name",
            "taken back from whom the name means",
        ],
    ),
    ("currency", &["without minor unit", "with three digits"]),
    ("held", &["unknown employee", "unknown unit", "then resolved"]),
    (
        "decision",
        &[
            "set closed whole",
            "set abandoned",
            "older revision came later",
            "facts inside a set",
            "amended",
            "only ranked again",
        ],
    ),
    ("contest published", &["first", "in the middle", "last"]),
    (
        "log",
        &[
            "shuffled",
            "backwards",
            "other batches",
            "duplicated",
            "delayed",
            "organisation scattered",
            "organisation shuffled",
        ],
    ),
    (
        "backfill",
        &[
            "begun",
            "finished",
            "none needed",
            "seen half-way",
            "crashed half-way",
            "overtaken by an amendment",
            "old revision served",
            "waited for by a seal",
            "same revision again",
        ],
    ),
    ("checkpoint", &["written", "crash", "lost tail", "resumed in the middle of a batch"]),
    ("board", &["sampled", "empty", "many rows", "kind nobody has"]),
];

/// Counters by group and name.
#[derive(Clone, Debug, Default)]
pub struct Counters(BTreeMap<(&'static str, &'static str), u64>);

impl Counters {
    /// Increments a counter.
    pub fn hit(&mut self, group: &'static str, name: &'static str) {
        self.add(group, name, 1);
    }

    /// Increments a counter if a condition holds.
    pub fn hit_if(&mut self, is_so: bool, group: &'static str, name: &'static str) {
        self.add(group, name, u64::from(is_so));
    }

    fn add(&mut self, group: &'static str, name: &'static str, count: u64) {
        assert!(ALL.contains(&(group, name)), "`{group}: {name}` is not in the list");
        *self.0.entry((group, name)).or_default() += count;
    }

    /// Adds the counters of another run.
    pub fn absorb(&mut self, other: &Counters) {
        for ((group, name), count) in &other.0 {
            self.add(group, name, *count);
        }
    }

    /// Every counter, in the order of the list.
    pub fn list(&self) -> impl Iterator<Item = (&'static str, &'static str, u64)> {
        ALL.iter().map(|(group, name)| (*group, *name, self.0.get(&(*group, *name)).copied().unwrap_or(0)))
    }

    /// Prints every counter.
    pub fn print(&self) {
        for (group, name, count) in self.list() {
            println!("{count:>9}  {group}: {name}");
        }
    }

    /// The names covered less often than `least`. For two groups a fifth of that is enough: effects, because
    /// each changes a whole standing, and accounts with many reports, because each has many at a time.
    pub fn missing(&self, least: u64) -> Vec<String> {
        let enough = |group: &str| if matches!(group, "felt" | "many reports") { least / 5 } else { least };
        let rare = self.list().filter(|(group, _, count)| *count < enough(group));
        rare.map(|(group, name, count)| format!("{group}: {name} ({count})")).collect()
    }
}
