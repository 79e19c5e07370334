//! A segment of a dossier: the events of one account in one month, or all events of one customer. Each
//! event's bytes have a head with the fields that are needed of nearly all events, so that a search over many
//! days reads heads and decodes no events. Heads and events are ordered by business date.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::fold::entity::dossiers::id::PAGE;
use crate::fold::journal::record::{Fact, Glance};
use crate::fold::journal::reversal_part::ReversalPart;
use crate::types::damage::Damage;
use crate::{Position, Time};

/// The fields that are needed of nearly all events of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its business date, packed by [`crate::types::date::pack`].
    pub date: i32,
    /// Its position.
    pub position: Position,
    /// Its revision; 0 for none.
    pub revision: i64,
    /// When it happened.
    pub occurred: Time,
    /// When ingest wrote it down.
    pub recorded: Time,
    /// Its amount in minor units, whatever the currency; 0 for none.
    pub minor: i64,
    /// Whether it has any reversals.
    pub is_taken: bool,
    /// Where its bytes begin.
    at: u32,
    /// How many of its bytes are its shape, which comes first.
    shape: u32,
    /// How many bytes there are, with the shape.
    length: u32,
}

impl Head {
    /// The head of an event with these reversals. Where its bytes are is set when they are stored.
    pub(crate) fn of(fact: &Fact, position: Position, reversal_parts: &[ReversalPart]) -> Head {
        let Glance { date, occurred, recorded, revision, minor } = fact.glance();
        let is_taken = !reversal_parts.is_empty();
        Head { date, position, revision, occurred, recorded, minor, is_taken, at: 0, shape: 0, length: 0 }
    }

    fn key(&self) -> (i32, Position) {
        (self.date, self.position)
    }
}

/// The events of one account in one month, or all events of one customer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Segment {
    /// By business date, then in log order.
    heads: Vec<Head>,
    /// The bytes of each event, with its shape in front, in any order.
    #[serde(serialize_with = "write_bytes", deserialize_with = "read_bytes")]
    bodies: Vec<u8>,
}

/// The segments that are stored in one page.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Page {
    /// One for each dossier; empty for those without events there.
    pub segments: [Segment; PAGE as usize],
}

fn write_bytes<S: Serializer>(bytes: &[u8], into: S) -> Result<S::Ok, S::Error> {
    into.serialize_bytes(bytes)
}

fn read_bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    <&[u8]>::deserialize(from).map(<[u8]>::to_vec)
}

impl Segment {
    /// The heads, by business date, then in log order.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The shape of an event. Events that differ only in amounts and times have the same shape.
    pub fn shape(&self, head: &Head) -> &[u8] {
        &self.bodies[head.at as usize..][..head.shape as usize]
    }

    /// The bytes of an event.
    pub fn event(&self, head: &Head) -> &[u8] {
        &self.bodies[head.at as usize..][..head.length as usize][head.shape as usize..]
    }

    /// The index of an event.
    pub fn find(&self, date: i32, position: Position) -> Option<usize> {
        self.heads.binary_search_by_key(&(date, position), Head::key).ok()
    }

    /// Whether the segment already contains exactly this event.
    pub fn has(&self, head: &Head, body: &[u8]) -> bool {
        self.find(head.date, head.position).is_some_and(|index| {
            let old = &self.heads[index];
            old.is_taken == head.is_taken && self.bodies[old.at as usize..][..old.length as usize] == *body
        })
    }

    /// Stores an event, in place of what it was before. The first `shape` bytes of its body are its shape.
    /// Does nothing and returns false when there is no room.
    #[must_use]
    pub fn put(&mut self, head: Head, body: &[u8], shape: usize) -> bool {
        let index = match self.heads.binary_search_by_key(&head.key(), Head::key) {
            Ok(index) => {
                self.remove(index);
                index
            }
            Err(index) => index,
        };
        let (Ok(at), Ok(length)) = (u32::try_from(self.bodies.len()), u32::try_from(body.len())) else {
            return false;
        };
        if at.checked_add(length).is_none() {
            return false;
        }
        // Most accounts have few reports a month, so the capacity grows by a quarter and no more.
        self.heads.reserve_exact(usize::from(self.heads.len() == self.heads.capacity()) * (1 + index / 4));
        let room = self.bodies.capacity() - self.bodies.len();
        self.bodies.reserve_exact(if room < body.len() { body.len() + self.bodies.len() / 4 } else { 0 });
        self.heads.insert(index, Head { at, length, shape: shape as u32, ..head });
        self.bodies.extend_from_slice(body);
        true
    }

    fn remove(&mut self, index: usize) {
        let Head { at, length, .. } = self.heads.remove(index);
        self.bodies.drain(at as usize..(at + length) as usize);
        for head in self.heads.iter_mut().filter(|head| head.at > at) {
            head.at -= length;
        }
    }

