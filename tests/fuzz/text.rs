//! Damage to texts that people write: values replaced by almost valid ones, misplaced quotes and brackets,
//! repeated lines, full-width digits, marks of other editors, deep nesting.

use crate::driver::{Input, Step};
use crate::mutate::{self, insert, shown};

/// Texts that are put in place of others.
const HOSTILE: [&str; 60] = [
    "",
    "0",
    "-0",
    "-1",
    "1e400",
    "1e-400",
    "nan",
    "inf",
    "-inf",
    "1_000",
    "１２３",
    "１２。５",
    "0x7fffffffffffffff",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "170141183460469231731687303715884105727",
    "340282366920938463463374607431768211456",
    "0.0000000000000000000001",
    "99999999999999999999999999999999999999999999.99999999999999999",
    "1,000",
    "1,00",
    "12万",
    "29.81%",
    "％",
    "100 ％",
    "0000-00-00",
    "0001-01-01",
    "1899-12-31",
    "1900-01-01",
    "2199-12-31",
    "2200-01-01",
    "9999-12-31",
    "2026-02-29",
    "2024-02-29",
    "2026-13-45",
    "-9999-01-01",
    "9999-12-31T23:59:60Z",
    "1900-01-01T00:00:00+25:59",
    "1678-01-01T00:00:00Z",
    "\u{feff}",
    "\u{0}",
    "\r\n",
    "\r",
    "\u{2028}",
    "\u{202e}",
    "\u{1f600}",
    "e\u{301}",
    "龙虎榜",
    "\"",
    "'",
    "\\",
    "\\u0000",
    "\\ud800",
    "{",
    "[",
    "{{",
    "\"\"\"",
];

/// A text of any kind; it need not be UTF-8.
#[derive(Clone)]
pub struct Text(pub Vec<u8>);

impl Input for Text {
    fn bytes(&self) -> usize {
        self.0.len()
    }

    fn shown(&self) -> String {
        shown(&self.0)
    }

    fn damage(&mut self, step: Step, others: &[Text]) {
        let other = &others[step.2 as usize % others.len()].0;
        damage(&mut self.0, step, other);
    }
}

/// One step of damage.
pub fn damage(text: &mut Vec<u8>, (kind, at, with): Step, other: &[u8]) {
    let place = at as usize % (text.len() + 1);
    let hostile = HOSTILE[with as usize % HOSTILE.len()].as_bytes();
    match kind % 16 {
        // A word, number or quoted value is replaced.
        0..=3 => {
            let word = word_at(text, place);
            text.splice(word, hostile.iter().copied());
        }
        4 => insert(text, place, hostile),
        // A word of another input replaces one of this.
        5 | 6 => {
            let theirs = other[word_at(other, (with >> 8) as usize % (other.len() + 1))].to_vec();
            let word = word_at(text, place);
            text.splice(word, theirs);
        }
        7 => drop(text.drain(line_at(text, place))),
        8 => {
            let line = text[line_at(text, place)].to_vec();
            insert(text, place, &line);
        }
        9 => {
            let line = other[line_at(other, (with >> 8) as usize % (other.len() + 1))].to_vec();
            let place = line_at(text, place).start;
            insert(text, place, &line);
        }
        10 => nest(text, place, with),
        11 => long(text, place, with),
        12 => match with % 3 {
            0 => insert(text, 0, "\u{feff}".as_bytes()),
            1 => *text = text.split(|byte| *byte == b'\n').collect::<Vec<_>>().join(&b"\r\n"[..]),
            _ => text.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b'\r'),
        },
        13 => insert(text, place, &[[0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x81, 0xb0][with as usize % 8]]),
        _ => mutate::bytes(text, (with as u8, at, with >> 8), other),
    }
}

/// Nested brackets, as many as fit into a small file.
fn nest(text: &mut Vec<u8>, place: usize, with: u64) {
    let depth = [2, 30, 100, 127, 129, 1_000, 5_000][(with >> 4) as usize % 7];
    let (open, close) =
        [("[", "]"), ("{\"a\":", "}"), ("{a=", "}"), ("(", ")"), ("not ", ""), ("a.", "")][with as usize % 6];
    let (open, close) = (open.repeat(depth), close.repeat(if with >> 8 & 1 == 0 { depth } else { 0 }));
    insert(text, place, format!("{open}1{close}").as_bytes());
}

/// Repeats something many times.
fn long(text: &mut Vec<u8>, place: usize, with: u64) {
    let piece = ["9", "a", "0.", ",", "\n", "\"", "[[a]]\n", "é", "{", "#"][with as usize % 10];
    insert(text, place, piece.repeat([5, 70, 300, 5_000][(with >> 8) as usize % 4]).as_bytes());
}

/// The word, number or quoted text around a place.
fn word_at(text: &[u8], place: usize) -> std::ops::Range<usize> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte >= 0x80 || b"_-.:+%".contains(&byte);
    let from = text[..place].iter().rposition(|byte| !is_part(*byte)).map_or(0, |at| at + 1);
    let to = text[place..].iter().position(|byte| !is_part(*byte)).map_or(text.len(), |at| place + at);
    from..to
}

fn line_at(text: &[u8], place: usize) -> std::ops::Range<usize> {
    let from = text[..place].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let to = text[place..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |at| place + at + 1);
    from..to
}
