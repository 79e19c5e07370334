//! Reading a range of the log at once, for listings.

use super::Reader;
use super::entry::{Entry, ReadFrom, ReadOptions};
use super::error::ReadError;
use crate::stream::Log;

impl Log {
    /// The batches of a range of stream sequences, both ends included, at most `count_max` of them. For
    /// listings, not for folding. If something is not stored any more, it is an error, as in [`Reader`].
    ///
    /// # Errors
    /// Those of [`Reader::next`]; [`ReadError::PastEnd`] if `to` is not stored yet.
    pub async fn read_range(&self, from: u64, to: u64, count_max: usize) -> Result<Vec<Entry>, ReadError> {
        let mut entries = Vec::new();
        if from > to || count_max == 0 {
            return Ok(entries);
        }
        let options = ReadOptions { until: Some(to), ..ReadOptions::default() };
        let mut reader = Reader::open(self, ReadFrom::After(from.saturating_sub(1)), options).await?;
        while entries.len() < count_max
            && let Some(entry) = reader.next().await?
        {
            entries.push(entry);
        }
        Ok(entries)
    }
}
