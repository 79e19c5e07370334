//! Templates of paths, such as `/v1/contests/{contest}:seal`: literal segments, fields that are one segment, and a verb at
//! the end. `google.api.http` allows more; what is not used here is refused when the routes are read.

use percent_encoding::percent_decode_str;

/// A segment of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    /// The path of the field that the segment is the value of.
    Field(String),
}

/// A template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Template {
    segments: Vec<Segment>,
    /// What follows the last colon; empty: nothing.
    verb: String,
}

impl Template {
    /// Reads a template; `None` if it has a form that is not supported.
    pub(crate) fn parse(text: &str) -> Option<Template> {
        let (path, verb) = match text.rsplit_once(':') {
            Some((path, verb)) if !verb.contains(['/', '}']) => (path, verb),
            _ => (text, ""),
        };
        let segment = |text: &str| match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(field) => (!field.contains(['=', '*', '{'])).then(|| Segment::Field(field.to_owned())),
            None => (!text.contains(['{', '}', '*'])).then(|| Segment::Literal(text.to_owned())),
        };
        let segments = path.strip_prefix('/')?.split('/').map(segment).collect::<Option<_>>()?;
        Some(Template { segments, verb: verb.to_owned() })
    }

    /// The fields and their values, if the path has this form. A value is percent-decoded; `None` for a value that is not
    /// UTF-8, since no field could have it.
    pub(crate) fn values(&self, path: &str) -> Option<Vec<(&str, String)>> {
        let path = match self.verb.as_str() {
            "" => path,
            verb => path.strip_suffix(verb)?.strip_suffix(':')?,
        };
        let mut segments = path.strip_prefix('/')?.split('/');
        let mut values = Vec::new();
        for own in &self.segments {
            let text = segments.next()?;
            match own {
                Segment::Literal(literal) if literal == text => {}
                Segment::Literal(_) => return None,
                // Without a verb, a colon could be one of another template.
                Segment::Field(_) if text.is_empty() || self.verb.is_empty() && text.contains(':') => {
                    return None;
                }
                Segment::Field(field) => {
                    values.push((field.as_str(), percent_decode_str(text).decode_utf8().ok()?.into_owned()));
                }
            }
        }
        segments.next().is_none().then_some(values)
    }

    /// The fields that are segments.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &str> {
        self.segments.iter().filter_map(|segment| match segment {
            Segment::Field(field) => Some(field.as_str()),
            Segment::Literal(_) => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(template: &str, path: &str) -> Option<Vec<(String, String)>> {
        let template = Template::parse(template).unwrap();
        let found = template.values(path)?;
        Some(found.into_iter().map(|(field, value)| (field.to_owned(), value)).collect())
    }

    #[test]
    fn fields_are_whole_segments_and_decoded() {
        let one = |value: &str| Some(vec![("contest".to_owned(), value.to_owned())]);
        assert_eq!(values("/v1/contests/{contest}", "/v1/contests/cards-2025"), one("cards-2025"));
        assert_eq!(values("/v1/contests/{contest}", "/v1/contests/a%2Fb%3Ac"), one("a/b:c"));
        assert_eq!(values("/v1/contests/{contest}:seal", "/v1/contests/cards:seal"), one("cards"));
        for wrong in
            ["/v1/contests", "/v1/contests/", "/v1/contests/a/b", "/v1/contests/a:seal", "/v1/contests/%ff"]
        {
            assert_eq!(values("/v1/contests/{contest}", wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_supported_is_refused() {
        for wrong in ["v1/a", "/v1/{name=contests/*}", "/v1/*", "/v1/**", "/v1/a{b}"] {
            assert_eq!(Template::parse(wrong), None, "{wrong}");
        }
    }
}
