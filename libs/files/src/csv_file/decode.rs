//! Makes a file readable as UTF-8: one that is compressed, written in another encoding or a spreadsheet is first written
//! to a temporary file, piece by piece. Bytes that mean nothing in an encoding become U+FFFD, for which the check of a row
//! refuses it; nothing is dropped.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use encoding_rs::{CoderResult, Encoding, UTF_8};
use flate2::read::MultiGzDecoder;
use tempfile::NamedTempFile;

use crate::error::Error;

const PIECE_BYTES: usize = 256 * 1024;
/// How a file begins that gzip wrote.
pub const GZIP: &[u8] = &[0x1f, 0x8b];

/// A file that can be read as UTF-8.
#[derive(Debug)]
pub struct Readable {
    /// Where its text is, unless it is the file itself; deleted when dropped.
    pub decoded: Option<NamedTempFile>,
    /// How its characters were written.
    pub encoding: &'static Encoding,
}

/// Makes a file readable. Without an encoding it is UTF-8, unless a byte order mark says otherwise.
pub fn readable(path: &Path, encoding: Option<&'static Encoding>) -> Result<Readable, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut start = Vec::new();
    (&mut file).take(GZIP.len() as u64).read_to_end(&mut start).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let is_compressed = start.starts_with(GZIP);
    let from: Box<dyn Read> =
        if is_compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut from = BufReader::with_capacity(PIECE_BYTES, from);
    let marked = Encoding::for_bom(from.fill_buf().map_err(failed)?).map(|(encoding, _)| encoding);
    let encoding = encoding.or(marked).unwrap_or(UTF_8);
    if encoding == UTF_8 && !is_compressed {
        return Ok(Readable { decoded: None, encoding });
    }
    let mut to = NamedTempFile::new().map_err(failed)?;
    match encoding == UTF_8 {
        true => io::copy(&mut from, &mut to).map(|_| ()),
        false => decode(&mut from, &mut to, encoding),
    }
    .and_then(|()| to.flush())
    .map_err(failed)?;
    Ok(Readable { decoded: Some(to), encoding })
}

fn decode(from: &mut impl Read, to: &mut impl Write, encoding: &'static Encoding) -> io::Result<()> {
    let mut decoder = encoding.new_decoder();
    let mut bytes = vec![0; PIECE_BYTES];
    let mut text = vec![0; PIECE_BYTES * 3 + 16];
    loop {
        let length = from.read(&mut bytes)?;
        let mut piece = bytes.get(..length).unwrap_or(&[]);
        loop {
            let (result, read, written, _) = decoder.decode_to_utf8(piece, &mut text, length == 0);
            to.write_all(text.get(..written).unwrap_or(&[]))?;
            piece = piece.get(read..).unwrap_or(&[]);
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if length == 0 {
            return Ok(());
        }
    }
}
