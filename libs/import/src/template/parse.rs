//! Reads template text into pieces. Every text gives a template or an error; nothing panics.

use super::column::{Name, Piece, Slot};
use super::filter::{Filter, Maps};
use crate::grammar::GrammarError;
use crate::scan::Scanner;

/// Reads a whole template.
pub fn template(text: &str, maps: &Maps) -> Result<Vec<Piece<()>>, GrammarError> {
    let mut scanner = Scanner::new(text);
    let mut pieces = Vec::new();
    let mut plain = String::new();
    while let Some(next) = scanner.peek() {
        if scanner.eat("{{") {
            plain.push('{');
        } else if scanner.eat("}}") {
            plain.push('}');
        } else if next == '{' {
            if !plain.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut plain)));
            }
            pieces.push(Piece::Slot(braced(&mut scanner, maps)?));
        } else if next == '}' {
            return Err(GrammarError::LoneBrace);
        } else {
            plain.push(next);
            scanner.next();
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    Ok(pieces)
}

/// Reads `{column|filter(…)}`. The scanner is at the brace.
pub fn braced(scanner: &mut Scanner, maps: &Maps) -> Result<Slot<()>, GrammarError> {
    if !scanner.eat("{") {
        return Err(GrammarError::NoBrace);
    }
    let slot = slot(scanner, maps, |c| !"|{}().,'\"".contains(c))?;
    match scanner.next() {
        Some('}') => Ok(slot),
        Some(found) => Err(GrammarError::AfterColumn { name: slot.name.to_string(), found }),
        None => Err(GrammarError::OpenBrace { name: slot.name.to_string() }),
    }
}

/// Reads `column|filter(…)`. Names without quotes are made of characters that `bare` accepts.
pub fn slot(
    scanner: &mut Scanner,
    maps: &Maps,
    bare: impl Fn(char) -> bool,
) -> Result<Slot<()>, GrammarError> {
    let name = name(scanner, bare)?;
    let mut filters = Vec::new();
    loop {
        let before = scanner.clone();
        scanner.skip_blanks();
        if !scanner.eat("|") {
            *scanner = before;
            break;
        }
        filters.push(filter(scanner, maps)?);
    }
    scanner.skip_blanks();
    Ok(Slot { name, at: (), filters })
}

fn name(scanner: &mut Scanner, bare: impl Fn(char) -> bool) -> Result<Name, GrammarError> {
    let first = scanner.word("the name of a column", &bare)?;
    if !scanner.eat(".") {
        return Ok(Name { lookup: None, column: first });
    }
    let column = scanner.word("the name of a column", &bare)?;
    if scanner.peek() == Some('.') {
        return Err(GrammarError::NameTooDeep { name: format!("{first}.{column}") });
    }
    Ok(Name { lookup: Some(first), column })
}

fn filter(scanner: &mut Scanner, maps: &Maps) -> Result<Filter, GrammarError> {
    let name = scanner.word("the name of a filter", |c| c.is_alphanumeric() || c == '_')?;
    let before = scanner.clone();
    scanner.skip_blanks();
    let mut arguments = Vec::new();
    if scanner.eat("(") {
        scanner.skip_blanks();
        while !scanner.eat(")") {
            arguments.push(scanner.word("an argument", |c| !",()|{}'\"".contains(c))?);
            scanner.skip_blanks();
            if !scanner.eat(",") && scanner.peek() != Some(')') {
                return Err(GrammarError::OpenArguments { filter: name });
            }
        }
    } else {
        *scanner = before;
    }
    Filter::new(&name, arguments, maps)
}
