//! Reads events from JSON lines: protobuf's JSON mapping, in which days and shares may be written in short.
//! Unknown fields and duplicate keys are refused. A line that is not an event becomes a refusal of its own
//! and never stops the others.

mod shorthand;
mod wrong_field;

use std::io::{self, BufRead, BufReader};

use flate2::bufread::MultiGzDecoder;
use longhu_client::problems::nearest;
use longhu_proto::json_keys::{self, Spelling};
use longhu_proto::wire::event::v1::Event;
use prost_reflect::MessageDescriptor;
use serde::Deserialize;

use crate::csv_file::GZIP;

/// The longest line, in bytes.
pub const LINE_BYTES_MAX: usize = 1 << 20;

/// An input that may be compressed.
pub type Input = Box<dyn BufRead + Send>;

/// Whether an input is compressed by gzip.
///
/// # Errors
/// An input that cannot be read.
pub fn is_compressed(input: &mut impl BufRead) -> io::Result<bool> {
    Ok(input.fill_buf()?.starts_with(GZIP))
}

/// The text of an input that may be compressed by gzip.
///
/// # Errors
/// An input that cannot be read.
pub fn decompressed(mut input: Input) -> io::Result<Input> {
    match is_compressed(&mut input)? {
        true => Ok(Box::new(BufReader::with_capacity(1 << 18, MultiGzDecoder::new(input)))),
        false => Ok(input),
    }
}

/// One line that is not blank.
#[derive(Debug)]
pub struct Line {
    /// Its number, from 1.
    pub number: u64,
    /// Bytes read up to and including it.
    pub bytes_read: u64,
    /// Its event, or why it has none.
    pub content: Result<Box<Event>, Refusal>,
}

/// Why a line is not an event.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The source that it names, if that can be read.
    pub source: Option<String>,
    /// The id that it names, if that can be read.
    pub id: Option<String>,
    /// A stable code.
    pub code: &'static str,
    /// What is wrong and what to do.
    pub reason: String,
}

impl Refusal {
    fn new(code: &'static str, reason: impl Into<String>) -> Refusal {
        Refusal { source: None, id: None, code, reason: reason.into() }
    }
}

/// The lines of an input.
pub struct Lines<R> {
    input: R,
    descriptor: MessageDescriptor,
    number: u64,
    bytes_read: u64,
}

impl<R: BufRead> Lines<R> {
    /// Reads `input`. `descriptor` is that of the event.
    pub fn new(input: R, descriptor: MessageDescriptor) -> Lines<R> {
        Lines { input, descriptor, number: 0, bytes_read: 0 }
    }

    /// The next line's bytes, at most one more than the longest line may have; `false` at the end.
    fn read_line(&mut self, line: &mut Vec<u8>) -> io::Result<bool> {
        line.clear();
        loop {
            let available = match self.input.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                result => result?,
            };
            if available.is_empty() {
                return Ok(!line.is_empty());
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.unwrap_or(available.len());
            let room = (LINE_BYTES_MAX + 1).saturating_sub(line.len());
            line.extend_from_slice(&available[..taken.min(room)]);
            let consumed = taken + usize::from(end.is_some());
            self.input.consume(consumed);
            self.bytes_read += consumed as u64;
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Line>;

    fn next(&mut self) -> Option<io::Result<Line>> {
        let mut line = Vec::new();
        loop {
            match self.read_line(&mut line) {
                Err(error) => return Some(Err(error)),
                Ok(false) => return None,
                Ok(true) => self.number += 1,
            }
            let mut text: &[u8] = &line;
            if self.number == 1 {
                text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
            }
            if !text.iter().all(u8::is_ascii_whitespace) {
                let content = parse(text, &self.descriptor);
                return Some(Ok(Line { number: self.number, bytes_read: self.bytes_read, content }));
            }
        }
    }
}

/// The event on a line.
fn parse(line: &[u8], descriptor: &MessageDescriptor) -> Result<Box<Event>, Refusal> {
    if line.len() > LINE_BYTES_MAX {
        let reason = format!("the line is longer than {LINE_BYTES_MAX} bytes; no event needs so much");
        return Err(Refusal::new("TOO_LONG", reason));
    }
    let Ok(text) = std::str::from_utf8(line) else {
        return Err(Refusal::new("INVALID_JSON", "the line is not UTF-8; an editor may have used GBK"));
    };
    if let Some(key) = json_keys::duplicate(text, Spelling::Fields) {
        let reason =
            format!("`{key}` appears twice in one object, and only one of the two can be meant; keep one");
        return Err(identified(text, Refusal::new("DUPLICATE_KEY", reason)));
    }
    let expanded = shorthand::expand(text).map_err(|(field, fault)| {
        identified(text, Refusal::new(fault.code, format!("`{field}`: {}", fault.reason)))
    })?;
    let message =
        wrong_field::read(&expanded, descriptor).map_err(|error| explain(&expanded, &error, descriptor))?;
    match message.transcode_to::<Event>() {
        Ok(event) => Ok(Box::new(event)),
        Err(error) => Err(Refusal::new("INVALID_VALUE", format!("the line is not an event: {error}"))),
    }
}

/// What is wrong with a line, with source and id as far as they can be read.
fn explain(text: &str, error: &serde_json::Error, descriptor: &MessageDescriptor) -> Refusal {
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or(&said);
    let place = format!("{said}, at column {}", error.column());
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return Refusal::new("INVALID_JSON", format!("the line is not JSON: {place}"));
    }
    let unknown = said.strip_prefix("unrecognized field name '").and_then(|rest| rest.strip_suffix('\''));
    let refusal = match (unknown, wrong_field::find(text, descriptor)) {
        (Some(name), _) => Refusal::new("UNKNOWN_FIELD", unknown_field(name, descriptor)),
        (None, Some((path, field))) => {
            let form = wrong_field::form(&field);
            Refusal::new("INVALID_VALUE", format!("`{path}`: {said}; write {form}"))
        }
        (None, None) => Refusal::new("INVALID_VALUE", format!("the line is not an event: {place}")),
    };
    identified(text, refusal)
}

/// A refusal with source and id, as far as they can be read.
fn identified(text: &str, refusal: Refusal) -> Refusal {
    #[derive(Deserialize)]
    struct Identity {
        source: Option<serde_json::Value>,
        id: Option<serde_json::Value>,
    }
    let identity = serde_json::from_str::<Identity>(text).ok();
    let (source, id) = identity.map_or((None, None), |identity| (identity.source, identity.id));
    let word = |value: Option<serde_json::Value>| value.and_then(|value| value.as_str().map(str::to_owned));
    Refusal { source: word(source), id: word(id), ..refusal }
}

fn unknown_field(name: &str, descriptor: &MessageDescriptor) -> String {
    let mut known: Vec<String> = Vec::new();
    for field in descriptor.fields() {
        known.extend([field.name().to_owned(), field.json_name().to_owned()]);
        if let Some(inner) = field.kind().as_message() {
            known.extend(inner.fields().map(|field| field.name().to_owned()));
        }
    }
    match nearest(name, known.iter().map(String::as_str)) {
        Some(near) => format!("`{name}` is not a field of an event; did you mean `{near}`?"),
        None => format!("`{name}` is not a field of an event; put what is the bank's own under `attributes`"),
    }
}

#[cfg(test)]
mod tests;
