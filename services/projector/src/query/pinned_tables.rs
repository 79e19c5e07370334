//! Tables pinned for paging. A list of several pages keeps showing the version of its first page: for a
//! minute after its last use, and for a limited number of lists. After that its page tokens are refused with
//! their own code.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_core::contest::Contest;
use longhu_core::types::ids::HolderId;
use longhu_proto::status::refusal;
use longhu_proto::wire::standings::v1::Header;
use parking_lot::Mutex;
use tonic::{Code, Status};

use crate::query::figures::Figure;
use crate::query::table_query::TableQuery;

/// How long a version is pinned after its last use.
const PIN_FOR: Duration = Duration::from_secs(60);
/// How many versions are pinned at once; with 500,000 rows one takes 32 MB.
const PINS_MAX: usize = 16;
/// How many figures (rows times indicators) a pinned version keeps. They take 13 MB.
const FIGURES_MAX: usize = 100_000;

/// A row of a pinned table.
#[derive(Clone, Copy, Debug)]
pub struct PinnedRow {
    /// Its rank.
    pub rank: u64,
    /// The participant's number.
    pub participant: HolderId,
    /// In 1/10,000 of a point.
    pub score: i128,
    /// The ranking key in 1/10,000, if rows are not ranked by score.
    pub key: Option<i128>,
}

/// The content of a pinned table.
pub struct PinnedTable {
    /// The definition that the rows follow.
    pub contest: Arc<Contest>,
    /// All rows, in order.
    pub rows: Vec<PinnedRow>,
    /// One figure for each row and indicator, if they were requested and are not too many.
    pub figures: Option<Vec<Figure>>,
}

/// One pinned table.
pub struct Pin {
    id: u64,
    /// The header for every page.
    pub header: Header,
    pub table: PinnedTable,
}

/// Whether the figures of this many rows are kept for later pages.
pub fn keeps_figures(contest: &Contest, rows: usize) -> bool {
    rows.saturating_mul(contest.indicators.len()) <= FIGURES_MAX
}

/// Pinned tables, most recently used last.
#[derive(Default)]
pub struct PinnedTables {
    kept: Mutex<Kept>,
}

/// The last id given, and the pins with the time of their last use.
type Kept = (u64, VecDeque<(Instant, Arc<Pin>)>);

impl PinnedTables {
    /// Pins a table. A pin with the same header is reused, unless figures are requested and it has none.
    pub fn pin(&self, header: &Header, with_figures: bool, table: impl FnOnce() -> PinnedTable) -> Arc<Pin> {
        let serves = |pin: &Pin| pin.header == *header && (pin.table.figures.is_some() || !with_figures);
        if let Some(pin) = self.take_use(serves) {
            return pin;
        }
        let table = table();
        let mut kept = self.kept.lock();
        kept.0 += 1;
        let pin = Arc::new(Pin { id: kept.0, header: header.clone(), table });
        kept.1.push_back((Instant::now(), pin.clone()));
        if kept.1.len() > PINS_MAX {
            kept.1.pop_front();
        }
        pin
    }

    /// The pin and the row that a page token stands for.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for a token of another table, ABORTED if the pin is gone.
    pub fn resume(&self, token: &str, asked: &TableQuery) -> Result<(Arc<Pin>, usize), Status> {
        let wrong = || {
            let message = "page_token does not belong to this contest, board, round and indicator; start with an empty one";
            refusal(Code::InvalidArgument, "BAD_PAGE_TOKEN", message)
        };
        let (pin, rest) = token.split_once('.').ok_or_else(wrong)?;
        let (row, check) = rest.split_once('.').ok_or_else(wrong)?;
        let (pin, row) =
            (pin.parse::<u64>().map_err(|_| wrong())?, row.parse::<usize>().map_err(|_| wrong())?);
        if check != fingerprint([asked.contest, asked.board, asked.round, asked.indicator]) {
            return Err(wrong());
        }
        let pin = self.take_use(|kept| kept.id == pin).ok_or_else(|| {
            let message =
                "the version that page_token names is no longer kept; start again with an empty one";
            refusal(Code::Aborted, "PAGE_TOKEN_EXPIRED", message)
        })?;
        Ok((pin, row))
    }

    fn take_use(&self, wanted: impl Fn(&Pin) -> bool) -> Option<Arc<Pin>> {
        let mut kept = self.kept.lock();
        kept.1.retain(|(used, _)| used.elapsed() < PIN_FOR);
        let at = kept.1.iter().position(|(_, pin)| wanted(pin))?;
        let (_, pin) = kept.1.remove(at)?;
        kept.1.push_back((Instant::now(), pin.clone()));
        Some(pin)
    }
}

/// The token of the page that begins with `row`.
pub fn token(pin: &Pin, row: usize) -> String {
    let Header { contest, board, round, indicator, .. } = &pin.header;
    format!("{}.{row}.{}", pin.id, fingerprint([contest, board, round, indicator]))
}

fn fingerprint(names: [&str; 4]) -> String {
    let hash = blake3::hash(names.map(|name| format!("{}:{name}", name.len())).concat().as_bytes());
    hash.to_hex().chars().take(12).collect()
}
