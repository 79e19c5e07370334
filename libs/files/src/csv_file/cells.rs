//! The cells of one row as texts.

use super::records::Record;

/// The cells of one row, in the order of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    /// Where each cell begins and ends in the text.
    spans: Vec<(u32, u32)>,
}

impl Cells {
    /// The cells of a record, and whether all of its bytes were UTF-8; bytes that were not are replaced.
    /// `trim` removes blanks at both ends of each cell, wide and no-break ones included.
    pub(super) fn of(record: &mut Record, trim: bool) -> (Cells, bool) {
        // The next record is about as long.
        let room = Vec::with_capacity(record.bytes.len() + record.bytes.len() / 4);
        let bytes = std::mem::replace(&mut record.bytes, room);
        let (text, is_utf8) = match String::from_utf8(bytes) {
            // Two bytes of one character must not be in different cells.
            Ok(text) if record.ends.iter().all(|end| text.is_char_boundary(*end)) => (text, true),
            other => {
                record.bytes = other.map_or_else(|error| error.into_bytes(), String::into_bytes);
                let mut text = String::with_capacity(record.bytes.len());
                let mut ends = Vec::with_capacity(record.ends.len());
                for cell in record.cells() {
                    text.push_str(&String::from_utf8_lossy(cell));
                    ends.push(text.len());
                }
                record.ends = ends;
                (text, false)
            }
        };
        let mut start = 0;
        let mut spans = Vec::with_capacity(record.ends.len());
        for end in &record.ends {
            let cell = text.get(start..*end).unwrap_or("");
            let kept = if trim { cell.trim() } else { cell };
            let before = if trim { cell.len() - cell.trim_start().len() } else { 0 };
            let from = if kept.is_empty() { start } else { start + before };
            spans.push((from as u32, (from + kept.len()) as u32));
            start = *end;
        }
        (Cells { text, spans }, is_utf8)
    }

    /// A cell.
    pub fn get(&self, index: usize) -> Option<&str> {
        let (start, end) = *self.spans.get(index)?;
        self.text.get(start as usize..end as usize)
    }

    /// Every cell.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index).unwrap_or(""))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// Adds empty cells at the end, or cuts empty ones off, until there are `count`.
    pub(super) fn pad(&mut self, count: usize) {
        while self.len() > count && self.get(self.len() - 1) == Some("") {
            self.spans.pop();
        }
        if self.len() < count {
            self.spans.resize(count, (0, 0));
        }
    }

    /// Puts a text into an empty cell.
    pub(super) fn fill(&mut self, index: usize, text: &str) {
        if let Some(span) = self.spans.get_mut(index) {
            let start = self.text.len();
            self.text.push_str(text);
            *span = (start as u32, self.text.len() as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(parts: &[&[u8]], trim: bool) -> (Vec<String>, bool) {
        let mut record = Record::default();
        for part in parts {
            record.bytes.extend_from_slice(part);
            record.ends.push(record.bytes.len());
        }
        let (cells, is_utf8) = Cells::of(&mut record, trim);
        (cells.iter().map(str::to_owned).collect(), is_utf8)
    }

    #[test]
    fn blanks_of_every_width_are_removed_at_both_ends_only() {
        let parts: [&[u8]; 4] = ["\u{3000}a\u{a0}".as_bytes(), b" \t", "b\u{3000}c".as_bytes(), b""];
        assert_eq!(cells(&parts, true), (["a", "", "b\u{3000}c", ""].map(str::to_owned).to_vec(), true));
        assert_eq!(cells(&parts, false).0[0], "\u{3000}a\u{a0}");
    }

    #[test]
    fn bytes_that_are_not_utf_8_are_found_also_where_two_cells_together_would_be_a_character() {
        assert_eq!(cells(&[b"a\xff", b"b"], false), (vec!["a\u{fffd}".to_owned(), "b".to_owned()], false));
        let halves: [&[u8]; 2] = [b"\xe4", b"\xbd\xa0"];
        assert!(!cells(&halves, false).1);
    }
}
