//! A search through the whole shard, a slice at a time on the fold's thread, so that events are folded between two slices.
//! It knows how far the search is and what it reflects; what is searched for is others' business.

use std::time::{Duration, Instant};

use longhu_core::Position;
use longhu_core::fold::head::Head;
use longhu_core::fold::query::journal_scan::{Slice, Sweep};
use longhu_core::fold::shard::Shard;
use longhu_core::types::pages::{PageError, Pages};
use longhu_proto::scalar::{position_to_wire, time_to_wire};
use longhu_proto::wire::organisation::v1 as wire;
use tonic::Status;

use super::{Answers, OrganisationQueries};
use crate::desk::ending;
use crate::source_status::unreadable;

/// What one slice looks at: some ten milliseconds for names alone, and likewise for entries whose pages are not in memory.
const SLICE: Slice = Slice { names: 20_000, entries: 2_000 };
/// Between two words of how far it is.
const TELL_EVERY: Duration = Duration::from_millis(200);
/// What was found, in a message.
const FOUND: usize = 500;

/// Something that is searched for.
pub trait Search: Send + Sized + 'static {
    /// One find.
    type Found: Send + 'static;
    /// The message that it is told in.
    type Told: Send + 'static;

    /// Searches on by one slice.
    fn slice(
        &mut self,
        shard: &mut Shard,
        pages: &dyn Pages,
        slice: Slice,
    ) -> Result<Vec<Self::Found>, PageError>;

    /// How far it is, and whether it has ended.
    fn sweep(&self) -> (&Sweep, bool);

    /// Says how far it is.
    fn progress(progress: wire::SearchProgress) -> Self::Told;

    /// Says what was found.
    fn page(found: Vec<Self::Found>) -> Self::Told;

    /// Says that it has ended.
    fn result(&self, result: wire::SearchResult) -> Self::Told;
}

/// Searches to the end, and tells what it finds on the way.
pub async fn run<S: Search>(
    queries: OrganisationQueries,
    mut search: S,
    answers: Answers<S::Told>,
) -> Result<(), Status> {
    let (mut begun, mut told) = (None::<Head>, Instant::now());
    loop {
        let (head, found);
        {
            // Searches take turns, and while one is told what it found, the fold goes on.
            let _turn = queries.turn.acquire().await.map_err(|_| ending())?;
            let slice = move |shard: &mut Shard, pages: &dyn Pages| {
                let found = search.slice(shard, pages, SLICE);
                (*shard.head(), found, search)
            };
            (head, found, search) = queries.desk.ask(slice).await?;
        }
        let begun = begun.get_or_insert(head);
        let mut found = found.map_err(unreadable)?.into_iter();
        while let Some(page) =
            Some(found.by_ref().take(FOUND).collect::<Vec<_>>()).filter(|page| !page.is_empty())
        {
            if answers.send(Ok(S::page(page))).await.is_err() {
                return Ok(());
            }
        }
        let (sweep, is_done) = search.sweep();
        if is_done {
            let result = search.result(result(begun, head.position));
            // Whoever asked may have gone.
            drop(answers.send(Ok(result)).await);
            return Ok(());
        }
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            let (names, total_names) = (sweep.names(), sweep.total_names());
            let progress = wire::SearchProgress { names, total_names, entries: sweep.entries() };
            // One that does not fit is not missed: the next one says more.
            drop(answers.try_send(Ok(S::progress(progress))));
        }
        if answers.is_closed() {
            return Ok(());
        }
    }
}

fn result(begun: &Head, until: Position) -> wire::SearchResult {
    wire::SearchResult {
        position: Some(position_to_wire(begun.position)),
        until_position: Some(position_to_wire(until)),
        as_of_time: Some(time_to_wire(begun.as_of)),
    }
}
