//! Damage to protobuf messages that keeps them well formed, so that it reaches the checks after decoding:
//! fields that are missing, repeated, of another number or kind, at their extremes, or deeply nested; and
//! sometimes bytes that are not a message.

use crate::driver::{Input, Step};
use crate::mutate::{self, EXTREMES, shown, varint};

/// Texts that are put in place of others. Valid names are taken from the corpora.
const HOSTILE: [&str; 20] = [
    "",
    " ",
    "\u{0}",
    "a\u{7}b",
    "\u{feff}x",
    "\r\n",
    "１２３",
    "龙虎榜",
    "e\u{301}",
    "\u{202e}",
    "*",
    "..",
    "0",
    "-1",
    "CNY",
    "JPY",
    "employee",
    "2026-02-30",
    "p1.Lt7_CcL650ZWkIHDGraRcw",
    "18446744073709551615",
];
/// The most bytes to which one field is repeated: more than a call may have.
const MESSAGE_BYTES_MAX: usize = 5 << 20;
/// The depth to which a message is parsed.
const DEPTH_MAX: usize = 12;

/// An encoded message.
#[derive(Clone)]
pub struct Message(pub Vec<u8>);

impl Input for Message {
    fn bytes(&self) -> usize {
        self.0.len()
    }

    fn shown(&self) -> String {
        shown(&self.0)
    }

    fn damage(&mut self, step: Step, others: &[Message]) {
        let other = &others[step.2 as usize % others.len()].0;
        damage(&mut self.0, step, other);
    }
}

type Fields = Vec<(u32, Node)>;

#[derive(Clone)]
enum Node {
    Varint(u64),
    Fixed(Vec<u8>),
    Text(Vec<u8>),
    Message(Fields),
}

/// One step of damage.
pub fn damage(message: &mut Vec<u8>, step: Step, other: &[u8]) {
    let (kind, at, with) = step;
    let parsed = if kind % 16 < 13 { parse(message, 0) } else { None };
    match parsed {
        Some(mut fields) => {
            let theirs = parse(other, 0).unwrap_or_default();
            reshape(&mut fields, at as usize, with, kind % 16, &theirs);
            message.clear();
            encode(&fields, message);
        }
        None => mutate::bytes(message, (with as u8, at, with >> 8), other),
    }
}

fn reshape(fields: &mut Fields, at: usize, with: u64, kind: u8, theirs: &Fields) {
    let count = count(fields);
    if count == 0 {
        fields.push((1 + with as u32 % 24, any(with)));
        return;
    }
    let mut left = at % count;
    let Some((list, index)) = find(fields, &mut left) else { return };
    match kind {
        0 => drop(list.remove(index)),
        1 => {
            let again = list[index].clone();
            list.insert(index, again);
        }
        2..=5 => extreme(&mut list[index].1, with, theirs),
        6 => list[index].0 = 1 + with as u32 % 24,
        7 => list[index].1 = any(with),
        8 | 9 => list.insert(index, (1 + with as u32 % 24, any(with >> 8))),
        10 => {
            let tag = list[index].0;
            for _ in 0..[1, 20, 99, 101, 1_000][with as usize % 5] {
                let inner = std::mem::replace(&mut list[index], (tag, Node::Varint(0)));
                list[index] = (tag, Node::Message(vec![inner]));
            }
        }
        11 => {
            let again = list[index].clone();
            let mut one = Vec::new();
            encode(&vec![again.clone()], &mut one);
            let count = [10, 101, 1_001][with as usize % 3].min(MESSAGE_BYTES_MAX / one.len());
            list.extend(std::iter::repeat_n(again, count));
        }
        _ => {
            let mut place = (with >> 8) as usize % count_or_one(theirs);
            if let Some(theirs) = pick(theirs, &mut place) {
                list[index].1 = theirs.clone();
            }
        }
    }
}

/// An extreme value, or a value of the same kind from another message.
fn extreme(node: &mut Node, with: u64, theirs: &Fields) {
    match node {
        Node::Varint(value) if with & 1 == 0 => *value = EXTREMES[(with >> 1) as usize % EXTREMES.len()],
        Node::Varint(value) => *value = value.wrapping_add((with >> 1 & 7).wrapping_sub(3)),
        Node::Fixed(bytes) => bytes.fill(with as u8),
        Node::Text(text) => match with % 4 {
            0 => *text = HOSTILE[(with >> 2) as usize % HOSTILE.len()].as_bytes().to_vec(),
            1 => *text = text.repeat([2, 9, 65, 300][(with >> 2) as usize % 4]),
            2 => text.push((with >> 2) as u8),
            _ => {
                let mut place = (with >> 8) as usize % count_or_one(theirs);
                if let Some(Node::Text(theirs)) = pick(theirs, &mut place) {
                    *text = theirs.clone();
                }
            }
        },
        Node::Message(fields) => fields.clear(),
    }
}

