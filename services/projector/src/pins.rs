//! Boards pinned for paging: a list that is longer than a page stays the version that its first page showed, for a
//! minute and for a bounded number of lists; then its tokens fail, and say so.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use longhu_proto::status::refusal;
use longhu_proto::wire::standings::v1::Header;
use parking_lot::Mutex;
use tonic::{Code, Status};

/// How long a version is pinned after its last use.
const PIN_FOR: Duration = Duration::from_secs(60);
/// Versions pinned at once; with 500,000 rows one takes 20 MB.
const PINS_MAX: usize = 16;

/// A row of a pinned board: rank, participant's number, score in 1/10,000.
pub type PinnedRow = (u64, u32, i128);

/// One pinned board.
pub struct Pin {
    id: u64,
    /// What every page of it says.
    pub header: Header,
    /// All rows in order.
    pub rows: Vec<PinnedRow>,
}

/// Pinned boards, the latest used last.
#[derive(Default)]
pub struct Pins {
    kept: Mutex<Kept>,
}

/// The last id given, and pins with their last use.
type Kept = (u64, VecDeque<(Instant, Arc<Pin>)>);

impl Pins {
    /// Pins a board; one that has the same position already is used again.
    pub fn pin(&self, header: &Header, rows: impl FnOnce() -> Vec<PinnedRow>) -> Arc<Pin> {
        if let Some(pin) = self.take_use(|pin| pin.header == *header) {
            return pin;
        }
        let rows = rows();
        let mut kept = self.kept.lock();
        kept.0 += 1;
        let pin = Arc::new(Pin { id: kept.0, header: header.clone(), rows });
        kept.1.push_back((Instant::now(), pin.clone()));
        if kept.1.len() > PINS_MAX {
            kept.1.pop_front();
        }
        pin
    }

    /// The pin and the row that a token names, for the same contest and board.
    ///
    /// # Errors
    /// INVALID_ARGUMENT for what is no token of this board, ABORTED for one whose version is gone.
    pub fn resume(&self, token: &str, contest: &str, board: &str) -> Result<(Arc<Pin>, usize), Status> {
        let wrong = || {
            let message = "page_token is not one of this contest and board; begin with an empty one";
            refusal(Code::InvalidArgument, "BAD_PAGE_TOKEN", message)
        };
        let (pin, rest) = token.split_once('.').ok_or_else(wrong)?;
        let (row, check) = rest.split_once('.').ok_or_else(wrong)?;
        let (pin, row) =
            (pin.parse::<u64>().map_err(|_| wrong())?, row.parse::<usize>().map_err(|_| wrong())?);
        if check != fingerprint(contest, board) {
            return Err(wrong());
        }
        let pin = self.take_use(|kept| kept.id == pin).ok_or_else(|| {
            let message =
                "the version that page_token names is no longer kept; begin again with an empty one";
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
    format!("{}.{row}.{}", pin.id, fingerprint(&pin.header.contest, &pin.header.board))
}

fn fingerprint(contest: &str, board: &str) -> String {
    let hash = blake3::hash(format!("{}:{contest}{board}", contest.len()).as_bytes());
    hash.to_hex().chars().take(12).collect()
}
