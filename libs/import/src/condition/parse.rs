//! Reads condition text. `or` binds weakest, then `and`, then `not`; a test is a column, an operator, and a
//! text or a list. Every text gives a condition or an error; nothing panics.
//!
//! ```text
//! condition = and { "or" and } ;          and  = not { "and" not } ;
//! not       = "not" not | "(" condition ")" | test ;
//! test      = value ( "present" | "absent" | "==" right | "!=" right | "<" right | "<=" right | ">" right
//!           | ">=" right | [ "not" ] "in" "[" text { "," text } "]" ) ;
//! value     = column { "|" filter } | "{" column { "|" filter } "}" ;    right = text | "{" … "}" ;
//! ```

use std::cmp::Ordering;

use longhu_files::number::{Decimal, PLAIN};

use super::expression::{Condition, Operand, Test};
use crate::grammar::GrammarError;
use crate::scan::Scanner;
use crate::template::{Maps, Slot, braced, slot};

/// The deepest nesting of `not` and parentheses.
const DEPTH_MAX: usize = 32;

/// Operators, longest first, with the orderings for which they hold; none for `==` and `!=`.
const OPERATORS: [(&str, &[Ordering]); 6] = [
    ("==", &[]),
    ("!=", &[]),
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("<", &[Ordering::Less]),
    (">", &[Ordering::Greater]),
];

/// Reads a whole condition.
pub fn condition(text: &str, maps: &Maps) -> Result<Condition<()>, GrammarError> {
    let mut parser = Parser { scanner: Scanner::new(text), maps, depth: 0 };
    let condition = parser.any()?;
    parser.scanner.skip_blanks();
    match parser.scanner.rest() {
        "" => Ok(condition),
        rest => Err(GrammarError::AfterCondition { rest: rest.to_owned() }),
    }
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    maps: &'a Maps,
    depth: usize,
}

impl Parser<'_> {
    fn any(&mut self) -> Result<Condition<()>, GrammarError> {
        let mut parts = vec![self.all()?];
        while self.keyword("or") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Condition::Any))
    }

    fn all(&mut self) -> Result<Condition<()>, GrammarError> {
        let mut parts = vec![self.not()?];
        while self.keyword("and") {
            parts.push(self.not()?);
        }
        Ok(one_or(parts, Condition::All))
    }

    fn not(&mut self) -> Result<Condition<()>, GrammarError> {
        self.depth += 1;
        if self.depth > DEPTH_MAX {
            return Err(GrammarError::NestedTooDeep { most: DEPTH_MAX });
        }
        let condition = if self.keyword("not") {
            Condition::Not(Box::new(self.not()?))
        } else if self.token("(") {
            let inner = self.any()?;
            if !self.token(")") {
                return Err(GrammarError::OpenParenthesis);
            }
            inner
        } else {
            self.test()?
        };
        self.depth -= 1;
        Ok(condition)
    }

    fn test(&mut self) -> Result<Condition<()>, GrammarError> {
        let left = self.value()?;
        if self.keyword("present") {
            return Ok(Condition::Test(left, Test::Present));
        }
        if self.keyword("absent") {
            return Ok(negated(Condition::Test(left, Test::Present)));
        }
        if self.keyword("in") {
            return Ok(Condition::Test(left, Test::In(self.list()?)));
        }
        if self.keyword("not") {
            if !self.keyword("in") {
                return Err(GrammarError::LoneNot { name: left.name.to_string() });
            }
            return Ok(negated(Condition::Test(left, Test::In(self.list()?))));
        }
        let Some((operator, wanted)) = OPERATORS.into_iter().find(|(operator, _)| self.token(operator))
        else {
            return Err(GrammarError::NoOperator { name: left.name.to_string() });
        };
        let right = self.right()?;
        match operator {
            "==" => Ok(Condition::Test(left, Test::Equals(right))),
            "!=" => Ok(negated(Condition::Test(left, Test::Equals(right)))),
            _ => {
                if let Operand::Text(text) = &right {
                    Decimal::parse(text, PLAIN)
                        .map_err(|_| GrammarError::NoNumber { operator, text: text.clone() })?;
                }
                Ok(Condition::Test(left, Test::Compares(wanted, right)))
            }
        }
    }

    fn value(&mut self) -> Result<Slot<()>, GrammarError> {
        self.scanner.skip_blanks();
        match self.scanner.peek() {
            Some('{') => braced(&mut self.scanner, self.maps),
            _ => slot(&mut self.scanner, self.maps, |c| bare(c) && c != '.'),
        }
    }

    fn right(&mut self) -> Result<Operand<()>, GrammarError> {
        self.scanner.skip_blanks();
        match self.scanner.peek() {
            Some('{') => braced(&mut self.scanner, self.maps).map(Operand::Slot),
            _ => self.scanner.word("a text", bare).map(Operand::Text),
        }
    }

    fn list(&mut self) -> Result<Vec<String>, GrammarError> {
        if !self.token("[") {
            return Err(GrammarError::NoList);
        }
        let mut texts = Vec::new();
        while !self.token("]") {
            texts.push(self.scanner.word("a text", bare)?);
            if !self.token(",") && !self.scanner.clone().eat_after_blanks("]") {
                return Err(GrammarError::OpenList);
            }
        }
        Ok(texts)
    }

    /// Takes `word` if it is the next whole word.
    fn keyword(&mut self, word: &str) -> bool {
        let before = self.scanner.clone();
        self.scanner.skip_blanks();
        let found = self.scanner.eat(word) && !self.scanner.peek().is_some_and(|c| bare(c) || c == '|');
        if !found {
            self.scanner = before;
        }
        found
    }

    fn token(&mut self, token: &str) -> bool {
        let found = self.scanner.eat_after_blanks(token);
        self.scanner.skip_blanks();
        found
    }
}

/// The characters of names and texts without quotes.
fn bare(c: char) -> bool {
    !c.is_whitespace() && !"=!<>()[],{}|'\"".contains(c)
}

fn one_or(
    mut parts: Vec<Condition<()>>,
    join: impl Fn(Vec<Condition<()>>) -> Condition<()>,
) -> Condition<()> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

fn negated(condition: Condition<()>) -> Condition<()> {
    Condition::Not(Box::new(condition))
}