fn any(with: u64) -> Node {
    match with % 4 {
        0 => Node::Varint(EXTREMES[(with >> 2) as usize % EXTREMES.len()]),
        1 => Node::Text(HOSTILE[(with >> 2) as usize % HOSTILE.len()].as_bytes().to_vec()),
        2 => Node::Message(vec![(1, Node::Varint(with >> 2 & 0xfff)), (2, Node::Varint(with >> 14 & 0xf))]),
        _ => Node::Fixed(vec![(with >> 3) as u8; if with >> 2 & 1 == 0 { 4 } else { 8 }]),
    }
}

fn count(fields: &Fields) -> usize {
    let inside = |node: &Node| if let Node::Message(fields) = node { count(fields) } else { 0 };
    fields.iter().map(|(_, node)| 1 + inside(node)).sum()
}

fn count_or_one(fields: &Fields) -> usize {
    count(fields).max(1)
}

/// The list that contains the field with that number, and its index.
fn find<'f>(fields: &'f mut Fields, left: &mut usize) -> Option<(&'f mut Fields, usize)> {
    for index in 0..fields.len() {
        if *left == 0 {
            return Some((fields, index));
        }
        *left -= 1;
        let inside = if let Node::Message(inside) = &fields[index].1 { count(inside) } else { 0 };
        if *left < inside {
            let Node::Message(inside) = &mut fields[index].1 else { return None };
            return find(inside, left);
        }
        *left -= inside;
    }
    None
}

fn pick<'f>(fields: &'f Fields, left: &mut usize) -> Option<&'f Node> {
    for (_, node) in fields {
        if *left == 0 {
            return Some(node);
        }
        *left -= 1;
        if let Node::Message(inside) = node
            && let Some(found) = pick(inside, left)
        {
            return Some(found);
        }
    }
    None
}

fn parse(mut bytes: &[u8], depth: usize) -> Option<Fields> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let key = take_varint(&mut bytes)?;
        let tag = u32::try_from(key >> 3).ok().filter(|tag| *tag > 0)?;
        let node = match key & 7 {
            0 => Node::Varint(take_varint(&mut bytes)?),
            1 => Node::Fixed(take(&mut bytes, 8)?.to_vec()),
            5 => Node::Fixed(take(&mut bytes, 4)?.to_vec()),
            2 => {
                let length = usize::try_from(take_varint(&mut bytes)?).ok()?;
                let inside = take(&mut bytes, length)?;
                let is_text = std::str::from_utf8(inside)
                    .is_ok_and(|text| !text.is_empty() && !text.contains(char::is_control));
                match parse(inside, depth + 1) {
                    Some(fields) if !is_text && depth < DEPTH_MAX => Node::Message(fields),
                    _ => Node::Text(inside.to_vec()),
                }
            }
            _ => return None,
        };
        fields.push((tag, node));
    }
    Some(fields)
}

fn take<'b>(bytes: &mut &'b [u8], length: usize) -> Option<&'b [u8]> {
    let (head, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(head)
}

fn take_varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let [byte] = take(bytes, 1)? else { return None };
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn encode(fields: &Fields, out: &mut Vec<u8>) {
    let key = |out: &mut Vec<u8>, tag: u32, kind: u64| out.extend(varint(u64::from(tag) << 3 | kind, false));
    for (tag, node) in fields {
        match node {
            Node::Varint(value) => {
                key(out, *tag, 0);
                out.extend(varint(*value, false));
            }
            Node::Fixed(bytes) => {
                key(out, *tag, if bytes.len() == 8 { 1 } else { 5 });
                out.extend_from_slice(bytes);
            }
            Node::Text(bytes) => {
                key(out, *tag, 2);
                out.extend(varint(bytes.len() as u64, false));
                out.extend_from_slice(bytes);
            }
            Node::Message(fields) => {
                let mut inside = Vec::new();
                encode(fields, &mut inside);
                key(out, *tag, 2);
                out.extend(varint(inside.len() as u64, false));
                out.extend_from_slice(&inside);
            }
        }
    }
}
