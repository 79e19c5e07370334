//! Tests of templates: what each filter does, what is reported before the first row, and that nothing panics.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;

use super::*;

struct Row(Vec<(&'static str, &'static str)>);

impl Values for Row {
    fn get(&self, at: At) -> Result<Option<Cow<'_, str>>, Fault> {
        let At::Column(index) = at else { return Ok(None) };
        Ok(self.0.get(index).map(|(_, cell)| *cell).filter(|cell| !cell.is_empty()).map(Cow::Borrowed))
    }
}

fn maps() -> Maps {
    let products = BTreeMap::from([("G".to_owned(), "gold".to_owned())]);
    Maps::from([("products".to_owned(), Arc::new(products))])
}

fn row() -> Row {
    Row(vec![
        ("id", "7"),
        ("region", "south Moravia"),
        ("empty", ""),
        ("客户号", " A-1 "),
        ("odd.name", "x"),
        ("code", "G"),
        ("negative", "-3"),
    ])
}

fn render(template: &str) -> Result<Option<String>, String> {
    let row = row();
    let find = |name: &Name| {
        let found = row.0.iter().position(|(column, _)| name.lookup.is_none() && *column == name.column);
        found.map(At::Column).ok_or_else(|| format!("no column {name}"))
    };
    let ready = Template::parse(template, &maps()).map_err(|error| error.to_string())?.resolve(find)?;
    ready.render(&row).map_err(|fault| format!("{}: {}", fault.code, fault.reason))
}

#[test]
fn a_template_is_text_with_columns_through_filters() {
    let cases = [
        ("plain", "plain"),
        ("card-{id}", "card-7"),
        ("district-{id|pad(2)}/emp-{ id | mod(4) }", "district-07/emp-3"),
        ("{region|lower|replace(' ', '-')}", "south-moravia"),
        ("{region|replace(south, north)|upper}", "NORTH MORAVIA"),
        ("{客户号|trim|strip_prefix(A-)}", "1"),
        ("{客户号|trim|strip_suffix('-1')}", "A"),
        ("{'odd.name'}", "x"),
        ("{region|slice(0, 5)}", "south"),
        ("{region|slice(6)}", "Moravia"),
        ("{empty|default(none)}", "none"),
        ("a{empty|default('')}b", "ab"),
        ("{code|map(products)}", "gold"),
        ("{id|map(products, other)}", "other"),
        ("{id|add(-10)}", "-3"),
        ("{negative|mod(4)}", "1"),
        ("{negative|div(2)}", "-2"),
        ("{id|pad(4, *)}", "***7"),
        ("{{{id}}}", "{7}"),
        ("{id|replace('7', 'it\\'s')}", "it's"),
    ];
    for (template, expected) in cases {
        assert_eq!(render(template), Ok(Some(expected.to_owned())), "{template}");
    }
}

#[test]
fn a_template_with_an_absent_column_is_absent_as_a_whole() {
    for template in
        ["card-{empty}", "{empty|lower}", "{empty}", "{region|slice(50)}", "", "{empty|default('')}"]
    {
        assert_eq!(render(template), Ok(None), "{template}");
    }
}

#[test]
fn a_value_that_its_filter_cannot_use_rejects_the_row() {
    for (template, expected) in [
        ("{region|mod(4)}", "NOT_A_NUMBER: `region`: `south Moravia` is not a whole number"),
        ("{id|map(products)}", "NOT_IN_MAP: `id`: `7` is not in `[maps.products]`"),
        ("{id|add(9223372036854775807)}", "TOO_LARGE"),
    ] {
        let fault = render(template).unwrap_err();
        assert!(fault.starts_with(expected), "{template}: {fault}");
    }
}

#[test]
fn a_wrong_template_is_reported_before_any_row() {
    for (template, expected) in [
        ("{id", "the brace of `{id` is not closed; add `}`"),
        ("id}", "a `}` closes nothing"),
        ("{}", "there is `}` where the name of a column should stand"),
        ("{id|}", "there is `}` where the name of a filter should stand"),
        ("{id|lowr}", "there is no filter `lowr`; did you mean `lower`?"),
        ("{id|frobnicate}", "there is no filter `frobnicate`; there are `lower`"),
        ("{id|pad}", "`pad` is used wrongly; write `pad(n) or pad(n, character)`"),
        ("{id|pad(999)}", "`pad` is used wrongly"),
        ("{id|mod(0)}", "`mod` is used wrongly"),
        ("{id|slice(3, 3)}", "`slice` is used wrongly"),
        ("{id|replace('', x)}", "`replace` is used wrongly"),
        ("{id|lower(x)}", "`lower` is used wrongly"),
        ("{id|pad(2, '", "a ' is not closed"),
        ("{id|pad(2 3)}", "`pad` is used wrongly"),
        ("{id|map(colours)}", "there is no table `[maps.colours]`; there are `products`"),
        ("{a.b.c}", "`a.b.` goes too deep"),
        ("{nowhere}", "no column nowhere"),
        ("{other.id}", "no column other.id"),
    ] {
        let reason = render(template).unwrap_err();
        assert!(reason.starts_with(expected), "{template}: {reason}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_a_template_panic(text in r#"[{}|()'"\\,.a-z0-9 é行-]{0,40}"#) {
        let _ = render(&text);
    }

    #[test]
    fn no_value_makes_a_filter_panic(value in ".{0,40}", n in 2..200i64, m in -5..5i64) {
        let filters = format!(
            "{{c|slice(1, {n})|pad(3)|replace(a, bb)|trim|lower|upper|default(x)|strip_prefix(0)}}{{c|add({m})|div({n})|mod({n})}}"
        );
        let ready = Template::parse(&filters, &maps()).unwrap().resolve(|_| Ok::<_, ()>(At::Column(0))).unwrap();
        struct One(String);
        impl Values for One {
            fn get(&self, _: At) -> Result<Option<Cow<'_, str>>, Fault> {
                Ok(Some(Cow::Borrowed(&self.0)))
            }
        }
        let _ = ready.render(&One(value));
    }
}
