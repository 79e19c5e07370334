//! Damage to bytes that knows nothing of what they mean: flipped bits, cuts, pieces twice or of others, lengths and numbers
//! at their extremes.

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

/// Bytes as a byte string of a test, cut where they are too many to be read.
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

/// A number as a varint; one that overflows has a byte too many.
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