    /// Whether its bytes are as [`Segment::put`] leaves them, and every date in it passes `is_own`.
    fn is_sound(&self, is_own: impl Fn(i32) -> bool) -> bool {
        let is_ordered = self.heads.is_sorted_by(|a, b| a.key() < b.key());
        let mut ranges: Vec<_> = self.heads.iter().map(|head| (head.at, head.length)).collect();
        ranges.sort_unstable();
        let end = ranges.iter().try_fold(0u32, |end, (at, length)| {
            end.checked_add(*length).filter(|_| *at == end && *length > 0)
        });
        let is_of_day =
            |date: i32| crate::types::date::pack(crate::types::date::unpack(date)) == date && is_own(date);
        is_ordered
            && end.is_some_and(|end| end as usize == self.bodies.len())
            && self.heads.iter().all(|head| head.shape <= head.length && is_of_day(head.date))
    }

    fn heap_bytes(&self) -> usize {
        self.heads.capacity() * size_of::<Head>() + self.bodies.capacity()
    }
}

impl Page {
    /// Its bytes.
    pub fn encode(&self) -> Option<Vec<u8>> {
        let room = self.segments.iter().map(|segment| segment.heads.len() * 48 + segment.bodies.len() + 8);
        postcard::to_extend(self, Vec::with_capacity(room.sum())).ok()
    }

    /// Decodes a page in which all dates must pass `is_own`.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn decode(bytes: &[u8], is_own: impl Fn(i32) -> bool) -> Result<Page, Damage> {
        let (page, rest) = postcard::take_from_bytes::<Page>(bytes)?;
        match rest.is_empty() && page.segments.iter().all(|segment| segment.is_sound(&is_own)) {
            true => Ok(page),
            false => Err("its heads do not fit its events".into()),
        }
    }

    /// What it takes in memory beside itself.
    pub fn heap_bytes(&self) -> usize {
        self.segments.iter().map(Segment::heap_bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(date: i32, sequence: u64) -> Head {
        let (position, time) = (Position::new(sequence, 0), Time(7));
        let (revision, minor, is_taken, at, shape, length) = (0, 0, false, 0, 0, 0);
        Head { date, position, revision, occurred: time, recorded: time, minor, is_taken, at, shape, length }
    }

    /// A page of one month with events of the 2nd, 1st and 3rd; the one of the 1st was replaced by a longer
    /// one.
    fn page() -> Page {
        let mut page = Page::default();
        let segment = &mut page.segments[3];
        assert!(segment.put(head(32 + 2, 1), b"sb-two", 2));
        assert!(segment.put(head(32 + 1, 2), b"sa-one", 2));
        assert!(segment.put(head(32 + 3, 3), b"s-three", 1));
        assert!(segment.put(Head { is_taken: true, ..head(32 + 1, 2) }, b"sa-one again", 2));
        page
    }

    fn texts(page: &Page) -> Vec<(i32, String, String)> {
        let segment = &page.segments[3];
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let one = |head: &Head| (head.date, text(segment.shape(head)), text(segment.event(head)));
        segment.heads().iter().map(one).collect()
    }

    #[test]
    fn events_lie_by_date_however_they_came_and_survive_their_bytes() {
        let expected = [(33, "sa", "-one again"), (34, "sb", "-two"), (35, "s", "-three")];
        let expected = expected.map(|(date, shape, event)| (date, shape.to_owned(), event.to_owned()));
        assert_eq!(texts(&page()), expected);
        let again = Page::decode(&page().encode().unwrap(), |date| date >> 5 == 1).unwrap();
        assert_eq!(texts(&again), expected);
        assert!(again.segments[3].heads()[0].is_taken);
        assert!(again.segments[3].has(&again.segments[3].heads()[1], b"sb-two"));
        assert!(!again.segments[3].has(&again.segments[3].heads()[1], b"sb-too"));
    }

    #[test]
    fn a_page_of_another_month_a_longer_one_and_one_out_of_order_are_refused() {
        let bytes = page().encode().unwrap();
        assert!(Page::decode(&bytes, |date| date >> 5 == 2).is_err());
        assert!(Page::decode(&[&bytes[..], b"x"].concat(), |_| true).is_err());
        let mut other = page();
        other.segments[3].heads.swap(0, 1);
        assert!(Page::decode(&other.encode().unwrap(), |_| true).is_err());
        let mut other = page();
        other.segments[3].heads[2].at = 0;
        assert!(Page::decode(&other.encode().unwrap(), |_| true).is_err());
        let mut other = page();
        other.segments[3].heads[0].shape = 1_000;
        assert!(Page::decode(&other.encode().unwrap(), |_| true).is_err());
    }

    #[test]
    fn no_cut_or_flip_of_a_page_panics() {
        let bytes = page().encode().unwrap();
        for at in 0..bytes.len() {
            assert!(Page::decode(&bytes[..at], |_| true).is_err());
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[at] ^= 1 << bit;
                if let Ok(page) = Page::decode(&flipped, |_| true) {
                    let all = page.segments.iter().flat_map(|s| s.heads().iter().map(move |head| (s, head)));
                    all.for_each(|(segment, head)| _ = (segment.shape(head), segment.event(head)));
                }
            }
        }
    }
}
