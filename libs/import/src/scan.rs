//! A scanner over a line of template or condition text, shared by both grammars. It never panics, whatever
//! the text.

use crate::grammar::GrammarError;

#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str) -> Scanner<'a> {
        Scanner { text, at: 0 }
    }

    /// What has not been read yet.
    pub fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    pub fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    /// Takes `token` if it comes next.
    pub fn eat(&mut self, token: &str) -> bool {
        let comes = self.rest().starts_with(token);
        if comes {
            self.at += token.len();
        }
        comes
    }

    /// Takes `token` if it comes next, after any blanks; takes nothing otherwise.
    pub fn eat_after_blanks(&mut self, token: &str) -> bool {
        let before = self.clone();
        self.skip_blanks();
        let comes = self.eat(token);
        if !comes {
            *self = before;
        }
        comes
    }

    /// Skips blanks.
    pub fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    /// Takes characters as long as `wanted` accepts them.
    pub fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.next();
        }
        self.text.get(start..self.at).unwrap_or("")
    }

    /// Takes a text in `'…'` or `"…"` if one comes next. A backslash takes the next character as it is.
    pub fn quoted(&mut self) -> Result<Option<String>, GrammarError> {
        let Some(quote @ ('\'' | '"')) = self.peek() else { return Ok(None) };
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                None => return Err(GrammarError::OpenQuote { quote }),
                Some(c) if c == quote => return Ok(Some(text)),
                Some('\\') => match self.next() {
                    Some(c) => text.push(c),
                    None => return Err(GrammarError::EndsInBackslash),
                },
                Some(c) => text.push(c),
            }
        }
    }

    /// A text in quotes, or else characters that `bare` accepts, trimmed. An error names what was `wanted`.
    pub fn word(
        &mut self,
        wanted: &'static str,
        bare: impl Fn(char) -> bool,
    ) -> Result<String, GrammarError> {
        self.skip_blanks();
        if let Some(text) = self.quoted()? {
            self.skip_blanks();
            return Ok(text);
        }
        let word = self.take_while(bare).trim();
        if word.is_empty() {
            return Err(match self.peek() {
                Some(found) => GrammarError::Unexpected { found, wanted },
                None => GrammarError::Ends { wanted },
            });
        }
        Ok(word.to_owned())
    }
}
