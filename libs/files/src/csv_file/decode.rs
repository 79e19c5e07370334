//! Writes a file in another encoding to a temporary file in UTF-8, piece by piece. Bytes that mean nothing in that
//! encoding become U+FFFD, for which the check of a row refuses it; nothing is dropped.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use encoding_rs::{CoderResult, Encoding};
use tempfile::NamedTempFile;

use crate::error::Error;

const PIECE_BYTES: usize = 256 * 1024;

/// The file's text in UTF-8; it is deleted when dropped.
pub fn to_utf8(path: &Path, encoding: &'static Encoding) -> Result<NamedTempFile, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    let mut from = File::open(path).map_err(failed)?;
    let mut to = NamedTempFile::new().map_err(failed)?;
    let mut decoder = encoding.new_decoder();
    let mut bytes = vec![0; PIECE_BYTES];
    let mut text = vec![0; PIECE_BYTES * 3 + 16];
    loop {
        let length = from.read(&mut bytes).map_err(failed)?;
        let mut piece = bytes.get(..length).unwrap_or(&[]);
        loop {
            let (result, read, written, _) = decoder.decode_to_utf8(piece, &mut text, length == 0);
            to.write_all(text.get(..written).unwrap_or(&[])).map_err(failed)?;
            piece = piece.get(read..).unwrap_or(&[]);
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if length == 0 {
            to.flush().map_err(failed)?;
            return Ok(to);
        }
    }
}
