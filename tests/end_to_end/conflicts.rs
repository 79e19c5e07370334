//! Conflicts in the events of a source: each is listed, with the copy that counts and how to see both. The
//! list is read by admins through the query service.

use serde_json::{Value, json};

use crate::support::Dev;

fn card(id: &str, number: Option<u64>, product: &str, day: u32) -> Value {
    let source = if number.is_some() { "numbered" } else { "cards" };
    let mut event = json!({
        "source": source, "id": id, "type": "card.issued", "subject": "s", "product": product, "branch": "b",
        "occurred_time": "2026-02-02T02:00:00Z", "business_date": {"year": 2026, "month": 2, "day": day},
    });
    if let Some(number) = number {
        event["source_sequence"] = json!(number.to_string());
    }
    event
}

#[test]
fn conflicts_are_listed_with_the_copy_that_counts_and_the_one_that_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let sent = dev.emit(&[
        card("c-1", None, "gold", 2),
        card("c-1", None, "gold", 2),
        card("c-1", None, "classic", 3),
        card("n-1", Some(1), "gold", 2),
        card("n-9", Some(1), "gold", 2),
    ]);
    let at = |index: usize| sent[index]["position"].as_str().unwrap().to_owned();
    let last = at(4);
    let list = |source: &str| {
        let arguments = ["sources", "conflicts", source, "--min-position", &last, "-o", "json"];
        dev.run(&arguments).ends_with(0).json()
    };
    let cards = list("cards");
    assert_eq!(
        cards["conflicts"],
        json!([{
            "id": "c-1", "source_sequence": null,
            "counts": at(0), "counts_business_date": "2026-02-02",
            "does_not_count": at(2), "does_not_count_business_date": "2026-02-03",
        }])
    );
    assert_eq!((&cards["total"], &cards["source"]), (&json!(1), &json!("cards")));
    let numbered = list("numbered");
    let conflict = &numbered["conflicts"][0];
    assert_eq!((&conflict["id"], &conflict["source_sequence"]), (&json!("n-9"), &json!(1)));
    assert_eq!((&conflict["counts"], &conflict["does_not_count"]), (&json!(at(3)), &json!(at(4))));
    // The command that the table gives as the next step shows exactly the entry that it names.
    let table = dev.run(&["sources", "conflicts", "cards"]).ends_with(0).out;
    let step = format!("longhu log tail --from {0} --until {0} -o jsonl", at(2));
    assert!(table.contains(&step), "{table}");
    let arguments: Vec<&str> = step.split(' ').skip(1).collect();
    let shown = dev.run(&arguments).ends_with(0).json_lines();
    assert_eq!(shown.len(), 1);
    assert_eq!((&shown[0]["position"], &shown[0]["event"]["product"]), (&json!(at(2)), &json!("classic")));
    let csv = dev.run(&["sources", "conflicts", "cards", "-o", "csv"]).ends_with(0).out;
    assert!(csv.contains(&format!("\nc-1,,{},2026-02-02,{},2026-02-03\n", at(0), at(2))), "{csv}");
}

#[test]
fn a_source_without_conflicts_says_so_and_an_unknown_one_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let dev = Dev::start(folder.path());
    let sent = dev.emit(&[card("c-1", None, "gold", 2)]);
    let last = sent[0]["position"].as_str().unwrap();
    let said = dev.run(&["sources", "conflicts", "cards", "--min-position", last]).ends_with(0);
    assert!(said.out.starts_with("cards has no conflicts up to position "), "{}", said.out);
    let said = dev.run(&["sources", "conflicts", "nowhere"]).ends_with(3);
    assert!(said.err.contains("SOURCE_NOT_FOUND") && said.err.contains("next:"), "{}", said.err);
    dev.run(&["log", "tail", "--from", "2.0", "--until", "1.0"]).ends_with(1);
}

#[test]
fn only_admins_see_conflicts() {
    let folder = tempfile::tempdir().unwrap();
    let principals = "[[principal]]\nname = \"wall\"\ntoken = \"wall-01234567890\"\nroles = [\"viewer\"]\n";
    let path = crate::support::file(folder.path(), "principals.toml", principals);
    let dev = Dev::start_with(folder.path(), &["--principals", &path]);
    let said = dev.run(&["sources", "conflicts", "cards", "--token", "wall-01234567890"]).ends_with(4);
    assert!(said.err.contains("ROLE_MISSING"), "{}", said.err);
}
