//! Writes a sheet of a workbook (`.xlsx`) as CSV in UTF-8, one line a row, so that line numbers are row
//! numbers. Cells are read one by one; only the texts that cells share are held in memory.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use calamine::{Data, DataRef, ExcelDateTime, Reader, Xlsx, XlsxError};
use tempfile::NamedTempFile;

use crate::error::Error;

/// The first bytes of a workbook, which is a zip file.
pub const ZIP: &[u8] = b"PK\x03\x04";
/// The first bytes of an older workbook, or of one with a password.
pub const OLE: &[u8] = &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The most rows of a sheet.
const ROWS_MAX: u32 = 1 << 20;
const COLUMNS_MAX: u32 = 1 << 14;
/// Significant digits that a spreadsheet keeps of a number.
const DIGITS: usize = 15;

/// Writes the sheet with that name to a temporary file; without a name, the workbook's only sheet.
pub fn to_csv(path: &Path, sheet: Option<&str>) -> Result<NamedTempFile, Error> {
    let failed = |source| Error::Open { path: path.to_owned(), source };
    let wrong = |reason: String| Error::Workbook { path: path.to_owned(), reason };
    let unreadable = |error: XlsxError| wrong(format!("it cannot be read as a workbook: {error}"));
    let file = BufReader::new(File::open(path).map_err(failed)?);
    let mut book = Xlsx::new(file).map_err(unreadable)?;
    let names = book.sheet_names();
    let listed = || format!("`{}`", names.join("`, `"));
    let name = match (sheet, names.as_slice()) {
        (Some(name), names) if names.iter().any(|known| known == name) => name,
        (Some(name), _) => return Err(wrong(format!("it has no sheet `{name}`; there are {}", listed()))),
        (None, [only]) => only,
        (None, _) => {
            return Err(wrong(format!(
                "it has several sheets, {}; say which by `sheet` in a mapping, or keep one",
                listed()
            )));
        }
    };
    let mut cells = book.worksheet_cells_reader(name).map_err(unreadable)?;
    let mut to = NamedTempFile::new().map_err(failed)?;
    let mut text = BufWriter::new(&mut to);
    let mut at = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let place = cell.get_position();
        if place < at || place.0 >= ROWS_MAX || place.1 >= COLUMNS_MAX {
            return Err(wrong("its cells are not in order; save it again".to_owned()));
        }
        go(&mut text, &mut at, place).map_err(failed)?;
        write_cell(&mut text, cell.get_value()).map_err(failed)?;
    }
    text.flush().map_err(failed)?;
    drop(text);
    Ok(to)
}

/// Ends rows and cells up to a place.
fn go(text: &mut impl Write, at: &mut (u32, u32), to: (u32, u32)) -> io::Result<()> {
    while at.0 < to.0 {
        text.write_all(b"\n")?;
        *at = (at.0 + 1, 0);
    }
    while at.1 < to.1 {
        text.write_all(b",")?;
        at.1 += 1;
    }
    Ok(())
}

fn write_cell(to: &mut impl Write, value: &DataRef) -> io::Result<()> {
    let text = match value {
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => shown(*number),
        DataRef::DateTime(time) if time.is_datetime() => moment(time),
        DataRef::DateTime(time) => shown(time.as_f64()),
        DataRef::Bool(_) | DataRef::Error(_) | DataRef::Empty => Data::from(value.clone()).to_string(),
    };
    match text.contains(['"', ',', '\n', '\r']) {
        true => write!(to, "\"{}\"", text.replace('"', "\"\"")),
        false => to.write_all(text.as_bytes()),
    }
}

/// A date in ISO 8601: the day, and the time of day unless it is midnight.
fn moment(time: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let clock = match milli {
        0 => format!("{hour:02}:{minute:02}:{second:02}"),
        _ => format!("{hour:02}:{minute:02}:{second:02}.{milli:03}"),
    };
    match (time.as_f64() < 1.0, hour, minute, second, milli) {
        // Below 1, a number is a time without a day.
        (true, ..) => clock,
        (false, 0, 0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02} {clock}"),
    }
}

/// A number as the sheet shows it. The format stores binary fractions, so this is the one place where numbers
/// are floats. A spreadsheet shows 15 digits, so 15 are taken. A longer number has lost its last digits; it
/// is written with an exponent, which is refused as an amount and warned of as an id.
fn shown(number: f64) -> String {
    let scientific = format!("{number:.0$E}", DIGITS - 1);
    let Some((mantissa, exponent)) = scientific.split_once('E') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = mantissa.replace('.', "");
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() {
        return "0".to_owned();
    }
    if !(-DIGITS_LIMIT..DIGITS_LIMIT).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let plus = if exponent > 0 { "+" } else { "" };
        return format!("{sign}{first}{point}{rest}E{plus}{exponent}");
    }
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let whole = exponent as usize + 1;
    match digits.split_at_checked(whole) {
        Some((digits, "")) => format!("{sign}{digits}"),
        Some((digits, fraction)) => format!("{sign}{digits}.{fraction}"),
        None => format!("{sign}{digits}{}", "0".repeat(whole - digits.len())),
    }
}

/// Numbers below this power of ten are written without an exponent.
const DIGITS_LIMIT: i32 = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_what_the_sheet_shows_and_long_ones_keep_their_exponent() {
        for (number, text) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1234567.89, "1234567.89"),
            (0.1 + 0.2, "0.3"),
            (-49.03, "-49.03"),
            (0.000125, "0.000125"),
            (100.0, "100"),
            (123456789012345.0, "123456789012345"),
            (6.22e18, "6.22E+18"),
            (1e15, "1E+15"),
            (2.5e-16, "2.5E-16"),
        ] {
            assert_eq!(shown(number), text);
        }
    }
}
