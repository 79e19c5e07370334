//! Makes a file readable as UTF-8. A file that is compressed, in another encoding, or a spreadsheet is first
//! written to a temporary file, piece by piece. Bytes without a meaning in the encoding become U+FFFD, and
//! their row is then refused; nothing is dropped.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use encoding_rs::{CoderResult, Encoding, GB18030, UTF_8};
use flate2::read::MultiGzDecoder;
use tempfile::NamedTempFile;

use super::sheet;
use crate::error::Error;

const PIECE_BYTES: usize = 64 * 1024;
/// The first bytes of a gzip file.
pub const GZIP: &[u8] = &[0x1f, 0x8b];

/// A file that can be read as UTF-8.
#[derive(Debug)]
pub struct Readable {
    /// Where its text is, unless it is the file itself; deleted when dropped.
    pub decoded: Option<NamedTempFile>,
    /// The encoding of the original file.
    pub encoding: &'static Encoding,
    /// Whether it is a workbook's sheet, written as CSV.
    pub is_sheet: bool,
}

/// Makes a file readable. Without `encoding`, it is UTF-8 unless a byte order mark says otherwise.
pub fn readable(
    path: &Path,
    encoding: Option<&'static Encoding>,
    sheet: Option<&str>,
) -> Result<Readable, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let start = start_of(&mut file).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let wrong = |reason: &str| Error::Workbook { path: path.to_owned(), reason: reason.to_owned() };
    if start.starts_with(sheet::OLE) {
        return Err(wrong("it is an old workbook, or has a password; save it as .xlsx without one"));
    }
    if start.starts_with(sheet::ZIP) {
        let decoded = Some(sheet::to_csv(path, sheet)?);
        return Ok(Readable { decoded, encoding: UTF_8, is_sheet: true });
    }
    if sheet.is_some() {
        return Err(wrong("it is not a workbook, so it has no sheets; leave `sheet` out"));
    }
    let is_compressed = start.starts_with(GZIP);
    let from: Box<dyn Read> =
        if is_compressed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    let mut from = BufReader::with_capacity(PIECE_BYTES, from);
    let marked = Encoding::for_bom(from.fill_buf().map_err(failed)?).map(|(encoding, _)| encoding);
    let encoding = encoding.or(marked).unwrap_or(UTF_8);
    if encoding == UTF_8 && !is_compressed {
        return Ok(Readable { decoded: None, encoding, is_sheet: false });
    }
    let mut to = NamedTempFile::new().map_err(failed)?;
    match encoding == UTF_8 {
        true => io::copy(&mut from, &mut to).map(|_| ()),
        false => decode(&mut from, &mut to, encoding),
    }
    .and_then(|()| to.flush())
    .map_err(failed)?;
    Ok(Readable { decoded: Some(to), encoding, is_sheet: false })
}

/// The first bytes of a file, enough to recognise what it is.
fn start_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut start = Vec::new();
    file.take(sheet::OLE.len() as u64).read_to_end(&mut start)?;
    Ok(start)
}

/// The encoding to read a file in if nobody names one: `None` if its first bytes say what it is or it is
/// UTF-8, otherwise GB18030, which Chinese spreadsheets write.
///
/// # Errors
/// A file that cannot be read.
pub fn recognised(path: &Path) -> Result<Option<&'static Encoding>, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let start = start_of(&mut file).map_err(failed)?;
    let is_marked = Encoding::for_bom(&start).is_some();
    if is_marked || [GZIP, sheet::ZIP, sheet::OLE].iter().any(|sign| start.starts_with(sign)) {
        return Ok(None);
    }
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let (mut file, mut line) = (BufReader::new(file), Vec::new());
    // No character contains the byte that ends a line.
    while file.by_ref().take(PIECE_BYTES as u64).read_until(b'\n', &mut line).map_err(failed)? > 0 {
        match std::str::from_utf8(&line) {
            Ok(_) => line.clear(),
            // The last character may continue in the next piece.
            Err(error) if error.error_len().is_none() && !line.ends_with(b"\n") => {
                line.drain(..error.valid_up_to());
            }
            Err(_) => return Ok(Some(GB18030)),
        }
    }
    Ok((!line.is_empty()).then_some(GB18030))
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
