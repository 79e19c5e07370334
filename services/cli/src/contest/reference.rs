//! `longhu contest reference`: every key of a contest's file, without a server and without a page.

use longhu_client::failure::Failure;
use longhu_client::output::{self, Format};
use longhu_client::problems::nearest;
use longhu_client::server::Global;
use longhu_core::rule::key::Key;
use longhu_files::contest::keys::{self, Section};
use serde_json::json;

/// Arguments of `longhu contest reference`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  longhu contest reference
  longhu contest reference caps
  longhu contest reference nth_product")]
pub struct Args {
    /// A table, a key or a word of the file, such as `points`, `grace_days` or `per_head`; by default everything.
    key: Option<String>,
}

/// Runs the command.
pub fn run(args: &Args, global: &Global) -> Result<(), Failure> {
    let format = global.format(&[Format::Table, Format::Json])?;
    let sections = match &args.key {
        Some(key) => about(key)?,
        None => keys::reference(),
    };
    if format == Format::Json {
        let all: Vec<_> = sections.iter().map(to_json).collect();
        return output::print_json(&json!({ "tables": all }));
    }
    let texts: Vec<String> = sections.iter().map(text).collect();
    output::print(&texts.join("\n"))
}

/// The table of that name, or the keys and words of that name with the tables that they are in.
fn about(asked: &str) -> Result<Vec<Section>, Failure> {
    let all = keys::reference();
    if let Some(section) = all.iter().find(|section| section.of == asked) {
        return Ok(vec![section.clone()]);
    }
    let quoted = format!("\"{asked}\"");
    let of_name = |section: &Section| Section {
        of: section.of,
        words: section.words.iter().filter(|(word, _)| *word == asked).copied().collect(),
        keys: section
            .keys
            .iter()
            .filter(|key| key.name == asked || key.kind.contains(&quoted))
            .copied()
            .collect(),
    };
    let found: Vec<Section> = all
        .iter()
        .map(of_name)
        .filter(|section| !(section.words.is_empty() && section.keys.is_empty()))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let names = all.iter().flat_map(|section| {
        let words = section.words.iter().map(|(word, _)| *word);
        words.chain(section.keys.iter().map(|key| key.name)).chain([section.of])
    });
    let hint = match nearest(asked, names) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`longhu contest reference` lists all of them".to_owned(),
    };
    Err(Failure::usage(format!("a contest's file has no key or word `{asked}`; {hint}")))
}

fn to_json(section: &Section) -> serde_json::Value {
    let key = |key: &Key| {
        json!({
            "name": key.name, "type": key.kind, "range": key.range, "default": key.default, "says": key.says,
        })
    };
    let word = |(word, says): &(&str, &str)| json!({ "word": word, "says": says });
    json!({
        "of": section.of,
        "words": section.words.iter().map(word).collect::<Vec<_>>(),
        "keys": section.keys.iter().map(key).collect::<Vec<_>>(),
    })
}

fn text(section: &Section) -> String {
    let plain = |text: &str| text.replace('`', "").replace("\\|", "|");
    let mut text = match section.of {
        "" => "The contest\n".to_owned(),
        of => format!("{of}\n"),
    };
    for (word, says) in &section.words {
        text += &format!("  \"{word}\"\n      {says}\n");
    }
    for key in &section.keys {
        let default = match key.default {
            "" => String::new(),
            "must be given" => "must be given".to_owned(),
            default => format!("default: {default}"),
        };
        let facts: Vec<String> =
            [key.kind, key.range, &default].into_iter().filter(|fact| !fact.is_empty()).map(plain).collect();
        text += &format!("  {} = {}\n      {}\n", key.name, facts.join("; "), plain(key.says));
    }
    text
}
