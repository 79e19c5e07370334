//! Finds a key that appears twice in a JSON object. A parser would take one of the two and drop the other,
//! and nobody knows which was meant.

use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// A field with free texts, whose keys are not field names.
const FREE: &str = "attributes";

/// How keys are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// As written.
    Exact,
    /// As field names, which have two spellings: `business_date` and `businessDate` are the same key.
    Fields,
}

/// A key that appears twice in one object of a text, if there is one. `None` for text that is not JSON.
pub fn duplicate(text: &str, spelling: Spelling) -> Option<String> {
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // Whoever reads the text reports that it is not JSON.
    let _ = Walk { spelling, found: &mut found }.deserialize(&mut deserializer);
    found
}

struct Walk<'f> {
    spelling: Spelling,
    found: &'f mut Option<String>,
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = BTreeSet::new();
        while let Some(key) = map.next_key::<String>()? {
            let spelling = if key == FREE { Spelling::Exact } else { self.spelling };
            let name = match self.spelling {
                Spelling::Exact => key.clone(),
                Spelling::Fields => key.replace('_', "").to_lowercase(),
            };
            if !seen.insert(name) {
                self.found.get_or_insert(key);
            }
            map.next_value_seed(Walk { spelling, found: self.found })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Walk { spelling: self.spelling, found: self.found })?.is_some() {}
        Ok(())
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duplicate_key_is_found_wherever_it_is() {
        let fields = |text| duplicate(text, Spelling::Fields);
        assert_eq!(fields(r#"{"a":1,"b":{"c":[{"d":1,"e":2,"d":3}]}}"#).as_deref(), Some("d"));
        assert_eq!(fields(r#"{"business_date":1,"businessDate":2}"#).as_deref(), Some("businessDate"));
        assert_eq!(duplicate(r#"{"business_date":1,"businessDate":2}"#, Spelling::Exact), None);
        assert_eq!(fields(r#"{"attributes":{"a_b":"1","aB":"2"}}"#), None);
        assert_eq!(fields(r#"{"attributes":{"a":"1","a":"2"}}"#).as_deref(), Some("a"));
        assert_eq!(fields(r#"{"a":1,"b":[1.5,null,true,"x",-1]}"#), None);
        assert_eq!(fields("{\"a\":"), None);
    }
}
