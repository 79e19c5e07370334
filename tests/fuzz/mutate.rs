//! Damage to bytes of any meaning: flipped bits, cuts, pieces repeated or taken from other inputs, and
//! lengths and numbers at their extremes.

use crate::driver::{Input, Step};

/// Numbers at which arithmetic goes wrong.
pub const EXTREMES: [u64; 16] = [
    0,
    1,
    0x7f,
    0x80,
    0xff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    1_000_000_000,
    1 << 40,
    i64::MAX as u64,
    i64::MIN as u64,
    u64::MAX - 1,
    u64::MAX,
];

/// Bytes of any kind.
#[derive(Clone)]
pub struct Raw(pub Vec<u8>);

impl Input for Raw {
    fn bytes(&self) -> usize {
        self.0.len()
    }

    fn shown(&self) -> String {
        shown(&self.0)
    }

    fn damage(&mut self, step: Step, others: &[Raw]) {
        let other = &others[step.2 as usize % others.len()].0;
        bytes(&mut self.0, step, other);
    }
}

/// Bytes as a byte string for a test; cut off if there are too many to be read.
pub fn shown(bytes: &[u8]) -> String {
    const SHOWN_MAX: usize = 20_000;
    let text = bytes[..bytes.len().min(SHOWN_MAX)].escape_ascii();
    format!("b\"{text}\" ({} bytes)", bytes.len())
}

/// One step of damage.
pub fn bytes(bytes: &mut Vec<u8>, (kind, at, with): Step, other: &[u8]) {
    let place = at as usize % (bytes.len() + 1);
    let end = (place + 1 + (with >> 8) as usize % 64).min(bytes.len());
    let extreme = EXTREMES[with as usize % EXTREMES.len()];
    match kind % 11 {
        0 | 1 if place < bytes.len() => bytes[place] ^= 1 << (with % 8),
        2 if place < bytes.len() => bytes[place] = with as u8,
        3 => bytes.truncate(place),
        4 => drop(bytes.drain(place..end)),
        5 => {
            let piece = bytes[place..end].to_vec();
            insert(bytes, place, &piece);
        }
        6 => {
            bytes.truncate(place);
            bytes.extend_from_slice(&other[(with >> 16) as usize % (other.len() + 1)..]);
        }
        7 => overwrite(bytes, place, &(extreme as u32).to_le_bytes()),
        8 => overwrite(bytes, place, &extreme.to_le_bytes()),
        9 => insert(bytes, place, &varint(extreme, with >> 32 & 7 == 0)),
        _ => insert(bytes, place, &vec![(with >> 32) as u8; (with >> 40) as usize % 4096]),
    }
}

/// One step of damage to a number, if there is one in varint form: an extreme, a neighbour, or a small
/// number. Half of the time it takes as many bytes as the one before, so that the lengths around it stay
/// right.
pub fn number(bytes: &mut Vec<u8>, (_, at, with): Step) {
    if bytes.is_empty() {
        return;
    }
    let mut place = at as usize % bytes.len();
    while place > 0 && bytes[place - 1] >= 0x80 {
        place -= 1;
    }
    let length = bytes[place..].iter().take(9).take_while(|byte| **byte >= 0x80).count() + 1;
    let end = (place + length).min(bytes.len());
    let own = (0..).zip(&bytes[place..end]);
    let own = own.fold(0u64, |own, (nth, byte)| own | u64::from(byte & 0x7f).unbounded_shl(7 * nth));
    let value = match with % 8 {
        0 | 1 => EXTREMES[(with >> 8) as usize % EXTREMES.len()],
        2 => own.wrapping_add(1),
        3 => own.wrapping_sub(1),
        4 => own.wrapping_add(1 << ((with >> 8) % 64)),
        5 => own ^ 1 << ((with >> 8) % 64),
        _ => (with >> 8) % 512,
    };
    let mut new = varint(value, false);
    if with >> 63 == 0 {
        new.resize(end - place, 0);
        let last = new.len() - 1;
        new[..last].iter_mut().for_each(|byte| *byte |= 0x80);
        new[last] &= 0x7f;
    }
    bytes.splice(place..end, new);
}

/// A number as a varint; with `overflows`, with one byte too many.
pub fn varint(mut value: u64, overflows: bool) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    if overflows { [&[0xff; 10], &out[..]].concat() } else { out }
}

pub fn insert(bytes: &mut Vec<u8>, place: usize, piece: &[u8]) {
    bytes.splice(place..place, piece.iter().copied());
}

fn overwrite(bytes: &mut [u8], place: usize, piece: &[u8]) {
    let end = (place + piece.len()).min(bytes.len());
    bytes[place..end].copy_from_slice(&piece[..end - place]);
}
